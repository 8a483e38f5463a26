"""Words along an edge of the plot, in rows, each at its mark and none over another."""

from __future__ import annotations

from dataclasses import dataclass, field

from impact.charts.ruler import Ruler, Type

ROW_HEIGHT = 16.0
WIDTHS = (210.0, 150.0, 110.0, 80.0, 56.0)
BETWEEN = 12.0
LEADER = 3.0
BESIDE = 6.0
FLAG = 4.0
FEWEST_LETTERS = 12


@dataclass(frozen=True)
class StripLabel:
    """A text in a row of the strip; ``mark`` is the pixel it speaks of."""

    text: str
    kind: Type
    colour: str
    mark: float
    left: float
    row: int
    gid: str


@dataclass
class Strip:
    """Rows of words between two edges; row 0 is nearest to the marks.

    A label in a further row hangs on a leader at its mark, which crosses nearer rows.
    """

    ruler: Ruler
    left: float
    right: float
    n_rows: int = 3
    beside: bool = False
    labels: list[StripLabel] = field(default_factory=list)
    _lines: list[tuple[int, float]] = field(default_factory=list)

    @property
    def height(self) -> float:
        """Pixels that the used rows need."""
        return ROW_HEIGHT * (1 + max((label.row for label in self.labels), default=-1))

    def keep_clear(self, x: float) -> None:
        """Let no label stand on a vertical line at a pixel."""
        self._lines += [(row, x) for row in range(self.n_rows)]

    def add(self, text: str, kind: Type, colour: str, mark: float, gid: str) -> bool:
        """Whether the text found a place, shortened where need be."""
        for limit in WIDTHS:
            short = self.ruler.shorten(text, kind, limit)
            if len(short) >= min(len(text), FEWEST_LETTERS) and self._add(short, kind, colour, mark, gid):
                return True
            if self.ruler.width(text, kind) < WIDTHS[-1]:
                return False
        return False

    def _add(self, text: str, kind: Type, colour: str, mark: float, gid: str) -> bool:
        width = self.ruler.width(text, kind)
        centred = min(max(mark - width / 2, self.left), self.right - width)
        sides = [mark + BESIDE, mark - BESIDE - width]
        for row in range(self.n_rows):
            for left in sides if self.beside else [centred, *sides]:
                if self._is_free(row, left, left + width, mark):
                    self._take(StripLabel(text, kind, colour, mark, left, row, gid))
                    return True
        return False

    def add_flag(self, text: str, kind: Type, colour: str, mark: float, gid: str, *, leftward: bool) -> bool:
        """Whether the text found a place as a flag that starts at its mark."""
        for limit in WIDTHS:
            short = self.ruler.shorten(text, kind, limit)
            width = self.ruler.width(short, kind)
            left = mark - FLAG - width if leftward else mark + FLAG
            for row in range(self.n_rows) if len(short) >= min(len(text), FEWEST_LETTERS) else ():
                if self._is_free(row, left, left + width, mark):
                    self._take(StripLabel(short, kind, colour, mark, left, row, gid))
                    return True
        return False

    def _is_free(self, row: int, left: float, right: float, mark: float) -> bool:
        if left < self.left - 0.5 or right > self.right + 0.5:
            return False
        is_over_words = any(
            row == label.row
            and left < label.left + self._width(label) + BETWEEN
            and label.left < right + BETWEEN
            for label in self.labels
        )
        is_over_line = any(
            row == line_row and left - LEADER < line < right + LEADER for line_row, line in self._lines
        )
        return not is_over_words and not is_over_line and not self._crosses(mark, row)

    def _crosses(self, mark: float, row: int) -> bool:
        """Whether the leader of a label in a row would run through words nearer to the marks."""
        return not self.beside and any(
            label.row < row and label.left - LEADER < mark < label.left + self._width(label) + LEADER
            for label in self.labels
        )

    def _take(self, label: StripLabel) -> None:
        self.labels.append(label)
        if not self.beside:
            self._lines += [(nearer, label.mark) for nearer in range(label.row)]

    def _width(self, label: StripLabel) -> float:
        return self.ruler.width(label.text, label.kind)
