"""What stands around the plot: finding and subtitle above, source and dates below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from matplotlib.text import Text

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
LAST_BASELINE = 17.0


class Writable(Protocol):
    """A sheet on which words are set and lines are ruled, in pixels."""

    @property
    def style(self) -> ChartStyle:
        """The look of the sheet."""

    @property
    def ruler(self) -> Ruler:
        """What measures its words."""

    def text(self, text: str, kind: Type, left: float, baseline: float, colour: str, gid: str) -> Text:
        """A text set from a pixel on its baseline."""

    def rule(self, left: float, right: float, y: float, colour: str, width: float, gid: str) -> None:
        """A level line."""


@dataclass(frozen=True)
class CaptionTexts:
    """What is to stand around a picture, before it is wrapped.

    Attributes:
        title: the finding.
        subtitle: what is shown, in parts; the first may get a line of its own.
        source: where the figures come from; shortened where there is no room.
        after: sentences after the source that are never cut.
        until: how far the figures reach, at the right.
    """

    title: str
    subtitle: Sequence[str] = ()
    source: str = ""
    after: str = ""
    until: str = ""


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
    """The texts around an indicator's plot, wrapped to the width of the picture."""
    texts = CaptionTexts(
        chart.title, subtitle_parts(chart), *source_sentences(chart), until=until_words(chart)
    )
    return set_captions(texts, style, ruler)


def set_captions(texts: CaptionTexts, style: ChartStyle, ruler: Ruler) -> Captions:
    """The texts around a picture, wrapped to its width."""
    width = style.width - 2 * MARGIN
    title, title_type = _title(printable(texts.title), style, ruler, width)
    until = ruler.shorten(printable(texts.until), Type(style.source_size), width * 0.6)
    return Captions(
        tuple(title),
        title_type,
        tuple(_subtitle(texts, style, ruler, width)),
        tuple(_source(texts, style, ruler, width, until)),
        until,
    )


def draw_captions(sheet: Writable, texts: Captions) -> None:
    """The finding and the subtitle above; source and dates below a thin line."""
    style = sheet.style
    baseline = style.height - FIRST_BASELINE
    for line in texts.title:
        sheet.text(line, texts.title_type, MARGIN, baseline, style.ink, "title")
        baseline -= TITLE_LINE
    baseline -= 4
    for line in texts.subtitle:
        sheet.text(line, Type(style.text_size), MARGIN, baseline, style.soft, "subtitle")
        baseline -= TEXT_LINE
    small = Type(style.source_size)
    for number, line in enumerate(reversed(texts.source)):
        sheet.text(line, small, MARGIN, LAST_BASELINE + number * SOURCE_LINE, style.soft, "source")
    if texts.until:
        left = style.width - MARGIN - sheet.ruler.width(texts.until, small)
        baseline = LAST_BASELINE + SOURCE_LINE * (max(len(texts.source), 1) - 1)
        sheet.text(texts.until, small, left, baseline, style.soft, "until")
    if texts.source or texts.until:
        sheet.rule(MARGIN, style.width - MARGIN, texts.footer, style.grid, 0.8, "footer-line")


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


def _subtitle(texts: CaptionTexts, style: ChartStyle, ruler: Ruler, width: float) -> list[str]:
    kind = Type(style.text_size)
    parts = [printable(part) for part in texts.subtitle]
    if not parts:
        return []
    whole = DOT.join(parts)
    if ruler.width(whole, kind) <= width:
        return [whole]
    rest = DOT.join(parts[1:])
    return [ruler.shorten(line, kind, width) for line in (parts[0], rest) if line]


def _source(texts: CaptionTexts, style: ChartStyle, ruler: Ruler, width: float, until: str) -> list[str]:
    kind = Type(style.source_size)
    source, after = printable(texts.source), printable(texts.after)
    room = width - (ruler.width(until, kind) + BETWEEN_COLUMNS if until else 0.0)
    lines, is_whole = ruler.wrap(f"{source} {after}".strip(), kind, room, 2)
    if is_whole:
        return [line for line in lines if line]
    return [line for line in (ruler.shorten(source, kind, room), ruler.shorten(after, kind, room)) if line]
