"""Portfolio-wide control: what its list keeps, and what changes a level."""

from __future__ import annotations

import numpy as np
import pytest

from impact.trend import portfolio_table
from impact.trend.portfolio import LEAST_SERIES, control, levels_after
from impact.trend.screening import screen
from impact.trend.synthetic import QUIET_SHAPES, noise, quiet_shape, turned
from impact.trend.verdict import Level

LENGTHS = (6, 8, 10, 12, 15, 20, 30)


class Pool:
    """p-values of fresh series of every length and kind, to draw portfolios from."""

    def __init__(self, seed: int = 4711) -> None:
        rng = np.random.default_rng(seed)
        self.quiet: dict[str, tuple[np.ndarray, np.ndarray]] = {}
        for kind, memory in (("plain", 0.0), ("some memory", 0.3), ("strong memory", 0.6)):
            self.quiet[kind] = _judged(
                quiet_shape(rng, shape, 400, n) + noise(rng, 400, n, memory)
                for n in LENGTHS
                for shape in QUIET_SHAPES
            )
        self.quiet["wandering"] = _judged(np.cumsum(rng.standard_normal((4000, n)), axis=1) for n in LENGTHS)
        self.turned = _judged(
            turned(rng, 300, n, age, slope)
            for n in LENGTHS
            for age in sorted({2, 3, 4, n // 2} & set(range(2, n - 2)))
            for slope in (0.5, 1.0, 2.0)
        )

    def draw(self, rng, kind: str, n_series: int, share: float) -> tuple[np.ndarray, ...]:
        """The p, lengths and truth of a portfolio with that share of turned series."""
        n_turned = round(n_series * share)
        quiet = rng.integers(0, len(self.quiet[kind][0]), n_series - n_turned)
        turns = rng.integers(0, len(self.turned[0]), n_turned)
        p, n = (
            np.concatenate([of_quiet[quiet], of_turned[turns]])
            for of_quiet, of_turned in zip(self.quiet[kind], self.turned, strict=True)
        )
        return p, n, np.arange(n_series) >= n_series - n_turned


def _judged(groups) -> tuple[np.ndarray, np.ndarray]:
    p, n = [], []
    for values in groups:
        p.append(screen(np.arange(values.shape[1]), values).p)
        n.append(np.full(len(values), values.shape[1]))
    return np.concatenate(p), np.concatenate(n)


@pytest.fixture(scope="module")
def pool():
    """One pool for all tests here."""
    return Pool()


def mixture(rng, n_series=300):
    """A portfolio's p-values with some that cannot be told from 0."""
    p = rng.uniform(0, 1, n_series) ** 2
    p[:20] = rng.uniform(0, 0.002, 20)
    return p, rng.integers(6, 40, n_series)


def test_makes_the_same_spreads_when_a_part_is_remade():
    """The committed numbers come from the seeded command."""
    with np.load(portfolio_table.TABLE) as table:
        shipped = table["counts"]
    part = portfolio_table.build_spreads(lengths=(8,))
    np.testing.assert_array_equal(part[:, 0], shipped[:, portfolio_table.LENGTHS.index(8)])


def test_never_lowers_q_when_p_rises():
    """Among series of one length a larger p never has a smaller q."""
    p, n = mixture(np.random.default_rng(1))
    for lengths in (None, np.full(len(p), 12), n):
        q = control(p, n_points=lengths).q
        for length in np.unique(n) if lengths is n else (None,):
            rows = np.ones(len(p), dtype=bool) if length is None else n == length
            assert np.all(np.diff(q[rows][np.argsort(p[rows], kind="stable")]) >= 0)


def test_says_the_same_when_the_series_come_in_another_order():
    """No answer depends on which series stands first."""
    rng = np.random.default_rng(2)
    p, n = mixture(rng)
    order = rng.permutation(len(p))
    np.testing.assert_allclose(control(p[order], n_points=n[order]).q, control(p, n_points=n).q[order])


def test_leaves_out_series_without_a_p():
    """A series that is too short neither gets a q nor changes those of the others."""
    p, n = mixture(np.random.default_rng(3))
    outcome = control(np.append(p, np.nan), n_points=np.append(n, 3))
    assert np.isnan(outcome.q[-1])
    assert not outcome.listed[-1]
    np.testing.assert_array_equal(outcome.q[:-1], control(p, n_points=n).q)


def test_takes_p_as_it_stands_when_series_are_few():
    """A small portfolio is controlled by Benjamini and Hochberg and fits no null."""
    p = np.array([0.001, 0.02, 0.3, 1.0])
    outcome = control(p)
    assert not outcome.null.is_fitted
    np.testing.assert_allclose(outcome.q, [0.004, 0.04, 0.4, 1.0])
    assert control(np.full(LEAST_SERIES, 0.5)).null.is_fitted
    assert len(control([]).q) == 0


@pytest.mark.parametrize("wrong", [[0.5, 1.2], [-0.1], [[0.5]]])
def test_refuses_what_is_no_p(wrong):
    """Numbers outside 0 to 1 and tables are refused."""
    with pytest.raises(ValueError, match="p "):
        control(wrong)


@pytest.mark.parametrize("n_series", [50, 200, 1000])
def test_lists_nothing_when_nothing_turned(pool, n_series):
    """In at least 95 of 100 portfolios of plain quiet series the list is empty."""
    rng = np.random.default_rng(n_series)
    empty = []
    for _ in range(120):
        p, n, _ = pool.draw(rng, "plain", n_series, 0.0)
        empty.append(not control(p, n_points=n).listed.any())
    assert np.mean(empty) >= 0.95


@pytest.mark.parametrize(
    ("kind", "n_series"),
    [
        ("plain", 50),
        ("plain", 200),
        ("plain", 1000),
        ("some memory", 200),
        ("strong memory", 500),
        ("wandering", 1000),
    ],
)
@pytest.mark.parametrize("share", [0.05, 0.2])
def test_keeps_the_stated_rate_whatever_the_quiet_series_are_like(pool, kind, n_series, share):
    """Of the listed at most one in ten is false, also where quiet series remember or wander.

    A little more where all of them remember a little: such a portfolio cannot be told from a plain one.
    """
    rng = np.random.default_rng([n_series, int(100 * share)])
    false = []
    for _ in range(60):
        p, n, truth = pool.draw(rng, kind, n_series, share)
        listed = control(p, n_points=n).listed
        false.append(np.sum(listed & ~truth) / max(1, listed.sum()))
    assert np.mean(false) <= (0.12 if kind == "some memory" else 0.10)


@pytest.mark.parametrize("share", [0.05, 0.2])
@pytest.mark.parametrize("n_series", [200, 1000])
def test_finds_more_than_benjamini_and_hochberg_alone(pool, n_series, share):
    """On plain portfolios the fitted null recovers what conservative p-values waste."""
    rng = np.random.default_rng([n_series, int(100 * share), 1])
    found, alone = [], []
    for _ in range(60):
        p, n, truth = pool.draw(rng, "plain", n_series, share)
        found.append(control(p, n_points=n).listed[truth].mean())
        alone.append(by_benjamini_and_hochberg(p, 0.10)[truth].mean())
    assert np.mean(found) >= 1.2 * np.mean(alone)


def by_benjamini_and_hochberg(p: np.ndarray, rate: float) -> np.ndarray:
    """Their list, from the definition."""
    ordered = np.sort(p)
    passed = ordered[ordered <= rate * np.arange(1, len(p) + 1) / len(p)]
    return p <= passed.max(initial=-1.0)


def test_changes_the_level_of_reversals_alone():
    """Likely ones on the list become clear, clear ones beside it likely; others stay."""
    p = np.concatenate([[0.0001, 0.0001, 0.049, 0.09, 0.0001, np.nan], np.linspace(0.3, 1, 60)])
    level = np.full(len(p), str(Level.NONE), dtype="<U16")
    level[:6] = [Level.CLEAR, Level.LIKELY, Level.CLEAR, Level.LIKELY, Level.EARLY_WARNING, Level.NONE]
    after = levels_after(level, control(p))
    assert after[:6].tolist() == ["clear", "clear", "likely", "likely", "early_warning", "none"]
    assert set(after[6:]) == {"none"}


def test_changes_no_level_when_series_are_few():
    """What three other series say tells nothing about what chance does in this portfolio."""
    level = [Level.CLEAR, Level.LIKELY, Level.NONE]
    assert levels_after(level, control([0.049, 0.06, 1.0])).tolist() == level
