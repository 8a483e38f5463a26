"""Removing the sample: nothing of it is left, and nothing else is touched."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from impact.accounts.tables import Role
from impact.audit.tables import PlanVersion
from impact.audit.trail import trail_of
from impact.db import Database
from impact.errors import NotAllowed, NotFound
from impact.registry import planning
from impact.registry.documents import add_document
from impact.registry.evidence import attach_evidence
from impact.registry.indicator_tables import Definition, Indicator, IndicatorSeries, ReferenceLink
from impact.registry.measurement_tables import Measurement, Revision
from impact.registry.project_tables import Area, Category, Organisation, Project, ProjectArea, StoredFile
from impact.safekeeping.seals import broken_seals
from impact.sample.loading import load
from impact.sample.removing import remove
from impact.schema import metadata
from tests.builders import PEAK_2018, Ground, fill, make_ground, person
from tests.sample.conftest import NOW, administrator, refresh_all

Contents = dict[str, dict[Any, tuple[Any, ...]]]
# What stays whoever removes what: who acted, and the seals on what is left of history.
ALWAYS = {"actor", "alembic_version", "history_seal"}


def _contents(session: Session) -> Contents:
    """Every row of every table by its key."""
    session.flush()
    found: Contents = {}
    for table in metadata.sorted_tables:
        (key,) = table.primary_key.columns
        rows = session.execute(select(key, *table.columns)).all()
        found[table.name] = {row[0]: tuple(map(str, row[1:])) for row in rows}
    return found


def _left(session: Session) -> Contents:
    """Every row but actors and the trail of the sample itself."""
    found = _contents(session)
    for entry in trail_of(session, "sample", 0):
        del found["audit_entry"][entry.id]
    return {name: rows for name, rows in found.items() if rows and name not in ALWAYS}


def _real_project(session: Session) -> Ground:
    """A project of somebody's own, with measurements that were analysed."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, PEAK_2018)
    refresh_all(session)
    return ground


def test_leaves_nothing_when_there_was_the_sample_alone(sample: Session) -> None:
    """Every table is empty again; the trail says that the sample came and went."""
    remove(sample, administrator(sample), now=NOW)
    assert _left(sample) == {}
    assert [entry.verb for entry in trail_of(sample, "sample", 0)] == ["remove", "load"]
    sample.commit()
    assert list(broken_seals(sample.connection())) == []


def test_leaves_a_real_project_as_it_was_when_removed(sample: Session) -> None:
    """A project beside the sample keeps every row, its history and its trail included."""
    before = _contents(sample)
    _real_project(sample)
    after = _contents(sample)
    added = {
        name: {key: row for key, row in rows.items() if key not in before[name]}
        for name, rows in after.items()
        if name not in ALWAYS
    }
    remove(sample, administrator(sample), now=NOW)
    assert _left(sample) == {name: rows for name, rows in added.items() if rows}


def test_leaves_what_a_real_project_took_over_when_removed(sample: Session) -> None:
    """A category, an area with its town, and a reference line stay where they are used."""
    ground = make_ground(sample)
    district = sample.scalars(select(Area).where(Area.slug == "klockaretorpet")).one()
    category = sample.scalars(select(Category).where(Category.slug == "boende")).one()
    line = sample.scalars(
        select(IndicatorSeries)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(Definition, Definition.id == Indicator.definition_id)
        .where(Indicator.area_id == district.parent_id, Definition.slug == "behoriga")
    ).one()
    ground.project.category_id = category.id
    for row in (
        ground.project,
        ProjectArea(project_id=ground.project.id, area_id=district.id),
        ReferenceLink(series_id=ground.series.id, reference_series_id=line.id, label_sv="Kommunen"),
    ):
        planning.save(sample, ground.planner, row, now=NOW)
    remove(sample, administrator(sample), now=NOW)
    assert set(sample.scalars(select(Area.slug))) == {"klockaretorpet", "norrkoping"}
    assert sample.scalars(select(Category.slug)).all() == ["boende"]
    assert set(sample.scalars(select(Definition.slug))) == {"behoriga", "centre-safety"}
    assert sample.scalars(select(Organisation.slug)).all() == ["centre-town"]
    assert sample.scalars(select(sa.func.count()).select_from(Revision)).one() == 10


def test_leaves_a_project_when_it_is_no_longer_marked_as_sample(sample: Session) -> None:
    """A sample project that somebody made their own stays with all that it needs."""
    real = sample.scalars(select(Project).where(Project.slug == "eidar-lextorp")).one()
    real.is_sample = False
    planning.save(sample, administrator(sample), real, now=NOW)
    remove(sample, administrator(sample), now=NOW)
    assert sample.scalars(select(Project.slug)).all() == ["eidar-lextorp"]
    assert set(sample.scalars(select(Area.slug))) == {"lextorp", "trollhattan"}


def test_can_be_loaded_again_when_removed(sample: Session) -> None:
    """Loading again gives the same portfolio, even where somebody still holds the old rows."""
    held = sample.scalars(select(Project)).all()
    n_before = len(_contents(sample)["revision"])
    remove(sample, administrator(sample), now=NOW)
    load(sample, administrator(sample), now=NOW)
    refresh_all(sample)
    assert len(_contents(sample)["revision"]) == n_before
    assert not any(row in sample for row in held)


def test_history_is_guarded_again_when_removed(sample: Session) -> None:
    """After the removal the real project's history refuses as it did before."""
    _real_project(sample)
    remove(sample, administrator(sample), now=NOW)
    for table in ("revision", "plan_version", "analysis", "audit_entry"):
        with pytest.raises(IntegrityError, match=f"DELETE of {table} refused"), sample.begin_nested():
            sample.execute(sa.delete(metadata.tables[table]))


def test_stays_removed_when_committed(database: Database) -> None:
    """Load, remove and commit, as the command line does it, each in a transaction."""
    with database.transaction() as session:
        load(session, administrator(session), now=NOW)
    with database.transaction() as session:
        remove(session, administrator(session), now=NOW)
    with database.reading() as session:
        assert session.scalars(select(Project.id)).all() == []
        assert session.scalars(select(PlanVersion.id)).all() == []


def test_refuses_when_there_is_no_sample(session: Session) -> None:
    """A real project is no sample."""
    make_ground(session)
    with pytest.raises(NotFound, match="There is no sample"):
        remove(session, administrator(session), now=NOW)


def test_refuses_when_the_actor_is_no_administrator(sample: Session) -> None:
    """A manager cannot remove the sample."""
    with pytest.raises(NotAllowed):
        remove(sample, person(sample, Role.MANAGER), now=NOW)


def test_takes_files_along_when_nothing_else_holds_them(sample: Session) -> None:
    """The bytes of the sample's documents and evidence go; those that a real project has as well stay."""
    actor, ground = administrator(sample), make_ground(sample)
    removed = sample.scalars(select(Project).where(Project.is_sample)).first()
    assert removed is not None
    for project_id, content in (
        (removed.id, b"the sample's"),
        (removed.id, b"of both"),
        (ground.project.id, b"of both"),
    ):
        facts = {"title_sv": "Avtal"}
        add_document(sample, actor, project_id, facts, now=NOW, file_name="avtal.txt", content=content)
    (real,) = fill(sample, ground.planner, ground.series.id, {2024: 62.7})
    invented = sample.scalars(select(Measurement).order_by(Measurement.id).limit(1)).one()
    for measurement, content in (
        (invented, b"of a value of the sample"),
        (invented, b"of both values"),
        (real, b"of both values"),
    ):
        attach_evidence(
            sample, actor, measurement.series_id, measurement.id, measurement.version,
            file_name="a.txt", content=content, reason="x", now=NOW,
        )  # fmt: skip
    remove(sample, actor, now=NOW)
    kept = sample.scalars(select(StoredFile.content).order_by(StoredFile.n_bytes)).all()
    assert kept == [b"of both", b"of both values"]
