"""Planning rows made and changed from named facts: defaults, rules, races, rights."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.accounts.tables import Role
from impact.audit.trail import trail_of
from impact.errors import Conflict, Invalid, NotAllowed, NotFound
from impact.registry import archiving, editing
from impact.registry.goals import goals_in_order, move_goal
from impact.registry.project_tables import (
    Area,
    AreaKind,
    Category,
    Goal,
    Milestone,
    Organisation,
    OrganisationKind,
    Part,
    Project,
    ProjectDocument,
    ProjectEvent,
    ProjectOrganisation,
    ProjectStatus,
    StoryNote,
    Visibility,
)
from tests.builders import NOW, make_ground, make_project, person

LATER = NOW + timedelta(days=1)
STATES = {"status": ProjectStatus.PLANNED, "visibility": Visibility.INTERNAL}


@pytest.fixture
def planner(session: Session) -> Actor:
    return person(session)


def first_project(session: Session, planner: Actor, **facts: Any) -> Project:
    category = editing.make(session, planner, Category, {"name_sv": "Boende"}, now=NOW)
    given = {"title_sv": "Ökad trygghet i Årby", "category_id": category.id, **STATES, **facts}
    return editing.make(session, planner, Project, given, now=NOW)


def test_needs_title_and_category_alone_when_project_is_made(session: Session, planner: Actor) -> None:
    """Slug, short name and currency follow from the title; everything else stays empty."""
    project = first_project(session, planner)
    assert (project.slug, project.short_sv, project.currency) == (
        "okad-trygghet-i-arby", "Ökad trygghet i Årby", "SEK",
    )  # fmt: skip
    assert (project.loan_amount, project.story_sv, project.sdg_targets) == (None, "", [])


def test_makes_another_slug_when_one_is_used(session: Session, planner: Actor) -> None:
    """Two projects of one title, and one called "new", have addresses of their own."""
    first = first_project(session, planner)
    more = {"category_id": first.category_id, **STATES}
    second = editing.make(session, planner, Project, {"title_sv": first.title_sv, **more}, now=NOW)
    third = editing.make(session, planner, Project, {"title_sv": "New", **more}, now=NOW)
    assert [second.slug, third.slug] == ["okad-trygghet-i-arby-2", "new-2"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title_sv": "  "}, "title_sv"),
        ({"title_sv": "x" * 301}, "title_sv"),
        ({"story_sv": "a\0b"}, "story_sv"),
        ({"category_id": None}, "category_id"),
        ({"category_id": 10**9}, "category_id"),
        ({"subtype_id": 10**9}, "subtype_id"),
        ({"status": None}, "status"),
        ({"starts_on": date(2027, 1, 1), "ends_on": date(2026, 1, 1)}, "ends_on"),
        ({"report_from_year": 2027, "report_to_year": 2026}, "report_to_year"),
        ({"report_from_year": 27}, "report_from_year"),
        ({"loan_amount": -1}, "loan_amount"),
        ({"n_target_population": 2**31}, "n_target_population"),
        ({"currency": "kr"}, "currency"),
        ({"sdg_targets": ["11.1", "18"]}, "sdg_targets"),
    ],
)
def test_refuses_project_that_makes_no_sense(
    session: Session, planner: Actor, facts: dict[str, Any], field: str
) -> None:
    """Each rule of a project names the field that breaks it."""
    with pytest.raises(Invalid) as caught:
        first_project(session, planner, **facts)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("kind", "facts", "field"),
    [
        (Organisation, {"name": "", "kind": OrganisationKind.COMPANY}, "name"),
        (Area, {"name": "Årby"}, "kind"),
        (Area, {"name": "Årby", "kind": AreaKind.DISTRICT, "parent_id": 10**9}, "parent_id"),
        (Category, {"name_sv": ""}, "name_sv"),
        (Goal, {"title_sv": ""}, "title_sv"),
        (Milestone, {"title_sv": "Klart", "goal_id": 10**9}, "goal_id"),
        (Milestone, {"title_sv": "Klart", "evidence_address": "javascript:x"}, "evidence_address"),
        (ProjectEvent, {"label_sv": "Invigning"}, "happened_on"),
        (ProjectEvent, {"happened_on": date(2026, 1, 1)}, "label_sv"),
        (ProjectDocument, {"title_sv": "Avtal"}, "address"),
        (ProjectDocument, {"title_sv": "Avtal", "address": "ftp://x"}, "address"),
        (StoryNote, {"noted_on": date(2026, 1, 1)}, "text_sv"),
        (ProjectOrganisation, {"part": Part.PARTNER, "organisation_id": 10**9}, "organisation_id"),
    ],
)
def test_refuses_row_that_makes_no_sense(
    session: Session, planner: Actor, kind: Any, facts: dict[str, Any], field: str
) -> None:
    """Each sort of thing says what it lacks."""
    if "project_id" in kind.__table__.columns:
        facts = {**facts, "project_id": first_project(session, planner).id}
    with pytest.raises(Invalid) as caught:
        editing.make(session, planner, kind, facts, now=NOW)
    assert caught.value.field == field


def test_keeps_reason_and_rest_when_changed(session: Session, planner: Actor) -> None:
    """What is not named stays, and the trail says who changed what and why."""
    project = first_project(session, planner, loan_amount=5)
    facts = {"summary_sv": "Kort", "is_sample": True, "slug": "other"}
    editing.change(session, planner, project, 1, facts, now=LATER, reason="Wanted by the board")
    assert (project.loan_amount, project.summary_sv, project.is_sample) == (5, "Kort", False)
    newest = trail_of(session, "project", project.id)[0]
    assert (newest.after, newest.reason) == ({"summary_sv": "Kort"}, "Wanted by the board")


def test_conflicts_when_changed_from_an_old_version(session: Session, planner: Actor) -> None:
    """Who looked at an older version, or at something withdrawn since, is told so."""
    project = first_project(session, planner)
    editing.change(session, planner, project, 1, {"title_sv": "Ett"}, now=LATER)
    with pytest.raises(Conflict):
        editing.change(session, planner, project, 1, {"title_sv": "Två"}, now=LATER)
    archiving.withdraw_row(session, planner, project, 2, now=LATER, reason="Not built")
    with pytest.raises(Conflict):
        editing.change(session, planner, project, 3, {"title_sv": "Två"}, now=LATER)


def test_refuses_whoever_may_not_plan_there(session: Session, planner: Actor) -> None:
    """An analyst changes no plan, a project's manager makes no projects and no organisations."""
    ground = make_ground(session)
    analyst = person(session, Role.ANALYST)
    manager = person(session, Role.MANAGER, project_id=ground.project.id)
    goal = {"project_id": ground.project.id, "title_sv": "Mål"}
    with pytest.raises(NotAllowed):
        editing.make(session, analyst, Goal, goal, now=NOW)
    with pytest.raises(NotAllowed):
        editing.change(session, analyst, ground.goal, 1, {"title_sv": "Mål"}, now=NOW)
    with pytest.raises(NotAllowed):
        editing.make(session, manager, Organisation, {"name": "X"}, now=NOW)
    with pytest.raises(NotAllowed):
        editing.make(session, manager, Project, {"title_sv": "X"}, now=NOW)
    assert editing.make(session, manager, Goal, goal, now=NOW).position == 2
    _, other = make_project(session, planner, "other")
    with pytest.raises(NotAllowed):
        editing.make(session, manager, Goal, {**goal, "project_id": other.id}, now=NOW)


def test_lets_whoever_records_tell_the_story_but_not_change_it(session: Session) -> None:
    """A note is written by an analyst too; changing one, like any plan, is a manager's."""
    ground = make_ground(session)
    analyst, viewer = person(session, Role.ANALYST), person(session, Role.VIEWER)
    facts = {"project_id": ground.project.id, "text_sv": "Två flyttade.", "noted_on": date(2024, 5, 1)}
    note = editing.make(session, analyst, StoryNote, facts, now=NOW)
    assert note.author_id == analyst.id
    with pytest.raises(NotAllowed):
        editing.change(session, analyst, note, note.version, {"text_sv": "En."}, now=NOW)
    with pytest.raises(NotAllowed):
        editing.make(session, viewer, StoryNote, facts, now=NOW)


def test_keeps_goal_of_its_own_project_when_milestone_is_made(session: Session) -> None:
    """A milestone hangs on a goal of its own project alone, and goals stay where they are."""
    ground = make_ground(session)
    _, other = make_project(session, ground.planner, "other")
    foreign = {"project_id": other.id, "goal_id": ground.goal.id, "title_sv": "X"}
    with pytest.raises(Invalid):
        editing.make(session, ground.planner, Milestone, foreign, now=NOW)
    editing.change(session, ground.planner, ground.goal, 1, {"project_id": other.id}, now=NOW)
    assert ground.goal.project_id == ground.project.id
    with pytest.raises(NotFound):
        editing.row_of_project(session, Goal, other.id, ground.goal.id)


def test_brings_link_back_when_made_again(session: Session) -> None:
    """A partner that was withdrawn is the same row again, and none is there twice."""
    ground = make_ground(session)
    facts = {"project_id": ground.project.id, "organisation_id": ground.organisation.id, "part": Part.PARTNER}
    link = editing.make(session, ground.planner, ProjectOrganisation, facts, now=NOW)
    with pytest.raises(Invalid):
        editing.make(session, ground.planner, ProjectOrganisation, facts, now=NOW)
    archiving.withdraw_row(session, ground.planner, link, link.version, now=LATER, reason="Left")
    again = editing.make(session, ground.planner, ProjectOrganisation, facts, now=LATER)
    assert (again.id, again.withdrawn_at) == (link.id, None)


def test_lies_not_within_itself_when_area_is_moved(session: Session, planner: Actor) -> None:
    """An area cannot be put into one that lies within it."""
    town = editing.make(session, planner, Area, {"name": "A", "kind": AreaKind.MUNICIPALITY}, now=NOW)
    part = editing.make(
        session, planner, Area, {"name": "B", "kind": AreaKind.DISTRICT, "parent_id": town.id}, now=NOW
    )
    with pytest.raises(Invalid):
        editing.change(session, planner, town, 1, {"parent_id": part.id}, now=NOW)


def test_moves_goal_one_place_when_asked(session: Session) -> None:
    """A goal changes places with its neighbour; the first cannot go up."""
    ground = make_ground(session)
    facts = {"project_id": ground.project.id, "title_sv": "Fler barn i föreningar"}
    second = editing.make(session, ground.planner, Goal, facts, now=NOW)
    move_goal(session, ground.planner, second, up=True, now=LATER)
    move_goal(session, ground.planner, second, up=True, now=LATER)
    assert goals_in_order(session, ground.project.id) == [second, ground.goal]
    move_goal(session, ground.planner, second, up=False, now=LATER)
    assert [goal.position for goal in (ground.goal, second)] == [1, 2]
