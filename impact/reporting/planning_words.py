"""The words for what is planned: statuses, levels, parts, sorts of things."""

from __future__ import annotations

from impact.language import Voice, mark
from impact.registry.project_tables import (
    AreaKind,
    GoalLevel,
    OrganisationKind,
    Part,
    ProjectStatus,
    Visibility,
)

STATUSES = {
    ProjectStatus.PLANNED: mark("Planned"),
    ProjectStatus.ONGOING: mark("Ongoing"),
    ProjectStatus.FINISHED: mark("Finished"),
    ProjectStatus.ARCHIVED: mark("Archived"),
}
GOAL_LEVELS = {
    GoalLevel.OUTPUT: mark("Output", context="goal level"),
    GoalLevel.OUTCOME: mark("Outcome", context="goal level"),
    GoalLevel.IMPACT: mark("Impact", context="goal level"),
}

VISIBILITIES = {
    Visibility.INTERNAL: mark("Internal: those with a role for it"),
    Visibility.PUBLIC: mark("Public: everybody"),
}
PARTS = {
    Part.BORROWER: mark("Borrower"),
    Part.MEMBER: mark("Member"),
    Part.PARTNER: mark("Partner"),
}
ORGANISATION_KINDS = {
    OrganisationKind.MUNICIPALITY: mark("Municipality"),
    OrganisationKind.REGION: mark("Region"),
    OrganisationKind.COMPANY: mark("Company"),
    OrganisationKind.ASSOCIATION: mark("Association"),
}
AREA_KINDS = {
    AreaKind.DISTRICT: mark("District"),
    AreaKind.MUNICIPALITY: mark("Municipality"),
    AreaKind.REGION: mark("Region"),
    AreaKind.COUNTRY: mark("Country"),
}
# What readers call each sort of planning row in a list.
ENTITIES = {
    "project": mark("Project"),
    "goal": mark("Goal"),
    "milestone": mark("Milestone"),
    "indicator": mark("Indicator"),
    "target": mark("Target"),
    "baseline": mark("Baseline"),
    "series_break": mark("Series break"),
    "reference_link": mark("Reference line"),
    "project_organisation": mark("Partner"),
    "project_area": mark("Area"),
    "project_event": mark("Event"),
    "project_document": mark("Document"),
    "story_note": mark("Story note"),
    "organisation": mark("Organisation"),
    "area": mark("Area"),
    "category": mark("Category"),
    "definition": mark("Definition"),
}


def entity_words(entity: str, voice: Voice) -> str:
    """What sort of thing a planning row is."""
    return voice.gettext(ENTITIES[entity])


def part_words(part: Part, voice: Voice) -> str:
    """What an organisation is to a project."""
    return voice.gettext(PARTS[part])


def kind_words(kind: OrganisationKind | AreaKind, voice: Voice) -> str:
    """What sort of organisation or area."""
    return voice.gettext(AREA_KINDS[kind] if isinstance(kind, AreaKind) else ORGANISATION_KINDS[kind])


def status_words(status: ProjectStatus, voice: Voice) -> str:
    """Where a project stands."""
    return voice.gettext(STATUSES[status])


def goal_level_words(level: GoalLevel, voice: Voice) -> str:
    """How far along the chain of results a goal lies."""
    return voice.pgettext("goal level", GOAL_LEVELS[level])
