"""What a sheet tells its reader: what is wrong, doubtful, in conflict, and what was saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from impact.language import Voice
from impact.registry.doubts import Doubt
from impact.registry.series_view import StoredMeasurement
from impact.registry.sheet import Sheet
from impact.web.detail_fields import plain_text
from impact.web.measurement_words import missing_words
from impact.web.moments import moment
from impact.web.people_names import Names
from impact.web.sheet_form import MARKS, VALUE, Key, TypedSheet, cell_name, shown_text
from impact.web.sheet_rows import cell_words
from impact.web.sheet_saving import doubt_name

# More than this nobody reads; the cells themselves say the rest.
MOST_TOLD: Final = 12


def error_items(sheet: Sheet, typed: TypedSheet, *, asks_reason: bool, voice: Voice) -> dict[str, str]:
    """A sentence for each cell that is refused, by the cell's name."""
    found = {
        cell_name(key): voice.gettext(
            "%(cell)s: %(problem)s", cell=cell_words(sheet, key, voice), problem=sentence
        )
        for key, sentence in list(typed.errors.items())[:MOST_TOLD]
    }
    n_more = len(typed.errors) - len(found)
    if n_more > 0:
        found["sheet"] = voice.ngettext("and %(n)s more cell", "and %(n)s more cells", n_more)
    if typed.n_unknown:
        found["sheet"] = voice.ngettext(
            "%(n)s cell that was sent is not in the sheet any more. Load the page anew.",
            "%(n)s cells that were sent are not in the sheet any more. Load the page anew.",
            typed.n_unknown,
        )
    if asks_reason:
        found["reason"] = voice.gettext("Say why values are corrected.")
    return found


def reading_items(typed: TypedSheet, voice: Voice) -> list[dict[str, Any]]:
    """A question for each mark that can be read in two ways, with an example of both."""
    items = []
    for sign, keys in sorted(typed.ambiguous.items()):
        text = typed.texts[keys[0]][VALUE].strip()
        head, _, tail = text.partition(sign)
        items.append(
            {
                "name": MARKS[sign],
                "text": text,
                "n_cells": len(keys),
                "decimal": f"{head},{tail}" if voice.language == "sv" else f"{head}.{tail}",
                "thousands": f"{head}\N{NO-BREAK SPACE}{tail}"
                if voice.language == "sv"
                else f"{head},{tail}",
            }
        )
    return items


def doubt_items(sheet: Sheet, found: Sequence[Doubt], voice: Voice) -> list[dict[str, str]]:
    """Each doubt in words, with the cell that it is about."""
    return [
        {
            "code": doubt_name(doubt),
            "cell": cell_name(doubt.key),
            "where": cell_words(sheet, doubt.key, voice),
            "text": voice.gettext(
                doubt.message, **{name: plain_text(value, voice) for name, value in doubt.facts.items()}
            ),
        }
        for doubt in found
    ]


def conflict_items(
    session: Session,
    sheet: Sheet,
    typed: TypedSheet,
    conflicts: Mapping[Key, StoredMeasurement],
    voice: Voice,
) -> list[dict[str, str]]:
    """Each cell that somebody else saved meanwhile: both values, and by whom theirs is."""
    names = Names(session, (stored.newest.actor_id for stored in conflicts.values()), voice)
    return [
        {
            "name": cell_name(key),
            "where": cell_words(sheet, key, voice),
            "mine": typed.texts[key].get(VALUE, ""),
            "mine_code": f"mine-{stored.newest.id}",
            "theirs": missing_words(stored.newest.missing, voice)
            if stored.newest.missing
            else shown_text(stored.newest, voice),
            "who": f"{names.of(stored.newest.actor_id)}, {moment(stored.newest.recorded_at, voice)}",
        }
        for key, stored in conflicts.items()
    ]
