"""The page of one project."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for

from impact.accounts.permissions import Action
from impact.errors import NotAllowed
from impact.language import Voice
from impact.monitoring.cards import SeriesCard
from impact.monitoring.project_view import GoalView, ProjectView, project_view
from impact.registry import access
from impact.registry.plan_view import may_plan
from impact.registry.project_tables import Milestone, Project, ProjectDocument, Visibility
from impact.reporting.goal_words import goal_progress, milestone_state
from impact.reporting.many_pictures import dots_of_cards, multiples_of_cards
from impact.reporting.planning_words import goal_level_words
from impact.reporting.project_facts import project_facts
from impact.request_scope import current_actor, current_session, current_voice
from impact.semantics.progress_words import progress_sentence
from impact.web.guards import needs
from impact.web.known_days import KnownDay, instant_of, known_day
from impact.web.people_names import Names
from impact.web.picture_answers import shown_picture
from impact.web.telling import card_row

pages = Blueprint("projects", __name__)

# Fewer are seen well enough in their rows.
FEWEST_PANELS = 2


@pages.get("/projects/<slug>")
@needs(Action.SEE)
def show(slug: str) -> str:
    """One project: facts, goals with their indicators, milestones and events."""
    voice, known = current_voice(), known_day()
    view = project_view(current_session(), current_actor(), slug, instant_of(known))
    project = view.project
    names = Names(current_session(), {note.author_id for note in view.notes}, voice)
    return render_template(
        "projects/project.html",
        plan_href=None if known else _plan_address(project),
        sheet_href=None if known else _entry_address(project, "sheet.show"),
        known=known.banner(voice) if known else None,
        title=voice.pick(project.title_sv, project.title_en),
        short=voice.pick(project.short_sv, project.short_en),
        summary=voice.pick(project.summary_sv, project.summary_en),
        story=voice.pick(project.story_sv, project.story_en),
        source=project.source,
        rounds_href=url_for("rounds.show_all", slug=slug),
        open_href=url_for("open.show", slug=slug) if project.visibility is Visibility.PUBLIC else None,
        report_href=url_for("impact_reports.show", slug=slug, known_at=request.args.get("known_at")),
        history_href=url_for("history.of_project", slug=slug),
        # A file holds what stands now.
        workbook_href=None if known else _entry_address(project, "workbooks.show"),
        import_href=None if known else _entry_address(project, "imports.show"),
        export_href=None if known else url_for("exports.show", project=slug),
        facts=project_facts(view, voice),
        goals=[_goal(goal, voice, known.day if known else None) for goal in view.goals],
        milestones=[milestone_item(milestone, voice) for milestone in view.milestones],
        events=[
            {
                "at": voice.day(event.happened_on),
                "iso": event.happened_on.isoformat(),
                "text": voice.pick(event.label_sv, event.label_en),
                "who": "",
                "quote": "",
                "detail": voice.pick(event.description_sv, event.description_en),
            }
            for event in view.events
        ],
        notes=[
            {
                "at": voice.day(note.noted_on),
                "iso": note.noted_on.isoformat(),
                "text": voice.pick(note.text_sv, note.text_en),
                "who": names.of(note.author_id),
                "quote": "",
                "detail": "",
            }
            for note in view.notes
        ],
        documents=[
            (voice.pick(document.title_sv, document.title_en), address)
            for document in view.documents
            if (address := _document_address(slug, document))
        ],
        pictures=[made for what in ("charts", "dots") if (made := _picture(what, view, voice, known))],
        invented=view.has_invented_figures,
    )


def _picture(what: str, view: ProjectView, voice: Voice, known: KnownDay | None) -> dict[str, object] | None:
    """All indicators as small ``charts``, or those with a target as ``dots``; None where they are too few."""
    measured = [card for goal in view.goals for card in goal.cards if card.series.measured]
    promised = {number for goal in view.goals for number in goal.progress}
    shown = measured if what == "charts" else [c for c in measured if c.summary.series_id in promised]
    if len(shown) < FEWEST_PANELS:
        return None
    session, slug = current_session(), view.project.slug
    name = voice.pick(view.project.short_sv, view.project.short_en)
    make = multiples_of_cards if what == "charts" else dots_of_cards
    made = make(session, measured, name, voice, known_at=instant_of(known))
    day = known.day.isoformat() if known else None
    return shown_picture(made, "pictures.of_project", voice, slug=slug, picture=what, known_at=day)


def milestone_item(milestone: Milestone, voice: Voice) -> dict[str, Any]:
    """The arguments of the macro ``milestones`` for one milestone."""
    evidence = milestone.evidence_address
    return {
        "title": voice.pick(milestone.title_sv, milestone.title_en),
        "state": milestone_state(milestone, voice),
        "reached": milestone.reached_on is not None,
        "detail": voice.pick(milestone.evidence_sv, milestone.evidence_en),
        "href": evidence if evidence.startswith(("https://", "http://")) else None,
    }


def _plan_address(project: Project) -> str | None:
    """Where the project's plan is changed, for those who may."""
    if not may_plan(current_session(), current_actor(), project.id):
        return None
    return url_for("planning.show", slug=project.slug)


def _entry_address(project: Project, endpoint: str) -> str | None:
    """Where the project's values are entered in one way or another, for those who may."""
    try:
        access.require_in_project(current_session(), current_actor(), project.id, Action.RECORD)
    except NotAllowed:
        return None
    return url_for(endpoint, slug=project.slug)


def _document_address(slug: str, document: ProjectDocument) -> str | None:
    """Where a document is read: here if it is a stored file, else at its link."""
    if document.file_sha256:
        return url_for("planning.download", slug=slug, document_id=document.id)
    return document.address if document.address.startswith(("https://", "http://")) else None


def _goal(goal: GoalView, voice: Voice, known_on: date | None) -> dict[str, Any]:
    progress, meaning = goal_progress(goal, voice)
    return {
        "id": f"goal-{goal.goal.id}",
        "title": voice.pick(goal.goal.title_sv, goal.goal.title_en),
        "kind": goal_level_words(goal.goal.level, voice),
        "progress": progress,
        "meaning": meaning,
        "description": voice.pick(goal.goal.description_sv, goal.goal.description_en),
        "rows": [
            {
                **card_row(card, voice, with_project=False, known_on=known_on),
                "progress": _progress(goal, card, voice),
            }
            for card in goal.cards
        ],
        "milestones": [milestone_item(milestone, voice) for milestone in goal.milestones],
    }


def _progress(goal: GoalView, card: SeriesCard, voice: Voice) -> str | None:
    told = goal.progress.get(card.summary.series_id)
    return progress_sentence(told, card.series.unit, voice) if told else None
