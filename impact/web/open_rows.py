"""Rows and tables of the public site, with nothing that leads behind the sign-in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import url_for

from impact.exchange.cells import Cell
from impact.language import Voice
from impact.monitoring.cards import SeriesCard
from impact.monitoring.project_view import GoalView, ProjectView
from impact.registry.project_tables import ProjectDocument
from impact.reporting.goal_words import goal_progress
from impact.reporting.planning_words import goal_level_words
from impact.reporting.public_view import has_hidden
from impact.semantics.progress_words import progress_sentence
from impact.semantics.series import Point, Series, Status
from impact.web.measurement_words import missing_words, observation_status_words
from impact.web.project_pages import milestone_item
from impact.web.telling import card_row


def goal_part(goal: GoalView, slug: str, voice: Voice) -> dict[str, Any]:
    """A goal with its rows and milestones as the template shows them."""
    hidden = any(has_hidden(card) for card in goal.cards)
    progress, meaning = ("", None) if hidden else goal_progress(goal, voice)
    return {
        "title": voice.pick(goal.goal.title_sv, goal.goal.title_en),
        "kind": goal_level_words(goal.goal.level, voice),
        "progress": progress,
        "meaning": meaning,
        "description": voice.pick(goal.goal.description_sv, goal.goal.description_en),
        "rows": [_row(goal, card, slug, voice) for card in goal.cards],
        "milestones": [milestone_item(milestone, voice) for milestone in goal.milestones],
    }


def value_table(series: Series, voice: Voice) -> dict[str, Any]:
    """Columns and rows of the values that everybody may see, newest first."""
    return {
        "columns": [{"label": voice.gettext("Period")}, {"label": series.unit.name(voice), "kind": "number"}],
        "rows": [
            [point.period.label(voice), _cell(point, series, voice)] for point in reversed(series.points)
        ],
    }


def data_rows(view: ProjectView, voice: Voice) -> Iterator[Sequence[Cell]]:
    """Open data: a head, then a row for each period of each indicator."""
    yield [
        voice.gettext("Project"),
        voice.gettext("Goal"),
        voice.gettext("Indicator"),
        voice.gettext("Unit"),
        voice.gettext("Period"),
        voice.gettext("Value"),
        voice.gettext("Status"),
        voice.gettext("Source"),
        voice.gettext("Invented figures"),
    ]
    project = voice.pick(view.project.short_sv, view.project.short_en)
    for goal in view.goals:
        title = voice.pick(goal.goal.title_sv, goal.goal.title_en)
        for card in goal.cards:
            indicator, version = card.indicator, card.version
            source = voice.pick(indicator.source_sv, indicator.source_en)
            for point in card.series.points:
                yield [
                    project,
                    title,
                    voice.pick(version.name_sv, version.name_en),
                    card.series.unit.name(voice),
                    point.period.key(),
                    point.value,
                    _status(point, voice),
                    source,
                    voice.gettext("yes") if indicator.is_invented else voice.gettext("no"),
                ]


def public_documents(documents: Sequence[ProjectDocument], voice: Voice) -> list[tuple[str, str]]:
    """The documents that lie elsewhere and are meant for everybody."""
    return [
        (voice.pick(document.title_sv, document.title_en), document.address)
        for document in documents
        if document.is_public and document.address.startswith(("https://", "http://"))
    ]


def _row(goal: GoalView, card: SeriesCard, slug: str, voice: Voice) -> dict[str, Any]:
    row = card_row(card, voice, with_project=False)
    row["href"] = url_for("open.indicator", slug=slug, indicator_id=card.indicator.id)
    if has_hidden(card):
        words = voice.gettext("Some values are hidden because they rest on few people.")
        return {**row, "meaning": "steady", "words": voice.gettext("Not told"), "sentence": words}
    told = goal.progress.get(card.summary.series_id)
    row["progress"] = progress_sentence(told, card.series.unit, voice) if told else None
    return row


def _cell(point: Point, series: Series, voice: Voice) -> dict[str, Any]:
    if point.value is None:
        return {"text": missing_words(point.missing, voice) if point.missing else "", "missing": True}
    note = observation_status_words(point.status, voice) if point.status is not Status.FINAL else ""
    return {"text": series.unit.value_text(point.value, voice), "note": note}


def _status(point: Point, voice: Voice) -> str:
    if point.value is None:
        return missing_words(point.missing, voice) if point.missing else ""
    return observation_status_words(point.status, voice)
