"""Feature: reports as they were published."""
