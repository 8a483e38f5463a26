"""Charts beside matplotlib's own drawing and beside pyplot, in one run.

Bars: SVG of the indicator chart <= 2 x ``fig.draw`` of the same artists and <= 1/4 of pyplot with
tight_layout and bbox "tight"; PNG at double size <= 1/3 of pyplot's and <= 45 kB; 24 sparklines
<= 1/15 of 24 subplots; 1,000 charts leave at most 1 kB each; 4 threads x 160 charts, none wrong.
``BENCH_CHARTS=100 make bench`` tries the last two on fewer.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import median

from matplotlib.backends.backend_agg import FigureCanvasAgg

from benchmarks.naive_charts import as_people_find_it, naive_chart, naive_sparklines
from impact.charts.pictures import figure_of, png_of, svg_of
from impact.charts.sparkline import Sparkline
from tests.charts.examples import diverse_charts, safety_chart
from tests.charts.many import kinds

N_CHARTS = int(os.environ.get("BENCH_CHARTS", "1000"))
ROUNDS = 15
PAGE = os.sysconf("SC_PAGE_SIZE")


def medians(*works: Callable[[], object]) -> list[float]:
    """The median times of pieces of work in milliseconds, taken in turns: all meet the same machine."""
    for work in works:
        work()
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, taken in zip(works, times, strict=True):
            start = time.perf_counter()
            work()
            taken.append(1000 * (time.perf_counter() - start))
    return [median(taken) for taken in times]


def naive(form: str = "svg", dpi: int = 100) -> Callable[[], bytes]:
    chart = safety_chart()

    def draw() -> bytes:
        with as_people_find_it():
            return naive_chart(chart, form, dpi)

    return draw


def test_svg_is_drawn_fast_when_beside_the_floor_and_pyplot() -> None:
    """At most twice the drawing alone, at most a quarter of pyplot."""
    chart = safety_chart()
    canvas = FigureCanvasAgg(figure_of(chart))  # type: ignore[no-untyped-call]
    floor, ours, theirs = medians(canvas.draw, lambda: svg_of(chart), naive())
    print(f"\nSVG {ours:.0f} ms, fig.draw {floor:.0f} ms, pyplot {theirs:.0f} ms")
    assert ours <= 2 * floor
    assert ours <= theirs / 4


def test_png_is_fast_and_small_when_beside_pyplot() -> None:
    """At double size at most a third of pyplot's time, and at most 45 kB."""
    chart = safety_chart()
    ours, theirs = medians(lambda: png_of(chart, scale=2), naive("png", 200))
    size, other = len(png_of(chart, scale=2)), len(naive("png", 200)())
    print(f"\nPNG {ours:.0f} ms and {size} bytes, pyplot {theirs:.0f} ms and {other} bytes")
    assert ours <= theirs / 3
    assert size <= 45_000


def test_sparklines_are_fast_when_beside_subplots() -> None:
    """A page of 24 takes at most a fifteenth of 24 subplots."""
    chart = safety_chart()
    series = [chart.series] * 24

    def subplots() -> bytes:
        with as_people_find_it():
            return naive_sparklines(series)

    ours, theirs = medians(lambda: [Sparkline(one, chart.analysis).svg() for one in series], subplots)
    print(f"\n24 sparklines {ours:.1f} ms, subplots {theirs:.0f} ms")
    assert ours <= theirs / 15


def test_memory_stays_flat_when_many_charts_are_drawn() -> None:
    """A thousand charts of many sorts leave at most a kilobyte each."""
    charts = list(diverse_charts().values())

    def draw(n: int) -> int:
        for number in range(n):
            svg_of(charts[number % len(charts)])
        gc.collect()
        return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE

    before = draw(2 * len(charts))
    after = draw(N_CHARTS)
    print(f"\n{(after - before) / N_CHARTS:.0f} bytes a chart after {N_CHARTS}")
    assert after - before <= 1000 * N_CHARTS


def test_no_chart_is_wrong_when_four_threads_draw() -> None:
    """Each of 4 x 160 charts is the same bytes as alone."""
    pictures = [*diverse_charts().values(), *kinds().values()]
    alone = [svg_of(picture) for picture in pictures]
    n_each = min(160, N_CHARTS)

    def wrong(first: int) -> int:
        numbers = [(first + n) % len(pictures) for n in range(n_each)]
        return sum(svg_of(replace(pictures[n])) != alone[n] for n in numbers)

    with ThreadPoolExecutor(4) as pool:
        n_wrong = sum(pool.map(wrong, range(0, 28, 7)))
    print(f"\n4 threads x {n_each} charts: {n_wrong} wrong")
    assert n_wrong == 0
