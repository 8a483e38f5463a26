"""Benchmarks of the detector: its bars, others on the same series, a country at once."""
