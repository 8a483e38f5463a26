"""The words for plans of indicators: how often, what gaps look like, which group."""

from __future__ import annotations

from impact.language import Voice, mark
from impact.registry.indicator_tables import TOTAL
from impact.reporting.groups import group_words
from impact.semantics.period import Frequency
from impact.semantics.schedule import Schedule
from impact.semantics.series import GapStyle

FREQUENCIES = {
    Frequency.YEAR: mark("Every year"),
    Frequency.SCHOOL_YEAR: mark("Every school year"),
    Frequency.FINANCIAL_YEAR: mark("Every financial year"),
    Frequency.HALF: mark("Every half-year"),
    Frequency.QUARTER: mark("Every quarter"),
    Frequency.MONTH: mark("Every month"),
    Frequency.WINDOW: mark("Several years together, such as 2019-2021"),
    Frequency.SURVEY: mark("A survey now and then, with its own days"),
}
# Series of years that are measured more seldom, as people say it.
SELDOM = {
    2: mark("Every second year, from %(first)s"),
    3: mark("Every third year, from %(first)s"),
    4: mark("Every fourth year, from %(first)s"),
    5: mark("Every fifth year, from %(first)s"),
}
GAP_STYLES = {
    GapStyle.BRIDGE: mark("The line goes across them"),
    GapStyle.DASHED: mark("The line across them is dashed"),
    GapStyle.OPEN: mark("The line stops before them"),
}
# Each kind of row around a series: a new one, one of them.
KIND_NAMES = {
    "targets": (mark("New target"), mark("Target")),
    "baselines": (mark("New baseline"), mark("Baseline")),
    "breaks": (mark("New series break"), mark("Series break")),
    "references": (mark("New reference line"), mark("Reference line")),
}


def frequency_options(voice: Voice) -> list[tuple[str, str]]:
    """How often something can be measured."""
    return [(one.value, voice.gettext(FREQUENCIES[one])) for one in FREQUENCIES]


def gap_options(voice: Voice) -> list[tuple[str, str]]:
    """How a chart can show periods without a value."""
    return [(one.value, voice.gettext(GAP_STYLES[one])) for one in GAP_STYLES]


def schedule_words(schedule: Schedule, voice: Voice) -> str:
    """How often it is measured, and since when: Every year from 2010."""
    if schedule.rounds:
        listed = ", ".join(period.label(voice) for period in sorted(schedule.rounds))
        return voice.gettext("Measured in %(rounds)s", rounds=listed)
    first, n = schedule.first.label(voice), schedule.every_n_periods
    if schedule.frequency is Frequency.YEAR and n in SELDOM:
        return voice.gettext(SELDOM[n], first=first)
    often = voice.gettext(FREQUENCIES[schedule.frequency])
    if n > 1:
        return voice.gettext(
            "%(often)s, but only one in %(n)s, from %(first)s", often=often, n=n, first=first
        )
    return voice.gettext("%(often)s, from %(first)s", often=often, first=first)


def group_label(disaggregation: str, voice: Voice) -> str:
    """The part of the total that a series is about, or Total."""
    return voice.gettext("Total") if disaggregation == TOTAL else group_words(disaggregation, voice)


def kind_words(kind: str, voice: Voice) -> str:
    """What one row of a kind is called: Target."""
    return voice.gettext(KIND_NAMES[kind][1])
