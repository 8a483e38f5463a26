"""A series beside its reference line: kept, fingerprinted, marked stale through it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.language import Language, speak
from impact.monitoring import analysing
from impact.monitoring.comparing import comparison_from, newest_comparison
from impact.monitoring.tables import Analysis
from impact.registry import planning, recording
from impact.registry.indicator_tables import IndicatorSeries, ReferenceLink
from impact.registry.judging import Draft
from impact.registry.series import series_of
from impact.reporting.comparing import told_comparisons
from impact.trend.comparing import compare_series
from impact.trend.comparison import Outcome
from impact.trend.verdict import Verdict
from tests.builders import NOW, PEAK_2018, RISING, fill, make_ground, make_reference

LATER = NOW + timedelta(days=1)


def compared(session: Session) -> list[Analysis]:
    kept = select(Analysis).where(Analysis.reference_series_id.is_not(None)).order_by(Analysis.id)
    return list(session.scalars(kept))


def is_stale(session: Session, series: IndicatorSeries) -> bool:
    session.refresh(series)
    return series.stale_since is not None


def test_keeps_the_comparison_when_a_series_has_a_reference(session: Session) -> None:
    """What is stored is what the kernel says, and it does not hide the series' own analysis."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, PEAK_2018)
    reference = make_reference(session, ground, RISING)
    analysing.refresh_series(session, ground.series.id, now=NOW)
    (row,) = compared(session)
    said = compare_series(series_of(session, ground.series.id), series_of(session, reference.id))
    session.expire_all()
    assert comparison_from(row) == said
    assert said.outcome is Outcome.ON_ITS_OWN
    own = analysing.analysis_of(session, ground.series.id)
    assert own is not None
    assert own.verdict is Verdict.REVERSED_TO_WORSE


def test_keeps_one_comparison_when_nothing_changed(session: Session) -> None:
    """The same data leave no second comparison."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, PEAK_2018)
    make_reference(session, ground, RISING)
    for now in (NOW, LATER):
        analysing.refresh_series(session, ground.series.id, now=now)
    assert len(compared(session)) == 1


def test_compares_again_when_the_reference_is_corrected(session: Session) -> None:
    """A new value of the reference marks the project's series stale; both outcomes are kept."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, PEAK_2018)
    reference = make_reference(session, ground, RISING)
    analysing.refresh_series(session, ground.series.id, now=NOW)
    analysing.refresh_series(session, reference.id, now=NOW)
    assert not is_stale(session, ground.series)
    before = ground.series.revision_count
    fill(session, ground.planner, reference.id, {2025: 80.0}, now=LATER)
    assert is_stale(session, ground.series)
    assert ground.series.revision_count == before + 1
    analysing.refresh_series(session, ground.series.id, now=LATER)
    assert not is_stale(session, ground.series)
    first, second = compared(session)
    assert first.fingerprint != second.fingerprint
    then = newest_comparison(session, ground.series.id, reference.id, NOW)
    assert then is not None
    assert then.id == first.id


def test_compares_again_when_the_series_itself_is_corrected(session: Session) -> None:
    """The fingerprint covers the project's series too."""
    ground = make_ground(session)
    measurements = fill(session, ground.planner, ground.series.id, PEAK_2018)
    make_reference(session, ground, RISING)
    analysing.refresh_series(session, ground.series.id, now=NOW)
    newest = measurements[-1]
    recording.revise_measurement(
        session, ground.planner, ground.series.id, newest.id, newest.version,
        Draft(value=58.0, text_as_typed="58"), reason="misread", now=LATER,
    )  # fmt: skip
    analysing.refresh_series(session, ground.series.id, now=LATER)
    assert len(compared(session)) == 2


def test_does_not_mark_the_project_stale_when_the_link_was_withdrawn(session: Session) -> None:
    """A line that is no longer compared with changes nothing."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, PEAK_2018)
    reference = make_reference(session, ground, RISING)
    link = session.scalars(select(ReferenceLink)).one()
    planning.withdraw(session, ground.planner, link, now=NOW, reason="another town")
    analysing.refresh_series(session, ground.series.id, now=NOW)
    assert compared(session) == []
    fill(session, ground.planner, reference.id, {2025: 80.0}, now=LATER)
    assert not is_stale(session, ground.series)


def test_marks_stale_when_a_link_is_made(session: Session) -> None:
    """A new reference line is compared with at the next analysis."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, PEAK_2018)
    analysing.refresh_series(session, ground.series.id, now=NOW)
    make_reference(session, ground, RISING)
    assert is_stale(session, ground.series)


def test_tells_what_was_known_when_asked_for_an_earlier_day(session: Session) -> None:
    """Label and outcome as of an instant; before the first comparison nothing is told."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, PEAK_2018)
    make_reference(session, ground, RISING)
    analysing.refresh_series(session, ground.series.id, now=LATER)
    voice = speak(Language.SWEDISH)
    assert told_comparisons(session, ground.series.id, voice, NOW) == []
    (told,) = told_comparisons(session, ground.series.id, voice)
    assert told.sentence.startswith("Norrköpings kommun vände inte samtidigt: vändningen är projektets egen")
    assert told_comparisons(session, ground.series.id, voice, LATER) == [told]
