"""Steps that put words beside marks: newest value, targets, reference, baseline."""

from __future__ import annotations

from impact.charts.end_labels import End, EndLabel
from impact.charts.placing import Spot, beside
from impact.charts.plot import Plot
from impact.charts.ruler import Type
from impact.charts.words import baseline_words, target_words


def draw_end_labels(plot: Plot) -> None:
    """Newest value, target and reference beside the ends of their lines."""
    newest = None
    for label in plot.layout.end_labels:
        x, y = plot.layout.x(label.position), plot.layout.y(label.value)
        spots = beside(x, y)
        if label.end is End.EARLY and newest is not None:
            spots = [Spot(newest[0], newest[1] + shift, 0.0, abs(shift) / 10) for shift in (-17, 17, -20, 20)]
        place = _put(plot, label, spots)
        if label.end is End.NEWEST:
            newest = place


def _put(plot: Plot, label: EndLabel, spots: list[Spot]) -> tuple[float, float] | None:
    box = plot.placer.place(label.text, label.kind, spots)
    if box is None:
        return None
    plot.text_in(box, label.text, label.kind, label.colour, label.end.value)
    return box.left, (box.low + box.high) / 2


def draw_baseline_label(plot: Plot) -> None:
    """The baseline in words, below or above its mark."""
    chart = plot.chart
    if chart.baseline is None:
        return
    period, value = chart.baseline
    _around(
        plot, baseline_words(value, chart.series.unit, chart.voice), period.position, value, "baseline-label"
    )


def draw_earlier_targets(plot: Plot) -> None:
    """The words of targets before the last one, where they have room."""
    chart = plot.chart
    for period, value in chart.targets[:-1]:
        text = target_words(period, value, chart.series.unit, chart.voice)
        _around(plot, text, period.position, value, "target-label")


def _around(plot: Plot, text: str, position: float, value: float, gid: str) -> None:
    x, y = plot.layout.x(position), plot.layout.y(value)
    spots = []
    for step in range(20):
        shift = 18.0 + 4.0 * step
        for align, extra in ((0.0, 0.0), (0.5, 0.1), (1.0, 0.3)):
            spots.append(Spot(x, y - shift, align, extra + 0.3 * step))
            spots.append(Spot(x, y + shift, align, extra + 0.2 + 0.3 * step))
    kind = Type(plot.style.text_size)
    box = plot.placer.place(text, kind, spots)
    if box is not None:
        plot.text_in(box, text, kind, plot.style.soft, gid)


def draw_emptiness(plot: Plot) -> None:
    """A sentence in the middle where there is no value to show."""
    if plot.chart.series.measured:
        return
    layout, kind = plot.layout, Type(plot.style.text_size)
    text = plot.chart.voice.gettext("No values yet.")
    spot = Spot((layout.left + layout.right) / 2, (layout.value_low + layout.value_high) / 2, 0.5)
    spots = [Spot(spot.x, spot.y + shift, 0.5, abs(shift)) for shift in (0, 20, -20, 40, -40, 60, -60)]
    box = plot.placer.place(text, kind, spots)
    if box is not None:
        plot.text_in(box, text, kind, plot.style.soft, "empty")
