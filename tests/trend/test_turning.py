"""Where a turning point is placed."""

from __future__ import annotations

import numpy as np

from impact.trend.designs import build_design
from impact.trend.rivals import fit_histories
from impact.trend.turning import locate_turning


def test_takes_one_way_to_turn_when_peak_and_trough_are_alike():
    """Between a trough and a peak nothing turned, so the two are never averaged."""
    times = np.arange(11.0)[None, :]
    zigzag = np.array([[3, 2, 1, 0, 1, 1.5, 2, 3, 2, 1, 0.0]])
    design = build_design(times, np.ones_like(times), np.empty((1, 0)), np.ones(1, dtype=np.int64))
    fit = fit_histories(design, zigzag, np.zeros(1, dtype=bool), np.full(1, 0.01), 1.8)
    turning = locate_turning(design, fit, 0.9)
    assert turning.rising_before[0] == (turning.before[0] > 0)
    one_sign = fit.before[0][(fit.before * fit.after < 0)[0]] > 0
    assert 0 < one_sign.sum() < len(one_sign)
    taus = design.taus[0][(fit.before * fit.after < 0)[0]]
    same_way = taus[one_sign == turning.rising_before[0]]
    assert same_way.min() <= turning.at[0] <= same_way.max()
