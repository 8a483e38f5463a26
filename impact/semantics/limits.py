"""Near the ends of what a unit can be: a course and an interval that stay inside."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, isfinite, sqrt

from impact.semantics.unit import Kind, Unit

# Two standard errors, a little less: the reach of a 95 % interval.
REACH_OF_95 = 1.96
# The last fifth before a limit is where a straight line no longer holds.
TAIL = 0.2


def extended(value: float, per_year: float, years: float, unit: Unit, seen: Sequence[float]) -> float:
    """The value that a pace leads to, never beyond what the unit can be.

    Args:
        value: where the course starts, in the unit.
        per_year: change per year, in the unit.
        years: how far ahead, zero or more.
        seen: values that the series has had; where a unit has one end only, they say what
            is near to it.

    Notes:
        Straight until a fifth is left to the limit that the course runs towards (a fifth of
        the range, or of the largest distance seen where the unit has one end only), from
        there on each year takes the same part of what is left: gap * exp(-pace * t / gap).
        A share of 98 % at a pace of 3 points a year gets to 99.6 % in one year and
        never to 101 %. Away from a limit the course is straight.

    Source:
        Transition paths towards high levels are S-shaped (Klasen and Lange 2011, Getting
        progress right, Courant Research Centre, discussion paper 87): straight in the
        middle, a shrinking part of the gap at the ends. Between 20 and 80 % a straight line
        and a logistic curve can hardly be told apart (Hellevik 2009, Quality & Quantity 43).
        The part of the gap that is closed as the measure of progress: Kakwani 1993, Journal
        of Development Economics 41.
    """
    lowest, highest = unit.range
    limit = highest if per_year > 0 else lowest
    if not isfinite(limit) or per_year == 0:
        return value + per_year * years
    gap = max(0.0, limit - value if per_year > 0 else value - limit)
    tail = TAIL * _width(limit, unit, [value, *seen])
    speed, start = abs(per_year), min(gap, tail)
    straight = (gap - start) / speed
    if years <= straight:
        return value + per_year * years
    left = start * exp(-speed * (years - straight) / start) if start > 0 else 0.0
    return limit - left if per_year > 0 else limit + left


def steepest(places: Sequence[tuple[float, float]], unit: Unit) -> float:
    """The largest change per year, either way, of a line that stays within the unit's range.

    Args:
        places: position in years and value of each measurement; the line goes through
            their middle.
    """
    positions, values = zip(*places, strict=True)
    span, middle = max(positions) - min(positions), sum(values) / len(values)
    lowest, highest = unit.range
    room = max(0.0, min(highest - middle, middle - lowest))
    return 2 * room / span if span > 0 else inf


def error_interval(value: float, standard_error: float, unit: Unit) -> tuple[float, float]:
    """The 95 % interval of a measured value, within what the unit can be.

    Notes:
        Of a share it is Wilson's, with the number of answers that would give this standard
        error: not symmetrical near 0 and 100 %. Of anything else it is 1.96 standard
        errors both ways, cut at the unit's ends.

    Source:
        Brown, Cai and DasGupta 2001, Statistical Science 16, 3.1.1; the number of answers
        that a standard error is worth: Korn and Graubard 1998, Survey Methodology 24.
    """
    lowest, highest = unit.range
    if standard_error <= 0:
        return value, value
    if unit.kind is Kind.SHARE and lowest < value < highest:
        return _wilson(value, standard_error, lowest, highest)
    half = REACH_OF_95 * standard_error
    # A value beyond the ends (an old error) is shown where it is.
    return min(value, max(lowest, value - half)), max(value, min(highest, value + half))


def _wilson(value: float, standard_error: float, lowest: float, highest: float) -> tuple[float, float]:
    whole = highest - lowest
    share = (value - lowest) / whole
    variance, error = share * (1 - share), (standard_error / whole) ** 2
    # No error is larger than that of a single answer.
    n = max(1.0, variance / error) if error > 0 else inf
    pull = REACH_OF_95**2 / n
    middle = (share + pull / 2) / (1 + pull)
    half = REACH_OF_95 * sqrt(variance / n + pull / (4 * n)) / (1 + pull)
    low, high = lowest + whole * max(0.0, middle - half), lowest + whole * min(1.0, middle + half)
    return min(value, low), max(value, high)


def _width(limit: float, unit: Unit, seen: Sequence[float]) -> float:
    lowest, highest = unit.range
    width = highest - lowest
    return width if width < inf else max(abs(value - limit) for value in seen)
