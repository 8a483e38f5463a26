"""Impact: tells people whether a social project works."""

__version__ = "0.1.0"
