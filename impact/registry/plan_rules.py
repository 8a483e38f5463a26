"""What a planning row must be to make sense, one rule for each sort."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.errors import Invalid
from impact.registry.project_tables import (
    Area,
    Category,
    Goal,
    Milestone,
    Organisation,
    Project,
    ProjectArea,
    ProjectDocument,
    ProjectEvent,
    ProjectOrganisation,
    StoryNote,
)

LONGEST_TITLE: Final = 300
LONGEST_TEXT: Final = 20_000
YEARS: Final = range(1900, 2201)
LARGEST_AMOUNT: Final = 10**15
SDG_TARGET = re.compile(r"(?:[1-9]|1[0-7])(?:\.(?:\d{1,2}|[a-d]))?")
TITLES = frozenset(
    {"title_sv", "title_en", "short_sv", "short_en", "name", "name_sv", "name_en", "label_sv", "label_en"}
)


def judge(session: Session, row: Any) -> None:
    """Return if the row can stand in a plan.

    Raises:
        Invalid: a sentence that says what to change; ``field`` names the column.
    """
    _judge_lengths(row)
    rule = RULES.get(type(row))
    if rule is not None:
        rule(session, row)


def _judge_lengths(row: Any) -> None:
    for column in row.__table__.columns:
        text = getattr(row, column.key)
        longest = LONGEST_TITLE if column.key in TITLES else LONGEST_TEXT
        if isinstance(text, str) and len(text) > longest:
            raise Invalid("At most %(n)s characters, please.", field=column.key, n=longest)
        if isinstance(text, str) and "\0" in text:
            raise Invalid("This cannot be read. Please type or choose it again.", field=column.key)


def _judge_project(session: Session, row: Project) -> None:
    if not row.title_sv:
        raise Invalid("Give the project a title.", field="title_sv")
    _category(session, row)
    if row.status is None or row.visibility is None:
        raise Invalid("Choose one.", field="status" if row.status is None else "visibility")
    _in_order(row.starts_on, row.ends_on, "ends_on")
    _in_order(row.report_from_year, row.report_to_year, "report_to_year")
    for name in ("report_from_year", "report_to_year"):
        if getattr(row, name) is not None and getattr(row, name) not in YEARS:
            raise Invalid("Write a year with four digits.", field=name)
    for name in ("loan_amount", "total_cost", "n_target_population"):
        amount = getattr(row, name)
        most = LARGEST_AMOUNT if name != "n_target_population" else 2**31 - 1
        if amount is not None and not 0 <= amount <= most:
            raise Invalid("Write a whole number that is zero or more.", field=name)
    if not re.fullmatch(r"[A-Z]{3}", row.currency or ""):
        raise Invalid("Write the currency as three letters, such as SEK.", field="currency")
    for target in row.sdg_targets or ():
        if not SDG_TARGET.fullmatch(target):
            raise Invalid(
                "%(target)s is no global goal; write 11 or a target such as 11.1.",
                field="sdg_targets",
                target=target,
            )


def _category(session: Session, row: Project) -> None:
    category = _found(session, Category, row.category_id)
    if category is None:
        raise Invalid("Choose a category.", field="category_id")
    if row.subtype_id is not None:
        subtype = _found(session, Category, row.subtype_id)
        if subtype is None or subtype.parent_id != category.id:
            raise Invalid("Choose a sub-type of the category.", field="subtype_id")


def _judge_named(_session: Session, row: Organisation | Area) -> None:
    if not row.name:
        raise Invalid("Give a name.", field="name")
    if row.kind is None:
        raise Invalid("Choose one.", field="kind")
    if isinstance(row, Area):
        _judge_parent(_session, row)


def _judge_category(session: Session, row: Category) -> None:
    if not row.name_sv:
        raise Invalid("Give a name.", field="name_sv")
    _judge_parent(session, row)


def _judge_parent(session: Session, row: Area | Category) -> None:
    """No place lies within itself, however far up."""
    seen, above = {row.id}, row.parent_id
    while above is not None:
        parent = _found(session, type(row), above)
        if parent is None or parent.id in seen:
            raise Invalid("It cannot lie within itself or within something that is gone.", field="parent_id")
        seen.add(parent.id)
        above = parent.parent_id


def _judge_link(session: Session, row: ProjectOrganisation | ProjectArea) -> None:
    is_area = isinstance(row, ProjectArea)
    name = "area_id" if is_area else "organisation_id"
    kind: Any = Area if is_area else Organisation
    if _found(session, kind, getattr(row, name)) is None:
        raise Invalid("Choose one.", field=name)
    table: Any = type(row)
    same = [table.project_id == row.project_id, getattr(table, name) == getattr(row, name)]
    if isinstance(row, ProjectOrganisation):
        if row.part is None:
            raise Invalid("Choose one.", field="part")
        same.append(table.part == row.part)
    if row.id is not None:
        same.append(table.id != row.id)
    if session.scalar(select(sa.func.count()).select_from(table).where(*same)):
        raise Invalid("This is already there.", field=name)


def _judge_event(_session: Session, row: ProjectEvent) -> None:
    _needs_day(row.happened_on, "happened_on")
    _needs_text(row.label_sv, "label_sv")


def _judge_document(_session: Session, row: ProjectDocument) -> None:
    _needs_text(row.title_sv, "title_sv")
    _judge_address(row.address, "address")
    if not row.address and not row.file_sha256:
        raise Invalid("Give a link or choose a file.", field="address")


def _judge_note(_session: Session, row: StoryNote) -> None:
    _needs_day(row.noted_on, "noted_on")
    _needs_text(row.text_sv, "text_sv")


def _judge_goal(_session: Session, row: Goal) -> None:
    if not row.title_sv:
        raise Invalid("Say what is to become better.", field="title_sv")


def _judge_milestone(session: Session, row: Milestone) -> None:
    _needs_text(row.title_sv, "title_sv")
    _judge_address(row.evidence_address, "evidence_address")
    goal = _found(session, Goal, row.goal_id)
    if row.goal_id is not None and (goal is None or goal.project_id != row.project_id):
        raise Invalid("Choose one of the project's goals.", field="goal_id")


def _needs_text(text: str | None, field: str) -> None:
    if not text:
        raise Invalid("Write a few words.", field=field)


def _needs_day(day: object, field: str) -> None:
    if day is None:
        raise Invalid("Write a day as year-month-day.", field=field)


def _judge_address(address: str | None, field: str) -> None:
    if address and not re.fullmatch(r"https?://[^\s/][^\s]*", address):
        raise Invalid("A link begins with https:// or http://.", field=field)


def _in_order(first: Any, last: Any, field: str) -> None:
    if first is not None and last is not None and last < first:
        raise Invalid("The end lies before the beginning.", field=field)


def _found(session: Session, kind: Any, number: int | None) -> Any:
    """The row of that number that is in use."""
    row = session.get(kind, number) if number is not None else None
    return row if row is not None and row.withdrawn_at is None else None


RULES: dict[type[Any], Callable[[Session, Any], None]] = {
    Project: _judge_project,
    Organisation: _judge_named,
    Area: _judge_named,
    Category: _judge_category,
    ProjectOrganisation: _judge_link,
    ProjectArea: _judge_link,
    ProjectEvent: _judge_event,
    ProjectDocument: _judge_document,
    StoryNote: _judge_note,
    Goal: _judge_goal,
    Milestone: _judge_milestone,
}
