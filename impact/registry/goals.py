"""The order of a project's goals."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.registry import access, lookup, planning
from impact.registry.project_tables import Goal


def goals_in_order(session: Session, project_id: int) -> list[Goal]:
    """A project's goals in use, in the order in which readers see them."""
    return sorted(lookup.plan_rows(session, Goal, project_id), key=lambda goal: (goal.position, goal.id))


def move_goal(session: Session, actor: Actor, goal: Goal, *, up: bool, now: datetime) -> None:
    """The goal one place up or down; the first stays first, the last stays last.

    Raises:
        NotAllowed: the actor may not plan there.
    """
    access.require_in_project(session, actor, goal.project_id, Action.PLAN)
    ordered = goals_in_order(session, goal.project_id)
    if goal not in ordered:
        return
    place = ordered.index(goal)
    other = place + (-1 if up else 1)
    if 0 <= other < len(ordered):
        ordered[place], ordered[other] = ordered[other], ordered[place]
    for position, one in enumerate(ordered, start=1):
        if one.position != position:
            one.position = position
            planning.save(session, actor, one, now=now)
