"""A random walk of operations: each change has its revision, each change by hand is found (R9)."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from impact import triggers
from impact.db import Database
from impact.errors import Conflict, Invalid
from impact.exchange.csv_text import read_sheet
from impact.exchange.importing import ImportedFile, apply_preview, preview_sheet
from impact.exchange.mapping import Mapping
from impact.registry import archiving, planning, recording
from impact.registry.indicator_tables import Target
from impact.registry.judging import Draft
from impact.registry.measurement_tables import Measurement, Revision, State
from impact.registry.project_tables import Project
from impact.safekeeping.seals import broken_seals
from impact.safekeeping.verifying import findings
from impact.schema import metadata
from impact.semantics.period import Frequency, year_period
from tests.builders import NOW, make_ground
from tests.safekeeping.conftest import address

N_OPERATIONS, STEPS, FEW_WALKS = 10_000, 50, 7
CHANCE = Random(9)
YEARS = st.integers(2010, 2024)
VALUES = st.floats(0, 100, allow_nan=False).map(lambda value: round(value, 3))
TAMPERINGS = {
    "revision": "UPDATE revision SET value = coalesce(value, 0) + 1 WHERE value IS NOT NULL AND id = ",
    "audit_entry": "UPDATE audit_entry SET reason = reason || '!' WHERE id = ",
    "revision_state": "UPDATE revision_state SET remark = remark || '!' WHERE id = ",
    "plan_version": "UPDATE plan_version SET reason = reason || '!' WHERE id = ",
}


class Walk(RuleBasedStateMachine):
    """Records, corrects, imports, approves, returns, plans and withdraws, and keeps count beside."""

    database: Database
    folder: Path
    numbers = count()

    def __init__(self) -> None:
        super().__init__()
        with self.database.transaction() as session:
            self.ground = make_ground(session, f"town-{next(self.numbers)}", needs_approval=True)
        self.said: dict[int, list[float | None]] = {}
        self.targets: list[int] = []

    def measurement(self, session: Any, year: int) -> Measurement | None:
        return session.scalars(
            select(Measurement).where(
                Measurement.series_id == self.ground.series.id,
                Measurement.first_day == year_period(year).first_day,
            )
        ).first()

    @rule(year=YEARS, value=VALUES)
    def record(self, year: int, value: float) -> None:
        with self.database.writing_session() as session:
            try:
                recording.record_measurement(
                    session,
                    self.ground.planner,
                    self.ground.series.id,
                    year_period(year),
                    Draft(value),
                    now=NOW,
                )
            except Conflict:
                session.rollback()
                assert year in self.said
                return
            session.commit()
        assert year not in self.said
        self.said[year] = [value]

    @precondition(lambda self: self.said)
    @rule(data=st.data(), value=VALUES, is_late=st.booleans())
    def correct(self, data: st.DataObject, value: float, is_late: bool) -> None:
        year = data.draw(st.sampled_from(sorted(self.said)))
        with self.database.writing_session() as session:
            row = self.measurement(session, year)
            version = row.version - is_late
            try:
                recording.revise_measurement(
                    session, self.ground.planner, self.ground.series.id, row.id, version, Draft(value),
                    reason="looked again", now=NOW,
                )  # fmt: skip
            except Conflict:
                session.rollback()
                assert is_late
                return
            session.commit()
        if self.said[year][-1] != value:
            self.said[year].append(value)

    @precondition(lambda self: self.said)
    @rule(data=st.data(), state=st.sampled_from([State.APPROVED, State.RETURNED]))
    def decide(self, data: st.DataObject, state: State) -> None:
        year = data.draw(st.sampled_from(sorted(self.said)))
        with self.database.transaction() as session:
            row = self.measurement(session, year)
            recording.decide_revision(
                session, self.ground.planner, self.ground.series.id, row.id, row.newest_revision_id, state,
                now=NOW, remark="why",
            )  # fmt: skip

    @rule(year=YEARS, value=VALUES)
    def promise(self, year: int, value: float) -> None:
        period = year_period(year)
        target = Target(
            series_id=self.ground.series.id, first_day=period.first_day, last_day=period.last_day,
            frequency=Frequency.YEAR, value=value,
        )  # fmt: skip
        with self.database.transaction() as session:
            planning.save(session, self.ground.planner, target, now=NOW)
        self.targets.append(target.id)

    @precondition(lambda self: self.targets)
    @rule(data=st.data())
    def withdraw_or_bring_back(self, data: st.DataObject) -> None:
        target_id = data.draw(st.sampled_from(self.targets))
        with self.database.writing_session() as session:
            target = session.get_one(Target, target_id)
            if target.withdrawn_at is None:
                archiving.withdraw_row(
                    session, self.ground.planner, target, target.version, now=NOW, reason="gone"
                )
            else:
                try:
                    archiving.bring_back(session, self.ground.planner, target, now=NOW)
                except Invalid:  # Another target of that period is in use.
                    session.rollback()
                    return
            session.commit()

    @rule(values=st.dictionaries(YEARS, VALUES, min_size=1, max_size=4))
    def import_file(self, values: dict[int, float]) -> None:
        lines = (f"Trygga hyresgäster;{year};{value:.3f}".replace(".", ",") for year, value in values.items())
        content = "\n".join(("indikator;period;värde", *lines, "")).encode()
        planner, mapping = self.ground.planner, Mapping(decimal_mark=",")
        with self.database.transaction() as session:
            slug, sheet = self.ground.project.slug, read_sheet(content)
            preview = preview_sheet(session, planner, slug, sheet, mapping, now=NOW)
            file = ImportedFile("figures.csv", content)
            apply_preview(session, planner, preview, file, reason="imported anew", now=NOW)
        for year, value in values.items():
            if self.said.setdefault(year, [])[-1:] != [value]:
                self.said[year].append(value)

    @rule(title=st.text("abcåäö ", min_size=1))
    def rename(self, title: str) -> None:
        with self.database.transaction() as session:
            project = session.get_one(Project, self.ground.project.id)
            project.title_sv = title
            planning.save(session, self.ground.planner, project, now=NOW)

    @rule(title=st.text("abcåäö ", min_size=1))
    def give_up(self, title: str) -> None:
        with self.database.writing_session() as session:
            project = session.get_one(Project, self.ground.project.id)
            project.title_sv = title
            planning.save(session, self.ground.planner, project, now=NOW)
            session.rollback()

    @invariant()
    def every_value_has_its_revision(self) -> None:
        with self.database.reading() as session:
            rows = session.execute(
                select(Measurement.first_day, Revision.value)
                .join(Revision, Revision.measurement_id == Measurement.id)
                .where(Measurement.series_id == self.ground.series.id)
                .order_by(Measurement.first_day, Revision.number)
            ).all()
        found: dict[int, list[float | None]] = {}
        for day, value in rows:
            found.setdefault(day.year, []).append(value)
        assert found == self.said

    def teardown(self) -> None:
        """All is in order; and one row of each table changed by hand is found."""
        url, place = address(self.database), self.folder / "copy"
        assert list(findings(url, place)) == []
        with self.database.engine.connect() as connection, connection.begin() as transaction:
            for name, statement in TAMPERINGS.items():
                ids = connection.scalars(select(metadata.tables[name].c.id)).all()
                if not ids:
                    continue
                with connection.begin_nested() as attempt:
                    triggers.unguard(connection, name)
                    assert connection.execute(sa.text(f"{statement}{CHANCE.choice(ids)}")).rowcount == 1
                    triggers.guard(connection, name)
                    told = list(broken_seals(connection))
                    attempt.rollback()
                assert any(each.startswith(f"Something in {name} was changed") for each in told)
            transaction.rollback()


def test_every_change_has_its_revision_and_every_change_by_hand_is_found(database, tmp_path, trials) -> None:
    """Ten thousand operations in the drill, some hundreds otherwise; each walk ends with a whole check."""
    n_walks = trials(N_OPERATIONS // STEPS)
    Walk.database, Walk.folder = database, tmp_path
    walks = settings(
        max_examples=n_walks if n_walks * STEPS >= N_OPERATIONS else FEW_WALKS,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Walk, settings=walks)
