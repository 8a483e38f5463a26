"""The manager's board: what turned, what is due, what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.audit import history
from impact.db import local_day
from impact.monitoring.board_lists import (
    BoardDecision,
    BoardMilestone,
    decisions_on,
    milestones_now,
    milestones_then,
    newest_decisions,
)
from impact.monitoring.cards import SeriesCard, cards
from impact.monitoring.narrowing import EVERYTHING, Narrowing, indicators_of, projects_within
from impact.monitoring.past_cards import past_cards
from impact.monitoring.promises import progress_of_cards
from impact.monitoring.tables import Flag, FlagDirection, FlagEvent, FlagState, SeriesSummary
from impact.registry import access
from impact.registry.indicator_tables import DefinitionVersion, Target
from impact.registry.project_tables import Project
from impact.semantics.direction import Direction
from impact.semantics.progress import Progress, Standing
from impact.trend.verdict import Level, Verdict

# What is due later than this is no concern before the next meeting.
DUE_WITHIN_DAYS: Final = 45


@dataclass(frozen=True)
class ReachedCard:
    """A series that has reached its target, and how it stands against it."""

    card: SeriesCard
    progress: Progress


@dataclass(frozen=True)
class Board:
    """All that a manager sees before a meeting; key indicators first in each list."""

    turned: list[SeriesCard]
    early: list[SeriesCard]
    due: list[SeriesCard]
    too_short: list[SeriesCard]
    decisions: list[BoardDecision]
    milestones: list[BoardMilestone]
    reached: list[ReachedCard] = field(default_factory=list)
    # By flag: what was decided on it, newest first.
    decided: dict[int, list[FlagEvent]] = field(default_factory=dict)

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
    narrowed: Narrowing = EVERYTHING,
    known_at: datetime | None = None,
) -> Board:
    """What the actor may see of what turned, is due, was decided and was reached.

    A fixed number of statements, however many projects there are; some more as known at an instant.
    """
    now = known_at or now
    today = local_day(session, now)
    soon = today + timedelta(days=DUE_WITHIN_DAYS)
    mine = projects_within(actor, narrowed)
    if known_at is None:
        mine = mine.where(Project.withdrawn_at.is_(None))
        found = cards(
            session, SeriesSummary.project_id.in_(mine), _worth_showing(soon), *indicators_of(narrowed)
        )
    else:
        then = history.rows_as_known(session, Project, session.scalars(mine).all(), known_at)
        mine = select(Project.id).where(Project.id.in_({row.id for row in then}))
        found = past_cards(session, [row.id for row in then], known_at)
        wanted = narrowed.responsible
        found = [card for card in found if wanted in (None, card.indicator.responsible_id)]
    turned = [card for card in found if card.is_flagged]
    others = [card for card in found if not card.is_flagged]
    return Board(
        turned=sorted(turned, key=_newest_key_first),
        early=_key_first(card for card in others if card.summary.level is Level.EARLY_WARNING),
        due=sorted((card for card in found if card.is_due_by(soon)), key=_longest_due_first),
        too_short=_key_first(card for card in others if card.summary.verdict is Verdict.TOO_SHORT),
        decisions=decisions_on(session, Project.id.in_(mine), *indicators_of(narrowed), until=now),
        milestones=milestones_now(session, mine, today)
        if known_at is None
        else milestones_then(session, mine, today, known_at),
        reached=_reached(session, found, known_at),
        decided=newest_decisions(session, [card.flag.id for card in turned if card.flag], now),
    )


def to_be_measured(session: Session, actor: Actor, *, now: datetime) -> list[SeriesCard]:
    """What has ended without a measurement and the actor may record, longest due first."""
    found = cards(
        session,
        access.indicators_within_reach(actor, Action.RECORD),
        SeriesSummary.next_last_day < local_day(session, now),
    )
    return sorted(found, key=_longest_due_first)


def _reached(session: Session, found: Sequence[SeriesCard], known_at: datetime | None) -> list[ReachedCard]:
    """What stands at its target or beyond, newest measurement first."""
    told = progress_of_cards(session, found, known_at)
    met = [
        ReachedCard(card, progress)
        for card in found
        if (progress := told.get(card.summary.series_id)) and progress.standing is Standing.MET
    ]
    return sorted(met, key=lambda row: (not row.card.indicator.is_key, -_last_day(row.card).toordinal()))


def _last_day(card: SeriesCard) -> date:
    return card.summary.latest_last_day or date.min


def _worth_showing(soon: date) -> sa.ColumnElement[bool]:
    return sa.or_(
        Flag.state.in_([FlagState.OPEN, FlagState.CONFIRMED]),
        SeriesSummary.level == Level.EARLY_WARNING,
        SeriesSummary.verdict == Verdict.TOO_SHORT,
        SeriesSummary.due_on <= soon,
        _may_have_reached(),
    )


def _may_have_reached() -> sa.ColumnElement[bool]:
    """Whether the newest value is on the good side of some target; bands are looked at closer."""
    latest, direction = SeriesSummary.latest_value, DefinitionVersion.direction
    on_good_side = sa.or_(
        sa.and_(direction == Direction.INCREASE, latest >= Target.value),
        sa.and_(direction == Direction.DECREASE, latest <= Target.value),
        direction == Direction.BAND,
    )
    return (
        select(Target.id)
        .where(Target.series_id == SeriesSummary.series_id, Target.withdrawn_at.is_(None), on_good_side)
        .correlate(SeriesSummary, DefinitionVersion)
        .exists()
    )


def _newest_key_first(card: SeriesCard) -> tuple[bool, int, int, str]:
    flag = card.flag
    # What one look at all series raised was raised together: then the later turn comes first.
    raised = flag.first_raised_at.date().toordinal() if flag else 0
    turned = flag.turning_last_day.toordinal() if flag else 0
    return not card.indicator.is_key, -raised, -turned, card.version.name_sv


def _longest_due_first(card: SeriesCard) -> tuple[date, bool]:
    return card.summary.due_on or date.max, not card.indicator.is_key


def _key_first(found: object) -> list[SeriesCard]:
    return sorted(found, key=lambda card: not card.indicator.is_key)  # type: ignore[call-overload,no-any-return]
