"""What somebody plans of an indicator, and what the plan must be to make sense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import ALLOWED, Action
from impact.accounts.tables import Membership, User
from impact.errors import Invalid
from impact.registry.definitions import newest_version
from impact.registry.indicator_tables import DefinitionVersion, Indicator
from impact.registry.plan_texts import judge_address, judge_text
from impact.registry.project_tables import ProjectOrganisation
from impact.registry.promising import judge_stated
from impact.registry.schedules import schedule_of
from impact.semantics.period import Frequency, ReportingPeriod
from impact.semantics.series import GapStyle

MOST_DUE_DAYS: Final = 3660
MOST_PERIODS_BETWEEN: Final = 120
MOST_ROUNDS: Final = 200
FIRST_YEAR, LAST_YEAR = 1750, 2200
# Who measures has to be allowed to record.
_RECORDERS = tuple(role for role, actions in ALLOWED.items() if Action.RECORD in actions)


@dataclass(frozen=True)
class IndicatorPlan:
    """What is measured when, who answers for it, and how it is shown.

    ``first`` is the first period; with ``rounds`` only those are measured. The definition
    is followed in its newest version when it is chosen.
    """

    definition_id: int
    first: ReportingPeriod
    every_n_periods: int = 1
    rounds: tuple[ReportingPeriod, ...] = ()
    due_days: int = 90
    responsible_id: int | None = None
    is_key: bool = False
    is_invented: bool = False
    gap_style: GapStyle = GapStyle.BRIDGE
    ex_ante_estimate: float | None = None
    source_sv: str = ""
    source_en: str = ""
    source_address: str = ""

    def columns(self) -> dict[str, Any]:
        """The plan as the indicator's columns hold it, the definition left out."""
        rounds = sorted(set(self.rounds))
        if self.first.frequency is Frequency.SURVEY:
            # A survey is as long as it took: only its own days say which it is.
            rounds = rounds or [self.first]
        first = rounds[0] if rounds else self.first
        return {
            "frequency": first.frequency,
            "first_day": first.first_day,
            "n_window_years": first.n_months // 12 if first.frequency is Frequency.WINDOW else 1,
            "every_n_periods": self.every_n_periods,
            "rounds": [period.key() for period in rounds],
            "due_days": self.due_days,
            "responsible_id": self.responsible_id,
            "is_key": self.is_key,
            "is_invented": self.is_invented,
            "gap_style": self.gap_style,
            "ex_ante_estimate": self.ex_ante_estimate,
            "source_sv": self.source_sv.strip(),
            "source_en": self.source_en.strip(),
            "source_address": self.source_address.strip(),
        }


def plan_of_indicator(indicator: Indicator) -> IndicatorPlan:
    """What is planned of an indicator now."""
    schedule = schedule_of(indicator)
    return IndicatorPlan(
        definition_id=indicator.definition_id,
        first=schedule.rounds[0] if schedule.rounds else schedule.first,
        every_n_periods=indicator.every_n_periods,
        rounds=schedule.rounds,
        due_days=indicator.due_days,
        responsible_id=indicator.responsible_id,
        is_key=indicator.is_key,
        is_invented=indicator.is_invented,
        gap_style=indicator.gap_style,
        ex_ante_estimate=indicator.ex_ante_estimate,
        source_sv=indicator.source_sv,
        source_en=indicator.source_en,
        source_address=indicator.source_address,
    )


def judge_plan(session: Session, indicator: Indicator, plan: IndicatorPlan) -> None:
    """Return if the indicator, filled from the plan, makes sense.

    Raises:
        Invalid: a sentence that says what to change; ``field`` names where.
    """
    _judge_schedule(plan)
    _judge_texts(plan)
    if plan.ex_ante_estimate is not None:
        version = session.get(DefinitionVersion, indicator.definition_version_id)
        judge_stated(
            plan.ex_ante_estimate,
            version or newest_version(session, indicator.definition_id),
            "ex_ante_estimate",
        )
    if plan.responsible_id is not None:
        possible = responsibles_for(session, indicator.project_id)
        if plan.responsible_id not in {actor_id for actor_id, _ in possible}:
            raise Invalid("Choose somebody who may record values here.", field="responsible_id")


def responsibles_for(session: Session, project_id: int | None) -> list[tuple[int, str]]:
    """Who may answer for an indicator: number and name of those who may record its values.

    Args:
        project_id: None for an area's indicator, which those record who may everywhere.
    """
    where = sa.and_(Membership.project_id.is_(None), Membership.organisation_id.is_(None))
    if project_id is not None:
        taking_part = select(ProjectOrganisation.organisation_id).where(
            ProjectOrganisation.project_id == project_id, ProjectOrganisation.withdrawn_at.is_(None)
        )
        where = sa.or_(
            where, Membership.project_id == project_id, Membership.organisation_id.in_(taking_part)
        )
    members = select(Membership.user_id).where(Membership.role.in_(_RECORDERS), where)
    rows = session.execute(
        select(User.actor_id, User.name)
        .where(User.id.in_(members), User.disabled_at.is_(None), User.erased_at.is_(None))
        .order_by(User.name_key)
    )
    return [(actor_id, name) for actor_id, name in rows]


def _judge_schedule(plan: IndicatorPlan) -> None:
    if not 1 <= plan.every_n_periods <= MOST_PERIODS_BETWEEN:
        raise Invalid(
            "Write a whole number from 1 to %(most)d.", field="every_n_periods", most=MOST_PERIODS_BETWEEN
        )
    if not 0 <= plan.due_days <= MOST_DUE_DAYS:
        raise Invalid("Write a whole number from 0 to %(most)d.", field="due_days", most=MOST_DUE_DAYS)
    if len(plan.rounds) > MOST_ROUNDS:
        raise Invalid("There can be %(most)d rounds at most.", field="rounds", most=MOST_ROUNDS)
    for period in (plan.first, *plan.rounds):
        if not date(FIRST_YEAR, 1, 1) <= period.first_day < date(LAST_YEAR, 1, 1):
            raise Invalid(
                "A period lies between the years %(first)d and %(last)d.",
                field="rounds" if period in plan.rounds else "first",
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )
    if len({(period.frequency, _length(period)) for period in plan.rounds}) > 1:
        raise Invalid("All rounds are the same kind of period.", field="rounds")


def _length(period: ReportingPeriod) -> int:
    return 0 if period.frequency is Frequency.SURVEY else period.n_months


def _judge_texts(plan: IndicatorPlan) -> None:
    judge_text(plan.source_sv, "source_sv")
    judge_text(plan.source_en, "source_en")
    judge_address(plan.source_address.strip(), "source_address")
