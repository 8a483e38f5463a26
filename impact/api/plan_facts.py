"""The sorts of rows in a project's plan, and what is said of each."""

from __future__ import annotations

from enum import StrEnum

from impact.api.facts import facts_of
from impact.registry.project_tables import (
    Goal,
    Milestone,
    ProjectArea,
    ProjectDocument,
    ProjectEvent,
    ProjectOrganisation,
    StoryNote,
)


class Sort(StrEnum):
    """The sorts of rows in a project's plan, as addresses name them."""

    GOALS = "goals"
    MILESTONES = "milestones"
    EVENTS = "events"
    DOCUMENTS = "documents"
    NOTES = "notes"
    PARTNERS = "partners"
    AREAS = "areas"


SORTS = {
    Sort.GOALS: facts_of(Goal),
    Sort.MILESTONES: facts_of(Milestone),
    Sort.EVENTS: facts_of(ProjectEvent),
    Sort.DOCUMENTS: facts_of(ProjectDocument),
    Sort.NOTES: facts_of(StoryNote),
    Sort.PARTNERS: facts_of(ProjectOrganisation),
    Sort.AREAS: facts_of(ProjectArea),
}
