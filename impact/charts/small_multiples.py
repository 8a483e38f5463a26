"""Many indicators on one page: small charts with one time axis."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from matplotlib.figure import Figure

from impact.charts.captions import MARGIN, Captions, CaptionTexts, draw_captions, set_captions
from impact.charts.magnitude import analysis_in, magnitude_of, series_in, stated_in
from impact.charts.origins import known_words, left_out_words, origin_words
from impact.charts.panel import (
    Frame,
    Panel,
    PanelHeads,
    draw_panel,
    panel_heads,
    panel_values,
    room_after,
    room_before,
)
from impact.charts.ruler import Ruler, printable
from impact.charts.scales import ValueScale, value_scale
from impact.charts.sheet import Sheet
from impact.charts.style import LIGHT, ChartStyle
from impact.language import Voice

NARROWEST, BETWEEN, MOST_COLUMNS = 172.0, 26.0, 3
PLOT_HEIGHT, HEADING_LINE, SMALL_LINE, TICK_ROOM, BELOW = 92.0, 17.0, 14.0, 18.0, 24.0
HEAD_GAP, LEAST_HEIGHT = 10.0, 120.0

__all__ = ["Panel", "SmallMultiples", "draw", "words_of"]


@dataclass(frozen=True)
class SmallMultiples:
    """Everything that a page of small charts needs, in the reader's language.

    Attributes:
        voice: the language of labels and numbers.
        title: what the page shows or finds.
        panels: the small charts, in reading order.
        subtitle: what is said under the title.
        common_scale: whether all have the same unit and are drawn to one value axis.
        n_columns: so many side by side; as many as fit without it.
        source: where the figures come from, without "Source:".
        invented: whether figures are made up, as in the sample.
        known_on: the day on which it was known so; None is now.
        n_left_out: how many more there are that are not shown.
    """

    voice: Voice
    title: str
    panels: tuple[Panel, ...]
    subtitle: tuple[str, ...] = ()
    common_scale: bool = False
    n_columns: int | None = None
    source: str = ""
    invented: bool = False
    known_on: date | None = None
    n_left_out: int = 0


@dataclass(frozen=True)
class _Page:
    """The planned page: its words, and the charts in rows with the words over them."""

    style: ChartStyle
    ruler: Ruler
    texts: Captions
    width: float
    rows: list[list[tuple[Panel, PanelHeads]]]
    head_heights: list[float]


def sized(content: SmallMultiples, style: ChartStyle = LIGHT) -> ChartStyle:
    """The style as high as the page needs."""
    return _plan(content, style).style


def draw(content: SmallMultiples, style: ChartStyle = LIGHT) -> Figure:
    """The page of small charts as a figure, as high as they need."""
    content = replace(content, panels=readable_panels(content))
    page = _plan(content, style)
    sheet = Sheet(page.style, page.ruler, printable(content.title))
    draw_captions(sheet, page.texts)
    frames = iter(_frames(content, page))
    top = page.style.height - page.texts.header + 6
    for row, head_height in zip(page.rows, page.head_heights, strict=True):
        ground = top - head_height - PLOT_HEIGHT
        for column, (panel, head) in enumerate(row):
            frame = next(frames).at(MARGIN + column * (page.width + BETWEEN), ground)
            draw_panel(sheet, panel, head, frame, top, content.voice)
        top = ground - TICK_ROOM - BELOW
    return sheet.figure


def _plan(content: SmallMultiples, style: ChartStyle) -> _Page:
    ruler = Ruler(style)
    texts = set_captions(_captions(content), style, ruler)
    n_columns = _n_columns(content, style)
    width = (style.width - 2 * MARGIN - (n_columns - 1) * BETWEEN) / n_columns
    headed = [(panel, panel_heads(panel, ruler, style, width)) for panel in content.panels]
    rows = [headed[start : start + n_columns] for start in range(0, len(headed), n_columns)]
    head_heights = [
        max(HEADING_LINE * len(head.heading) + SMALL_LINE * head.n_small for _, head in row) + HEAD_GAP
        for row in rows
    ]
    height = texts.header + texts.footer + sum(head_heights) + len(rows) * (PLOT_HEIGHT + TICK_ROOM + BELOW)
    style = replace(style, height_inches=max(height, LEAST_HEIGHT) / style.dpi)
    return _Page(style, ruler, texts, width, rows, head_heights)


def _frames(content: SmallMultiples, page: _Page) -> list[Frame]:
    """The frames of all charts, not yet in place: their time axes have the same pixels."""
    ruler, style = page.ruler, page.style
    common, span, voice = _common_scale(content), _time_span(content), content.voice
    scales = [common or value_scale(panel_values(panel), panel.series.unit) for panel in content.panels]
    before = max((room_before(scale, ruler, style, voice) for scale in scales), default=0.0)
    after = max((room_after(panel, span, ruler, style, voice) for panel in content.panels), default=0.0)
    return [Frame(0, page.width, 0, PLOT_HEIGHT, span, scale, before, after) for scale in scales]


def readable_panels(content: SmallMultiples) -> tuple[Panel, ...]:
    """The charts with huge values in thousands, millions or billions."""
    if content.common_scale and content.panels:
        together = [value for panel in content.panels for value in panel_values(panel)]
        return tuple(_readable(panel, together, content.voice) for panel in content.panels)
    return tuple(_readable(panel, panel_values(panel), content.voice) for panel in content.panels)


def _readable(panel: Panel, values: list[float], voice: Voice) -> Panel:
    divisor, unit = magnitude_of(values, panel.series.unit, voice)
    if divisor == 1:
        return panel
    name = panel.series.unit.name(voice)
    return replace(
        panel,
        series=series_in(panel.series, divisor, unit),
        analysis=analysis_in(panel.analysis, divisor),
        baseline=stated_in(panel.baseline, divisor),
        targets=tuple((period, value / divisor) for period, value in panel.targets),
        under=panel.under.replace(name, unit.name(voice), 1) if name else panel.under,
    )


def words_of(content: SmallMultiples) -> str:
    """The page in words, for those who do not see it."""
    voice = content.voice
    n = len(content.panels)
    told = [content.title, ", ".join(content.subtitle), voice.ngettext("One chart", "%(n)s charts", n)]
    told += [_panel_words(panel, voice) for panel in content.panels]
    told += [left_out_words(content.n_left_out, voice), origin_words("", content.invented, voice)[1]]
    return " ".join(f"{text.rstrip('.')}." for text in told if text)


def _panel_words(panel: Panel, voice: Voice) -> str:
    parts = [panel.under, panel.words]
    if panel.series.measured:
        newest = panel.series.measured[-1]
        value = panel.series.unit.value_text(newest.value or 0.0, voice)
        parts.append(f"{value} ({newest.period.label(voice)})")
    else:
        parts.append(voice.gettext("no values yet"))
    return f"{panel.heading}: " + ", ".join(part for part in parts if part)


def _captions(content: SmallMultiples) -> CaptionTexts:
    voice = content.voice
    scale = (
        voice.gettext("the same scale in all")
        if content.common_scale
        else voice.gettext("each with a scale of its own")
    )
    source, after = origin_words(content.source, content.invented, voice)
    after = f"{left_out_words(content.n_left_out, voice)} {after}".strip()
    until = known_words(content.known_on, [panel.series for panel in content.panels], voice)
    subtitle = [*content.subtitle, *([scale] if len(content.panels) > 1 else [])]
    return CaptionTexts(content.title, subtitle, source, after, until)


def _n_columns(content: SmallMultiples, style: ChartStyle) -> int:
    fitting = int((style.width - 2 * MARGIN + BETWEEN) // (NARROWEST + BETWEEN))
    wanted = content.n_columns or min(MOST_COLUMNS, len(content.panels))
    return max(1, min(fitting, wanted))


def _common_scale(content: SmallMultiples) -> ValueScale | None:
    if not content.common_scale or not content.panels:
        return None
    unit = content.panels[0].series.unit
    return value_scale([value for panel in content.panels for value in panel_values(panel)], unit)


def _time_span(content: SmallMultiples) -> tuple[float, float]:
    """First and last position of all charts, so that turns stand over each other."""
    positions = [point.period.position for panel in content.panels for point in panel.series.points]
    positions += [period.position for panel in content.panels for period, _ in panel.targets]
    start, end = min(positions, default=0.0), max(positions, default=1.0)
    return (start, end) if start < end else (start - 1.5, end + 1.5)
