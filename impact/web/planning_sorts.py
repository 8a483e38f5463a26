"""The sorts of things in a project's plan: what each is called and which fields it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from impact.language import Voice, mark
from impact.registry.project_tables import (
    AreaKind,
    Goal,
    GoalLevel,
    Milestone,
    OrganisationKind,
    Part,
    ProjectArea,
    ProjectDocument,
    ProjectEvent,
    ProjectOrganisation,
    StoryNote,
)
from impact.web.planning_form import Field, Sort

IN_ENGLISH = mark("In English")
MORE_DETAILS = mark("More details")
# Two ways to the same: choose what is there, or name something new right here.
SOMETHING_NEW = mark("Not in the list?")


@dataclass(frozen=True)
class PlannedSort:
    """A sort of planning row of a project: where its pages are and what they ask."""

    path: str
    kind: type[Any]
    words: str
    new_words: str
    fields: tuple[Field, ...]
    advice: str = ""


SORTS = {
    sort.path: sort
    for sort in (
        PlannedSort(
            "goals",
            Goal,
            mark("Goal"),
            mark("New goal"),
            (
                Field(
                    "title_sv",
                    mark("What is to become better?"),
                    required=True,
                    advice=mark("In few words, as people say it: less crime, more children in clubs."),
                ),
                Field(
                    "level",
                    mark("How far along"),
                    Sort.CHOICE,
                    GoalLevel,
                    required=True,
                    advice=mark(
                        "Output is what the project makes, outcome what changes for people, "
                        "impact what changes in society."
                    ),
                ),
                Field("description_sv", mark("Description"), Sort.LONG),
                Field("title_en", mark("Goal in English"), heading=IN_ENGLISH),
                Field("description_en", mark("Description in English"), Sort.LONG, heading=IN_ENGLISH),
            ),
            mark("A goal says what is to become better. How it is measured comes in the next step."),
        ),
        PlannedSort(
            "milestones",
            Milestone,
            mark("Milestone"),
            mark("New milestone"),
            (
                Field("title_sv", mark("What is to be reached?"), required=True),
                Field("goal_id", mark("Goal"), Sort.NUMBER, "goals"),
                Field("due_on", mark("To be reached by"), Sort.DAY),
                Field("reached_on", mark("Reached on"), Sort.DAY, advice=mark("Leave it empty until then.")),
                Field("evidence_sv", mark("Evidence"), Sort.LONG, heading=MORE_DETAILS),
                Field("evidence_address", mark("Link to evidence"), heading=MORE_DETAILS),
                Field("title_en", mark("Milestone in English"), heading=IN_ENGLISH),
                Field("evidence_en", mark("Evidence in English"), Sort.LONG, heading=IN_ENGLISH),
            ),
            mark("A milestone is either reached or not: a house has opened, an agreement is signed."),
        ),
        PlannedSort(
            "partners",
            ProjectOrganisation,
            mark("Partner"),
            mark("New partner"),
            (
                Field("organisation_id", mark("Organisation"), Sort.NUMBER, "organisations", once=True),
                Field("part", mark("Part in the project"), Sort.CHOICE, Part, required=True),
                Field("new_name", mark("Name of a new organisation"), heading=SOMETHING_NEW, once=True),
                Field(
                    "new_kind",
                    mark("What sort of organisation"),
                    Sort.CHOICE,
                    OrganisationKind,
                    heading=SOMETHING_NEW,
                    once=True,
                ),
            ),
            mark("People with a role for an organisation reach the projects in which it takes part."),
        ),
        PlannedSort(
            "areas",
            ProjectArea,
            mark("Area"),
            mark("New area"),
            (
                Field("area_id", mark("Area"), Sort.NUMBER, "areas", once=True),
                Field("new_name", mark("Name of a new area"), heading=SOMETHING_NEW, once=True),
                Field(
                    "new_kind",
                    mark("What sort of area"),
                    Sort.CHOICE,
                    AreaKind,
                    heading=SOMETHING_NEW,
                    once=True,
                ),
            ),
            mark("The area that the project is meant for: a district, a municipality."),
        ),
        PlannedSort(
            "events",
            ProjectEvent,
            mark("Event"),
            mark("New event"),
            (
                Field("label_sv", mark("What happened?"), required=True),
                Field("happened_on", mark("Day"), Sort.DAY, required=True),
                Field("description_sv", mark("Description"), Sort.LONG),
                Field("label_en", mark("Event in English"), heading=IN_ENGLISH),
                Field("description_en", mark("Description in English"), Sort.LONG, heading=IN_ENGLISH),
            ),
            mark("Events are shown in the charts, so that readers see what came before a change."),
        ),
        PlannedSort(
            "documents",
            ProjectDocument,
            mark("Document"),
            mark("New document"),
            (
                Field("title_sv", mark("Title"), required=True),
                Field("address", mark("Link"), advice=mark("An address that begins with https://.")),
                Field(
                    "file",
                    mark("Or a file"),
                    Sort.FILE,
                    advice=mark("PDF, Office, OpenDocument, text, CSV, PNG or JPEG, at most 10 megabytes."),
                    once=True,
                ),
                Field(
                    "is_public",
                    mark("May it be shown to the public?"),
                    Sort.YES_NO,
                    "yes_no",
                    required=True,
                ),
                Field("title_en", mark("Title in English"), heading=IN_ENGLISH),
            ),
        ),
        PlannedSort(
            "notes",
            StoryNote,
            mark("Story note"),
            mark("New story note"),
            (
                Field("text_sv", mark("What lies behind the figures?"), Sort.LONG, required=True),
                Field("noted_on", mark("Day"), Sort.DAY, required=True),
                Field("indicator_id", mark("Indicator"), Sort.NUMBER, "indicators"),
                Field("text_en", mark("Note in English"), Sort.LONG, heading=IN_ENGLISH),
            ),
            mark("A note tells what figures cannot. It is shown with its day and your name."),
        ),
    )
}


def title_of(row: Any, names: dict[tuple[str, int], tuple[str, str]], voice: Voice) -> str:
    """What a planning row is called in a list."""
    known = names.get((row.__tablename__, row.id))
    if known is not None:
        return voice.pick(*known)
    for name in ("title", "label", "name", "text"):
        if getattr(row, f"{name}_sv", ""):
            text = voice.pick(getattr(row, f"{name}_sv"), getattr(row, f"{name}_en"))
            return text if len(text) <= 120 else f"{text[:117]}…"
    return str(getattr(row, "name", "") or getattr(row, "slug", "") or "–")
