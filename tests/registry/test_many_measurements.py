"""Many measurements at once: the same history as one by one, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from impact.audit.tables import AuditEntry
from impact.db import Database
from impact.errors import Conflict, Invalid
from impact.registry import recording, rounds
from impact.registry.judging import Draft
from impact.registry.many_measurements import Outcome, Said, plan_many, record_many
from impact.registry.measurement_tables import Measurement, Revision, RevisionState
from impact.registry.rounds import RoundAct, Seen
from impact.safekeeping.verifying import findings
from impact.semantics.period import year_period
from tests.builders import NOW, Ground, fill, make_ground, make_indicator

N_SERIES, N_YEARS = 20, 10
CELLS = N_SERIES * N_YEARS
# Of the 200 cells a quarter is there already and is corrected.
N_STORED = CELLS // 4


class Stopped(Exception):
    """The statement that was to fail has failed."""


def drafts(ground: Ground, years: range, value: float) -> list[Said]:
    return [Said(ground.series.id, str(year), Draft(value, text_as_typed=str(value))) for year in years]


def save(session: Session, ground: Ground, said: list[Said], reason: str = "") -> list[int]:
    planned = plan_many(session, ground.planner, said, now=NOW)
    assert [each.problem for each in planned if each.problem] == []
    return record_many(session, ground.planner, planned, reason=reason, now=NOW)


def told(session: Session, series_id: int) -> list[tuple[object, ...]]:
    """All that is kept of a series' measurements but their numbers."""
    rows = session.execute(
        select(
            Measurement.first_day,
            Measurement.version,
            Revision.number,
            Revision.value,
            Revision.text_as_typed,
            Revision.reason,
            RevisionState.state,
            AuditEntry.verb,
            sa.cast(AuditEntry.before, sa.Text),
            sa.cast(AuditEntry.after, sa.Text),
            AuditEntry.reason,
        )
        .join(Revision, Revision.measurement_id == Measurement.id)
        .join(RevisionState, RevisionState.revision_id == Revision.id)
        .join(
            AuditEntry,
            (AuditEntry.object_type == "measurement")
            & (AuditEntry.object_id == Measurement.id)
            & ((AuditEntry.verb == "record") == (Revision.number == 1)),
        )
        .where(Measurement.series_id == series_id)
        .order_by(Measurement.first_day, Revision.number)
    )
    return [tuple(row) for row in rows]


def test_leaves_the_same_as_one_by_one(session: Session) -> None:
    """Revisions, states, versions, pointers and trail are those of single saves."""
    many, single = make_ground(session), make_ground(session, "other")
    save(session, many, drafts(many, range(2015, 2018), 50.0))
    save(session, many, drafts(many, range(2017, 2019), 51.0), "Räknat om")
    rows = fill(session, many.planner, single.series.id, dict.fromkeys(range(2015, 2018), 50.0))
    draft = Draft(51.0, text_as_typed="51.0")
    recording.revise_measurement(
        session, many.planner, single.series.id, rows[-1].id, rows[-1].version, draft,
        reason="Räknat om", now=NOW,
    )  # fmt: skip
    fill(session, many.planner, single.series.id, {2018: 51.0})
    assert len(told(session, many.series.id)) == 5
    assert told(session, many.series.id) == told(session, single.series.id)
    session.expire_all()
    assert many.series.revision_count == single.series.revision_count == 5
    newest = select(Measurement.newest_revision_id, Measurement.approved_revision_id)
    assert all(newest == approved for newest, approved in session.execute(newest))


def test_asks_for_reason_when_values_are_corrected(session: Session) -> None:
    """Corrections without a reason are refused before anything is written."""
    ground = make_ground(session)
    save(session, ground, drafts(ground, range(2015, 2016), 50.0))
    with pytest.raises(Invalid) as caught:
        save(session, ground, drafts(ground, range(2015, 2017), 51.0))
    assert caught.value.field == "reason"
    assert len(told(session, ground.series.id)) == 1


@pytest.mark.parametrize("year", [2015, 2016])
def test_refuses_all_when_somebody_was_first(session: Session, year: int) -> None:
    """A period that was saved since it was planned, first or again, stops the others too."""
    ground = make_ground(session)
    save(session, ground, drafts(ground, range(2015, 2016), 50.0))
    said = drafts(ground, range(2015, 2018), 52.0)
    planned = plan_many(session, ground.planner, said, now=NOW)
    assert [each.outcome for each in planned] == [Outcome.CHANGED, Outcome.NEW, Outcome.NEW]
    save(session, ground, drafts(ground, range(year, year + 1), 51.0), "Någon annan")
    with pytest.raises(Conflict), session.begin_nested():
        record_many(session, ground.planner, planned, reason="Jag", now=NOW)
    assert 52.0 not in {row[3] for row in told(session, ground.series.id)}


def test_refuses_when_round_is_closed(session: Session) -> None:
    """A closed round is told when it is planned, and again if it was closed in between."""
    ground = make_ground(session)
    save(session, ground, drafts(ground, range(2015, 2016), 50.0))
    said = drafts(ground, range(2015, 2017), 51.0)
    planned = plan_many(session, ground.planner, said, now=NOW)
    version, period = 0, year_period(2015)
    for act in (RoundAct.SUBMIT, RoundAct.CLOSE):
        seen = Seen(version, rounds.newest_revision_of(session, ground.project.id, period))
        moved = rounds.move(session, ground.planner, ground.project.slug, period, act, seen=seen, now=NOW)
        version = moved.round.version
    with pytest.raises(Invalid, match="closed"):
        record_many(session, ground.planner, planned, reason="Sent", now=NOW)
    problems = [each.problem for each in plan_many(session, ground.planner, said, now=NOW)]
    assert [type(problem) for problem in problems] == [Invalid, type(None)]


def test_keeps_all_or_nothing_when_any_statement_fails(
    database: Database, trials: Callable[[int], int], tmp_path: Path
) -> None:
    """A save of 200 cells that fails at its Nth statement leaves no trace, whichever N it is."""
    with database.transaction() as session:
        ground = make_ground(session)
        more = [
            make_indicator(session, ground.planner, ground.goal, ground.version)[1]
            for _ in range(N_SERIES - 1)
        ]
        ids = [ground.series.id, *(series.id for series in more)]
        cells = [(number, str(2010 + year)) for number in ids for year in range(N_YEARS)]
        save(session, ground, [Said(*cell, Draft(10.0)) for cell in cells[:N_STORED]])
    before = kept(database)
    said = [Said(*cell, Draft(20.0)) for cell in cells]
    # Every statement in a drill, each tenth otherwise; the first N that there is not lets it through.
    step, nth = 10 // trials(10), 1
    while not saves_before(database, ground, said, nth):
        assert kept(database) == before, nth
        nth += step
    assert nth > step
    after = kept(database)
    assert after["measurement"] == CELLS
    assert after["revision"] == after["revision_state"] == CELLS + N_STORED
    assert list(findings(database.url.render_as_string(hide_password=False), tmp_path / "copy")) == []


def saves_before(database: Database, ground: Ground, said: list[Said], nth: int) -> bool:
    """Save with the statement of that number failing; whether there were fewer."""
    count = 0

    def fail(*_: object) -> None:
        nonlocal count
        count += 1
        if count == nth:
            raise Stopped

    event.listen(database.engine, "before_cursor_execute", fail)
    try:
        with database.transaction() as session:
            save(session, ground, said, "Räknat om")
    except Stopped:
        return False
    finally:
        event.remove(database.engine, "before_cursor_execute", fail)
    return True


def kept(database: Database) -> dict[str, int | None]:
    """How many rows of everything that a save writes are there, and what the values add up to."""
    with database.reading() as session:
        tables = (Measurement, Revision, RevisionState, AuditEntry)
        counted = {table.__tablename__: session.scalar(select(sa.func.count(table.id))) for table in tables}
        versions = session.scalar(select(sa.func.sum(Measurement.version)))
        return counted | {"versions": versions}
