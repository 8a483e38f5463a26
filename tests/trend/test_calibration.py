"""The calibration: made anew it is the same, and it keeps what it promises."""

from __future__ import annotations

import numpy as np
import pytest

from impact.trend import calibration, odds
from impact.trend.screening import screen
from impact.trend.synthetic import QUIET_SHAPES, noise, quiet_shape, turned


def test_makes_the_same_table_when_a_part_is_remade():
    """The committed numbers come from the seeded command."""
    shipped = calibration.load()
    part = calibration.build(lengths=(6,))
    np.testing.assert_allclose(part.scores[:, 0], shipped.scores[:, 0], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(part.edges[:, 0], shipped.edges[:, 0], rtol=1e-5, atol=1e-5)


def test_reads_smaller_p_when_the_score_is_higher():
    """p falls with the score, also beyond the table."""
    score = np.linspace(-40, 80, 400)
    p = calibration.p_values(
        calibration.load(), score, np.zeros(400), np.full(400, 11), np.zeros(400, dtype=bool)
    )
    assert np.all(np.diff(p) <= 0)
    assert p[0] == pytest.approx(1.0)
    assert 0 < p[-1] < 1e-5


@pytest.mark.parametrize("n", [6, 10, 20])
def test_alarms_rarely_when_nothing_turned(n):
    """On fresh seeds the average false alarm keeps to 5 %, each kind to a few times that."""
    rng = np.random.default_rng([99, n])
    rates, weights = [], []
    for shape in QUIET_SHAPES:
        for phi, weight in calibration.AUTOCORRELATIONS:
            values = quiet_shape(rng, shape, 600, n) + noise(rng, 600, n, phi)
            rates.append(screen(np.arange(n), values).reversed.mean())
            weights.append(weight)
    assert np.average(rates, weights=weights) <= 0.055
    assert max(rates) <= 0.25


def test_finds_most_when_turns_are_clear():
    """Turns of one standard deviation a year in the middle of 15 years are found."""
    rng = np.random.default_rng(5)
    found = screen(np.arange(15.0), turned(rng, 500, 15, 7, 1.0))
    assert found.reversed.mean() >= 0.97
    assert np.median(np.abs(found.turning - 7)) <= 0.5
    inside = (found.turning_low <= 7) & (found.turning_high >= 7)
    assert 0.84 <= inside[found.reversed].mean() <= 0.97


def test_states_probabilities_that_come_true_when_one_in_five_turned():
    """On fresh seeds stated probabilities are cautious, never boastful."""
    rng = np.random.default_rng(31)
    p, truth = [], []
    for n in (8, 12, 20):
        quiet = np.concatenate(
            [quiet_shape(rng, shape, 300, n) + noise(rng, 300, n) for shape in QUIET_SHAPES]
        )
        turns = np.concatenate([turned(rng, 100, n, k, s) for k in (2, 3, n // 2) for s in (0.5, 1, 2)])
        for values, label in ((quiet, 0.0), (turns, 1.0)):
            p.append(screen(np.arange(n), values).p)
            truth.append(np.full(len(values), label))
    stated = odds.probability_of(np.concatenate(p), 0.2)
    true = np.concatenate(truth)
    assert true.mean() == pytest.approx(0.2, abs=0.001)
    for low in (0.0, 0.2, 0.5, 0.8):
        inside = (stated >= low) & (stated < low + 0.3)
        assert stated[inside].mean() <= true[inside].mean() + 0.07


def test_never_lowers_the_probability_when_p_gets_smaller():
    """A smaller p is never less convincing, and the prior moves the whole."""
    p = np.logspace(0, -9, 60)
    stated = odds.probability_of(p, 0.2)
    assert np.all(np.diff(stated) >= 0)
    assert np.all(odds.probability_of(p, 0.5) > stated)
    assert stated[-1] < 1
