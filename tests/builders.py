"""What tests build: few defaults, nothing random, one fixed moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

import impact.schema  # noqa: F401
from impact.accounts.permissions import Actor, Grant
from impact.accounts.tables import Role
from impact.audit.tables import ActorKind
from impact.audit.trail import add_actor
from impact.registry import planning, recording
from impact.registry.indicator_tables import (
    Definition,
    DefinitionVersion,
    Indicator,
    IndicatorSeries,
    ReferenceLink,
)
from impact.registry.judging import Draft
from impact.registry.measurement_tables import Measurement
from impact.registry.project_tables import (
    Area,
    AreaKind,
    Goal,
    Organisation,
    OrganisationKind,
    Part,
    Project,
    ProjectOrganisation,
    ProjectStatus,
    Visibility,
)
from impact.semantics.direction import Direction
from impact.semantics.period import Frequency, year_period
from impact.semantics.unit import Kind

NOW = datetime(2026, 3, 15, 9, 0, tzinfo=UTC)

# Rises to 2018, then falls: a reversal to the worse that nobody can overlook.
PEAK_2018 = {
    2010: 58.1, 2011: 59.4, 2012: 60.2, 2013: 61.5, 2014: 62.4, 2015: 63.7, 2016: 64.8, 2017: 66.1,
    2018: 67.2, 2019: 65.9, 2020: 64.4, 2021: 63.1, 2022: 61.6, 2023: 60.5, 2024: 59.0,
}  # fmt: skip

# Turns three times: in 2002, in 2009 and, for the worse, in 2016.
WINDING = {
    1995: 50.3, 1996: 52.8, 1997: 54.3, 1998: 54.7, 1999: 58.9, 2000: 60.4, 2001: 61.5, 2002: 64.6,
    2003: 62.7, 2004: 60.9, 2005: 58.9, 2006: 57.7, 2007: 54.7, 2008: 53.6, 2009: 51.5, 2010: 54.6,
    2011: 56.0, 2012: 57.7, 2013: 59.2, 2014: 61.7, 2015: 64.0, 2016: 65.7, 2017: 65.8, 2018: 64.0,
    2019: 58.8, 2020: 58.1, 2021: 58.3, 2022: 56.6, 2023: 55.7, 2024: 54.2,
}  # fmt: skip

# Goes on rising, with a little noise.
RISING = {year: 55.0 + (year - 2010) * 1.1 + 0.4 * ((-1) ** year) for year in PEAK_2018}


@dataclass(frozen=True)
class Ground:
    """A project with one goal, one indicator and its total series."""

    planner: Actor
    organisation: Organisation
    project: Project
    goal: Goal
    version: DefinitionVersion
    indicator: Indicator
    series: IndicatorSeries


def person(session: Session, role: Role = Role.ADMINISTRATOR, **scope: int) -> Actor:
    """An actor with one role, for everything or for the project or organisation named."""
    row = add_actor(session, ActorKind.PERSON, now=NOW)
    return Actor(row.id, ActorKind.PERSON, role.value, grants=(Grant(role, **scope),))


def make_project(
    session: Session, planner: Actor, slug: str = "centre", **fields: object
) -> tuple[Organisation, Project]:
    """A project of an organisation of its own, internal unless said otherwise."""
    organisation = Organisation(slug=f"{slug}-town", name=slug.title(), kind=OrganisationKind.MUNICIPALITY)
    planning.save(session, planner, organisation, now=NOW)
    given = {
        "title_sv": f"Projekt {slug}",
        "short_sv": slug.title(),
        "visibility": Visibility.INTERNAL,
        "status": ProjectStatus.ONGOING,
        **fields,
    }
    project = Project(slug=slug, **given)
    planning.save(session, planner, project, now=NOW)
    planning.save(
        session,
        planner,
        ProjectOrganisation(project_id=project.id, organisation_id=organisation.id, part=Part.MEMBER),
        now=NOW,
    )
    return organisation, project


def make_version(
    session: Session, planner: Actor, slug: str = "safety", **fields: object
) -> DefinitionVersion:
    """A definition's first version: a share of safe tenants unless said otherwise."""
    definition = Definition(slug=slug)
    planning.save(session, planner, definition, now=NOW)
    given = {
        "name_sv": "Trygga hyresgäster",
        "name_en": "Safe tenants",
        "kind": Kind.SHARE,
        "unit_sv": "%",
        "lowest": 0.0,
        "highest": 100.0,
        "decimals": 1,
        "direction": Direction.INCREASE,
        **fields,
    }
    return planning.add_definition_version(session, planner, definition, DefinitionVersion(**given), now=NOW)


def make_indicator(
    session: Session,
    planner: Actor,
    goal: Goal,
    version: DefinitionVersion,
    *,
    disaggregations: tuple[str, ...] = (),
    **fields: object,
) -> tuple[Indicator, IndicatorSeries]:
    """An indicator measured every calendar year from 2010 on, with its total series."""
    given = {"frequency": Frequency.YEAR, "first_day": date(2010, 1, 1), "due_days": 90, **fields}
    indicator = Indicator(
        goal_id=goal.id,
        project_id=goal.project_id,
        definition_id=version.definition_id,
        definition_version_id=version.id,
        **given,
    )
    series = planning.add_indicator(session, planner, indicator, now=NOW, disaggregations=disaggregations)
    return indicator, series


def make_ground(
    session: Session, slug: str = "centre", *, first_year: int = 2010, **project_fields: object
) -> Ground:
    """A project, a goal, an indicator and its series, planned by an administrator."""
    planner = person(session)
    organisation, project = make_project(session, planner, slug, **project_fields)
    goal = Goal(project_id=project.id, position=1, title_sv="Högre trygghet", title_en="More safety")
    planning.save(session, planner, goal, now=NOW)
    version = make_version(session, planner, f"{slug}-safety")
    since = date(first_year, 1, 1)
    indicator, series = make_indicator(session, planner, goal, version, is_key=True, first_day=since)
    return Ground(planner, organisation, project, goal, version, indicator, series)


def make_reference(session: Session, ground: Ground, values: Mapping[int, float]) -> IndicatorSeries:
    """The municipality's series of the same definition, linked to the project's."""
    area = Area(slug="town", name="Norrköping", kind=AreaKind.MUNICIPALITY)
    planning.save(session, ground.planner, area, now=NOW)
    indicator = Indicator(
        area_id=area.id,
        definition_id=ground.version.definition_id,
        definition_version_id=ground.version.id,
        frequency=Frequency.YEAR,
        first_day=date(2010, 1, 1),
    )
    reference = planning.add_indicator(session, ground.planner, indicator, now=NOW)
    fill(session, ground.planner, reference.id, values)
    link = ReferenceLink(
        series_id=ground.series.id,
        reference_series_id=reference.id,
        label_sv="Norrköpings kommun",
        label_en="Norrköping municipality",
    )
    planning.save(session, ground.planner, link, now=NOW)
    return reference


def fill(
    session: Session, actor: Actor, series_id: int, values: Mapping[int, float], *, now: datetime = NOW
) -> list[Measurement]:
    """Record one value a calendar year."""
    return [
        recording.record_measurement(
            session,
            actor,
            series_id,
            year_period(year),
            Draft(value=value, text_as_typed=str(value)),
            now=now,
        )
        for year, value in values.items()
    ]
