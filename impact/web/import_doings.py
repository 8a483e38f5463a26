"""What an import would do, as its page shows it: names with their series, values, problems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from impact.errors import ImpactError
from impact.exchange.cells import column_letters
from impact.exchange.columns import is_total
from impact.exchange.doubting import Doubted
from impact.exchange.entries import Value
from impact.exchange.importing import EntryPreview, Outcome, Preview
from impact.exchange.mapping import Mapping
from impact.exchange.rows import RowProblem
from impact.exchange.table_layout import text_of
from impact.language import Voice, mark
from impact.registry.doubts import Doubt
from impact.registry.judging import Draft
from impact.registry.units import unit_of
from impact.reporting.groups import name_of
from impact.semantics.unit import Kind
from impact.web.detail_fields import plain_text
from impact.web.import_rows import typed
from impact.web.measurement_words import gone_words, missing_words

SHOWN_NAMES: Final = 100
SHOWN_ENTRIES: Final = 300
OUTCOMES: Final = {
    Outcome.REFUSED: mark("refused"),
    Outcome.CHANGED: mark("corrected"),
    Outcome.NEW: mark("new"),
}


def series_of(preview: Preview, voice: Voice) -> dict[int, dict[str, Any]]:
    """The project's series by number: what each is called, its unit, whether it is a share."""
    found = {}
    for place in preview.recorded.places.values():
        version = preview.recorded.versions[place.indicator.definition_version_id]
        unit = unit_of(version)
        found[place.series.id] = {
            "name": name_of(version, place.series.disaggregation, voice),
            "unit": unit.name(voice),
            "is_share": unit.kind is Kind.SHARE,
        }
    return dict(sorted(found.items(), key=lambda item: str(item[1]["name"])))


def names(
    preview: Preview, mapping: Mapping, series: dict[int, dict[str, Any]], voice: Voice
) -> list[dict[str, Any]]:
    """The names of the table, each with an example and the series that it stands for."""
    found: dict[str, list[EntryPreview]] = {}
    for each in preview.entries:
        found.setdefault(each.entry.name, []).append(each)
    listed = []
    # What stands for something comes first: it is what somebody wants to check.
    for name, entries in sorted(found.items(), key=lambda item: item[1][0].place is None)[:SHOWN_NAMES]:
        number = entries[0].series_id
        example = next((one for one in entries if one.entry.value.number is not None), entries[0])
        listed.append(
            {
                "name": name,
                "text": name or voice.gettext("without a name"),
                "is_total": is_total(example.entry.labels),
                "n": voice.number(len(entries), 0),
                "example": f"{example.entry.period}: {_typed(example.entry.value, voice)}".strip(": "),
                "series": str(mapping.series.get(name, number or "")),
                "factor": f"{mapping.factors.get(name, 1.0):.15g}",
                "asks_factor": number in series and series[number]["is_share"] and _are_parts_of_one(entries),
            }
        )
    return listed


def _typed(value: Value, voice: Voice) -> str:
    """What the file says, in the reader's form where it is a plain number."""
    return typed(value.number, voice) if value.typed == text_of(value.number) else value.typed


def doings(
    preview: Preview,
    series: dict[int, dict[str, Any]],
    doubted: Doubted,
    voice: Voice,
) -> list[list[Any]]:
    """What would be done, refusals and doubts first: cell, series and period, stored, new, why not."""
    order = list(OUTCOMES)
    doing = [each for each in preview.entries if each.outcome in OUTCOMES]
    doing.sort(
        key=lambda each: (
            each.outcome is not Outcome.REFUSED,
            not doubted.get((each.series_id, each.period)),
            order.index(each.outcome),
            each.line,
        )
    )
    rows = []
    for each in doing[:SHOWN_ENTRIES]:
        name = series[each.series_id]["name"] if each.series_id in series else each.entry.name
        period = each.period.label(voice) if each.period else each.entry.period
        rows.append(
            [
                f"{column_letters(each.entry.place)}{each.line}",
                {"text": name, "note": period},
                _said(each.stored.as_draft(), voice) if each.stored else "",
                _said(each.draft, voice) if each.draft else each.entry.value.typed,
                {
                    "text": voice.gettext(OUTCOMES[each.outcome]),
                    "note": problem_words(each.problem, voice)
                    if each.problem
                    else _noted(each, doubted.get((each.series_id, each.period), ()), voice),
                    "meaning": "worse"
                    if each.outcome is Outcome.REFUSED or doubted.get((each.series_id, each.period))
                    else "",
                },
            ]
        )
    return rows


def problem_words(problem: RowProblem | ImpactError, voice: Voice) -> str:
    """Why something cannot be."""
    return voice.gettext(problem.message, **problem.facts)


def counts(preview: Preview, voice: Voice) -> str:
    """All outcomes in a line."""
    n = preview.count
    told = [
        voice.ngettext("%(n)s new", "%(n)s new", n(Outcome.NEW)),
        voice.ngettext("%(n)s corrected", "%(n)s corrected", n(Outcome.CHANGED)),
        voice.ngettext("%(n)s as before", "%(n)s as before", n(Outcome.UNCHANGED)),
        voice.ngettext("%(n)s refused", "%(n)s refused", n(Outcome.REFUSED)),
        voice.ngettext("%(n)s left out", "%(n)s left out", n(Outcome.LEFT_OUT)),
    ]
    return ", ".join(told)


def _said(draft: Draft, voice: Voice) -> str:
    if draft.value is None:
        return missing_words(draft.missing, voice) if draft.missing else ""
    text = f"{draft.value:.15g}"
    return text.replace(".", ",") if voice.language == "sv" else text


def _noted(each: EntryPreview, doubted: Sequence[Doubt], voice: Voice) -> str:
    """What looks wrong, and what is not as the file or the store has it."""
    asked = [
        voice.gettext(one.message, **{name: plain_text(number, voice) for name, number in one.facts.items()})
        for one in doubted
    ]
    rounded = voice.gettext("rounded to 15 digits, as spreadsheets show it") if each.rounded else ""
    stored = each.stored.as_draft() if each.stored else None
    return " ".join(
        [*asked, "; ".join(filter(None, (rounded, gone_words(stored, each.draft, voice))))]
    ).strip()


def _are_parts_of_one(entries: list[EntryPreview]) -> bool:
    numbers = [one.entry.value.number for one in entries if one.entry.value.number is not None]
    return bool(numbers) and all(0 <= number <= 1 for number in numbers) and any(numbers)
