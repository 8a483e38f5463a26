"""Feature: files in and out."""
