"""The pictures of docs/detector.md, and the sentences beside them, made anew.

    python -m benchmarks.detector_pictures [--out DIR]

Courses with seeded noise, judged and drawn by the product itself; what it says is printed.
The same seeds give the same pictures.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from impact.charts.content import IndicatorChart
from impact.charts.indicator_chart import draw
from impact.charts.render import to_png
from impact.charts.style import LIGHT
from impact.language import speak
from impact.semantics.direction import Direction
from impact.semantics.period import year_period
from impact.semantics.series import Point, Series
from impact.semantics.unit import Kind, Unit
from impact.trend.detector import analyse_series
from impact.trend.sentences import direction_words, headline, level_words, sentence
from impact.trend.verdict import REVERSALS, TrendAnalysis

FOLDER = Path(__file__).parents[1] / "docs" / "images"
FIRST_YEAR = 2010
SHARE = Unit(Kind.SHARE, "%", "%", decimals=1)
CHILDREN = Unit(Kind.COUNT, "barn", "children")
SAFE, SATISFIED, IN_CLUBS = "Tenants who feel safe", "Satisfied tenants", "Active in clubs"
SMALL = replace(LIGHT, width_inches=5.8, height_inches=3.9, title_size=13.5, text_size=10.0)
NOISE = 0.9  # percentage points
# Both stories of the early warning begin alike; one of these values came next.
WENT_ON_FALLING, CAME_BACK = 63.1, 69.4


@dataclass(frozen=True)
class Picture:
    """One chart: the file's name behind ``detector-``, the indicator, what was said of it."""

    name: str
    indicator: str
    series: Series
    analysis: TrendAnalysis

    @property
    def file(self) -> str:
        return f"detector-{self.name}.png"

    @property
    def sentence(self) -> str:
        return sentence(self.analysis, self.series, self.indicator, speak("en"))

    def png(self) -> bytes:
        voice = speak("en")
        chart = IndicatorChart(
            voice=voice,
            title=headline(self.analysis, self.series, voice).rstrip("."),
            indicator=self.indicator,
            series=self.series,
            analysis=self.analysis,
            invented=True,
            certainty=level_words(self.analysis.level, self.analysis.probability, voice),
            direction_words=direction_words(self.series.direction, voice),
        )
        return to_png(draw(chart, SMALL))


def pictures() -> Iterator[Picture]:
    """What docs/detector.md shows, in its order."""
    x = np.arange(15.0)
    yield _picture("reversal", SAFE, _noisy(58 + 1.1 * np.minimum(x, 8) - 1.2 * np.maximum(x - 8, 0), 6))
    yield _picture("plateau", SATISFIED, _noisy(54 + 1.4 * np.minimum(x, 8), 5))
    yield _picture("step", SAFE, _noisy(55 + 0.7 * x - 4.5 * (x >= 8), 7))
    yield _picture("odd-value", SATISFIED, _noisy(56 + 0.7 * x - 6.0 * (x == 11), 2))
    yield from _early_warning()
    yield _picture("short", IN_CLUBS, np.array([1842.0, 1917, 2143, 2095, 2296]), CHILDREN, 2019)


def _early_warning() -> Iterator[Picture]:
    """A warning, and what becomes of it when the next values confirm it, or do not."""
    x = np.arange(13.0)
    until = _noisy(58 + 0.9 * x - 4.0 * (x == 12), 4)
    warned = _picture("early", SAFE, until)
    yield warned
    yield _picture("early-confirmed", SAFE, np.append(until, WENT_ON_FALLING))
    after = _picture("early-withdrawn", SAFE, np.append(until, CAME_BACK))
    if (
        warned.analysis.is_warning
        and not after.analysis.is_warning
        and after.analysis.verdict not in REVERSALS
    ):
        # As the service does it with the analysis before.
        told = warned.series.points[-1].period.position
        after = replace(after, analysis=replace(after.analysis, withdrawn_warning=told))
    yield after


def _noisy(course: np.ndarray, seed: int) -> np.ndarray:
    return course + NOISE * np.random.default_rng(seed).standard_normal(len(course))


def _picture(
    name: str, indicator: str, values: np.ndarray, unit: Unit = SHARE, first_year: int = FIRST_YEAR
) -> Picture:
    points = tuple(
        Point(year_period(first_year + place), round(float(value), unit.decimals))
        for place, value in enumerate(values)
    )
    series = Series(points, unit, Direction.INCREASE)
    return Picture(name, indicator, series, analyse_series(series))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=FOLDER)
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    for picture in pictures():
        (folder / picture.file).write_bytes(picture.png())
        p = picture.analysis.p
        print(f"{picture.file}  {'' if p is None else f'p = {p:.3f}'}\n    {picture.sentence}")


if __name__ == "__main__":
    main()
