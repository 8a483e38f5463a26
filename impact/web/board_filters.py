"""The filters of the board: asked for in the address, remembered until they are cleared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import request, session

from impact.language import Voice
from impact.monitoring.narrowing import BoardChoices, Narrowing, board_choices
from impact.request_scope import current_actor, current_session
from impact.web.people_names import Names

REMEMBERED: Final = "board"
NAMES: Final = ("category", "responsible")


def wanted_narrowing(offered: BoardChoices) -> Narrowing:
    """What the board is narrowed to: by the address, else as it was the last time.

    The browser remembers, so that the choice is there again after a look at a project;
    what is no longer offered is left out.
    """
    if any(name in request.args for name in NAMES):
        asked: Mapping[str, str] = {name: request.args.get(name, "")[:200] for name in NAMES}
        if session.get(REMEMBERED, {}) != asked:
            session[REMEMBERED] = asked
    else:
        kept = session.get(REMEMBERED)
        asked = kept if isinstance(kept, dict) else {}
    categories = {row.slug for row in offered.categories}
    people = {str(number): number for number in offered.responsible_ids}
    category = asked.get("category", "")
    return Narrowing(
        category=category if category in categories else "",
        responsible=people.get(asked.get("responsible", "")),
    )


def offered_choices() -> BoardChoices:
    """The categories and people that the reader can choose from."""
    return board_choices(current_session(), current_actor())


def filter_fields(offered: BoardChoices, chosen: Narrowing, voice: Voice) -> list[dict[str, Any]]:
    """The arguments of the macro ``filters``; none where there is nothing to choose."""
    fields = []
    if len(offered.categories) > 1 or chosen.category:
        categories = [(row.slug, voice.pick(row.name_sv, row.name_en)) for row in offered.categories]
        fields.append(
            {
                "name": "category",
                "label": voice.gettext("Category"),
                "options": [("", voice.gettext("All categories")), *categories],
                "value": chosen.category,
            }
        )
    if offered.responsible_ids:
        people = _people(offered, voice)
        fields.append(
            {
                "name": "responsible",
                "label": voice.gettext("Responsible"),
                "options": [("", voice.gettext("Everybody")), *people],
                "value": str(chosen.responsible or ""),
            }
        )
    return fields


def chosen_words(fields: list[dict[str, Any]]) -> str:
    """What the board is narrowed to, in words that stand on paper too."""
    return " · ".join(
        text for field in fields for code, text in field["options"] if code and code == field["value"]
    )


def _people(offered: BoardChoices, voice: Voice) -> list[tuple[str, str]]:
    """The people to choose from by name, the reader first."""
    names = Names(current_session(), offered.responsible_ids, voice)
    me = current_actor().id
    people = [
        (str(number), voice.gettext("My indicators") if number == me else names.of(number))
        for number in offered.responsible_ids
    ]
    return sorted(people, key=lambda one: (one[0] != str(me), one[1].casefold()))
