"""What can be chosen in the forms of plans, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

from impact.accounts.permissions import Action, reach
from impact.language import Voice
from impact.registry.goals import goals_in_order
from impact.registry.indicator_tables import Indicator
from impact.registry.lookup import plan_rows
from impact.registry.plan_view import in_use, known_organisations, names_of_rows
from impact.registry.project_tables import (
    Area,
    AreaKind,
    Category,
    GoalLevel,
    OrganisationKind,
    Part,
    ProjectStatus,
    Visibility,
)
from impact.reporting.planning_words import (
    AREA_KINDS,
    ORGANISATION_KINDS,
    PARTS,
    VISIBILITIES,
    goal_level_words,
    status_words,
)
from impact.request_scope import current_actor, current_session
from impact.web.planning_form import Field, Sort

Pairs = list[tuple[str, str]]
WORDS: dict[Any, Callable[[Any, Voice], str]] = {
    ProjectStatus: status_words,
    GoalLevel: goal_level_words,
    Visibility: lambda one, voice: voice.gettext(VISIBILITIES[one]),
    Part: lambda one, voice: voice.gettext(PARTS[one]),
    OrganisationKind: lambda one, voice: voice.gettext(ORGANISATION_KINDS[one]),
    AreaKind: lambda one, voice: voice.gettext(AREA_KINDS[one]),
}


def options_for(asked: Sequence[Field], voice: Voice, project_id: int | None = None) -> dict[str, Pairs]:
    """The words to choose from, by field; an empty choice first where none need be made."""
    return {one.name: _choices(one, voice, project_id) for one in asked if one.choices is not None}


def may_plan_everywhere() -> bool:
    """Whether the reader may add organisations, areas, categories and projects."""
    return reach(current_actor(), Action.PLAN).everywhere


def _choices(one: Field, voice: Voice, project_id: int | None) -> Pairs:
    empty = [] if one.required else [("", voice.gettext("None chosen"))]
    if isinstance(one.choices, type) and issubclass(one.choices, Enum):
        return empty + [(str(word.value), WORDS[one.choices](word, voice)) for word in one.choices]
    if one.sort is Sort.YES_NO:
        return [("no", voice.gettext("No")), ("yes", voice.gettext("Yes"))]
    return [("", voice.gettext("None chosen")), *LISTS[str(one.choices)](voice, project_id)]


def _organisations(_voice: Voice, _project_id: int | None) -> Pairs:
    return [(str(row.id), row.name) for row in known_organisations(current_session(), current_actor())]


def _areas(_voice: Voice, _project_id: int | None) -> Pairs:
    return [(str(row.id), row.name) for row in in_use(current_session(), Area)]


def _categories(voice: Voice, _project_id: int | None) -> Pairs:
    rows = in_use(current_session(), Category)
    return [(str(row.id), voice.pick(row.name_sv, row.name_en)) for row in rows if row.parent_id is None]


def _subtypes(voice: Voice, _project_id: int | None) -> Pairs:
    rows = in_use(current_session(), Category)
    names = {row.id: voice.pick(row.name_sv, row.name_en) for row in rows}
    return [
        (str(row.id), f"{names[row.parent_id]}: {names[row.id]}") for row in rows if row.parent_id in names
    ]


def _goals(voice: Voice, project_id: int | None) -> Pairs:
    rows = goals_in_order(current_session(), project_id or 0)
    return [(str(row.id), voice.pick(row.title_sv, row.title_en)) for row in rows]


def _indicators(voice: Voice, project_id: int | None) -> Pairs:
    rows = plan_rows(current_session(), Indicator, project_id or 0)
    names = names_of_rows(current_session(), rows)
    return [(str(row.id), voice.pick(*names["indicator", row.id])) for row in rows]


LISTS: dict[str, Callable[[Voice, int | None], Pairs]] = {
    "organisations": _organisations,
    "areas": _areas,
    "categories": _categories,
    "subtypes": _subtypes,
    "goals": _goals,
    "indicators": _indicators,
}
