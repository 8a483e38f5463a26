"""Feature: who did what, and what was known when."""
