"""Face: the clock that lets due things happen."""
