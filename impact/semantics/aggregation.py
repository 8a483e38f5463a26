"""Several series made one: sum, mean, share weighted by size; never across units."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Series
from impact.semantics.unit import Kind


class MixedUnits(ValueError):
    """Series that count different things cannot be put together."""


def sum_of(series: Sequence[Series]) -> dict[ReportingPeriod, float]:
    """The sum for each period in which every series has a value.

    A period with a gap in one series is left out: a sum of what happens to be there
    would fall for want of data.

    Raises:
        MixedUnits: different units, or shares, rates, indices and classes, which add up
            to nothing.
    """
    _require_one_unit(series)
    if any(each.unit.kind not in {Kind.NUMBER, Kind.COUNT} for each in series):
        raise MixedUnits("only numbers and counts can be summed")
    return {period: fsum(values) for period, values in _complete(series).items()}


def mean_of(series: Sequence[Series]) -> dict[ReportingPeriod, float]:
    """The plain mean for each period in which every series has a value.

    Raises:
        MixedUnits: different units, or classes, which have no mean.
    """
    _require_one_unit(series)
    if any(each.unit.kind is Kind.CLASS for each in series):
        raise MixedUnits("classes have no mean")
    return {period: fsum(values) / len(values) for period, values in _complete(series).items()}


def weighted_share(shares: Sequence[Series], sizes: Sequence[Series]) -> dict[ReportingPeriod, float]:
    """The share of all together: each share weighs as much as the group behind it.

    Args:
        shares: one series of shares for each group.
        sizes: how many the groups are, in the same order.

    Raises:
        MixedUnits: different units, shares that are none, groups without their sizes.
    """
    _require_one_unit(shares)
    _require_one_unit(sizes)
    if len(shares) != len(sizes) or any(each.unit.kind is not Kind.SHARE for each in shares):
        raise MixedUnits("each share needs the size of its group")
    values, weights = _complete(shares), _complete(sizes)
    return {
        period: fsum(value * size for value, size in zip(values[period], weights[period], strict=True))
        / fsum(weights[period])
        for period in values
        if period in weights and fsum(weights[period]) > 0
    }


def _require_one_unit(series: Sequence[Series]) -> None:
    units = {(each.unit.kind, each.unit.name_sv, each.unit.name_en) for each in series}
    if len(units) != 1:
        raise MixedUnits("all series have the same unit")


def _complete(series: Sequence[Series]) -> dict[ReportingPeriod, list[float]]:
    columns = [
        {point.period: point.value for point in each.points if point.value is not None} for each in series
    ]
    shared = sorted(set.intersection(*(set(column) for column in columns)))
    return {period: [column[period] for column in columns] for period in shared}
