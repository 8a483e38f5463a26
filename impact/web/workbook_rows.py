"""The differences of a filled-in workbook as its page shows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from impact.exchange.csv_text import n_decimals
from impact.exchange.fill_in import Content
from impact.exchange.fill_in_comparing import Compared, Comparison, Difference
from impact.language import Voice, mark
from impact.registry.doubts import Doubt, doubts
from impact.registry.many_measurements import Outcome
from impact.registry.revisions import draft_of
from impact.registry.sheet import SheetLine
from impact.reporting.groups import name_of
from impact.semantics.series import Status
from impact.semantics.unit import Unit
from impact.web.measurement_words import gone_words, missing_words, observation_status_words

WORDS = {
    Difference.REFUSED: mark("refused"),
    Difference.CHANGED_HERE: mark("changed here since you downloaded it"),
    Difference.CHANGED: mark("corrected"),
    Difference.NEW: mark("new"),
}
Lines = Mapping[int, SheetLine]


def doubted(comparison: Comparison, lines: Lines, mine: Collection[str] | None = None) -> list[Doubt]:
    """What looks wrong in what would be saved; of rows changed on both sides those in ``mine``.

    Where it is None, all of them may be.
    """
    drafts = {}
    for one in comparison.told:
        is_in = one.difference in (Difference.NEW, Difference.CHANGED) or mine is None or one.key in mine
        if is_in and one.difference is not Difference.REFUSED and one.planned and one.planned.period:
            drafts[one.planned.said.series_id, one.planned.period] = one.planned.said.draft
    return doubts(lines, drafts)


def doubt_rows(found: Collection[Doubt], lines: Lines, voice: Voice) -> list[dict[str, str]]:
    """Each doubt in words, with the series and period it is about."""
    return [
        {
            "where": voice.gettext(
                "%(name)s, %(period)s",
                name=name_of(line.version, line.series.disaggregation, voice),
                period=doubt.key[1].label(voice),
            ),
            "text": voice.gettext(
                doubt.message, **{name: _plain(value, voice) for name, value in doubt.facts.items()}
            ),
        }
        for doubt in found
        for line in [lines[doubt.key[0]]]
    ]


def comparison_rows(comparison: Comparison, lines: Lines, voice: Voice) -> dict[str, Any]:
    """What the page shows of all rows: counts in a sentence, the table, whether a reason is needed."""
    counts = {difference: comparison.count(difference) for difference in Difference}
    told = [
        voice.ngettext("%(n)s new", "%(n)s new", counts[Difference.NEW]),
        voice.ngettext("%(n)s corrected", "%(n)s corrected", counts[Difference.CHANGED]),
        voice.ngettext("%(n)s as before", "%(n)s as before", counts[Difference.UNCHANGED]),
    ]
    if counts[Difference.CHANGED_HERE]:
        told.append(
            voice.ngettext(
                "%(n)s changed here meanwhile",
                "%(n)s changed here meanwhile",
                counts[Difference.CHANGED_HERE],
            )
        )
    if counts[Difference.REFUSED]:
        told.append(voice.ngettext("%(n)s refused", "%(n)s refused", counts[Difference.REFUSED]))
    order = list(WORDS)
    shown = sorted(comparison.told, key=lambda one: (order.index(one.difference), one.row.line))
    doing = [one for one in shown if one.difference is not Difference.REFUSED]
    return {
        "counts": ", ".join(told),
        "rows": [_row(one, lines, voice) for one in shown],
        "n_refused": counts[Difference.REFUSED],
        "can_apply": bool(doing) and not counts[Difference.REFUSED],
        "needs_reason": any(one.planned and one.planned.outcome is Outcome.CHANGED for one in doing),
    }


def conflict_rows(
    comparison: Comparison, lines: Lines, mine: Collection[str], voice: Voice
) -> list[dict[str, Any]]:
    """The rows changed on both sides: what each says, and whether the workbook's counts."""
    return [
        {
            "name": f"mine:{one.key}",
            "label": voice.gettext("%(name)s, %(period)s: take the workbook's", name=name, period=period),
            "help": voice.gettext(
                "Here: %(here)s. In the workbook: %(mine)s.",
                here=_content(Content.of(one.stored), unit, voice),
                mine=_content(one.row.content, unit, voice),
            ),
            "is_mine": one.key in mine,
        }
        for one in comparison.told
        if one.difference is Difference.CHANGED_HERE
        for name, period, unit in [_named(one, lines, voice)]
    ]


def _row(one: Compared, lines: Lines, voice: Voice) -> list[Any]:
    name, period, unit = _named(one, lines, voice)
    words = voice.gettext(WORDS[one.difference])
    problem = voice.gettext(one.problem.message, **one.problem.facts) if one.problem else ""
    after = one.planned.said.draft if one.planned and not one.problem else None
    note = problem or gone_words(draft_of(one.stored) if one.stored else None, after, voice)
    is_trouble = one.difference in (Difference.REFUSED, Difference.CHANGED_HERE)
    before = Content.of(one.stored)
    said = one.row.typed if one.row.content is None else _content(one.row.content, unit, voice)
    return [
        {"text": name or voice.gettext("Row %(line)s", line=one.row.line), "note": period},
        _content(before, unit, voice) if before else "",
        said,
        {"text": words, "meaning": "worse" if is_trouble else "", "note": note},
        f"{one.row.line}",
    ]


def _named(one: Compared, lines: Lines, voice: Voice) -> tuple[str, str, Unit | None]:
    """What the series is called now, its period, and its unit; as the sheet says where it is unknown."""
    line = lines.get(one.row.stamp.series_id) if one.row.stamp else None
    if line is None:
        return one.row.label, one.row.period, None
    period = one.planned.period if one.planned else None
    name = name_of(line.version, line.series.disaggregation, voice)
    return name, period.label(voice) if period else one.row.period, line.unit


def _content(content: Content | None, unit: Unit | None, voice: Voice) -> str:
    """All that is said of a period, in one line."""
    if content is None or (content.value is None and content.missing is None):
        return voice.gettext("nothing")
    parts = [_value(content, unit, voice)]
    if content.status is not Status.FINAL:
        parts.append(observation_status_words(content.status, voice))
    if content.n_observed is not None:
        parts.append(voice.gettext("%(n)s answers", n=_plain(content.n_observed, voice)))
    if content.standard_error is not None:
        parts.append(voice.gettext("standard error %(error)s", error=_plain(content.standard_error, voice)))
    if content.response_rate is not None:
        parts.append(voice.gettext("response rate %(rate)s%%", rate=_plain(content.response_rate, voice)))
    fraction = (content.numerator, content.denominator)
    if fraction != (None, None):
        top, bottom = ("–" if number is None else _plain(number, voice) for number in fraction)
        parts.append(voice.gettext("%(numerator)s of %(denominator)s", numerator=top, denominator=bottom))
    if content.comment:
        parts.append(f"“{content.comment}”")
    return ", ".join(parts)


def _value(content: Content, unit: Unit | None, voice: Voice) -> str:
    if content.missing is not None:
        return missing_words(content.missing, voice)
    text = _plain(content.value or 0.0, voice)
    return f"{text} {unit.name(voice)}" if unit else text


def _plain(number: float, voice: Voice) -> str:
    """Every digit that was said."""
    return voice.number(number, n_decimals(number))
