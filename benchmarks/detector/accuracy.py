"""Bars 1 to 4: false alarms, reversals found, and where they turn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.detector.figures import Figure, at_least, at_most, between, told
from benchmarks.detector.ground import Answers, Row
from benchmarks.detector.limits import limit_at, limits_by_length, p_of, share_found

AUTOCORRELATED = "null/ar0.6_flat"
EXACT = ("null/constant", "null/exact_line")
SLOPES = ("0.5", "1", "2")
# Per cent to be found, for slopes of .5, 1 and 2 standard deviations a year.
CELLS = {"mid": (47, 77, 93), "late4": (25, 79, 99), "late3": (9, 43, 93), "late2": (3, 9, 40)}
DIFFICULT = {"known_se": 83, "counts": 82, "gaps": 80, "ar0.3": 82, "declared_break": 63, "outlier": 49}
# What the reference finds at its default decision, and the best of the others.
WEAK_SPOTS = {"outlier": (12, 21), "half_as_steep_after": (15, 21), "hetero_unknown": (42, 62)}


def false_alarms(judged: Row, bar: str = "1", hardest: str = AUTOCORRELATED) -> list[Figure]:
    """Bar 1: overall, the worst kind and every other, random walks, exact series."""
    strata = judged["strata"]
    everything = strata["ALL|null"]
    figures = [at_most(bar, "false alarms, all kinds", 100 * everything["rate"], 5, everything["n"])]
    for name, found in _worst_first(strata, "null"):
        limit = 0.0 if name in EXACT else 12 if name == hardest else 6.5
        figures.append(at_most(bar, name, 100 * found["rate"], limit, found["n"]))
    for name, found in _worst_first(strata, "grey"):
        figures.append(at_most(bar, name, 100 * found["rate"], 20, found["n"]))
    for name, found in strata.items():
        if name.startswith("null|n="):
            figures.append(told(bar, f"all kinds, {name[5:]}", 100 * found["rate"], found["n"]))
    return figures


def power(judged: Row) -> list[Figure]:
    """Bar 2: found at matched false alarms, and the area under the curve."""
    found = judged["strata"]["ALL|rev"]
    matched = judged["matched"]
    return [
        told("2", "found at the default decision", 100 * found["rate"], found["n"]),
        at_least("2", "found at 5 % false alarms", 100 * matched[0.05], 66, found["n"]),
        at_least("2", "found at 1 % false alarms", 100 * matched[0.01], 47, found["n"]),
        at_least("2", "area under the curve", judged["auc_all"], 0.895, unit=""),
        *(
            told("2", f"area under the curve, n={n}", area, unit="")
            for n, area in sorted(judged["auc"].items())
        ),
    ]


def cells(rows: Sequence[Row], answers: Answers, judged: Row) -> list[Figure]:
    """Bar 3: each place and slope of a turn, each difficulty, and the mean over them.

    The default decision speaks while its false alarms are 2.5 % or less; otherwise the
    highest p does that keeps them there.
    """
    limit = _limit_of_cells(rows, answers, judged)
    wanted = {
        f"{place}/snr{slope}": share
        for place, shares in CELLS.items()
        for slope, share in zip(SLOPES, shares, strict=True)
    } | {f"mid/{kind}": share for kind, share in DIFFICULT.items()}
    figures = []
    for name, least in wanted.items():
        found, n = _spoken(rows, answers, f"rev/{name}", limit)
        figures.append(at_least("3", name, found, least, n, by_chance=True))
    mean = float(np.mean([figure.value for figure in figures]))
    wanted_mean = round(float(np.mean(list(wanted.values()))), 1)
    decision = told("3", "highest p that speaks in the cells (1: the default)", limit, unit="")
    return [decision, *figures, at_least("3", "mean over the cells", mean, wanted_mean)]


def turning_years(judged: Row, bar: str = "4") -> list[Figure]:
    """Bar 4: how far the turning year is off, and whether its interval holds the truth."""
    hits = judged["strata"]["ALL|rev"]
    n = round(hits["n"] * hits["rate"])
    covered = 100 * hits["coverage"]
    return [
        at_most(bar, "median error of the turning year", hits["mae"], 0.35, unit="years"),
        at_least(bar, "within one year", 100 * hits["within1"], 90, n),
        between(bar, "90 % interval holds the truth", covered, 87, 95, n),
    ]


def weak_spots(rows: Sequence[Row], answers: Answers) -> list[Figure]:
    """Where the reference is weak: late turns with an outlier, half as steep, unequal noise."""
    limits = limits_by_length(rows, answers, 0.05)
    figures = []
    for kind, (reference, best) in WEAK_SPOTS.items():
        stratum = f"rev/late3/{kind}"
        default, n = _spoken(rows, answers, stratum)
        matched, _n = share_found(rows, answers, stratum, lambda row: limits[row["n"]])
        figures.append(at_least("weak", f"late3/{kind}, default decision", default, reference, n))
        figures.append(at_least("weak", f"late3/{kind}, at 5 % false alarms", matched, best, n))
    return figures


def _limit_of_cells(rows: Sequence[Row], answers: Answers, judged: Row) -> float:
    if judged["strata"]["ALL|null"]["rate"] <= 0.025:
        return 1.0
    quiet = np.array([p_of(answers.get(row["id"])) for row in rows if row["group"] == "null"])
    return limit_at(quiet, 0.025)


def _spoken(rows: Sequence[Row], answers: Answers, stratum: str, limit: float = 1.0) -> tuple[float, int]:
    """Per cent of a stratum that is called reversed with a p up to the limit."""
    of_stratum = [answers[row["id"]] for row in rows if row["stratum"] == stratum]
    hits = [bool(each.get("reversed")) and p_of(each) <= limit for each in of_stratum]
    return 100 * float(np.mean(hits)), len(hits)


def _worst_first(strata: Row, group: str) -> list[tuple[str, Row]]:
    kinds = [(name, each) for name, each in strata.items() if each["group"] == group and "|" not in name]
    return sorted(kinds, key=lambda item: -item[1]["rate"])
