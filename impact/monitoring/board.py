"""The manager's board: what turned, what is due, what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from impact.accounts.permissions import Action, Actor
from impact.audit import history
from impact.db import local_day
from impact.monitoring.cards import SeriesCard, cards
from impact.monitoring.flagging import DECISIONS
from impact.monitoring.past_cards import past_cards
from impact.monitoring.tables import Flag, FlagAct, FlagDirection, FlagEvent, FlagState, SeriesSummary
from impact.registry import access
from impact.registry.indicator_tables import DefinitionVersion, Indicator, IndicatorSeries
from impact.registry.project_tables import Milestone, Project
from impact.trend.verdict import Level, Verdict

DECISIONS_OF_DAYS: Final = 180
MILESTONES_OF_DAYS: Final = 365
# What is due later than this is no concern before the next meeting.
DUE_WITHIN_DAYS: Final = 45


@dataclass(frozen=True)
class BoardDecision:
    """What somebody decided about a flag, with what it was about."""

    event: FlagEvent
    flag: Flag
    indicator_id: int
    name_sv: str
    name_en: str
    project: Project


@dataclass(frozen=True)
class BoardMilestone:
    """A milestone that was reached or is due, with its project."""

    milestone: Milestone
    project: Project


@dataclass(frozen=True)
class Board:
    """All that a manager sees before a meeting; key indicators first in each list."""

    turned: list[SeriesCard]
    early: list[SeriesCard]
    due: list[SeriesCard]
    too_short: list[SeriesCard]
    decisions: list[BoardDecision]
    milestones: list[BoardMilestone]

    def n_turned(self, direction: FlagDirection) -> int:
        """How many standing flags point that way."""
        return sum(card.flag is not None and card.flag.direction is direction for card in self.turned)

    @property
    def n_undecided(self) -> int:
        """How many flags wait for a decision."""
        return sum(card.flag is not None and card.flag.state is FlagState.OPEN for card in self.turned)


def board(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    category_id: int | None = None,
    known_at: datetime | None = None,
) -> Board:
    """What the actor may see of what turned, is due, was decided and was reached.

    Three statements, however many projects there are; some more as known at an instant.
    """
    now = known_at or now
    today = local_day(session, now)
    soon = today + timedelta(days=DUE_WITHIN_DAYS)
    mine = access.project_ids(actor, Action.SEE)
    if category_id is not None:
        mine = mine.where(Project.category_id == category_id)
    if known_at is None:
        mine = mine.where(Project.withdrawn_at.is_(None))
        found = cards(session, SeriesSummary.project_id.in_(mine), _worth_showing(soon))
    else:
        then = history.rows_as_known(session, Project, session.scalars(mine).all(), known_at)
        mine = select(Project.id).where(Project.id.in_({row.id for row in then}))
        found = past_cards(session, [row.id for row in then], known_at)
    turned = [card for card in found if card.is_flagged]
    others = [card for card in found if not card.is_flagged]
    return Board(
        turned=sorted(turned, key=_newest_key_first),
        early=_key_first(card for card in others if card.summary.level is Level.EARLY_WARNING),
        due=sorted((card for card in found if card.is_due_by(soon)), key=_longest_due_first),
        too_short=_key_first(card for card in others if card.summary.verdict is Verdict.TOO_SHORT),
        decisions=_decisions(session, mine, now - timedelta(days=DECISIONS_OF_DAYS), now),
        milestones=_milestones(session, mine, today)
        if known_at is None
        else _past_milestones(session, mine, today, known_at),
    )


def to_be_measured(session: Session, actor: Actor, *, now: datetime) -> list[SeriesCard]:
    """What has ended without a measurement and the actor may record, longest due first."""
    found = cards(
        session,
        access.indicators_within_reach(actor, Action.RECORD),
        SeriesSummary.next_last_day < local_day(session, now),
    )
    return sorted(found, key=_longest_due_first)


def _worth_showing(soon: date) -> sa.ColumnElement[bool]:
    return sa.or_(
        Flag.state.in_([FlagState.OPEN, FlagState.CONFIRMED]),
        SeriesSummary.level == Level.EARLY_WARNING,
        SeriesSummary.verdict == Verdict.TOO_SHORT,
        SeriesSummary.due_on <= soon,
    )


def _newest_key_first(card: SeriesCard) -> tuple[bool, float, str]:
    raised = card.flag.first_raised_at.timestamp() if card.flag else 0.0
    return not card.indicator.is_key, -raised, card.version.name_sv


def _longest_due_first(card: SeriesCard) -> tuple[date, bool]:
    return card.summary.due_on or date.max, not card.indicator.is_key


def _key_first(found: object) -> list[SeriesCard]:
    return sorted(found, key=lambda card: not card.indicator.is_key)  # type: ignore[call-overload,no-any-return]


def _decisions(
    session: Session, mine: sa.Select[int], since: datetime, until: datetime
) -> list[BoardDecision]:
    rows = session.execute(
        select(FlagEvent, Flag, Indicator.id, DefinitionVersion.name_sv, DefinitionVersion.name_en, Project)
        .join(Flag, Flag.id == FlagEvent.flag_id)
        .join(IndicatorSeries, IndicatorSeries.id == Flag.series_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(DefinitionVersion, DefinitionVersion.id == Indicator.definition_version_id)
        .join(Project, Project.id == Indicator.project_id)
        .where(
            FlagEvent.act.in_(DECISIONS),
            # A dismissal that data brought back was decided before.
            sa.or_(FlagEvent.act != FlagAct.DISMISSED, FlagEvent.analysis_id.is_(None)),
            FlagEvent.recorded_at.between(since, until),
            Project.id.in_(mine),
        )
        .order_by(FlagEvent.id.desc())
        .limit(50)
        .options(load_only(Project.slug, Project.short_sv, Project.short_en, raiseload=True))
    )
    return [BoardDecision(*row) for row in rows]


def _milestones(session: Session, mine: sa.Select[int], today: date) -> list[BoardMilestone]:
    recent = today - timedelta(days=MILESTONES_OF_DAYS)
    rows = session.execute(
        select(Milestone, Project)
        .join(Project, Project.id == Milestone.project_id)
        .where(
            Milestone.withdrawn_at.is_(None),
            sa.or_(
                Milestone.reached_on >= recent,
                sa.and_(Milestone.reached_on.is_(None), Milestone.due_on < today + timedelta(days=90)),
            ),
            Project.id.in_(mine),
        )
        .order_by(sa.func.coalesce(Milestone.reached_on, Milestone.due_on).desc(), Milestone.id)
        .options(load_only(Project.slug, Project.short_sv, Project.short_en, raiseload=True))
    )
    return [BoardMilestone(*row) for row in rows]


def _past_milestones(
    session: Session, mine: sa.Select[int], today: date, known_at: datetime
) -> list[BoardMilestone]:
    """The same as known then: each milestone as it was planned, in its project of then."""
    ids = session.scalars(select(Milestone.id).where(Milestone.project_id.in_(mine))).all()
    known = history.rows_as_known(session, Milestone, ids, known_at)
    projects = {
        row.id: row
        for row in history.rows_as_known(session, Project, {row.project_id for row in known}, known_at)
    }
    recent, soon = today - timedelta(days=MILESTONES_OF_DAYS), today + timedelta(days=90)
    found = []
    for row in known:
        day = row.reached_on or row.due_on
        is_worth_showing = day is not None and (day >= recent if row.reached_on else day < soon)
        if is_worth_showing and row.project_id in projects:
            found.append(BoardMilestone(row, projects[row.project_id]))
    return sorted(found, key=_newest_milestone_first)


def _newest_milestone_first(row: BoardMilestone) -> tuple[int, int]:
    day = row.milestone.reached_on or row.milestone.due_on or date.min
    return -day.toordinal(), row.milestone.id
