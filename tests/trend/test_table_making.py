"""The tables made a step at a time are those made at once."""

from pathlib import Path

import numpy as np
import pytest

from impact.trend import calibration, portfolio_table, table_making, together_table

ALL_LENGTHS = (calibration.LENGTHS, portfolio_table.LENGTHS, together_table.LENGTHS)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two lengths instead of all."""
    monkeypatch.setattr(calibration, "LENGTHS", (6, 9))
    monkeypatch.setattr(portfolio_table, "LENGTHS", (6, 7))
    monkeypatch.setattr(together_table, "LENGTHS", (6, 8))


def test_tables_are_the_same_when_made_a_length_at_a_time(short: None, tmp_path: Path) -> None:
    """Every length has its own random numbers, so the steps change nothing."""
    steps = list(table_making.make_tables(tmp_path, seed=5, n_each=20))
    assert steps == [
        *("scores of 6 points", "scores of 9 points", "probabilities"),
        *("portfolios of 6 points", "portfolios of 7 points"),
        *("pairs of 6 points", "pairs of 8 points"),
    ]
    whole = calibration.build(5, (6, 9), 20)
    with np.load(tmp_path / "calibration.npz") as made:
        np.testing.assert_array_equal(made["lengths"], whole.lengths)
        np.testing.assert_array_equal(made["edges"], whole.edges.astype(np.float32))
        np.testing.assert_array_equal(made["scores"], whole.scores.astype(np.float32))
    with np.load(tmp_path / portfolio_table.TABLE.name) as made:
        spreads = portfolio_table.build_spreads(5, (6, 7), 16)
        np.testing.assert_array_equal(made["counts"], spreads)
    with np.load(tmp_path / "together.npz") as made:
        table = together_table.build_table(5, (6, 8), 10)
        np.testing.assert_array_equal(made["distances"], table.astype(np.float32))


def test_tables_differ_when_the_seed_does(short: None, tmp_path: Path) -> None:
    """The seed is what the numbers come from."""
    scores = []
    for seed in (5, 6):
        list(table_making.make_tables(tmp_path, seed=seed, n_each=20))
        with np.load(tmp_path / "calibration.npz") as made:
            scores.append(made["scores"])
    assert not np.array_equal(*scores)


def test_steps_are_as_many_as_are_told(short: None, tmp_path: Path) -> None:
    """The bar that shows them comes to its end."""
    shortened = (calibration.LENGTHS, portfolio_table.LENGTHS, together_table.LENGTHS)
    assert 1 + sum(map(len, ALL_LENGTHS)) == table_making.N_STEPS
    n_steps = len(list(table_making.make_tables(tmp_path, seed=5, n_each=20)))
    assert n_steps == 1 + sum(map(len, shortened))
