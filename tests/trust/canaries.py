"""Somebody else's project, in which every word and one value is like no other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts import members
from impact.accounts.tables import Role
from impact.db import Database
from impact.delivery import subscribing
from impact.delivery.letters import Letter, freeze, letterhead
from impact.delivery.posting import About, enqueue
from impact.delivery.subscription_plans import SubscriptionPlan
from impact.delivery.tables import MessageKind, Rhythm
from impact.language import Language
from impact.monitoring import analysing, flagging, reviewing
from impact.monitoring.reviewing import Decision
from impact.monitoring.tables import FlagAct
from impact.registry import planning, recording
from impact.registry.indicator_tables import Indicator, Target
from impact.registry.judging import Draft
from impact.registry.project_tables import (
    Goal,
    Milestone,
    Organisation,
    Project,
    ProjectDocument,
    ProjectEvent,
    StoryNote,
)
from impact.semantics.period import Frequency, year_period
from impact.semantics.unit import Kind
from tests.builders import PEAK_2018, make_indicator, make_project, make_version
from tests.people import NOW, People, Person, add_person
from tests.web.ground import Placed

BIRD = "kanarie"
VALUE = 67_209_753
SLUG = f"{BIRD}-kvarter"
# What the pages of today show to those who may see it.
SHOWN = [
    "sammanfattning", "historia", "syfte", "delmal", "handelse", "notis", "dokument",
    "kommentar", "skal", "beslut", "atgard", "ansvarig", "person", "abonnemang", "amne", "brev",
]  # fmt: skip


@dataclass(frozen=True)
class Nest:
    """Where the foreign project is found, and who owns it."""

    placed: Placed
    organisation: str
    keeper: Person


def word(what: str) -> str:
    """The canary of one text."""
    return f"{BIRD}{what}"


def occurs(text: str) -> bool:
    """Whether anything of the foreign project stands in a text."""
    bare = "".join(text.split()).casefold()
    return BIRD in bare or str(VALUE) in bare


def place_canaries(app: Flask, people: People) -> Nest:
    """The foreign project, its organisation and its keeper, committed."""
    database: Database = app.extensions["impact"].database
    with database.transaction() as session:
        planner = people.administrator.actor
        organisation, project = make_project(session, planner, SLUG, **_texts())
        keeper = add_person(session, word("person"), Role.MANAGER, organisation_id=organisation.id)
        indicator, series_id = _plan(session, people, project)
        _measure(session, keeper, series_id)
        flag = flagging.standing_flag(session, series_id)
        assert flag is not None
        decision = Decision(
            FlagAct.CONFIRMED,
            note=word("beslut"),
            agreed_action=word("atgard"),
            action_owner=word("ansvarig"),
            action_due_on=date(2027, 1, 1),
        )
        reviewing.decide(session, keeper.actor, flag.id, flag.version, decision, now=NOW)
        _write(session, keeper, project.id)
        goal_id = indicator.goal_id or 0
        placed = Placed(database, SLUG, project.id, indicator.id, series_id, flag.id, goal_id, 0)
        return Nest(placed, organisation.slug, keeper)


def neighbour(app: Flask, people: People, placed: Placed) -> Person:
    """A manager of the organisation whose project is not the foreign one."""
    with app.extensions["impact"].database.transaction() as session:
        organisation = session.scalars(
            select(Organisation).where(Organisation.slug == f"{placed.slug}-town")
        ).one()
        person = add_person(session, "neighbour", Role.MANAGER, organisation_id=organisation.id)
        user = members.user_by_id(session, person.user_id)
        members.grant(
            session,
            people.administrator.actor,
            user,
            Role.ANALYST,
            project_id=placed.project_id,
            now=NOW,
        )
        return person


def _texts() -> dict[str, object]:
    return {
        "title_en": word("titel"),
        "short_en": word("kort"),
        "summary_sv": word("sammanfattning"),
        "story_sv": word("historia"),
    }


def _plan(session: Session, people: People, project: Project) -> tuple[Indicator, int]:
    planner = people.administrator.actor
    goal = Goal(project_id=project.id, position=1, title_sv=word("syfte"))
    planning.save(session, planner, goal, now=NOW)
    # The library of definitions is shared, so its words are nobody's secret.
    version = make_version(
        session, planner, "clubs", kind=Kind.COUNT, unit_sv="barn", highest=None, decimals=0
    )
    indicator, series = make_indicator(session, planner, goal, version, is_key=True)
    of_project, of_goal = {"project_id": project.id}, {"project_id": project.id, "goal_id": goal.id}
    years = {"first_day": date(2030, 1, 1), "last_day": date(2030, 12, 31), "frequency": Frequency.YEAR}
    for row in (
        Milestone(**of_goal, title_sv=word("delmal"), reached_on=date(2026, 2, 1)),
        ProjectEvent(**of_project, happened_on=date(2015, 5, 1), label_sv=word("handelse")),
        ProjectDocument(**of_project, title_sv=word("dokument"), address="https://kanarie.example/"),
        StoryNote(**of_project, noted_on=date(2020, 1, 1), author_id=planner.id, text_sv=word("notis")),
        Target(series_id=series.id, value=VALUE + 1, **years),
    ):
        planning.save(session, planner, row, now=NOW)
    return indicator, series.id


def _write(session: Session, keeper: Person, project_id: int) -> None:
    """A subscription of the keeper's, and a mail that went out about the project."""
    plan = SubscriptionPlan(
        word("abonnemang"),
        Rhythm.MONTHLY,
        starts_on=date(2027, 1, 1),
        time_zone="Europe/Stockholm",
        language=Language.SWEDISH,
        addresses=(f"{BIRD}@example.se",),
        project_id=project_id,
    )
    subscribing.make(session, keeper.actor, plan, now=NOW)
    zone = ZoneInfo("Europe/Stockholm")
    head = letterhead("impact@example.se", "https://impact.example.se", "x" * 32, zone)
    letter = Letter(word("amne"), word("brev"), word("brev"), Language.SWEDISH)
    enqueue(
        session,
        freeze(letter, head, "trial", now=NOW),
        About(MessageKind.REPORT, project_id=project_id),
        dedupe_key="trial",
        address=f"{BIRD}@example.se",
        user_id=keeper.user_id,
        now=NOW,
    )


def _measure(session: Session, keeper: Person, series_id: int) -> None:
    for year, value in PEAK_2018.items():
        draft = Draft(
            value=VALUE if year == 2018 else round(value * 1e6),
            comment=word("kommentar"),
            text_as_typed="1",
        )
        kept = recording.record_measurement(
            session, keeper.actor, series_id, year_period(year), draft, now=NOW
        )
    recording.revise_measurement(
        session,
        keeper.actor,
        series_id,
        kept.id,
        kept.version,
        Draft(value=58e6, text_as_typed="58000000"),
        reason=word("skal"),
        now=NOW,
    )
    analysing.refresh_series(session, series_id, now=NOW)
