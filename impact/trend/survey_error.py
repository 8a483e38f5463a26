"""How sure a survey's values are, and whether a change is more than its error."""

from __future__ import annotations

from math import sqrt
from typing import Final

from impact.semantics.series import Point
from impact.semantics.unit import Kind, Unit

# The 95 % of the whiskers in charts, so that picture and sentence agree.
DEVIATIONS: Final = 1.96
# Differences of doubles: 62.3 - 60.2 must not miss a margin of 2.1 by 1e-15.
TOLERANCE: Final = 1e-9


def standard_error(point: Point, unit: Unit) -> float | None:
    """The error of a value as given, or for a share by how many were asked; None if unknown."""
    if point.standard_error is not None:
        return point.standard_error
    if unit.kind is not Kind.SHARE or not point.n_observed or point.value is None:
        return None
    whole = 1.0 if unit.highest == 1.0 else 100.0
    # One more on either side, as the detector has it: 0 and 100 per cent are not exact.
    share = (point.value / whole * point.n_observed + 1) / (point.n_observed + 2)
    return whole * sqrt(max(0.0, share * (1 - share)) / point.n_observed)


def margin_of_change(earlier: Point, later: Point, unit: Unit) -> float | None:
    """What chance alone gives between two surveys, 19 times out of 20; None if unknown."""
    errors = standard_error(earlier, unit), standard_error(later, unit)
    if errors[0] is None or errors[1] is None:
        return None
    return DEVIATIONS * sqrt(errors[0] ** 2 + errors[1] ** 2)


def is_within_error(earlier: Point, later: Point, unit: Unit) -> bool:
    """Whether two values differ, but by less than their surveys' error."""
    margin = margin_of_change(earlier, later, unit)
    if margin is None or earlier.value is None or later.value is None:
        return False
    change = abs(later.value - earlier.value)
    return round(change, unit.decimals) > 0 and change < margin - TOLERANCE


def is_stated(earlier: Point, later: Point) -> bool:
    """Whether the survey itself states the errors of both values."""
    return earlier.standard_error is not None and later.standard_error is not None
