"""Verdicts on series of a table as people read them: columns, sentences, a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import floor, log10
from typing import Any, Final

from impact.exchange.cells import Cell
from impact.exchange.csv_text import INTERNATIONAL, number_text
from impact.exchange.series_table import NamedSeries
from impact.language import Voice
from impact.semantics.period import ReportingPeriod, year_period
from impact.semantics.series import Point, Series
from impact.semantics.unit import Kind, Unit
from impact.trend.sentences import sentence
from impact.trend.verdict import Estimate, Level, TrendAnalysis, Verdict

_INTERVALS: Final = ("turning", "slope_before", "slope_after")
COLUMNS: Final = (
    *("n_points", "verdict", "level", "reversed", "p", "probability"),
    *(f"{name}{end}" for name in _INTERVALS for end in ("", "_low", "_high")),
    *("smallest_change", "early", "earlier_turns", "sentence"),
)
MOST_DECIMALS: Final = 6
DIGITS_SHOWN: Final = 4

Judged = tuple[NamedSeries, Mapping[str, Any]]


def verdict_rows(
    names: Sequence[str],
    judged: Iterable[Judged],
    voice: Voice,
    decimal_mark: str = INTERNATIONAL.decimal_mark,
) -> Iterator[list[Cell]]:
    """A header and a row for each series: what names it, the verdict, and the sentence.

    Several numbers in one cell are text, which has the ``decimal_mark``: 2004.5; 2011.
    """
    yield [*names, *COLUMNS]
    for series, answer in judged:
        cells = {name: _cell(answer.get(name), decimal_mark) for name in COLUMNS}
        yield [*series.id, *{**cells, "sentence": sentence_of(series, answer, voice)}.values()]


def sentence_of(series: NamedSeries, answer: Mapping[str, Any], voice: Voice) -> str:
    """The finding in whole sentences; empty where the times are no periods."""
    measured = measured_series(series)
    return "" if measured is None else sentence(analysis_of(answer), measured, series.name, voice)


def analysis_of(answer: Mapping[str, Any]) -> TrendAnalysis:
    """The detector's answer to one of many series, as the answer to one alone."""
    turning, before, after = (_estimate(answer, name) for name in _INTERVALS)
    return TrendAnalysis(
        Verdict(answer["verdict"]),
        Level(answer["level"]),
        answer["reversed"],
        answer["n_points"],
        p=answer["p"],
        probability=answer["probability"],
        turning=turning,
        slope_before=before,
        slope_after=after,
        smallest_change=answer["smallest_change"],
        early=answer["early"],
        earlier_turns=tuple(answer["earlier_turns"]),
    )


def measured_series(series: NamedSeries) -> Series | None:
    """The series with its periods, unit and decimals; None where its times are no periods.

    Bare whole times count as years.
    """
    periods = [period or _year(time) for period, time in zip(series.periods, series.times, strict=True)]
    points = [
        Point(period, value)
        for period, value in zip(periods, series.values, strict=True)
        if period is not None and value == value
    ]
    if None in periods or len({point.period.first_day for point in points}) < len(points):
        return None
    low, high = series.bounds
    unit = Unit(
        series.kind,
        "" if series.kind is Kind.SHARE else series.unit,
        decimals=_decimals(points),
        lowest=low,
        highest=high,
    )
    starts = {time: _first_from(points, time) for time in series.breaks}
    return Series(
        tuple(points), unit, series.direction, tuple(sorted({start for start in starts.values() if start}))
    )


class Tally:
    """How many series had which fate."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def counting(self, judged: Iterable[Judged]) -> Iterator[Judged]:
        """The same, counted as they pass."""
        for series, answer in judged:
            self._counts["all"] += 1
            self._counts[answer["verdict"]] += 1
            self._counts["reversed"] += answer["reversed"]
            self._counts["worse"] += answer["reversed"] and answer["verdict"] == Verdict.REVERSED_TO_WORSE
            self._counts[answer["level"]] += 1
            yield series, answer

    def line(self) -> str:
        """All of it in one line."""
        of = self._counts
        parts = (
            f"{of['reversed']:,} reversed ({of['worse']:,} to worse)",
            f"{of[Level.EARLY_WARNING]:,} early warning{'s' * (of[Level.EARLY_WARNING] != 1)}",
            f"{of[Verdict.TOO_SHORT]:,} too short",
            *([f"{of[Verdict.NOT_COMPARABLE]:,} not comparable"] if of[Verdict.NOT_COMPARABLE] else []),
        )
        return f"{of['all']:,} series: {', '.join(parts)}."


def _estimate(answer: Mapping[str, Any], name: str) -> Estimate | None:
    value = answer[name]
    return None if value is None else Estimate(value, answer[f"{name}_low"], answer[f"{name}_high"])


def _year(time: float) -> ReportingPeriod | None:
    return year_period(int(time)) if time == int(time) and 1 <= time <= 9999 else None


def _first_from(points: Sequence[Point], time: float) -> ReportingPeriod | None:
    return next((point.period for point in points if point.period.position >= time - 1e-6), None)


def _decimals(points: Sequence[Point]) -> int:
    """As many as the values have, but no more digits than readers can tell apart."""
    values = [point.value for point in points if point.value is not None]
    largest = max(map(abs, values), default=0.0)
    most = DIGITS_SHOWN - 1 - floor(log10(largest)) if largest else 0
    return next(
        (n for n in range(MOST_DECIMALS) if n >= most or all(value == round(value, n) for value in values)),
        MOST_DECIMALS,
    )


def _cell(content: object, decimal_mark: str) -> Cell:
    if isinstance(content, bool):
        return "yes" if content else "no"
    if isinstance(content, list | tuple):
        return "; ".join(number_text(_rounded(each), decimal_mark) for each in content)
    if isinstance(content, int | float):
        return _rounded(content)
    return None if content is None else f"{content}"


def _rounded(number: float) -> float:
    return float(f"{number:.6g}")
