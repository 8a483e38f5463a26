"""A project in the app's database for tests of pages, committed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from flask import Flask

from impact.db import Database
from impact.monitoring import analysing, flagging
from impact.registry import planning
from impact.registry.documents import add_document
from impact.registry.indicator_tables import Baseline, Target
from impact.registry.project_tables import Project, Visibility
from impact.semantics.period import year_period
from tests.builders import NOW, PEAK_2018, fill, make_ground, make_reference, person


@dataclass(frozen=True)
class Placed:
    """Where the project of a test is found."""

    database: Database
    slug: str
    project_id: int
    indicator_id: int
    series_id: int
    flag_id: int
    goal_id: int
    document_id: int

    @classmethod
    def numbered(cls, database: Database, slug: str, number: int) -> Placed:
        """A place in which everything has the same number."""
        return cls(database, slug, *[number] * (len(fields(cls)) - 2))


def place_project(
    app: Flask,
    slug: str = "centre",
    name: str = "Trygga hyresgäster",
    reference: Mapping[int, float] | None = None,
) -> Placed:
    """An internal project whose indicator rose to 2018 and has fallen to 2024 since.

    ``reference`` has the values of a municipality that it is compared with.
    """
    database: Database = app.extensions["impact"].database
    with database.transaction() as session:
        ground = make_ground(session, slug)
        fill(session, ground.planner, ground.series.id, PEAK_2018)
        if reference is not None:
            make_reference(session, ground, reference)
        analysing.refresh_series(session, ground.series.id, now=NOW)
        flag = flagging.standing_flag(session, ground.series.id)
        assert flag is not None
        document = add_document(
            session,
            ground.planner,
            ground.project.id,
            {"title_sv": "Avtal"},
            now=NOW,
            file_name="avtal.pdf",
            content=b"%PDF-1.7",
        )
        return Placed(
            database,
            slug,
            ground.project.id,
            ground.indicator.id,
            ground.series.id,
            flag.id,
            ground.goal.id,
            document.id,
        )


def place_history(app: Flask, values: Mapping[int, float], slug: str = "history") -> tuple[int, int]:
    """The indicator and series of an internal project with these values, analysed."""
    database: Database = app.extensions["impact"].database
    with database.transaction() as session:
        ground = make_ground(session, slug, first_year=min(values))
        fill(session, ground.planner, ground.series.id, values)
        analysing.refresh_series(session, ground.series.id, now=NOW)
        return ground.indicator.id, ground.series.id


def promise(placed: Placed, baseline: float, target: float) -> None:
    """Give the project's indicator a baseline for 2014 and a target for 2027."""
    with placed.database.transaction() as session:
        planner = person(session)
        for kind, year, value in ((Baseline, 2014, baseline), (Target, 2027, target)):
            period = year_period(year)
            row = kind(series_id=placed.series_id, value=value, first_day=period.first_day,
                       last_day=period.last_day, frequency=period.frequency)  # fmt: skip
            planning.save(session, planner, row, now=NOW)


def publish(placed: Placed) -> None:
    """Let everybody see the project."""
    with placed.database.transaction() as session:
        project = session.get_one(Project, placed.project_id)
        project.visibility = Visibility.PUBLIC
        planning.save(session, person(session), project, now=NOW)
