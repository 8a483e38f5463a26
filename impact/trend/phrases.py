"""Parts of sentences that several of them need: when, from when to when, how much."""

from __future__ import annotations

from math import ceil, floor, log10

from impact.language import NO_BREAK_SPACE, Voice, mark
from impact.semantics.period import Frequency, ReportingPeriod
from impact.semantics.series import Point, Series
from impact.semantics.unit import Kind, Unit

EN_DASH = "\N{EN DASH}"
# Shares have their sign; "64 index 0–100" helps nobody.
WITHOUT_UNIT = frozenset({Kind.SHARE, Kind.INDEX, Kind.CLASS})

_COUNTS = (
    mark("two"), mark("three"), mark("four"), mark("five"), mark("six"), mark("seven"),
    mark("eight"), mark("nine"), mark("ten"), mark("eleven"), mark("twelve"),
)  # fmt: skip


def value_words(point: Point, series: Series, voice: Voice, name: str | None = None) -> str:
    """A measured value as readers write it: 62,7 %.

    After the indicator's name with its unit too, where that is a word and the name does not
    say it already: 290 thefts.
    """
    text = series.unit.value_text(point.value or 0.0, voice)
    unit = series.unit.name(voice)
    if name is None or series.unit.kind in WITHOUT_UNIT or unit.casefold() in name.casefold():
        return text
    return f"{text} {unit}"


def when(period: ReportingPeriod, voice: Voice) -> str:
    """When something was so: in 2021, in March 2021; in Swedish 2021, i mars 2021."""
    label = period.label(voice)
    if period.frequency in (Frequency.MONTH, Frequency.SURVEY):
        return voice.pgettext("month", "in %(period)s", period=label)
    if period.frequency is Frequency.HALF:
        return voice.gettext("in the %(period)s", period=label)
    return voice.gettext("in %(period)s", period=label)


def span(first: ReportingPeriod, last: ReportingPeriod, voice: Voice) -> str:
    """From a period to another: 2016–2019; spaced where a label has spaces or a dash."""
    ends = first.label(voice), last.label(voice)
    if ends[0] == ends[1]:
        return ends[0]
    dash = f" {EN_DASH} " if any(" " in end or EN_DASH in end for end in ends) else EN_DASH
    return dash.join(ends)


def count_words(n: int, voice: Voice) -> str:
    """A small number as a word: three."""
    return voice.gettext(_COUNTS[n - 2]) if 2 <= n < len(_COUNTS) + 2 else voice.number(n, 0)


def amount_words(amount: float, unit: Unit, voice: Voice) -> str:
    """A size without sign, rounded up to two telling digits: 2,2 procentenheter."""
    digits = min(unit.decimals, 1 - floor(log10(amount))) if amount > 0 else unit.decimals
    step = 10.0**-digits
    rounded = max(step, ceil(amount / step - 1e-9) * step)
    text = voice.number(rounded, max(0, digits))
    if unit.kind is not Kind.SHARE:
        return text
    points = voice.ngettext("percentage point", "percentage points", 1 if rounded == 1 else 2)
    return f"{text}{NO_BREAK_SPACE}{points}"
