"""Margins of error and standard errors: the same statement in two forms."""

from __future__ import annotations

from statistics import NormalDist

# The levels in per cent that surveys state their margins at; 95 where nothing is said.
LEVELS = (95.0, 90.0, 99.0)


def standard_error_of(margin: float, level: float) -> float:
    """The standard error behind a margin of error, stated at a level in per cent."""
    return margin / _reach(level)


def margin_of(standard_error: float, level: float) -> float:
    """The margin of error that a standard error makes at a level in per cent."""
    return standard_error * _reach(level)


def _reach(level: float) -> float:
    return NormalDist().inv_cdf(0.5 + level / 200)
