"""What stands around the plot: finding and subtitle above, source and dates below."""

from __future__ import annotations

from dataclasses import dataclass

from impact.charts.content import IndicatorChart
from impact.charts.ruler import Ruler, Type, printable
from impact.charts.style import SEMIBOLD, ChartStyle
from impact.charts.words import DOT, source_sentences, subtitle_parts, until_words

MARGIN = 17.0
TITLE_LINE = 25.0
TEXT_LINE = 18.0
SOURCE_LINE = 15.0
FIRST_BASELINE = 36.0
BETWEEN_COLUMNS = 28.0


@dataclass(frozen=True)
class Captions:
    """Wrapped lines above and below the plot and the room they take."""

    title: tuple[str, ...]
    title_type: Type
    subtitle: tuple[str, ...]
    source: tuple[str, ...]
    until: str

    @property
    def header(self) -> float:
        """Pixels from the top of the picture to the plot."""
        below_title = TITLE_LINE * len(self.title) + TEXT_LINE * len(self.subtitle)
        return FIRST_BASELINE - 8 + below_title + 18

    @property
    def footer(self) -> float:
        """Pixels from the bottom of the picture to the line above the source."""
        n_lines = max(len(self.source), 1)
        return 23.0 + SOURCE_LINE * n_lines if self.source or self.until else 8.0


def captions(chart: IndicatorChart, style: ChartStyle, ruler: Ruler) -> Captions:
    """The texts around the plot, wrapped to the width of the picture."""
    width = style.width - 2 * MARGIN
    title, title_type = _title(printable(chart.title), style, ruler, width)
    until = ruler.shorten(printable(until_words(chart)), Type(style.source_size), width * 0.6)
    return Captions(
        tuple(title),
        title_type,
        tuple(_subtitle(chart, style, ruler, width)),
        tuple(_source(chart, style, ruler, width, until)),
        until,
    )


def _title(text: str, style: ChartStyle, ruler: Ruler, width: float) -> tuple[list[str], Type]:
    kind = Type(style.title_size, SEMIBOLD)
    for size in (style.title_size, style.title_size - 1.5, style.title_size - 3):
        kind = Type(size, SEMIBOLD)
        lines, is_whole = ruler.wrap(text, kind, width, 2)
        if is_whole:
            return _evened(lines, text, kind, ruler), kind
    return lines, kind


def _evened(lines: list[str], text: str, kind: Type, ruler: Ruler) -> list[str]:
    """Two lines of about the same length, rather than one full and one word."""
    if len(lines) < 2 or ruler.width(lines[1], kind) > 0.45 * ruler.width(lines[0], kind):
        return lines
    even, is_whole = ruler.wrap(text, kind, 0.6 * ruler.width(text, kind), 2)
    return even if is_whole else lines


def _subtitle(chart: IndicatorChart, style: ChartStyle, ruler: Ruler, width: float) -> list[str]:
    kind = Type(style.text_size)
    parts = [printable(part) for part in subtitle_parts(chart)]
    if not parts:
        return []
    whole = DOT.join(parts)
    if ruler.width(whole, kind) <= width:
        return [whole]
    rest = DOT.join(parts[1:])
    return [ruler.shorten(line, kind, width) for line in (parts[0], rest) if line]


def _source(chart: IndicatorChart, style: ChartStyle, ruler: Ruler, width: float, until: str) -> list[str]:
    kind = Type(style.source_size)
    source, after = (printable(text) for text in source_sentences(chart))
    room = width - (ruler.width(until, kind) + BETWEEN_COLUMNS if until else 0.0)
    lines, is_whole = ruler.wrap(f"{source} {after}".strip(), kind, room, 2)
    if is_whole:
        return [line for line in lines if line]
    return [line for line in (ruler.shorten(source, kind, room), ruler.shorten(after, kind, room)) if line]
