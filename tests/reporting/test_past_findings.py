"""What was said before can be read: each finding with the figures as they were known then."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.language import speak
from impact.monitoring import analysing
from impact.monitoring.tables import Analysis
from impact.registry import lookup, planning, recording
from impact.registry.indicator_tables import SeriesBreak
from impact.registry.judging import Draft
from impact.registry.past_series import series_over_time
from impact.registry.series import series_of
from impact.reporting.past_findings import Cause, PastFinding, past_findings
from impact.semantics.period import Frequency, year_period
from tests.builders import NOW, PEAK_2018, Ground, fill, make_ground

SV, EN = speak("sv"), speak("en")


def day(n: int) -> datetime:
    return NOW + timedelta(days=n)


def analysed(session: Session, ground: Ground, now: datetime) -> None:
    analysing.refresh_series(session, ground.series.id, now=now)


def corrected(session: Session, ground: Ground, year: int, value: float, now: datetime) -> None:
    made = {row.first_day.year: row for row in recorded(session, ground)}
    recording.revise_measurement(
        session,
        ground.planner,
        ground.series.id,
        made[year].id,
        made[year].version,
        Draft(value=value),
        reason="Wrong column",
        now=now,
    )


def recorded(session: Session, ground: Ground) -> list[recording.Measurement]:
    measurement = recording.Measurement
    return list(session.scalars(select(measurement).where(measurement.series_id == ground.series.id)))


def told(session: Session, ground: Ground, voice=EN) -> list[PastFinding]:
    place = lookup.series_place(session, ground.planner, ground.series.id)
    return past_findings(session, place, voice)


def with_a_past(session: Session) -> Ground:
    """Nine years, six more, a correction that shows and one that does not, a break."""
    ground = make_ground(session)
    years = list(PEAK_2018.items())
    fill(session, ground.planner, ground.series.id, dict(years[:9]))
    analysed(session, ground, NOW)
    fill(session, ground.planner, ground.series.id, dict(years[9:]), now=day(1))
    analysed(session, ground, day(1))
    corrected(session, ground, 2024, 58.4, day(2))
    analysed(session, ground, day(2))
    corrected(session, ground, 2012, 60.3, day(3))
    analysed(session, ground, day(3))
    year = year_period(2022)
    declared = SeriesBreak(series_id=ground.series.id, first_day=year.first_day, last_day=year.last_day,
                           frequency=Frequency.YEAR, reason_sv="Ny enkät")  # fmt: skip
    planning.save(session, ground.planner, declared, now=day(4))
    analysed(session, ground, day(4))
    return ground


def test_tells_each_finding_with_the_figures_of_its_time(session: Session) -> None:
    """Newest first, each with its cause; the correction that nobody would see is left out."""
    found = told(session, with_a_past(session))
    reasons = [[reason.words(EN) for reason in finding.reasons] for finding in found]
    assert reasons == [
        ["Series break declared or changed"],
        ["Correction: 2024"],
        ["New measurement: …, 2021, 2022, 2023, 2024"],
        ["First analysis"],
    ]
    assert [finding.row.recorded_at for finding in found] == [day(4), day(2), day(1), NOW]
    oldest, then = found[-1], found[-2]
    assert oldest.sentence.startswith("Safe tenants: rising since 2010, from 58.1 to 67.2% (2018).")
    assert then.sentence.startswith("Safe tenants rose 2010–2018 (58.1 to 67.2%) but then fell, to 59.0% in")
    assert then.certainty.startswith("very likely")


def test_speaks_swedish_when_it_is_read_in_swedish(session: Session) -> None:
    """Finding and cause are in the reader's language."""
    newest = told(session, with_a_past(session), SV)[1]
    assert newest.sentence.startswith("Trygga hyresgäster steg 2010–2018")
    assert newest.reasons[0].words(SV) == "Rättelse: 2024"


def test_names_the_detector_when_it_alone_changed_what_is_said(session: Session) -> None:
    """Another version that says something else is a cause; one that says the same is no news."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, PEAK_2018)
    analysed(session, ground, NOW)
    first = session.scalars(select(Analysis)).one()
    same = {
        column.key: getattr(first, column.key)
        for column in sa.inspect(Analysis).columns
        if column.key != "id"
    }
    session.add(Analysis(**{**same, "recorded_at": day(1), "detector_version": "0 older"}))
    session.flush()
    session.add(Analysis(**{**same, "recorded_at": day(2), "probability": 0.7}))
    session.flush()
    newest, oldest = told(session, ground)
    assert [reason.cause for reason in newest.reasons] == [Cause.DETECTOR]
    assert oldest.row.id == first.id


def test_reads_the_series_as_the_one_door_does(session: Session) -> None:
    """Many instants at once give what asking for each of them gives."""
    ground = with_a_past(session)
    instants = [day(n) for n in range(5)]
    found = series_over_time(session, ground.series.id, instants)
    assert [past.series for past in found] == [series_of(session, ground.series.id, at) for at in instants]


def test_asks_the_same_number_of_questions_however_long_the_past(session: Session) -> None:
    """Twenty analyses are read in as many statements as one."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, dict(list(PEAK_2018.items())[:7]))
    analysed(session, ground, NOW)
    few = statements(session, ground)
    for n, (year, value) in enumerate(list(PEAK_2018.items())[7:], start=1):
        fill(session, ground.planner, ground.series.id, {year: value}, now=day(n))
        analysed(session, ground, day(n))
    assert len(told(session, ground)) > 4
    assert statements(session, ground) == few


def statements(session: Session, ground: Ground) -> int:
    said: list[str] = []
    place = lookup.series_place(session, ground.planner, ground.series.id)
    engine = session.get_bind()
    listening = engine, "before_cursor_execute", lambda *given: said.append(given[2])
    sa.event.listen(*listening)
    past_findings(session, place, EN)
    sa.event.remove(*listening)
    return len(said)
