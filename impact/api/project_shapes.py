"""A project as programs read it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, fields

from impact.api.progress_shapes import ProgressSchema, progress_body
from impact.api.shapes import (
    NAME_EXAMPLE,
    FlagMarkSchema,
    LatestSchema,
    VerdictSchema,
    about,
    flag_mark,
)
from impact.language import Voice
from impact.monitoring.cards import SeriesCard
from impact.monitoring.project_view import GoalView, ProjectView
from impact.registry.project_tables import (
    Category,
    GoalLevel,
    Milestone,
    Organisation,
    Part,
    Project,
    ProjectStatus,
    Visibility,
)
from impact.registry.schedules import stored_period
from impact.registry.units import unit_of
from impact.semantics.progress import Progress


class OrganisationSchema(Schema):
    """An organisation and what it is to the project."""

    slug = fields.String(required=True, metadata=about("Its name in addresses.", "norrkoping"))
    name = fields.String(required=True, metadata=about("Its name.", "Norrköpings kommun"))
    part = fields.Enum(Part, by_value=True, required=True, metadata=about("What it is to the project."))


class ProjectRowSchema(Schema):
    """A project in few words."""

    slug = fields.String(required=True, metadata=about("Its name in addresses.", "klockaretorpet"))
    title = fields.String(required=True, metadata=about("Its title.", "Klockaretorpets centrum"))
    short_name = fields.String(required=True, metadata=about("Its short name.", "Klockaretorpet"))
    status = fields.Enum(ProjectStatus, by_value=True, required=True, metadata=about("Where it stands."))
    visibility = fields.Enum(Visibility, by_value=True, required=True, metadata=about("Who may see it."))
    category = fields.String(
        required=True, allow_none=True, metadata=about("Its category's slug.", "housing")
    )
    organisations = fields.List(
        fields.Nested(OrganisationSchema), required=True, metadata=about("Who takes part.")
    )
    loan_amount = fields.Integer(
        required=True, allow_none=True, metadata=about("The loan, in whole units.", 103000000)
    )
    currency = fields.String(required=True, metadata=about("The currency of amounts.", "SEK"))


class IndicatorRowSchema(VerdictSchema):
    """An indicator with what is newest of it."""

    id = fields.Integer(required=True, metadata=about("The indicator's number.", 7))
    series_id = fields.Integer(required=True, metadata=about("The number of its total series.", 12))
    name = fields.String(required=True, metadata=about("Its name.", NAME_EXAMPLE))
    unit = fields.String(required=True, metadata=about("Its unit's name.", "%"))
    is_key = fields.Boolean(required=True, metadata=about("Whether it is a key indicator."))
    is_invented = fields.Boolean(required=True, metadata=about("Whether its figures are made up."))
    latest = fields.Nested(
        LatestSchema, required=True, allow_none=True, metadata=about("Its newest measurement.")
    )
    change = fields.Float(
        required=True,
        allow_none=True,
        metadata=about("The newest value less the one before; null across a series break.", -1.5),
    )
    flag = fields.Nested(
        FlagMarkSchema, required=True, allow_none=True, metadata=about("The flag that stands.")
    )
    progress = fields.Nested(
        ProgressSchema,
        required=True,
        allow_none=True,
        metadata=about("How it stands against its next target; null without one."),
    )


class MilestoneSchema(Schema):
    """Something that is reached or not."""

    title = fields.String(required=True, metadata=about("What is to be reached."))
    due_on = fields.Date(required=True, allow_none=True, metadata=about("By which day."))
    reached_on = fields.Date(required=True, allow_none=True, metadata=about("When it was reached."))


class GoalSchema(Schema):
    """A social goal."""

    title = fields.String(required=True, metadata=about("The goal.", "Högre trygghet"))
    level = fields.Enum(GoalLevel, by_value=True, required=True, metadata=about("Its link in the chain."))
    indicators = fields.List(
        fields.Nested(IndicatorRowSchema), required=True, metadata=about("How change is measured.")
    )
    milestones = fields.List(
        fields.Nested(MilestoneSchema), required=True, metadata=about("What is to be reached on the way.")
    )


class ProjectSchema(ProjectRowSchema):
    """A project with its goals."""

    summary = fields.String(required=True, metadata=about("What it is about."))
    investment_type = fields.String(required=True, metadata=about("The type of investment."))
    physical_investment = fields.String(required=True, metadata=about("What is built."))
    target_population = fields.String(required=True, metadata=about("For whom it is meant."))
    n_target_population = fields.Integer(required=True, allow_none=True, metadata=about("How many they are."))
    total_cost = fields.Integer(required=True, allow_none=True, metadata=about("What it costs in all."))
    starts_on = fields.Date(required=True, allow_none=True, metadata=about("Its first day."))
    ends_on = fields.Date(required=True, allow_none=True, metadata=about("Its last day."))
    is_sample = fields.Boolean(required=True, metadata=about("Whether it belongs to the sample."))
    goals = fields.List(fields.Nested(GoalSchema), required=True, metadata=about("Its goals, in order."))
    milestones = fields.List(
        fields.Nested(MilestoneSchema), required=True, metadata=about("Milestones of no single goal.")
    )


def project_row(
    project: Project,
    category: Category | None,
    organisations: Mapping[Part, list[Organisation]],
    voice: Voice,
) -> dict[str, Any]:
    """A project in few words."""
    return {
        "slug": project.slug,
        "title": voice.pick(project.title_sv, project.title_en),
        "short_name": voice.pick(project.short_sv, project.short_en),
        "status": project.status,
        "visibility": project.visibility,
        "category": category.slug if category else None,
        "organisations": [
            {"slug": organisation.slug, "name": organisation.name, "part": part}
            for part in Part
            for organisation in organisations.get(part, [])
        ],
        "loan_amount": project.loan_amount,
        "currency": project.currency,
    }


def project_body(view: ProjectView, voice: Voice) -> dict[str, Any]:
    """A project with its goals."""
    project = view.project
    return {
        **project_row(project, view.category, view.organisations, voice),
        "summary": voice.pick(project.summary_sv, project.summary_en),
        "investment_type": voice.pick(project.investment_type_sv, project.investment_type_en),
        "physical_investment": voice.pick(project.physical_investment_sv, project.physical_investment_en),
        "target_population": voice.pick(project.target_population_sv, project.target_population_en),
        "n_target_population": project.n_target_population,
        "total_cost": project.total_cost,
        "starts_on": _day(project.starts_on),
        "ends_on": _day(project.ends_on),
        "is_sample": project.is_sample,
        "goals": [_goal(goal, voice) for goal in view.goals],
        "milestones": [_milestone(milestone, voice) for milestone in view.milestones],
    }


def _goal(view: GoalView, voice: Voice) -> dict[str, Any]:
    return {
        "title": voice.pick(view.goal.title_sv, view.goal.title_en),
        "level": view.goal.level,
        "indicators": [
            _indicator(card, view.progress.get(card.summary.series_id), voice) for card in view.cards
        ],
        "milestones": [_milestone(milestone, voice) for milestone in view.milestones],
    }


def _indicator(card: SeriesCard, progress: Progress | None, voice: Voice) -> dict[str, Any]:
    return {
        "id": card.indicator.id,
        "series_id": card.summary.series_id,
        "name": voice.pick(card.version.name_sv, card.version.name_en),
        "unit": unit_of(card.version).name(voice),
        "direction": card.version.direction,
        "is_key": card.indicator.is_key,
        "is_invented": card.indicator.is_invented,
        "latest": _latest(card),
        "change": card.summary.change,
        "verdict": card.summary.verdict,
        "level": card.summary.level,
        "flag": flag_mark(card.flag) if card.flag else None,
        "progress": progress_body(progress, card.series.unit, voice),
    }


def _latest(card: SeriesCard) -> dict[str, Any] | None:
    kept = card.summary
    if kept.latest_first_day is None or kept.latest_last_day is None or kept.latest_frequency is None:
        return None
    period = stored_period(kept.latest_first_day, kept.latest_last_day, kept.latest_frequency)
    return {"period": period.key(), "value": kept.latest_value, "status": kept.latest_status}


def _milestone(milestone: Milestone, voice: Voice) -> dict[str, Any]:
    return {
        "title": voice.pick(milestone.title_sv, milestone.title_en),
        "due_on": _day(milestone.due_on),
        "reached_on": _day(milestone.reached_on),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
