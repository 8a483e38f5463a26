"""Whether a long history turned more than once: two bends instead of one.

The score weighs one turn against none. Where residuals around the best broken line follow
each other, lines with two bends and alternating slopes are weighed against everything with
at most one. If they win clearly, the newest turn is judged on the points since the one
before it (``screening``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from impact.trend.designs import Design
from impact.trend.liking import Liking, Pair

Floats = npt.NDArray[np.float64]

LEAST_POINTS: Final = 10  # three arms of four points, the joints shared
FOLLOWING: Final = 0.1  # lag-1 autocorrelation from which a second bend is looked for
USUAL_SLOPE: Final = 2.0  # noises a period, between the sizes of ``rivals``
TIE: Final = 1e-9  # logs of likelihoods that differ by less are alike
LEAST_BETWEEN: Final = 2  # periods from one turn to the next


@dataclass(frozen=True)
class Zigzag:
    """Two turns of each series; arrays of shape (n_series,).

    Attributes:
        odds: log odds of two turns against every history with at most one.
        first, second: the likeliest pair of turning times.
    """

    odds: Floats
    first: Floats
    second: Floats


def look_for_zigzag(design: Design, free: Floats, line: Floats, liking: Liking, everything: Floats) -> Zigzag:
    """Two turns against at most one.

    Args:
        design: the columns of the series.
        free: (n_series, n) the series freed of the base.
        line: (n_series,) their products with the line.
        liking: what their histories have to explain.
        everything: (n_series,) log of what speaks for all histories with one bend or none.
    """
    taus = design.taus[:, 1::2]
    kinks = design.kinks[:, 1::2]
    share = (design.kink_line[:, 1::2] / design.line_squared[:, None])[..., None]
    bends = kinks - share * design.line[:, None, :]
    first, second = np.triu_indices(taus.shape[1], k=LEAST_BETWEEN)
    between = np.matmul(bends, np.swapaxes(bends, 1, 2))
    squared = np.diagonal(between, axis1=1, axis2=2)
    seen = np.matmul(bends, free[:, :, None])[..., 0]
    usual = design.slope_prior[:, None] / USUAL_SLOPE**2
    pairs = Pair(
        seen[:, first], seen[:, second], squared[:, first], squared[:, second], between[:, first, second]
    )
    on_first, on_second = pairs.sizes(usual * 1e-6, usual * 1e-6)
    slope = (line / design.line_squared)[:, None]
    before = slope - on_first * share[:, first, 0] - on_second * share[:, second, 0]
    alternate = (before * (before + on_first) < 0) & (
        (before + on_first) * (before + on_first + on_second) < 0
    )
    explained, price = pairs.explained(usual, usual)
    of_line = line**2 / (design.line_squared + usual[:, 0])
    price_of_line = 0.5 * np.log((design.line_squared[:, None] + usual) / usual)
    logs = np.where(alternate, liking.of(explained + of_line[:, None], price + price_of_line), -np.inf)
    top = np.max(logs, axis=-1)
    # Two pairs may fit exactly alike (a turn on either side of a declared break): the earlier counts.
    best = np.argmax(logs >= top[:, None] - TIE, axis=-1)
    there = np.isfinite(top)
    calm = np.where(there, top, 0.0)
    total = np.sum(np.exp(logs - calm[:, None]), axis=-1)
    odds = np.where(there, np.log(np.maximum(total, 1e-300)) + calm - np.log(len(first)), -np.inf)
    at = np.broadcast_to(taus, (len(free), taus.shape[1]))
    rows = np.arange(len(free))
    return Zigzag(odds - everything, at[rows, first[best]], at[rows, second[best]])
