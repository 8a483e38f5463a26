"""What the detector can be told, each default with its reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DetectorSettings:
    """How the detector decides; the defaults are those it is calibrated for.

    Attributes:
        reversed_at: a reversal speaks with p at or below this; .05 is what readers of
            statistics expect, and the calibration table keeps the average at or below it.
        likely_at: "likely" up to here; .10 gives a list that is worth looking through.
        least_points: usable points below which nothing is said; with five points a turn
            and a single odd value cannot be told apart.
        least_stretch: points in the longest stretch under one definition below which a
            broken series is not comparable; two points give a bare difference.
        trend_at: two-sided p at which a line counts as rising or falling; the usual .05.
        levelled_off_odds: log odds by which "rose, then flat" must beat a line; 1.4 says it
            of one straight line in twenty-five and, of 12 points that rose by a noise each
            until the middle, in seven of ten.
        second_turn_odds: log odds by which two turns must beat at most one; 1 keeps false
            ones below one in a thousand where noise is independent.
        winding: lag-1 autocorrelation of the residuals from which a history is too winding
            for two bends, so that its newest two thirds are looked at for themselves.
        winding_at: p at or below which a turn found in them counts; it is a second look.
        early_at: p of the early warning; .10 keeps false ones below 8 % of series.
        early_old_points: newest points of the old trend that the warning looks at; older
            history says little about where the line stands now.
        early_guard: one-sided p at which the new points must also lie on the wrong side
            of the last two old ones; .056 finds three in four turns two points old.
        early_full: points of an old trend from which its p counts in full; with fewer, a
            plateau in its second half looks like a trend that was left, so p is raised.
        early_least: fewest points of an old trend; four leave two degrees of freedom.
        prior: share of series that have reversed before one looks; one in five in the
            portfolios that this is made for.
        extra_scatter: scatter, in known standard errors squared, from which on the known
            errors are not believed; 1.8 leaves room for chance with ten points.
        interval: share that the intervals cover; 90 % as the charts say.
        power: how often ``smallest_change`` would be seen; four times out of five.
        chunk_cells: numbers held per working array, so that memory stays flat.
    """

    reversed_at: float = 0.05
    likely_at: float = 0.10
    least_points: int = 6
    least_stretch: int = 3
    trend_at: float = 0.05
    levelled_off_odds: float = 1.4
    second_turn_odds: float = 1.0
    winding: float = 0.5
    winding_at: float = 0.005
    early_at: float = 0.10
    early_old_points: int = 12
    early_guard: float = 0.056
    early_full: int = 8
    early_least: int = 5
    prior: float = 0.2
    extra_scatter: float = 1.8
    interval: float = 0.90
    power: float = 0.80
    chunk_cells: int = 1_500_000


DEFAULT_SETTINGS = DetectorSettings()
