"""Which values and periods an axis shows, and where its ticks stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from impact.language import Voice
from impact.semantics.period import Frequency, ReportingPeriod
from impact.semantics.unit import Kind, Unit

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
YEAR_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)
MOST_PERIOD_TICKS = 12
MOST_PERIODS_NAMED = 6
CLEARANCE = 20.0
NEAR_TICK = 0.4


@dataclass(frozen=True)
class ValueScale:
    """Lowest and highest value shown, with ticks and the decimals that they need."""

    low: float
    high: float
    ticks: tuple[float, ...]
    decimals: int


@dataclass(frozen=True)
class TimeScale:
    """Straight way from positions on the time axis to pixels."""

    start: float
    end: float
    left: float
    right: float

    def __call__(self, position: float) -> float:
        """The pixel of a position."""
        return self.left + (position - self.start) / (self.end - self.start) * (self.right - self.left)

    def position(self, pixel: float) -> float:
        """The position at a pixel."""
        return self.start + (pixel - self.left) / (self.right - self.left) * (self.end - self.start)


@dataclass(frozen=True)
class PeriodTick:
    """A labelled place on the time axis."""

    position: float
    text: str


def value_scale(values: Sequence[float], unit: Unit) -> ValueScale:
    """A scale around the values: few round ticks, within what the unit can be."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    lowest, highest = _bounds(unit, low, high)
    counts_up = unit.kind in (Kind.COUNT, Kind.RATE) or lowest == 0
    if counts_up and unit.kind is not Kind.SHARE and 0 < low < 0.3 * high:
        low = 0.0
    span = high - low
    smallest = max(_least_span(span, high, unit), 1e-12)
    if span < smallest:
        low, high, span = low - (smallest - span) / 2, high + (smallest - span) / 2, smallest
    low, high = max(low - 0.07 * span, lowest), min(high + 0.07 * span, highest)
    step = _step((high - low) / 5.5, unit)
    low, high = _out_to_tick(low, high, step, (lowest, highest))
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    decimals = max(0, -floor(log10(step) + 1e-9)) + (1 if _needs_a_half(step) else 0)
    return ValueScale(low, high, tuple(round(n * step, 12) for n in range(first, last + 1)), decimals)


def _out_to_tick(low: float, high: float, step: float, bounds: tuple[float, float]) -> tuple[float, float]:
    """The ends moved out to the next tick where that is near, so that ticks frame the data."""
    tick_below, tick_above = floor(low / step) * step, ceil(high / step) * step
    if low - tick_below < NEAR_TICK * step and tick_below >= bounds[0]:
        low = tick_below
    if tick_above - high < NEAR_TICK * step and tick_above <= bounds[1]:
        high = tick_above
    return low, high


def _least_span(span: float, high: float, unit: Unit) -> float:
    """Less than this is not spread over the whole height, or rounding would look like change."""
    last_decimal = 10.0**-unit.decimals
    rounding = 4 * last_decimal if abs(high) >= last_decimal else 0.0
    return max(rounding, abs(high) * (0.01 if span else 0.2))


def _bounds(unit: Unit, low: float, high: float) -> tuple[float, float]:
    """What the unit can be; values beyond it (old errors) are shown all the same."""
    lowest, highest = unit.range
    return (lowest if lowest <= low else float("-inf")), (highest if highest >= high else float("inf"))


def _step(raw: float, unit: Unit) -> float:
    """The least round step that is no smaller, with no more decimals than it needs."""
    if unit.kind is Kind.COUNT and raw <= 1:
        return 1.0
    power = 10.0 ** floor(log10(raw))
    allows_quarters = power * 10.0**unit.decimals > 1 + 1e-9 or power < 10.0**-unit.decimals
    steps = [step for step in STEPS if step != 2.5 or allows_quarters]
    return next(step * power for step in steps if step * power >= raw * (1 - 1e-9))


def _needs_a_half(step: float) -> bool:
    return abs(step / 10.0 ** floor(log10(step) + 1e-9) - 2.5) < 1e-6 and step < 25


def period_ticks(
    periods: Sequence[ReportingPeriod],
    until: float,
    voice: Voice,
    x: Callable[[float], float],
    width: Callable[[str], float],
) -> tuple[PeriodTick, ...]:
    """Labelled whole periods, so many as stand clear of each other.

    Args:
        periods: those of the points, in order.
        until: position of the last period shown, which may be a target's.
        voice: the reader's language.
        x: pixel of a position.
        width: pixels of a label.
    """
    if not periods:
        return ()
    if periods[0].frequency is Frequency.SURVEY:
        return _from_the_end([_survey_tick(period, periods, voice) for period in periods], x, width)
    shown = list(_periods_until(periods[0], until))
    named = [PeriodTick(period.position, period.label(voice)) for period in shown]
    is_part = shown[0].n_months < 12
    if not is_part or len(shown) <= MOST_PERIODS_NAMED:
        if _stand_clear(named, x, width) and len(named) <= MOST_PERIOD_TICKS:
            return tuple(named)
        if is_part and len(shown) <= MOST_PERIODS_NAMED:
            return _from_the_end(named, x, width)
    if is_part:
        shown = [period for period in shown if period.first_day.month == 1]
        named = [PeriodTick(period.position, str(period.first_day.year)) for period in shown]
    newest = max(period.first_day.year for period in periods)
    for step in YEAR_STEPS:
        anchor = newest if step == 2 else 0
        ticks = [
            tick
            for tick, period in zip(named, shown, strict=True)
            if (period.first_day.year - anchor) % step == 0
        ]
        if ticks and len(ticks) <= MOST_PERIOD_TICKS and _stand_clear(ticks, x, width):
            return tuple(ticks)
    return _from_the_end(named, x, width)


def _periods_until(first: ReportingPeriod, until: float) -> Iterator[ReportingPeriod]:
    period = first
    while period.position <= until + 1e-6:
        yield period
        period = period.successor()


def _survey_tick(period: ReportingPeriod, periods: Sequence[ReportingPeriod], voice: Voice) -> PeriodTick:
    years = [other.first_day.year for other in periods]
    alone = years.count(period.first_day.year) == 1
    return PeriodTick(period.position, str(period.first_day.year) if alone else period.label(voice))


def _stand_clear(
    ticks: Sequence[PeriodTick], x: Callable[[float], float], width: Callable[[str], float]
) -> bool:
    edge = float("-inf")
    for tick in ticks:
        half = width(tick.text) / 2
        if x(tick.position) - half < edge + CLEARANCE:
            return False
        edge = x(tick.position) + half
    return True


def _from_the_end(
    ticks: Sequence[PeriodTick], x: Callable[[float], float], width: Callable[[str], float]
) -> tuple[PeriodTick, ...]:
    """The newest tick and those before it that have room."""
    kept: list[PeriodTick] = []
    for tick in reversed(ticks):
        if _stand_clear([tick, *kept], x, width):
            kept.insert(0, tick)
    return tuple(kept)
