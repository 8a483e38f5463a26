"""All tables of the detector made anew, a step at a time, so that one sees how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from impact.trend import calibration, odds, portfolio_table, together_table
from impact.trend.calibration import Calibration

N_STEPS: Final = len(calibration.LENGTHS) + 1 + len(portfolio_table.LENGTHS) + len(together_table.LENGTHS)
FEWEST: Final = 10


def make_tables(
    folder: Path, seed: int = calibration.SEED, n_each: int = calibration.N_EACH
) -> Iterator[str]:
    """Makes the tables and writes them to a folder; yields the name of each step that is done.

    Args:
        folder: where the tables go; that of this package replaces those of the detector.
        seed: starts the random numbers; each length has a stream of its own.
        n_each: series for each shape, autocorrelation and length.
    """
    parts = []
    for n in calibration.LENGTHS:
        parts.append(calibration.build(seed, (n,), n_each))
        yield f"scores of {n} points"
    whole = Calibration(
        np.concatenate([part.lengths for part in parts]),
        np.concatenate([part.edges for part in parts], axis=1),
        np.concatenate([part.scores for part in parts], axis=1),
    )
    calibration.save(whole, folder / calibration.TABLE.name)
    # These are made with the detector, so with the table that has just been saved.
    odds.save_odds(odds.build_odds(seed), folder / odds.TABLE.name)
    yield "probabilities"
    spreads = []
    for n in portfolio_table.LENGTHS:
        spreads.append(portfolio_table.build_spreads(seed, (n,), _part_of(portfolio_table.N_EACH, n_each)))
        yield f"portfolios of {n} points"
    portfolio_table.save_spreads(np.concatenate(spreads, axis=1), folder / portfolio_table.TABLE.name)
    n_pairs = _part_of(together_table.N_EACH, n_each)
    pairs = []
    for n in together_table.LENGTHS:
        pairs.append(together_table.build_table(seed, (n,), n_pairs))
        yield f"pairs of {n} points"
    together_table.save_table(np.concatenate(pairs), folder / together_table.TABLE.name)


def _part_of(usual: int, n_each: int) -> int:
    """As many for each shape as a table usually has, scaled like the calibration."""
    return max(FEWEST, usual * n_each // calibration.N_EACH)
