"""The second step over all indicators: levels, and who reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.db import Database
from impact.monitoring import analysing
from impact.monitoring.cards import cards
from impact.monitoring.controlling import control_portfolio, level_of
from impact.monitoring.tables import Analysis, Flag, ScreeningRun, SeriesSummary
from impact.trend.verdict import Level
from tests.builders import NOW, PEAK_2018, Ground, fill, make_ground
from tests.judged import QUIET_P, add_judged, judged

LATER = NOW + timedelta(hours=1)


def summary_level(session: Session, row: Analysis) -> Level | None:
    return session.scalars(select(SeriesSummary.level).where(SeriesSummary.series_id == row.series_id)).one()


@pytest.fixture
def ground(session: Session) -> Ground:
    """A project whose sixty indicators say nothing."""
    ground = make_ground(session)
    for p in QUIET_P:
        add_judged(session, ground, p)
    return ground


def test_lowers_a_clear_turn_that_chance_explains(session: Session, ground: Ground) -> None:
    """One p of .049 among sixty quiet series is likely on page, board and list alike."""
    row = add_judged(session, ground, 0.049)
    run = control_portfolio(session, now=NOW)
    assert run is not None
    assert (run.n_series, run.false_discovery_rate, run.fitted_null["is_fitted"]) == (61, 0.10, True)
    analysis = analysing.analysis_of(session, row.series_id)
    (card,) = cards(session, SeriesSummary.series_id == row.series_id)
    assert card.analysis == analysis
    assert analysis is not None
    assert (analysis.level, analysis.reversed, analysis.p) == (Level.LIKELY, True, 0.049)
    assert summary_level(session, row) is Level.LIKELY
    assert row.level is Level.CLEAR


def test_raises_a_likely_turn_among_many(session: Session, ground: Ground) -> None:
    """Where very many turned beyond doubt, a p of .06 is clear too; it opens no flag."""
    for _ in range(100):
        add_judged(session, ground, 0.0001)
    row = add_judged(session, ground, 0.06)
    control_portfolio(session, now=NOW)
    assert summary_level(session, row) is Level.CLEAR
    assert level_of(session, row) is Level.CLEAR
    assert not row.is_reversed
    assert session.scalars(select(Flag)).all() == []


def test_leaves_levels_alone_when_indicators_are_few(session: Session) -> None:
    """Ten indicators are too few to say what chance does."""
    ground = make_ground(session)
    rows = [add_judged(session, ground, p) for p in (0.049, 0.06, *QUIET_P[:8])]
    run = control_portfolio(session, now=NOW)
    assert run is not None
    assert not run.fitted_null["is_fitted"]
    assert [summary_level(session, row) for row in rows[:2]] == [Level.CLEAR, Level.LIKELY]


def test_runs_again_only_when_an_analysis_is_new(session: Session, ground: Ground) -> None:
    """Nothing new leaves no second run; a new analysis does."""
    row = add_judged(session, ground, 0.049)
    assert control_portfolio(session, now=NOW) is not None
    assert control_portfolio(session, now=LATER) is None
    judged(session, row.series_id, ground.project.id, 0.5, LATER)
    assert control_portfolio(session, now=LATER) is not None
    assert len(session.scalars(select(ScreeningRun)).all()) == 2


def test_makes_no_run_when_nothing_is_analysed(session: Session) -> None:
    """An empty installation has nothing to control."""
    assert control_portfolio(session, now=NOW) is None


def test_shows_the_level_as_it_was_known(session: Session, ground: Ground) -> None:
    """Before the run a turn was clear, after it likely; each is told for its time."""
    row = add_judged(session, ground, 0.049)
    control_portfolio(session, now=LATER)
    levels = []
    for known_at in (NOW, LATER, None):
        analysis = analysing.analysis_of(session, row.series_id, known_at)
        assert analysis is not None
        levels.append(analysis.level)
    assert levels == [Level.CLEAR, Level.LIKELY, Level.LIKELY]


def test_keeps_the_level_when_the_same_data_are_read_again(session: Session, ground: Ground) -> None:
    """A look that finds nothing new does not bring the series' own level back."""
    fill(session, ground.planner, ground.series.id, PEAK_2018)
    analysing.refresh_series(session, ground.series.id, now=NOW)
    row = analysing.newest_analysis(session, ground.series.id)
    assert row is not None
    outcome = {str(row.series_id): {"analysis": row.id, "q": 0.4, "level": "likely"}}
    session.add(
        ScreeningRun(
            recorded_at=NOW,
            detector_version="test",
            false_discovery_rate=0.1,
            n_series=1,
            fitted_null={},
            outcome=outcome,
        )
    )
    session.flush()
    analysing.refresh_series(session, ground.series.id, now=LATER)
    assert summary_level(session, row) is Level.LIKELY


def test_returns_to_its_own_level_when_the_series_is_analysed_anew(session: Session, ground: Ground) -> None:
    """What was found of older data says nothing of the new ones."""
    row = add_judged(session, ground, 0.049)
    control_portfolio(session, now=NOW)
    again = judged(session, row.series_id, ground.project.id, 0.048, LATER)
    assert level_of(session, again) is Level.CLEAR
    control_portfolio(session, now=LATER)
    assert level_of(session, again) is Level.LIKELY


def test_counts_no_project_that_was_withdrawn(session: Session, ground: Ground) -> None:
    """A withdrawn project's turn gets its own level back and weighs on no other."""
    row = add_judged(session, ground, 0.049)
    control_portfolio(session, now=NOW)
    other = make_ground(session, "harbour")
    add_judged(session, other, 0.5)
    ground.project.withdrawn_at = NOW
    session.flush()
    run = control_portfolio(session, now=LATER)
    assert run is not None
    assert run.n_series == 1
    assert summary_level(session, row) is Level.CLEAR
    assert level_of(session, row) is Level.CLEAR


def test_leaves_invented_projects_out_when_there_are_others(session: Session) -> None:
    """The sample's figures say nothing of real indicators; alone they show the step."""
    sample = make_ground(session, "sample", is_sample=True)
    add_judged(session, sample, 0.5)
    run = control_portfolio(session, now=NOW)
    assert run is not None
    assert run.n_series == 1
    real = make_ground(session, "harbour")
    for p in (0.2, 0.5):
        add_judged(session, real, p)
    run = control_portfolio(session, now=LATER)
    assert run is not None
    assert run.n_series == 2


def test_keeps_q_of_reversals_alone(session: Session, ground: Ground) -> None:
    """The run names the turns with q, level and analysis, and no quiet series."""
    row = add_judged(session, ground, 0.00001)
    add_judged(session, ground, None)
    run = control_portfolio(session, now=NOW)
    assert run is not None
    assert list(run.outcome) == [str(row.series_id)]
    kept = run.outcome[str(row.series_id)]
    assert (kept["analysis"], kept["level"]) == (row.id, "clear")
    assert 0 <= kept["q"] <= 0.10
    assert run.n_series == 61


def test_finds_the_run_made_when_another_clock_was_first(database: Database) -> None:
    """What one transaction has left, the next one sees."""
    with database.transaction() as session:
        ground = make_ground(session)
        for p in QUIET_P:
            add_judged(session, ground, p)
    with database.transaction() as session:
        assert control_portfolio(session, now=NOW) is not None
    with database.transaction() as session:
        assert control_portfolio(session, now=LATER) is None
