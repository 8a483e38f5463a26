"""What is said of each sort of planning row: fields made of the table's columns, with words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from marshmallow import Schema, fields, validate

from impact.api.form import Form, Text
from impact.api.shapes import about
from impact.registry.editing import OWN
from impact.registry.plan_rules import LONGEST_TEXT
from impact.registry.project_tables import (
    Goal,
    Milestone,
    ProjectArea,
    ProjectDocument,
    ProjectEvent,
    ProjectOrganisation,
    StoryNote,
)

# What follows from the address or from who calls.
GIVEN = OWN | {"project_id", "author_id", "file_sha256"}
# What the document says of each column.
WORDS = {
    "address": "Where it lies, an address on the web.",
    "area_id": "The area's number.",
    "description_en": "What it is about, in English.",
    "description_sv": "What it is about, in Swedish.",
    "due_on": "When it is to be reached.",
    "evidence_address": "Where the evidence lies, an address on the web.",
    "evidence_en": "What shows that it was reached, in English.",
    "evidence_sv": "What shows that it was reached, in Swedish.",
    "goal_id": "The goal's number; null for the project as a whole.",
    "happened_on": "On which day.",
    "indicator_id": "The indicator that it is about; null for the project as a whole.",
    "is_public": "Whether everybody reads it who sees the project; else its own people alone.",
    "label_en": "A few words for charts, in English.",
    "label_sv": "A few words for charts, in Swedish.",
    "level": "How far along the chain of results.",
    "noted_on": "On which day.",
    "organisation_id": "The organisation's number.",
    "part": "What it is to the project.",
    "position": "Its place among the others.",
    "reached_on": "When it was reached; null as long as it was not.",
    "text_en": "The note, in English.",
    "text_sv": "The note, in Swedish.",
    "title_en": "Its title, in English.",
    "title_sv": "Its title, in Swedish.",
}
EXAMPLES = {"title_sv": "Ökad trygghet", "title_en": "More safety", "level": "outcome"}


class Sort(StrEnum):
    """The sorts of rows in a project's plan, as addresses name them."""

    GOALS = "goals"
    MILESTONES = "milestones"
    EVENTS = "events"
    DOCUMENTS = "documents"
    NOTES = "notes"
    PARTNERS = "partners"
    AREAS = "areas"


@dataclass(frozen=True)
class Facts:
    """A sort of planning rows: its table, its form, and its name in the document."""

    table: type[Any]
    form: type[Schema]
    component: str

    def of(self, row: Any) -> dict[str, Any]:
        """What a row says, as JSON has it."""
        return {name: _plain(getattr(row, name)) for name in self.form._declared_fields}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _facts(table: type[Any]) -> Facts:
    columns = [column for column in table.__table__.columns if column.key not in GIVEN]
    name = f"{table.__name__}Facts"
    return Facts(table, Form.from_dict({each.key: _field(each) for each in columns}, name=name), name)


def _field(column: Any) -> fields.Field[Any]:
    """The field of a column; whether it is needed is for the verbs to say."""
    said: dict[str, Any] = {
        "allow_none": column.nullable,
        "metadata": about(WORDS[column.key], EXAMPLES.get(column.key)),
    }
    kind, choices = column.type.python_type, getattr(column.type, "enum_class", None)
    if choices is not None:
        return fields.Enum(choices, by_value=True, **said)
    if kind is bool:
        return fields.Boolean(truthy={True}, falsy={False}, **said)
    if kind is int:
        most = 2**53 - 1 if column.key.endswith("_id") else 2**31 - 1
        return fields.Integer(strict=True, validate=validate.Range(min=0, max=most), **said)
    if kind is date:
        return fields.Date(**said)
    return Text(validate=validate.Length(max=LONGEST_TEXT), **said)


SORTS = {
    Sort.GOALS: _facts(Goal),
    Sort.MILESTONES: _facts(Milestone),
    Sort.EVENTS: _facts(ProjectEvent),
    Sort.DOCUMENTS: _facts(ProjectDocument),
    Sort.NOTES: _facts(StoryNote),
    Sort.PARTNERS: _facts(ProjectOrganisation),
    Sort.AREAS: _facts(ProjectArea),
}
