"""The life of a flag: it does not flicker, and what was decided on a turn stays decided."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.monitoring import analysing, reviewing
from impact.monitoring.board import board
from impact.monitoring.flagging import standing_flag
from impact.monitoring.hysteresis import still_leans
from impact.monitoring.reviewing import Decision
from impact.monitoring.tables import DismissalCause, Flag, FlagAct, FlagDirection, FlagState
from impact.registry import recording
from impact.registry.judging import Draft
from impact.registry.measurement_tables import Measurement
from impact.semantics.direction import Direction
from impact.semantics.period import Frequency, year_period
from impact.semantics.series import Point, Series
from impact.semantics.unit import Kind, Unit
from impact.trend.verdict import Level, TrendAnalysis, Verdict
from tests.builders import NOW, PEAK_2018, Ground, fill, make_ground

STRAIGHT = {year: round(58.0 + 1.1 * (year - 2010), 1) for year in PEAK_2018}
# Turns down in 2013 already, and so is another turn than that of 2018.
PEAK_2013 = {year: round(60.0 + 1.5 * (3 - abs(year - 2013)) + 0.1 * (year % 2), 1) for year in PEAK_2018}
FOR_GOOD = Decision(FlagAct.DISMISSED, "The houses were empty.", DismissalCause.KNOWN_EXCEPTION)


def day(n: int) -> datetime:
    return NOW + timedelta(days=n)


@pytest.fixture
def ground(session: Session) -> Ground:
    made = make_ground(session)
    fill(session, made.planner, made.series.id, PEAK_2018)
    analysing.refresh_series(session, made.series.id, now=NOW)
    return made


def correct(session: Session, ground: Ground, values: Mapping[int, float], now: datetime) -> None:
    """Make the series say these values, and analyse it."""
    rows = select(Measurement).where(Measurement.series_id == ground.series.id)
    for row in session.scalars(rows).all():
        recording.revise_measurement(
            session,
            ground.planner,
            ground.series.id,
            row.id,
            row.version,
            Draft(value=values[row.first_day.year]),
            reason="Corrected",
            now=now,
        )
    analysing.refresh_series(session, ground.series.id, now=now)


def life(session: Session, flag: Flag) -> list[str]:
    return [event.act.value for event in reversed(reviewing.events_of(session, flag.id))]


def only(session: Session, ground: Ground) -> Flag:
    (flag,) = reviewing.flags_of(session, ground.series.id)
    return flag


def test_brings_the_same_flag_back_when_the_data_come_back(session: Session, ground: Ground) -> None:
    """Figures go out and come back: one flag, its first date kept, each step in its life."""
    correct(session, ground, STRAIGHT, day(1))
    assert only(session, ground).state is FlagState.SUPERSEDED
    correct(session, ground, PEAK_2018, day(2))
    flag = only(session, ground)
    assert (flag.state, flag.first_raised_at) == (FlagState.OPEN, NOW)
    assert life(session, flag) == ["opened", "superseded", "reopened"]
    assert reviewing.events_of(session, flag.id)[0].analysis_id is not None


def test_stays_dismissed_when_the_same_turn_comes_back(session: Session, ground: Ground) -> None:
    """What was put aside for good asks nobody again, and the board tells of the decision once."""
    flag = only(session, ground)
    reviewing.decide(session, ground.planner, flag.id, flag.version, FOR_GOOD, now=day(1))
    correct(session, ground, STRAIGHT, day(2))
    correct(session, ground, PEAK_2018, day(3))
    assert only(session, ground).state is FlagState.DISMISSED
    assert life(session, flag) == ["opened", "dismissed", "superseded", "dismissed"]
    assert reviewing.events_of(session, flag.id)[0].cause is DismissalCause.KNOWN_EXCEPTION
    told = board(session, ground.planner, now=day(4)).decisions
    assert [row.event.note for row in told] == ["The houses were empty."]


def test_raises_a_new_flag_when_it_is_another_turn(session: Session, ground: Ground) -> None:
    """A dismissal is about one turn; another one, five years away, is put before people."""
    flag = only(session, ground)
    reviewing.decide(session, ground.planner, flag.id, flag.version, FOR_GOOD, now=day(1))
    correct(session, ground, PEAK_2013, day(2))
    newest, oldest = reviewing.flags_of(session, ground.series.id)
    assert (oldest.id, oldest.state, newest.state) == (flag.id, FlagState.SUPERSEDED, FlagState.OPEN)
    assert (newest.turning_first_day.year, newest.first_raised_at) == (2013, day(2))


def test_asks_again_when_the_dismissal_ended_meanwhile(session: Session, ground: Ground) -> None:
    """Put aside until a day that passed while the data were away: the flag comes back open."""
    flag = only(session, ground)
    until = Decision(FlagAct.DISMISSED, "Wait", DismissalCause.DATA_ERROR, until=day(5).date())
    reviewing.decide(session, ground.planner, flag.id, flag.version, until, now=day(1))
    correct(session, ground, STRAIGHT, day(2))
    correct(session, ground, PEAK_2018, day(9))
    assert (only(session, ground).state, flag.dismissed_until) == (FlagState.OPEN, None)


def test_keeps_a_dismissal_until_its_day_when_the_data_come_back(session: Session, ground: Ground) -> None:
    """Put aside until a day that is still to come: the flag comes back put aside until then."""
    flag = only(session, ground)
    until = Decision(FlagAct.DISMISSED, "Wait", DismissalCause.DATA_ERROR, until=day(30).date())
    reviewing.decide(session, ground.planner, flag.id, flag.version, until, now=day(1))
    correct(session, ground, STRAIGHT, day(2))
    correct(session, ground, PEAK_2018, day(9))
    assert (only(session, ground).state, flag.dismissed_until) == (FlagState.DISMISSED, day(30).date())


def test_asks_again_when_a_confirmed_turn_went_and_came_back(session: Session, ground: Ground) -> None:
    """What was agreed on figures that were gone in between is looked at once more."""
    flag = only(session, ground)
    confirm = Decision(FlagAct.CONFIRMED, "We see it too.")
    reviewing.decide(session, ground.planner, flag.id, flag.version, confirm, now=day(1))
    correct(session, ground, STRAIGHT, day(2))
    correct(session, ground, PEAK_2018, day(3))
    assert only(session, ground).state is FlagState.OPEN


@pytest.mark.parametrize(
    ("dip", "flagged"),
    [
        ({2018: 62.1}, set()),
        # Three lower years do raise a flag; the recovery takes it away again.
        ({2017: 63.6, 2018: 60.2, 2019: 59.1}, {2018, 2019}),
    ],
    ids=["one year", "three years"],
)
def test_leaves_no_lasting_flag_when_a_dip_recovers(
    session: Session, dip: dict[int, float], flagged: set[int]
) -> None:
    """Year by year from 2015 to 2023: what stood after each, and nothing at the end."""
    made = make_ground(session)
    values = {
        **{year: round(58.0 + 1.1 * (year - 2008) + 0.2 * (year % 2), 1) for year in range(2010, 2024)},
        **dip,
    }
    fill(session, made.planner, made.series.id, {year: values[year] for year in range(2010, 2015)})
    stood: dict[int, str] = {}
    for year in range(2015, 2024):
        fill(session, made.planner, made.series.id, {year: values[year]}, now=day(year - 2015))
        analysing.refresh_series(session, made.series.id, now=day(year - 2015))
        flag = standing_flag(session, made.series.id)
        stood[year] = flag.state.value if flag else ""
    assert stood == {year: "open" if year in flagged else "" for year in range(2015, 2024)}
    assert all(flag.state is FlagState.SUPERSEDED for flag in reviewing.flags_of(session, made.series.id))


SHARE = Unit(Kind.SHARE, "%", decimals=1, lowest=0, highest=100)
UP_DOWN = (60.0, 62, 64, 66, 68, 67, 65, 64)
DOWN_UP = (68.0, 66, 64, 62, 60, 61, 63, 64)
FLAG = Flag(
    direction=FlagDirection.TO_WORSE,
    turning_first_day=date(2014, 1, 1),
    turning_last_day=date(2014, 12, 31),
    turning_frequency=Frequency.YEAR,
)


def told(verdict: Verdict, p: float | None, level: Level = Level.NONE) -> TrendAnalysis:
    return TrendAnalysis(verdict, level, False, 8, p=p)


@pytest.mark.parametrize(
    ("values", "direction", "analysis", "stays"),
    [
        (UP_DOWN, Direction.INCREASE, told(Verdict.FLAT, 0.15), True),
        (UP_DOWN, Direction.INCREASE, told(Verdict.FLAT, 0.25), False),
        (UP_DOWN, Direction.INCREASE, told(Verdict.TOO_SHORT, None), False),
        # p alone does not say which way: here the other one.
        (DOWN_UP, Direction.INCREASE, told(Verdict.FLAT, 0.15), False),
        (UP_DOWN, Direction.DECREASE, told(Verdict.FLAT, 0.15), False),
        (DOWN_UP, Direction.DECREASE, told(Verdict.FLAT, 0.15), True),
        (UP_DOWN, Direction.CONTEXT, told(Verdict.FLAT, 0.15), False),
        (tuple(range(60, 68)), Direction.INCREASE, told(Verdict.IMPROVING, 0.15), False),
        (UP_DOWN, Direction.INCREASE, told(Verdict.REVERSED_TO_WORSE, 0.08, Level.LIKELY), True),
        (UP_DOWN, Direction.INCREASE, told(Verdict.REVERSED_TO_BETTER, 0.08, Level.LIKELY), False),
    ],
)
def test_keeps_a_flag_only_while_the_turn_is_the_same(
    values: tuple[float, ...], direction: Direction, analysis: TrendAnalysis, stays: bool
) -> None:
    """A flag stays up to p .20, and only if the series still turns the way it was raised for."""
    points = tuple(Point(year_period(2010 + i), float(value)) for i, value in enumerate(values))
    assert still_leans(FLAG, Series(points, SHARE, direction), analysis) is stays
