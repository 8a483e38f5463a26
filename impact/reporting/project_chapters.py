"""One project as the yearly report tells it: read once, in the reader's words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy.orm import Session

from impact.language import Voice
from impact.monitoring.cards import SeriesCard
from impact.monitoring.project_view import GoalView, ProjectView
from impact.registry.project_tables import Milestone
from impact.registry.series import read_series
from impact.reporting.goal_words import goal_progress, milestone_state
from impact.reporting.groups import name_of
from impact.reporting.impact_report import (
    Fact,
    GoalChapter,
    IndicatorChapter,
    Moment,
    ProjectChapter,
)
from impact.reporting.indicator_chapters import indicator_chapters, known_series
from impact.reporting.planning_words import goal_level_words
from impact.reporting.project_facts import project_facts, share_text
from impact.reporting.report_days import ReportDay
from impact.reporting.revised import revised_since
from impact.reporting.sharing import shares_of


def project_chapter(
    session: Session,
    view: ProjectView,
    day: ReportDay,
    voice: Voice,
    pictured: Collection[int] | None = None,
) -> ProjectChapter:
    """The chapter of a project.

    Args:
        view: the project as its page shows it, as known on the report's day.
        pictured: the series that get a picture and notes on their method; None is all.
    """
    cards = [card for goal in view.goals for card in goal.cards]
    progress = {key: told for goal in view.goals for key, told in goal.progress.items()}
    ids = [card.summary.series_id for card in cards]
    readings = read_series(session, ids, day.known_at) if ids else {}
    known = known_series(view.project, cards, readings, progress, voice, day.known_at)
    indicators = indicator_chapters(session, cards, known, pictured, voice)
    measured = [(known.findings[series_id], readings[series_id].series) for series_id in ids]
    project = view.project
    return ProjectChapter(
        project_id=project.id,
        slug=project.slug,
        title=voice.pick(project.title_sv, project.title_en),
        short=voice.pick(project.short_sv, project.short_en),
        summary=voice.pick(project.summary_sv, project.summary_en),
        story=voice.pick(project.story_sv, project.story_en),
        facts=tuple((label, value) for label, value in _facts(view, voice) if value),
        goals=tuple(_goal(goal, indicators, day.known_on, voice) for goal in view.goals),
        milestones=tuple(_milestone(each, day.known_on, voice) for each in view.milestones),
        events=tuple(
            Moment(
                voice.pick(event.label_sv, event.label_en),
                voice.day(event.happened_on),
                voice.pick(event.description_sv, event.description_en),
            )
            for event in view.events
            if event.happened_on <= day.known_on
        ),
        notes=tuple(
            Moment(voice.pick(note.text_sv, note.text_en), voice.day(note.noted_on))
            for note in sorted(view.notes, key=lambda note: note.noted_on)
        ),
        shares=shares_of(project, measured, voice),
        share_words=share_text(project, voice),
        late=tuple(_late(card, voice) for card in cards if card.is_late(day.known_on)),
        revised=revised_since(session, cards, readings, day.since_at, day.known_at, voice),
    )


def _facts(view: ProjectView, voice: Voice) -> list[Fact]:
    """The fields of the project's page, and where they come from."""
    return [*project_facts(view, voice), (voice.gettext("Source"), view.project.source)]


def _goal(
    view: GoalView, indicators: Mapping[int, IndicatorChapter], known_on: date, voice: Voice
) -> GoalChapter:
    goal = view.goal
    progress, meaning = goal_progress(view, voice)
    return GoalChapter(
        title=voice.pick(goal.title_sv, goal.title_en),
        level=goal_level_words(goal.level, voice),
        progress=progress,
        meaning=meaning or "",
        description=voice.pick(goal.description_sv, goal.description_en),
        indicators=tuple(indicators[card.summary.series_id] for card in view.cards),
        milestones=tuple(_milestone(each, known_on, voice) for each in view.milestones),
    )


def _milestone(milestone: Milestone, known_on: date, voice: Voice) -> Moment:
    is_reached = milestone.reached_on is not None
    return Moment(
        title=voice.pick(milestone.title_sv, milestone.title_en),
        when=milestone_state(milestone, voice),
        detail=voice.pick(milestone.evidence_sv, milestone.evidence_en),
        is_reached=is_reached,
        is_late=not is_reached and milestone.due_on is not None and milestone.due_on < known_on,
        reached_on=milestone.reached_on,
    )


def _late(card: SeriesCard, voice: Voice) -> str:
    """What should have been measured: Safe tenants, 2025 (due 31 March 2026)."""
    name = name_of(card.version, card.disaggregation, voice)
    period, due_on = card.next_period, card.summary.due_on
    return voice.gettext(
        "%(indicator)s, %(period)s (due %(day)s)",
        indicator=name,
        period=period.label(voice) if period else "",
        day=voice.day(due_on) if due_on else "",
    )
