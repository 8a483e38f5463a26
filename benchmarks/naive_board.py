"""The board as one writes it first: every row asks for what belongs to it, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.monitoring.board import Board
from impact.monitoring.cards import SeriesCard
from impact.monitoring.tables import Analysis, Flag, FlagState, SeriesSummary
from impact.registry import access
from impact.registry.indicator_tables import DefinitionVersion, Indicator, IndicatorSeries
from impact.registry.measurement_tables import Measurement, Revision
from impact.registry.project_tables import Goal, Project
from impact.registry.series import point_of
from impact.registry.units import unit_of
from impact.semantics.series import Series


def naive_board(session: Session, actor: Actor, **_moment: datetime) -> Board:
    """The same board, by lazy loading: a statement per project, goal, indicator and value."""
    turned = []
    for project in session.scalars(
        select(Project).where(access.within_reach(actor, Action.SEE)).order_by(Project.sort_key)
    ):
        for goal in session.scalars(select(Goal).where(Goal.project_id == project.id)):
            for indicator in session.scalars(select(Indicator).where(Indicator.goal_id == goal.id)):
                card = _card(session, project, indicator)
                if card.flag is not None and card.flag.state is FlagState.OPEN:
                    turned.append(card)
    return Board(turned=turned, early=[], due=[], too_short=[], decisions=[], milestones=[])


def _card(session: Session, project: Project, indicator: Indicator) -> SeriesCard:
    version = session.get_one(DefinitionVersion, indicator.definition_version_id)
    row = session.scalars(select(IndicatorSeries).where(IndicatorSeries.indicator_id == indicator.id)).one()
    summary = session.get_one(SeriesSummary, row.id)
    analysis = session.scalars(
        select(Analysis).where(Analysis.series_id == row.id).order_by(Analysis.id.desc()).limit(1)
    ).first()
    flag = session.scalars(
        select(Flag).where(Flag.series_id == row.id).order_by(Flag.id.desc()).limit(1)
    ).first()
    card = SeriesCard(project, indicator, version, row.disaggregation, summary, analysis, flag)
    card.__dict__["series"] = _series(session, row, version)
    return card


def _series(session: Session, row: IndicatorSeries, version: DefinitionVersion) -> Series:
    measurements: Sequence[Measurement] = session.scalars(
        select(Measurement).where(Measurement.series_id == row.id).order_by(Measurement.first_day)
    ).all()
    points = tuple(
        point_of(measurement, session.get_one(Revision, measurement.approved_revision_id))
        for measurement in measurements
    )
    return Series(points, unit_of(version), version.direction)
