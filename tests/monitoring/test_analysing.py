"""From stale mark to analysis, flag and summary."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.clock import jobs
from impact.clock.ticking import Tick
from impact.db import Database
from impact.errors import NotFound
from impact.monitoring import analysing
from impact.monitoring.tables import (
    Analysis,
    Flag,
    FlagAct,
    FlagDirection,
    FlagEvent,
    FlagState,
    SeriesSummary,
)
from impact.registry import planning, recording
from impact.registry.indicator_tables import SeriesBreak
from impact.registry.judging import Draft
from impact.semantics.period import Frequency, year_period
from impact.settings import Settings
from impact.trend import detector
from impact.trend.detector import DETECTOR_VERSION
from impact.trend.verdict import Verdict
from tests.builders import NOW, PEAK_2018, fill, make_ground

LATER = NOW + timedelta(days=1)


def flags(session: Session) -> list[Flag]:
    return list(session.scalars(select(Flag).order_by(Flag.id)))


def test_opens_flag_to_worse_when_trend_reverses(session: Session) -> None:
    """A share that should rise and has turned down is flagged, with its turning year."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, PEAK_2018)
    analysis = analysing.refresh_series(session, ground.series.id, now=NOW)
    (flag,) = flags(session)
    assert analysis.verdict is Verdict.REVERSED_TO_WORSE
    assert (flag.direction, flag.state, flag.turning_first_day.year) == (
        FlagDirection.TO_WORSE,
        FlagState.OPEN,
        2018,
    )


def test_keeps_one_analysis_when_nothing_changed(session: Session) -> None:
    """Reading the same data again leaves no second analysis and no second flag."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, PEAK_2018)
    analysing.refresh_series(session, ground.series.id, now=NOW)
    analysing.refresh_series(session, ground.series.id, now=LATER)
    assert len(session.scalars(select(Analysis)).all()) == 1
    assert len(flags(session)) == 1


def test_keeps_first_date_when_later_data_agree(session: Session) -> None:
    """A flag that is borne out by the next value is the same flag."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, PEAK_2018)
    analysing.refresh_series(session, ground.series.id, now=NOW)
    fill(session, ground.planner, ground.series.id, {2025: 57.8}, now=LATER)
    analysing.refresh_series(session, ground.series.id, now=LATER)
    (flag,) = flags(session)
    assert flag.first_raised_at == NOW
    assert len(session.scalars(select(Analysis)).all()) == 2


def test_supersedes_flag_when_correction_takes_turn_away(session: Session) -> None:
    """Values corrected to a straight rise leave no standing flag, and say so."""
    ground = make_ground(session)
    made = fill(session, ground.planner, ground.series.id, PEAK_2018)
    analysing.refresh_series(session, ground.series.id, now=NOW)
    for measurement in made[9:]:
        rising = 58.0 + 1.1 * (measurement.first_day.year - 2010)
        recording.revise_measurement(
            session,
            ground.planner,
            ground.series.id,
            measurement.id,
            measurement.version,
            Draft(value=round(rising, 1)),
            reason="Wrong column",
            now=LATER,
        )
    analysing.refresh_series(session, ground.series.id, now=LATER)
    (flag,) = flags(session)
    acts = session.scalars(select(FlagEvent.act).order_by(FlagEvent.id)).all()
    assert flag.state is FlagState.SUPERSEDED
    assert list(acts) == [FlagAct.OPENED, FlagAct.SUPERSEDED]
    summary = session.get_one(SeriesSummary, ground.series.id)
    assert (summary.flag_id, summary.verdict) == (None, Verdict.IMPROVING)


def test_clears_stale_mark_when_analysed(session: Session) -> None:
    """A series waits until it is analysed, and no longer."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, {2020: 60.0})
    session.expire_all()
    assert analysing.stale_series(session, 10) == [ground.series.id]
    analysing.refresh_series(session, ground.series.id, now=NOW)
    assert analysing.stale_series(session, 10) == []


def test_says_too_short_when_few_points(session: Session) -> None:
    """Five points are too few for a verdict; the summary has them all the same."""
    ground = make_ground(session)
    fill(
        session,
        ground.planner,
        ground.series.id,
        {2019: 60.0, 2020: 61.0, 2021: 65.0, 2022: 63.5, 2023: 66.0},
    )
    analysis = analysing.refresh_series(session, ground.series.id, now=NOW)
    summary = session.get_one(SeriesSummary, ground.series.id)
    assert analysis.verdict is Verdict.TOO_SHORT
    assert (summary.n_measured, summary.latest_value, summary.change) == (5, 66.0, 2.5)
    assert summary.next_first_day == year_period(2024).first_day


def test_gives_no_change_when_break_lies_between(session: Session) -> None:
    """The newest change is not taken across a break."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, {2022: 60.0, 2023: 80.0})
    year = year_period(2023)
    declared = SeriesBreak(series_id=ground.series.id, first_day=year.first_day, last_day=year.last_day,
                           frequency=Frequency.YEAR, reason_sv="Ny enkät")  # fmt: skip
    planning.save(session, ground.planner, declared, now=NOW)
    analysing.refresh_series(session, ground.series.id, now=NOW)
    assert session.get_one(SeriesSummary, ground.series.id).change is None


def test_reads_old_verdict_when_asked_as_known(session: Session) -> None:
    """What was said in March can still be read in April."""
    ground = make_ground(session)
    values = dict(list(PEAK_2018.items())[:9])
    fill(session, ground.planner, ground.series.id, values)
    analysing.refresh_series(session, ground.series.id, now=NOW)
    fill(session, ground.planner, ground.series.id, dict(list(PEAK_2018.items())[9:]), now=LATER)
    analysing.refresh_series(session, ground.series.id, now=LATER)
    then = analysing.analysis_of(session, ground.series.id, known_at=NOW)
    now = analysing.analysis_of(session, ground.series.id)
    assert then is not None
    assert now is not None
    assert (then.verdict, now.verdict) == (Verdict.IMPROVING, Verdict.REVERSED_TO_WORSE)


def test_analyses_all_again_when_the_detector_is_another(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an upgrade one look of the clock analyses every series with the new version, once."""
    with database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, PEAK_2018)
        analysing.refresh_series(session, ground.series.id, now=NOW)
    monkeypatch.setattr(analysing, "DETECTOR_VERSION", "next")
    monkeypatch.setattr(detector, "DETECTOR_VERSION", "next")
    for hours in (24, 25):
        jobs.analyse(Tick(database, settings, NOW + timedelta(hours=hours), "clock", LATER))
    with database.reading() as session:
        versions = session.scalars(select(Analysis.detector_version).order_by(Analysis.id)).all()
        assert versions == [DETECTOR_VERSION, "next"]
        assert analysing.stale_series(session, 10) == []
        (flag,) = flags(session)
        assert flag.first_raised_at == NOW


def test_leaves_alone_what_another_version_said_since_the_start(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While two versions run side by side, the older clock does not take back what the newer says."""
    with database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, PEAK_2018)
        analysing.refresh_series(session, ground.series.id, now=LATER)
    monkeypatch.setattr(analysing, "DETECTOR_VERSION", "older")
    jobs.analyse(Tick(database, settings, LATER, "clock", NOW))
    with database.reading() as session:
        assert session.scalars(select(Analysis.detector_version)).all() == [DETECTOR_VERSION]


# Rises, dips for a year, goes on rising: a warning in 2019 that 2020 does not bear out.
DIP = {2010: 58.0, 2011: 59.1, 2012: 59.8, 2013: 61.2, 2014: 62.1, 2015: 63.0, 2016: 63.9, 2017: 65.2,
       2018: 66.1, 2019: 62.0, 2020: 68.3, 2021: 69.4, 2022: 70.6, 2023: 71.8}  # fmt: skip


def test_says_that_a_warning_is_withdrawn_until_the_next_measurement(session: Session) -> None:
    """The analysis that takes an early warning back names it; the next one is silent."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, {year: DIP[year] for year in range(2010, 2019)})
    found: dict[int, tuple[bool, float | None]] = {}
    for year in range(2019, 2024):
        fill(session, ground.planner, ground.series.id, {year: DIP[year]})
        told = analysing.refresh_series(session, ground.series.id, now=NOW)
        found[year] = told.is_warning, told.withdrawn_warning
    warned = [year for year, (is_warning, _) in found.items() if is_warning]
    after = max(warned) + 1
    assert warned[0] == 2019
    assert after < 2023
    assert [found[year] for year in range(after, 2024)] == [
        (False, float(after - 1)),
        *[(False, None)] * (2023 - after),
    ]


def test_keeps_saying_so_when_an_old_value_is_corrected(session: Session) -> None:
    """A correction is no new measurement: the withdrawal is still news."""
    ground = make_ground(session)
    made = fill(session, ground.planner, ground.series.id, {year: DIP[year] for year in range(2010, 2020)})
    assert analysing.refresh_series(session, ground.series.id, now=NOW).is_warning
    for value in (65.9, 66.8):
        recording.revise_measurement(
            session,
            ground.planner,
            ground.series.id,
            made[-1].id,
            made[-1].version,
            Draft(value=value),
            reason="Wrong column",
            now=LATER,
        )
        told = analysing.refresh_series(session, ground.series.id, now=LATER)
        assert (told.is_warning, told.withdrawn_warning) == (False, 2019.0)


def test_refuses_when_series_is_unknown(session: Session) -> None:
    """There is nothing to analyse in a series that does not exist."""
    with pytest.raises(NotFound):
        analysing.refresh_series(session, 999_999, now=NOW)


def test_waits_for_nobody_when_two_record_in_one_series(postgresql_database: Database) -> None:
    """Two people who save different periods of a series at once both get theirs stored."""
    with postgresql_database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, PEAK_2018)

    def save(year: int) -> None:
        with postgresql_database.transaction() as session:
            fill(session, ground.planner, ground.series.id, {year: 58.0})
            analysing.refresh_series(session, ground.series.id, now=LATER)

    with postgresql_database.transaction() as first, ThreadPoolExecutor(1) as another:
        fill(first, ground.planner, ground.series.id, {2025: 57.8})
        waiting = another.submit(save, 2026)
        _wait_for_lock(postgresql_database)
        analysing.refresh_series(first, ground.series.id, now=LATER)
        first.commit()
        waiting.result(timeout=30)
    with postgresql_database.reading() as session:
        summary = session.get_one(SeriesSummary, ground.series.id)
        assert summary.n_measured == len(PEAK_2018) + 2


def _wait_for_lock(database: Database) -> None:
    """Return as soon as somebody waits for a lock in this database."""
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(500):
        with database.reading() as session:
            if session.scalar(waiting):
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")
