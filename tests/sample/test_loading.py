"""What loading the sample does to a database, and when it refuses."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.tables import Role
from impact.audit.trail import trail_of
from impact.errors import Conflict, NotAllowed
from impact.monitoring.tables import Flag, FlagDirection, SeriesSummary
from impact.registry.indicator_tables import Indicator, IndicatorSeries
from impact.registry.measurement_tables import Measurement, Revision
from impact.registry.project_tables import Category, Project, Visibility
from impact.registry.series import series_of
from impact.sample.loading import load
from impact.schema import metadata
from impact.trend.verdict import Level, Verdict
from tests.builders import make_ground, person
from tests.sample.conftest import NOW, administrator


def test_refuses_when_a_project_exists(session: Session) -> None:
    """The sample never mixes with what people have planned already."""
    make_ground(session)
    with pytest.raises(Conflict, match="There are projects already"):
        load(session, administrator(session), now=NOW)


def test_refuses_when_the_actor_is_no_administrator(session: Session) -> None:
    """A manager cannot load the sample."""
    with pytest.raises(NotAllowed):
        load(session, person(session, Role.MANAGER), now=NOW)


def test_brings_projects_of_every_category_when_loaded(sample: Session) -> None:
    """Six projects or more, Klockaretorpet first, all marked as sample, in all categories."""
    projects = sample.scalars(select(Project).order_by(Project.id)).all()
    assert len(projects) >= 6
    assert projects[0].slug == "klockaretorpet-centrum"
    assert all(project.is_sample for project in projects)
    used = {project.category_id for project in projects} - {None}
    assert used == set(sample.scalars(select(Category.id)))
    assert len(used) == 3


def test_brings_thirty_long_indicators_when_loaded(sample: Session) -> None:
    """At least thirty indicators have ten or more periods."""
    long = (
        select(IndicatorSeries.indicator_id)
        .join(Measurement, Measurement.series_id == IndicatorSeries.id)
        .where(IndicatorSeries.disaggregation == "total")
        .group_by(IndicatorSeries.indicator_id)
        .having(sa.func.count() >= 10)
    )
    assert len(sample.scalars(long).all()) >= 30


def test_says_which_figures_are_invented_when_loaded(sample: Session) -> None:
    """An indicator is marked as invented exactly where it names no source."""
    for indicator in sample.scalars(select(Indicator)):
        assert indicator.is_invented == (indicator.source_sv == "")
    assert len(sample.scalars(select(Indicator.id).where(Indicator.is_invented.is_(False))).all()) >= 10


def test_speaks_both_languages_when_loaded(sample: Session) -> None:
    """No text stands in Swedish alone."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if not column.name.endswith("_sv"):
                continue
            english = table.columns[column.name.removesuffix("_sv") + "_en"]
            alone = select(column).where(column != "", english == "")
            assert sample.scalars(alone).all() == [], f"{table.name}.{column.name}"


def test_has_internal_projects_of_two_organisations_when_loaded(sample: Session) -> None:
    """Permissions can be tried: two projects are internal."""
    internal = sample.scalars(select(Project).where(Project.visibility == Visibility.INTERNAL)).all()
    assert len(internal) == 2


def test_shows_every_verdict_when_analysed(sample: Session) -> None:
    """Each verdict and each level of evidence appears, and flags of each direction."""
    summaries = sample.scalars(select(SeriesSummary)).all()
    assert {summary.verdict for summary in summaries} == set(Verdict)
    assert {summary.level for summary in summaries} == set(Level)
    assert set(sample.scalars(select(Flag.direction))) == set(FlagDirection)


def test_has_something_due_when_analysed(sample: Session) -> None:
    """The board has late measurements to ask for, but most are in time."""
    due = sample.scalars(select(SeriesSummary.due_on)).all()
    late = [day for day in due if day is not None and day < NOW.date()]
    assert 3 <= len(late) <= len(due) / 4


def test_keeps_the_value_before_a_correction_when_asked_for_it(sample: Session) -> None:
    """As known before the correction the old value stands, with its reason afterwards."""
    corrected = sample.scalars(select(Revision).where(Revision.number == 2)).one()
    assert corrected.reason == "Tre anmälningar från december hade inte räknats med."
    series_id = sample.get_one(Measurement, corrected.measurement_id).series_id
    now = {point.period.key(): point.value for point in series_of(sample, series_id).points}
    then = series_of(sample, series_id, corrected.recorded_at - timedelta(hours=1))
    before = {point.period.key(): point.value for point in then.points}
    assert (before["2017"], now["2017"]) == (109, 112)


def test_stands_in_the_trail_when_loaded(sample: Session) -> None:
    """One entry says who loaded the sample and what it brought beside projects."""
    (entry,) = trail_of(sample, "sample", 0)
    assert entry.verb == "load"
    assert set(entry.after) == {"organisation", "category", "area", "definition", "indicator"}
