"""Feature: backups, and the check that what is kept is whole."""
