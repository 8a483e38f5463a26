"""Face: the API for programs."""
