"""Turns and their rivals weighed against each other, as ``rivals`` says.

Slopes are usual up to c noises a period, with c = 1 and c = 4 in equal shares, so that a
steep turn without noise is not drawn towards nought.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from impact.trend.designs import Design
from impact.trend.liking import Liking, Pair, Single
from impact.trend.oddities import ODD_SIZE, odd_histories
from impact.trend.seeing import BrokenLines, Seen, break_lines

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

LEVEL: Final = 1e-9  # a slope this small beside the other is level
SLOPES: Final = (1.0, 4.0)
ODD_SLOPE: Final = 2.0  # the one size beside an odd value, between the two
# Votes of the rivals beside one for turns: those that look most like one have several.
FLAT_BEFORE: Final = 5
FLAT_AFTER: Final = 5
LINE_AND_STEP: Final = 7


@dataclass
class Weights:
    """What speaks for turns and for their rivals, series by series, against the likeliest.

    ``top`` is the logarithm of that; the rest are shares of it: (n_series, k) by tau, or
    summed up. ``before`` and ``after`` are the slopes around tau if the series turned,
    ``bend_before`` and ``bend_after`` if it bent, whatever way.
    """

    top: Floats
    turn: Floats
    bend: Floats
    rivals: Floats
    before: Floats
    after: Floats
    bend_before: Floats
    bend_after: Floats
    levelled: Floats

    def everything(self) -> Floats:
        """Log of what speaks for all histories together."""
        total = np.sum(self.turn, axis=-1) + self.rivals
        return np.asarray(np.log(np.maximum(total, np.finfo(np.float64).tiny)) + self.top, dtype=np.float64)

    def score(self) -> Floats:
        """The score S; -inf where no turn is possible."""
        turn = np.sum(self.turn, axis=-1)
        least = np.finfo(np.float64).tiny
        score = np.log(np.maximum(turn, least)) - np.log(np.maximum(self.rivals, least))
        return np.asarray(np.where(turn > 0, score, -np.inf), dtype=np.float64)


def weigh(design: Design, seen: Seen, liking: Liking, lines: BrokenLines) -> Weights:
    """Every history of the module weighed for every series."""
    k = lines.before.shape[1]
    line, line_squared = seen.line[:, None], design.line_squared[:, None]
    straight = Single(line, line_squared)
    early = Single(lines.arms.first, lines.arms.squared_first)
    late = Single(lines.arms.second, lines.arms.squared_second)
    stepped = Pair(line, seen.step, line_squared, design.step_squared, design.step_line)
    odd = Pair(line, seen.free, line_squared, 1 - design.leverage, design.line)
    broken, then_flat, lines_alone, others = [], [], [], []
    for size in SLOPES:
        usual = design.slope_prior[:, None] / size**2
        broken.append(_voting(lines.arms.weighed(liking, usual, usual) + design.share, lines.usable))
        then_flat.append(_shared(early.weighed(liking, usual), lines.usable, FLAT_AFTER))
        lines_alone.append(straight.weighed(liking, usual))
        others.append(_shared(late.weighed(liking, usual), lines.usable, FLAT_BEFORE))
        others.append(
            _shared(stepped.weighed(liking, usual, design.step_prior[:, None]), votes=LINE_AND_STEP)
        )
        others.append(_shared(odd.weighed(liking, usual, ODD_SIZE)))
    level = liking.of(np.zeros_like(line), np.zeros((1, 1))) + np.log(len(SLOPES))
    alone = _shared(Single(seen.step, design.step_squared).weighed(liking, design.step_prior[:, None]))
    logs = np.concatenate(
        [*broken, *then_flat, *lines_alone, level, *others, alone + np.log(len(SLOPES))], axis=-1
    )
    top = np.max(logs, axis=-1)
    simple = np.max(logs[:, 4 * k : 4 * k + len(SLOPES) + 1], axis=-1)
    logs -= top[:, None]
    shares = np.exp(logs, out=logs)
    bend = shares[:, :k] + shares[:, k : 2 * k]
    turn = np.where(opposed(lines.before, lines.after), bend, 0.0)
    with np.errstate(divide="ignore"):
        levelled = np.log(np.sum(shares[:, 2 * k : 4 * k], axis=-1) / FLAT_AFTER) + top - simple
    rivals = np.sum(shares[:, 2 * k :], axis=-1) + np.sum(bend - turn, axis=-1)
    slopes = (lines.before, lines.after, lines.before.copy(), lines.after.copy())
    return Weights(top, turn, bend, rivals, *slopes, levelled)


def opposed(before: Floats, after: Floats) -> Truths:
    """Whether two slopes have opposite signs; one that is nought but for rounding has none."""
    return np.asarray(before * after < -LEVEL * (before**2 + after**2), dtype=np.bool_)


def _shared(logs: Floats, usable: Truths | None = None, votes: int = 1) -> Floats:
    """Logs of histories that share so many votes; those not usable have none."""
    logs += np.log(votes / logs.shape[-1])
    return logs if usable is None else _voting(logs, usable)


def _voting(logs: Floats, usable: Truths) -> Floats:
    return logs if usable.all() else np.where(usable, logs, -np.inf)


def add_odd(
    weights: Weights,
    design: Design,
    seen: Seen,
    liking: Liking,
    rows: npt.NDArray[np.int64],
) -> None:
    """Adds the histories with an odd value to the weights of the series ``rows``."""
    lines = break_lines(design, seen)
    odd = odd_histories(design, seen.free, liking, lines.arms, design.slope_prior[:, None] / ODD_SLOPE**2)
    broken = np.where(lines.usable[..., None], odd.broken, -np.inf)
    top = np.max([weights.top[rows], broken.max(axis=(1, 2)), odd.level.max(axis=-1)], axis=0)
    worth = np.exp(weights.top[rows] - top)[:, None]
    turn, bend = weights.turn[rows] * worth, weights.bend[rows] * worth
    shares = np.exp(broken - top[:, None, None])
    turned = np.where(opposed(odd.before, odd.after), shares, 0.0)
    slopes = (
        ("before", turn, turned, odd.before),
        ("after", turn, turned, odd.after),
        ("bend_before", bend, shares, odd.before),
        ("bend_after", bend, shares, odd.after),
    )
    for name, plain, beside, sizes in slopes:
        slope = getattr(weights, name)
        slope[rows] = _mixed(slope[rows], plain, beside, sizes)
    of_turned, of_all = turned.sum(axis=-1), shares.sum(axis=-1)
    rivals = weights.rivals[rows] * worth[:, 0] + np.exp(odd.level - top[:, None]).sum(axis=-1)
    rivals += (of_all - of_turned).sum(axis=-1)
    turn += of_turned
    bend += of_all
    weights.turn[rows], weights.bend[rows], weights.rivals[rows] = turn, bend, rivals
    weights.top[rows] = top


def _mixed(slopes: Floats, plain: Floats, beside: Floats, sizes: Floats) -> Floats:
    """Slopes around each tau, mixed with those beside each odd value."""
    whole = plain + beside.sum(axis=-1)
    there = whole > 0
    mixed = slopes * plain + np.einsum("skn,skn->sk", beside, sizes)
    return np.where(there, mixed / np.where(there, whole, 1.0), slopes)
