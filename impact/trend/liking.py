"""What the data say for a history: its marginal likelihood.

A history is a level with columns X (a line bent at tau, a step, …) and noise of size s.
Its sizes are weighed by what is usual, N(0, (u s)^2) with u stated for each column; any
level. With y and X freed of level, declared breaks and season, and U = diag(1 / u^2),

    R = |y|^2 - y'X (X'X + U)^-1 X'y
    log M = -(n-1)/2 log R - 1/2 log(det(X'X + U) / det U)          noise unknown
    log M = -R / (2 max(1, s^2)) - 1/2 log(det(X'X + U) / det U)    noise known

Source: normal linear model with conjugate prior, Zellner (1971), An Introduction to
Bayesian Inference in Econometrics, chapter 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Liking:
    """Series by what their histories have to explain; arrays of shape (n_series,).

    Attributes:
        length: |y|^2, freed of the base.
        n: usable points less one for each extra column.
        believed: whether the noise is known.
        scatter: where it is, its variance (1 or, where values scatter more, that).
        added: what rounding and arithmetic add to every R.
    """

    length: Floats
    n: npt.NDArray[np.int64]
    believed: npt.NDArray[np.bool_]
    scatter: Floats
    added: Floats

    def of(self, explained: Floats, price: Floats) -> Floats:
        """Log M of histories that explain so much of |y|^2; all of shape (n_series, k)."""
        left = np.subtract(self.length[:, None], explained)
        np.maximum(left, 0.0, out=left)
        left += (self.added + np.finfo(np.float64).tiny)[:, None]
        liking = np.log(left)
        liking *= ((1 - self.n) / 2)[:, None]
        if self.believed.any():
            known = self.believed
            liking[known] = -left[known] / (2 * self.scatter[known, None])
        liking -= price
        return liking

    def rows(self, rows: npt.NDArray[np.int64]) -> Liking:
        """The same for some of the series."""
        return Liking(
            self.length[rows], self.n[rows], self.believed[rows], self.scatter[rows], self.added[rows]
        )


@dataclass(frozen=True)
class Single:
    """Histories of one column: its product with y, (n_series, k), and its squared length."""

    product: Floats
    squared: Floats

    def weighed(self, liking: Liking, usual: Floats) -> Floats:
        """Log M of each, the column's size being ``usual`` (1 / u^2)."""
        room = self.squared + usual
        return liking.of(self.product**2 / room, 0.5 * np.log(room / usual))


@dataclass(frozen=True)
class Pair:
    """Histories of two columns: products with y, and their inner products.

    Attributes:
        first, second: (n_series, k) products of the columns with y; each may be (…, 1).
        squared_first, squared_second, between: (1 or n_series, k) inner products.
    """

    first: Floats
    second: Floats
    squared_first: Floats
    squared_second: Floats
    between: Floats

    def weighed(self, liking: Liking, usual_first: Floats, usual_second: Floats | float) -> Floats:
        """Log M of each, the columns' sizes being as usual (1 / u^2)."""
        explained, price = self.explained(usual_first, usual_second)
        return liking.of(explained, price)

    def explained(self, usual_first: Floats, usual_second: Floats | float) -> tuple[Floats, Floats]:
        """|y|^2 - R, and half the logarithm of the determinants' ratio."""
        on_first, on_second = self.sizes(usual_first, usual_second)
        price = 0.5 * np.log(self.determinant(usual_first, usual_second) / (usual_first * usual_second))
        return on_first * self.first + on_second * self.second, price

    def sizes(self, usual_first: Floats, usual_second: Floats | float) -> tuple[Floats, Floats]:
        """The columns' most likely sizes, drawn towards nought by what is usual."""
        determinant = self.determinant(usual_first, usual_second)
        mixed = self.between / determinant
        on_first = ((self.squared_second + usual_second) / determinant) * self.first - mixed * self.second
        on_second = ((self.squared_first + usual_first) / determinant) * self.second - mixed * self.first
        return on_first, on_second

    def determinant(self, usual_first: Floats, usual_second: Floats | float) -> Floats:
        """det(X'X + U) of each history."""
        return np.asarray(
            (self.squared_first + usual_first) * (self.squared_second + usual_second) - self.between**2,
            dtype=np.float64,
        )
