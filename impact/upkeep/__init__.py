"""Feature: what whoever runs the installation has to know and can try out."""
