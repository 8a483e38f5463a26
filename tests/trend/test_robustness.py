"""Whatever comes in, an answer comes out: no crash, no warning, nothing impossible."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from impact.trend.screening import screen
from impact.trend.verdict import REVERSALS, Level, Verdict

VALUES = st.one_of(
    st.just(float("nan")),
    st.integers(-3, 3).map(float),
    st.floats(-1e15, 1e15, allow_nan=False),
    st.sampled_from([0.0, 1e-10, 1e15, 99.9, 100.0, 7.0]),
)


@st.composite
def batches(draw):
    n_series, n = draw(st.integers(1, 3)), draw(st.integers(1, 14))
    rows = st.lists(VALUES, min_size=n, max_size=n)
    start, step = draw(st.sampled_from([0.0, 2001.0, 2018.5])), draw(st.sampled_from([0.25, 1.0, 3.0]))
    values = np.array(draw(st.lists(rows, min_size=n_series, max_size=n_series)))
    errors = draw(st.sampled_from([None, 0.0, 1e-9, 1.0, 1e12]))
    times = start + step * np.arange(n)
    breaks = draw(st.lists(st.sampled_from(list(times)), max_size=4))
    options = {
        "standard_errors": errors,
        "breaks": [breaks] * n_series,
        "kind": draw(st.sampled_from(["number", "count", "share", "index"])),
        "direction": draw(st.sampled_from(["increase", "decrease", "band", "context"])),
        "n_observed": draw(st.sampled_from([None, 0, 1, 500])),
        "bounds": draw(st.sampled_from([None, (0, 100), (None, 0)])),
        "periods_per_year": draw(st.sampled_from([1, 1, 1, 4])),
    }
    return times, values, options


@settings(max_examples=150, deadline=None, derandomize=True)
@given(batches())
def test_answers_when_anything_comes(batch):
    """Verdict, level, p and interval agree with each other for any input."""
    times, values, options = batch
    found = screen(times, values, **options)
    for row in range(len(values)):
        verdict, level = Verdict(str(found.verdict[row])), Level(str(found.level[row]))
        judged = verdict not in {Verdict.TOO_SHORT, Verdict.NOT_COMPARABLE}
        assert np.isnan(found.p[row]) != judged
        assert found.reversed[row] == (level is Level.CLEAR)
        assert (verdict in REVERSALS) == (level in {Level.CLEAR, Level.LIKELY})
        if judged:
            assert 0 < found.p[row] <= 1
            assert 0 < found.probability[row] < 1
            assert np.isfinite(found.slope_before[row])
            assert np.isfinite(found.smallest_change[row])
        if not np.isnan(found.turning[row]):
            assert found.turning_low[row] <= found.turning[row] <= found.turning_high[row]
            assert times[0] < found.turning_low[row] <= found.turning_high[row] < times[-1]
        if verdict in REVERSALS:
            assert found.slope_before[row] * found.slope_after[row] <= 0
