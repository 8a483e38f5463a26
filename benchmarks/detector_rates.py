"""How often the detector errs and finds, by kind and length, on series of its own making.

    python -m benchmarks.detector_rates --seed 4242 --per 2000

The tables of docs/detector.md that need no labelled series from elsewhere: shapes, noise and
turns come from ``impact.trend.synthetic`` with another seed than the calibration. Per cent;
slopes in standard deviations of the noise a period. About three minutes of one processor.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import numpy.typing as npt

from impact.trend.calibration import AUTOCORRELATIONS
from impact.trend.comparison import compare_many
from impact.trend.portfolio import control
from impact.trend.screening import Screening, screen
from impact.trend.synthetic import QUIET_SHAPES, noise, quiet_shape, turned

Floats = npt.NDArray[np.float64]
Row = tuple[str, list[float]]
Part = Callable[[np.random.Generator, int, int], dict[str, float]]

LENGTHS = (6, 8, 10, 12, 15, 20, 30)
LONG = (40, 60, 120)  # quarters and months; for the parts that are worth it
SLOPES = (0.5, 1.0, 2.0)
AGES = (2, 3, 4)
NAN = float("nan")


def quiet_shapes(rng: np.random.Generator, n: int, per: int) -> dict[str, float]:
    """Flagged though nothing turned: shapes, autocorrelation, errors unknown and known."""
    rates: dict[str, float] = {}
    for known in (None, 1.0):
        errors = "errors known" if known else "errors unknown"
        for phi, _part in AUTOCORRELATIONS if known is None else AUTOCORRELATIONS[:1]:
            of_phi = []
            for shape in QUIET_SHAPES:
                values = quiet_shape(rng, shape, per, n) + noise(rng, per, n, phi)
                of_phi.append(_percent(screen(np.arange(n), values, standard_errors=known).reversed))
                rates[f"{errors}, autocorrelation {phi:g}, {shape}"] = of_phi[-1]
            rates[f"{errors}, autocorrelation {phi:g}, mean of all shapes"] = float(np.mean(of_phi))
    as_calibrated = (
        part * rates[f"errors unknown, autocorrelation {phi:g}, mean of all shapes"]
        for phi, part in AUTOCORRELATIONS
    )
    rates["errors unknown, mean as the calibration weighs it"] = sum(as_calibrated)
    return rates


def wandering(rng: np.random.Generator, n: int, per: int) -> dict[str, float]:
    """Flagged random walks, without and with drift."""
    steps = rng.standard_normal((per, n))
    return {
        f"random walk, drift {drift:g}": _percent(
            screen(np.arange(n), np.cumsum(steps + drift, axis=1)).reversed
        )
        for drift in (0.0, 0.5)
    }


def turns(rng: np.random.Generator, n: int, per: int) -> dict[str, float]:
    """Turns found, by their age in periods and slope."""
    rates = {}
    for name, age in (("middle", n // 2), *((str(age), age) for age in AGES)):
        for slope in SLOPES:
            is_there = name == "middle" or age < n // 2
            found = screen(np.arange(n), turned(rng, per, n, age, slope)).reversed if is_there else [NAN]
            rates[f"turned, {name}, slope {slope:g}"] = _percent(found)
    return rates


def two_turns(rng: np.random.Generator, n: int, per: int) -> dict[str, float]:
    """Rose, fell, rose: the newest turn within two periods of the truth, and the first listed."""
    first, second = n / 3 - 0.5, 2 * n / 3 - 0.5
    rates = {}
    for slope in (1.0, 2.0):
        x = np.arange(n, dtype=np.float64)
        course = slope * (x - 2 * np.maximum(x - first, 0) + 2 * np.maximum(x - second, 0))
        found = screen(np.arange(n), course + noise(rng, per, n))
        newest = found.reversed & (np.abs(found.turning - second) <= 2) & (found.slope_before < 0)
        listed = newest & np.any(np.abs(found.earlier_turns - first) <= 2, axis=-1)
        oldest = found.reversed & (np.abs(found.turning - first) <= 2) & (found.slope_before > 0)
        rates[f"two turns, slope {slope:g}: newest found"] = _percent(newest)
        rates[f"two turns, slope {slope:g}: newest found and first listed"] = _percent(listed)
        rates[f"two turns, slope {slope:g}: the first told as the newest"] = _percent(oldest)
        rates[f"two turns, slope {slope:g}: no turn told"] = _percent(~found.reversed)
    return rates


def standing_still(rng: np.random.Generator, n: int, per: int) -> dict[str, float]:
    """Called levelled off: what did, and what did not."""
    rates = {}
    for shape in ("plateau", "steep plateau", "flat", "gentle line", "steep line", "slow-down"):
        found = screen(np.arange(n), quiet_shape(rng, shape, per, n) + noise(rng, per, n))
        rates[f"levelled off: {shape}"] = _percent(found.verdict == "levelled_off")
    return rates


def smallest_change(rng: np.random.Generator, n: int, per: int) -> dict[str, float]:
    """The change that a flat series could have shown, and how often it then is shown."""
    flat = screen(np.arange(n), noise(rng, per, n))
    change = float(np.median(flat.smallest_change))
    line = change / (n - 1) * np.arange(n)
    shown = screen(np.arange(n), line + noise(rng, per, n)).verdict
    return {
        "smallest change, noises (not per cent)": change,
        "a line of that change is not called flat": _percent(shown != "flat"),
        "a flat series is called rising or falling": _percent(
            (flat.verdict == "rising") | (flat.verdict == "falling")
        ),
    }


def after_warnings(rng: np.random.Generator, n: int, per: int) -> dict[str, float]:
    """Early warnings on the first n of n + 1 points, and what the next point makes of them."""
    x = np.arange(n + 1.0)
    courses = {
        "line of slope .3": 0.3 * x,
        "line, then stood still (3 points)": np.minimum(x, n - 4.0),
        "turned 1 point ago, slope 1": np.minimum(x, n - 2.0) - np.maximum(x - n + 2.0, 0),
        "turned 2 points ago, slope 1": np.minimum(x, n - 3.0) - np.maximum(x - n + 3.0, 0),
        "turned 1 point ago, slope 2": 2 * (np.minimum(x, n - 2.0) - np.maximum(x - n + 2.0, 0)),
    }
    rates = {}
    for name, course in courses.items():
        values = course + noise(rng, 4 * per, n + 1)
        before = screen(x[:n], values[:, :n])
        warned = before.level == "early_warning"
        after = screen(x, values[warned])
        still = (after.level == "early_warning").mean() if warned.any() else NAN
        turned_now = (after.reversed | (after.level == "likely")).mean() if warned.any() else NAN
        rates[f"warned: {name}"] = _percent(warned)
        rates[f"  of them at the next point a reversal: {name}"] = 100 * float(turned_now)
        rates[f"  of them still a warning: {name}"] = 100 * float(still)
    return rates


def unclear(rng: np.random.Generator, n: int, per: int) -> dict[str, float]:
    """Where the interval lies: the truth inside it, its width, the error of the year."""
    truth = n - 1 - n // 2
    found: Screening = screen(np.arange(n), turned(rng, per, n, n // 2, 1.0))
    hit = found.reversed
    inside = (found.turning_low <= truth) & (found.turning_high >= truth)
    return {
        "turning time within its interval (middle, slope 1)": _percent(inside[hit]),
        "width of the interval, periods (not per cent)": float(
            np.median((found.turning_high - found.turning_low)[hit])
        ),
    }


def on_its_own(rng: np.random.Generator, n: int, per: int) -> dict[str, float]:
    """Turns of slope 1 in the middle beside a reference: what is answered."""
    x = np.arange(n, dtype=np.float64)
    tent = np.minimum(x, n - 1 - n // 2) - np.maximum(x - (n - 1 - n // 2), 0)
    rates = {}
    for name, course in (("flat", 0 * x), ("rises on", x), ("turns half as steeply", tent / 2)):
        own, reference = tent + noise(rng, per, n), course + noise(rng, per, n)
        outcome = compare_many(x, own, reference, direction="increase").outcome
        rates[f"on its own, reference {name}"] = _percent(outcome == "turned_on_its_own")
        rates[f"cannot be told, reference {name}"] = _percent(outcome == "cannot_tell")
    return rates


def late_plateaus(rng: np.random.Generator, n: int, per: int) -> dict[str, float]:
    """Flagged where a rise stopped two, three or four points before the end; the worst of these."""
    x = np.arange(n, dtype=np.float64)
    rates = {}
    for slope in (1.0, 2.0, 3.0, 6.0):
        flat = noise(rng, per, n)
        for errors, known in (("unknown", None), ("known", 1.0)):
            flagged = [
                screen(x, slope * np.minimum(x, n - 1 - ago) + flat, standard_errors=known).reversed
                for ago in (2, 3, 4)
                if n - 1 - ago >= 2
            ]
            rates[f"late plateau, slope {slope:g}, errors {errors}"] = max(map(_percent, flagged))
    return rates


PARTS: tuple[Part, ...] = (
    quiet_shapes,
    wandering,
    turns,
    two_turns,
    standing_still,
    smallest_change,
    after_warnings,
    unclear,
    on_its_own,
    late_plateaus,
)


def rates(seed: int, per: int) -> Iterator[Row]:
    """Every row of the tables: its name, and a figure for each length."""
    for place, part in enumerate(PARTS):
        lengths = (*LENGTHS, *LONG) if part is late_plateaus else LENGTHS
        by_length = [part(np.random.default_rng([seed, place, n]), n, per) for n in lengths]
        for name in by_length[0]:
            yield name, [found[name] for found in by_length]


def portfolios(seed: int, n_draws: int) -> Iterator[tuple[str, int, float, float]]:
    """Portfolios of one sort of quiet series: per cent of the list that is false, and found."""
    rng = np.random.default_rng([seed, 7])
    pools = {name: _pool(rng, make) for name, make in QUIET_SORTS.items()}
    of_turns = _pool(rng, _all_turns)
    for (name, pool), size in product(pools.items(), (50, 200, 2000)):
        draws = n_draws if size < 2000 else max(1, n_draws // 5)
        for share in (0.0, 0.05, 0.2):
            drawn = [_draw(rng, pool, of_turns, size, share) for _ in range(draws)]
            false, found = (100 * float(np.mean(column)) for column in zip(*drawn, strict=True))
            yield f"{name}, {100 * share:g} % turned", size, false, found


def _all_shapes(rng: np.random.Generator, n: int) -> Floats:
    return np.concatenate([quiet_shape(rng, shape, 500, n) + noise(rng, 500, n) for shape in QUIET_SHAPES])


def _all_turns(rng: np.random.Generator, n: int) -> Floats:
    sorts = ((2, 1.0), (3, 1.0), (n // 2, 0.5), (n // 2, 1.0), (n // 2, 2.0))
    return np.concatenate([turned(rng, 1200, n, age, slope) for age, slope in sorts])


QUIET_SORTS: dict[str, Callable[[np.random.Generator, int], Floats]] = {
    "independent, all shapes": _all_shapes,
    "autocorrelation .6, flat": lambda rng, n: noise(rng, 6000, n, 0.6),
    "random walks": lambda rng, n: np.cumsum(rng.standard_normal((6000, n)), axis=1),
}


def _pool(rng: np.random.Generator, make: Callable[[np.random.Generator, int], Floats]) -> Floats:
    """Rows of p and points of 30,000 series of one sort, 8 to 20 points long."""
    parts = []
    for n in (8, 10, 12, 15, 20):
        p = screen(np.arange(n), make(rng, n)).p
        parts.append(np.stack([p, np.full(len(p), float(n))]))
    return np.concatenate(parts, axis=1)


def _draw(
    rng: np.random.Generator, quiet: Floats, turned_ones: Floats, size: int, share: float
) -> tuple[float, float]:
    n_turned = round(size * share)
    sides = (quiet, size - n_turned), (turned_ones, n_turned)
    drawn = np.concatenate([pool[:, rng.choice(pool.shape[1], n)] for pool, n in sides], axis=1)
    listed = control(drawn[0], n_points=drawn[1]).listed
    truth = np.arange(size) >= size - n_turned
    false = (listed & ~truth).sum() / max(1, listed.sum())
    return float(false), float(listed[truth].mean()) if n_turned else NAN


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=4242)
    parser.add_argument("--per", type=int, default=2000, help="series for each kind and length")
    parser.add_argument("--draws", type=int, default=200, help="portfolios of each sort and size")
    given = parser.parse_args()
    print(f"{'points':62s}" + "".join(f"{n:7d}" for n in (*LENGTHS, *LONG)))
    for name, figures in rates(given.seed, given.per):
        cells = "".join("      -" if np.isnan(figure) else f"{figure:7.1f}" for figure in figures)
        print(f"{name:62s}{cells}", flush=True)
    print(f"\n{'portfolios listed at q = .10':46s}{'series':>8s}{'false':>8s}{'found':>8s}")
    for name, size, false, found in portfolios(given.seed, given.draws):
        print(f"{name:46s}{size:8d}{false:8.1f}{found:8.1f}", flush=True)


def _percent(truths: npt.ArrayLike) -> float:
    return 100 * float(np.mean(truths))


if __name__ == "__main__":
    main()
