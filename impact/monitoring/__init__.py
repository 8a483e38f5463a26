"""Feature: stored analyses, flags, and the manager's board."""
