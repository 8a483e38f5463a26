"""What a dot chart shows: values between what was and what is promised, and words for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from impact.charts.magnitude import magnitude_of
from impact.charts.origins import origin_words
from impact.charts.style import Meaning
from impact.language import Voice, mark
from impact.semantics.unit import Unit

_SAID = {
    "baseline": mark("baseline %(value)s"),
    "newest": mark("newest %(value)s"),
    "target": mark("target %(value)s"),
}


@dataclass(frozen=True)
class DotRow:
    """An indicator between what it started from and what is promised.

    Attributes:
        name: the indicator or, where all show the same one, the project.
        under: unit and direction, or the project.
        baseline, newest, target: value and its period in words.
        words: how far it has come, in few words.
        meaning: what the change since the baseline means.
        preliminary: whether the newest value may still change.
    """

    name: str
    unit: Unit
    baseline: tuple[float, str] | None
    newest: tuple[float, str] | None
    target: tuple[float, str] | None
    under: str = ""
    words: str = ""
    meaning: Meaning = Meaning.NEITHER
    preliminary: bool = False

    @property
    def way(self) -> float | None:
        """The part of the way from baseline to target that is behind it: 0 to 1, or beyond."""
        if self.baseline is None or self.newest is None or self.target is None:
            return None
        whole = self.target[0] - self.baseline[0]
        return (self.newest[0] - self.baseline[0]) / whole if whole else None


@dataclass(frozen=True)
class DotChart:
    """Everything that a dot chart needs, in the reader's language.

    Attributes:
        rows: the indicators, in reading order.
        unit: the unit that all share and are drawn to; without it each runs from its own
            baseline to its own target.
        n_left_out: how many have a target, but no baseline to compare with, and are not shown.
    """

    voice: Voice
    title: str
    rows: tuple[DotRow, ...]
    subtitle: tuple[str, ...] = ()
    unit: Unit | None = None
    n_left_out: int = 0
    source: str = ""
    invented: bool = False
    known_on: date | None = None


def words_of(content: DotChart) -> str:
    """The chart in words: for each row its three values and how far it has come."""
    voice = content.voice
    told = [content.title, ", ".join(content.subtitle)]
    told += [_row_words(row, voice) for row in content.rows]
    told += [unplaced_words(content), origin_words("", content.invented, voice)[1]]
    return " ".join(f"{text.rstrip('.')}." for text in told if text)


def _row_words(row: DotRow, voice: Voice) -> str:
    parts = [row.under]
    for message, value in zip(_SAID, (row.baseline, row.newest, row.target), strict=True):
        if value is not None:
            number = row.unit.value_text(value[0], voice)
            said = f"{number} ({value[1]})" if value[1] else number
            parts.append(voice.gettext(_SAID[message], value=said))
    parts.append(row.words)
    return f"{row.name}: " + ", ".join(part for part in parts if part)


def unplaced_words(content: DotChart) -> str:
    """How many have no place in the chart."""
    if not content.n_left_out:
        return ""
    return content.voice.ngettext(
        "One target without a baseline to compare with is not shown",
        "%(n)s targets without a baseline to compare with are not shown",
        content.n_left_out,
    )


def readable(content: DotChart) -> DotChart:
    """The chart with huge values in thousands, millions or billions."""

    def values(rows: Sequence[DotRow]) -> list[float]:
        stated = [value for row in rows for value in (row.baseline, row.newest, row.target)]
        return [value[0] for value in stated if value is not None]

    voice, common = content.voice, values(content.rows) if content.unit else None
    made = []
    for row in content.rows:
        divisor, unit = magnitude_of(common or values([row]), row.unit, voice)
        made.append(row if divisor == 1 else _divided(row, divisor, unit, voice))
    shared = made[0].unit if content.unit and made else content.unit
    return replace(content, rows=tuple(made), unit=shared)


def _divided(row: DotRow, divisor: float, unit: Unit, voice: Voice) -> DotRow:
    def less(value: tuple[float, str] | None) -> tuple[float, str] | None:
        return (value[0] / divisor, value[1]) if value else None

    name = row.unit.name(voice)
    return replace(
        row,
        unit=unit,
        baseline=less(row.baseline),
        newest=less(row.newest),
        target=less(row.target),
        under=row.under.replace(name, unit.name(voice), 1) if name else row.under,
    )
