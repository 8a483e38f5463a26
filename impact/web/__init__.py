"""Face: pages."""
