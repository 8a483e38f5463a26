"""Feature: projects, goals, indicators and their measurements."""
