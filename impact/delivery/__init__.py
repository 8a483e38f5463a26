"""Feature: subscriptions, and mail that is never lost."""
