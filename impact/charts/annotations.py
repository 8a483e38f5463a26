"""Steps that put words beside marks: newest value, targets, reference, baseline."""

from __future__ import annotations

from impact.charts.end_labels import End, EndLabel, early_words
from impact.charts.placing import Numbers, Spot, beside
from impact.charts.plot import Plot
from impact.charts.ruler import Type
from impact.charts.words import baseline_words, target_words

FROM_DOT, FROM_RING = 12.0, 16.0
FARTHEST, NEAR_STEPS, NEAR_THE_EDGE = 12, 4, 80.0


def draw_end_labels(plot: Plot) -> None:
    """Newest value, target and reference beside the ends of their lines."""
    is_early = bool(early_words(plot.chart))
    # What stands under another label, where that found its place.
    under = {End.EARLY: End.NEWEST, End.NEEDED: End.TARGET}
    places: dict[End, tuple[float, float] | None] = {}
    for label in plot.layout.end_labels:
        x, y = plot.layout.x(label.position), plot.layout.y(label.value)
        spots: list[Spot] | Numbers
        spots = beside(x, y, distance=FROM_RING if is_early and label.end is End.NEWEST else FROM_DOT)
        over = places.get(under[label.end]) if label.end in under else None
        if over is not None:
            spots = [Spot(over[0], over[1] + shift, 0.0, abs(shift) / 10) for shift in (-17, 17, -20, 20)]
        elif label.end is End.NEEDED:
            continue
        places[label.end] = _put(plot, label, spots)


def _put(plot: Plot, label: EndLabel, spots: list[Spot] | Numbers) -> tuple[float, float] | None:
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


def draw_good_band_label(plot: Plot) -> None:
    """The good band in words, just inside its upper or lower end."""
    band, layout, voice = plot.chart.series.band, plot.layout, plot.chart.voice
    if band is None:
        return
    unit, kind = plot.chart.series.unit, Type(plot.style.source_size)
    low, high = (voice.number(value, 0 if value == round(value) else unit.decimals) for value in band)
    text = voice.gettext("good: %(low)s to %(high)s", low=low, high=high)
    ends = (max(layout.y(band[0]), layout.value_low), min(layout.y(band[1]), layout.value_high))
    spots = [
        Spot(x, y, align, cost)
        for x, align, cost in ((layout.left + 8, 0.0, 0.0), (layout.right - 8, 1.0, 0.3))
        for y in (ends[1] - 11, ends[0] + 11)
    ]
    box = plot.placer.place(text, kind, spots) if ends[0] < ends[1] else None
    if box is not None:
        plot.text_in(box, text, kind, plot.style.better, "good-band-label")


def _around(plot: Plot, text: str, position: float, value: float, gid: str) -> None:
    x, y = plot.layout.x(position), plot.layout.y(value)
    spots = []
    for step in range(FARTHEST):
        shift = 18.0 + 4.0 * step
        for align, extra in ((0.0, 0.0), (0.5, 0.1), (1.0, 0.3)):
            spots.append(Spot(x, y - shift, align, extra + 0.3 * step))
            spots.append(Spot(x, y + shift, align, extra + 0.2 + 0.3 * step))
        if x - plot.layout.left < NEAR_THE_EDGE:
            spots.append(Spot(plot.layout.left + 4, y - shift, 0.0, 0.5 + 0.3 * step))
            spots.append(Spot(plot.layout.left + 4, y + shift, 0.0, 0.7 + 0.3 * step))
        # Farther aside, where the line is steep.
        for aside in (24.0, 48.0) if step < NEAR_STEPS else ():
            for height in (0.0, shift - 18.0, 18.0 - shift):
                spots.append(Spot(x - aside, y + height, 1.0, 0.4 + aside / 60 + 0.3 * step))
                spots.append(Spot(x + aside, y + height, 0.0, 0.5 + aside / 60 + 0.3 * step))
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
    x, y = (layout.left + layout.right) / 2, (layout.value_low + layout.value_high) / 2
    spots = [Spot(x, y + 4 * step, 0.5, abs(step) / 100) for step in range(-15, 16)]
    box = plot.placer.place(text, kind, spots)
    if box is not None:
        plot.text_in(box, text, kind, plot.style.soft, "empty")
