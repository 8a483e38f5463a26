"""The board and the portfolio: what turned, what is due, for whom."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from impact.accounts.tables import Role
from impact.monitoring import analysing, flagging, reviewing
from impact.monitoring.board import board, to_be_measured
from impact.monitoring.narrowing import Narrowing, board_choices
from impact.monitoring.news import news_since
from impact.monitoring.portfolio import Filters, choices, portfolio
from impact.monitoring.project_view import project_view
from impact.monitoring.reviewing import Decision
from impact.monitoring.tables import FlagAct, FlagDirection
from impact.registry import planning
from impact.registry.indicator_tables import SeriesBreak, Target
from impact.registry.project_tables import Category, Milestone, Part, ProjectStatus, Visibility
from impact.registry.promising import PromiseDraft, add_promise
from impact.semantics.period import Frequency, year_period
from impact.semantics.progress import Standing
from tests.builders import NOW, PEAK_2018, Ground, fill, make_ground, make_indicator, person


def analysed(session: Session, slug: str, values: dict[int, float], **fields: object) -> Ground:
    ground = make_ground(session, slug, **fields)
    fill(session, ground.planner, ground.series.id, values)
    analysing.refresh_series(session, ground.series.id, now=NOW)
    return ground


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Collects the statements that the session's connection runs."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield statements
    event.remove(connection, "before_cursor_execute", note)


def test_shows_what_turned_and_what_is_due(session: Session) -> None:
    """A reversed series is on the board, and so is the year that is to be measured."""
    ground = analysed(session, "centre", PEAK_2018)
    seen = board(session, ground.planner, now=NOW)
    (card,) = seen.turned
    assert card.flag is not None
    assert (card.project.slug if card.project else "", card.flag.direction) == (
        "centre",
        FlagDirection.TO_WORSE,
    )
    assert seen.n_turned(FlagDirection.TO_WORSE) == seen.n_undecided == 1
    assert [row.next_period for row in seen.due] == [year_period(2025)]
    assert not seen.due[0].is_late(NOW.date())


def test_gives_series_back_when_card_is_read(session: Session) -> None:
    """A card speaks and draws from what the summary keeps."""
    ground = analysed(session, "centre", PEAK_2018)
    (card,) = board(session, ground.planner, now=NOW).turned
    assert {point.period.first_day.year: point.value for point in card.series.points} == PEAK_2018
    assert card.series.unit.value_text


def test_keeps_break_when_nothing_was_measured_in_its_first_period(session: Session) -> None:
    """What a card draws and compares stops at a break that falls into a gap."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, {2021: 58.0, 2022: 60.0, 2024: 80.0})
    year = year_period(2023)
    declared = SeriesBreak(series_id=ground.series.id, first_day=year.first_day, last_day=year.last_day,
                           frequency=Frequency.YEAR, reason_sv="Ny enkät")  # fmt: skip
    planning.save(session, ground.planner, declared, now=NOW)
    analysing.refresh_series(session, ground.series.id, now=NOW)
    (goal,) = project_view(session, ground.planner, "centre").goals
    assert goal.cards[0].series.breaks == (year_period(2024),)


def test_shows_decision_when_flag_is_decided(session: Session) -> None:
    """What was decided stands on the board with its reason."""
    ground = analysed(session, "centre", PEAK_2018)
    flag = flagging.standing_flag(session, ground.series.id)
    assert flag is not None
    reviewing.decide(
        session, ground.planner, flag.id, flag.version, Decision(FlagAct.CONFIRMED, "Seen on site"), now=NOW
    )
    seen = board(session, ground.planner, now=NOW)
    assert [row.event.note for row in seen.decisions] == ["Seen on site"]
    assert seen.n_undecided == 0
    assert len(seen.turned) == 1


def test_hides_project_when_outside(session: Session) -> None:
    """Nothing of an internal project reaches somebody of another organisation."""
    ground = analysed(session, "centre", PEAK_2018)
    other = analysed(session, "elsewhere", {2024: 1.0})
    outsider = person(session, Role.MANAGER, organisation_id=other.organisation.id)
    seen = board(session, outsider, now=NOW)
    assert seen.turned == []
    assert [row.project.slug for row in portfolio(session, outsider, Filters())] == ["elsewhere"]
    assert [row.slug for row in choices(session, outsider).members] == ["elsewhere-town"]
    assert len(portfolio(session, ground.planner, Filters())) == 2


def test_needs_as_many_statements_when_projects_multiply(session: Session) -> None:
    """Board and portfolio take the same number of statements for one project and for four."""
    ground = analysed(session, "centre", PEAK_2018)

    def statements() -> int:
        session.expire_all()
        with counted(session) as seen:
            board(session, ground.planner, now=NOW)
            portfolio(session, ground.planner, Filters())
        return len(seen)

    one = statements()
    for slug in ("north", "south", "west"):
        analysed(session, slug, PEAK_2018)
    assert statements() == one == 9


@pytest.mark.parametrize(
    ("filters", "slugs"),
    [
        (Filters(), ["centre", "north"]),
        (Filters(member="north-town"), ["north"]),
        (Filters(borrower="north-town"), []),
        (Filters(status=ProjectStatus.FINISHED), ["north"]),
        (Filters(flag=FlagDirection.TO_WORSE), ["centre"]),
        (Filters(flag=FlagDirection.TO_BETTER), []),
        (Filters(category="living"), ["centre"]),
        (Filters(text="NORTH"), ["north"]),
        (Filters(text="100%"), []),
    ],
)
def test_narrows_when_filtered(session: Session, filters: Filters, slugs: list[str]) -> None:
    """Each filter leaves the projects that it names."""
    planner = person(session)
    category = Category(slug="living", name_sv="Boende", position=1)
    planning.save(session, planner, category, now=NOW)
    analysed(session, "centre", PEAK_2018, category_id=category.id)
    analysed(session, "north", {2024: 50.0}, status=ProjectStatus.FINISHED, visibility=Visibility.PUBLIC)
    assert [row.project.slug for row in portfolio(session, planner, filters)] == slugs


def test_counts_flags_when_listed(session: Session) -> None:
    """A project's row says how many indicators it has and how many turned."""
    ground = analysed(session, "centre", PEAK_2018)
    _, second = make_indicator(session, ground.planner, ground.goal, ground.version)
    analysing.refresh_series(session, second.id, now=NOW)
    (row,) = portfolio(session, ground.planner, Filters())
    assert (row.n_indicators, dict(row.n_flags), row.n_undecided) == (2, {FlagDirection.TO_WORSE: 1}, 1)
    assert [organisation.slug for organisation in row.organisations[Part.MEMBER]] == ["centre-town"]


def test_shows_goals_with_indicators_when_project_is_opened(session: Session) -> None:
    """A project's page has its goals, each with its indicators."""
    ground = analysed(session, "centre", PEAK_2018)
    view = project_view(session, ground.planner, "centre")
    assert [(goal.goal.title_sv, len(goal.cards)) for goal in view.goals] == [("Högre trygghet", 1)]
    assert [row.slug for row in view.organisations[Part.MEMBER]] == ["centre-town"]
    assert sa.inspect(view.project).persistent


def test_leaves_out_what_is_archived(session: Session) -> None:
    """Flags, dues, decisions and milestones of an archived project are on no board after that day."""
    ground = analysed(session, "centre", PEAK_2018)
    flag = flagging.standing_flag(session, ground.series.id)
    assert flag is not None
    decision = Decision(FlagAct.CONFIRMED, note="Seen", agreed_action="More lights")
    reviewing.decide(session, ground.planner, flag.id, flag.version, decision, now=NOW)
    opened = Milestone(project_id=ground.project.id, title_sv="Invigt", reached_on=NOW.date())
    planning.save(session, ground.planner, opened, now=NOW)
    before, then, later = NOW + timedelta(days=1), NOW + timedelta(days=2), NOW + timedelta(days=3)
    planning.withdraw(session, ground.planner, ground.project, now=then, reason="Ended")

    def lists(**asked: datetime) -> list[int]:
        seen = board(session, ground.planner, **{"now": later, **asked})
        return [len(each) for each in (seen.turned, seen.due, seen.decisions, seen.milestones)]

    assert lists(known_at=before) == [1, 1, 1, 1]
    assert lists() == lists(known_at=later) == [0, 0, 0, 0]
    assert to_be_measured(session, ground.planner, now=later) == []


def test_lists_what_met_its_target_when_newest_value_is_there(session: Session) -> None:
    """A series at its target is listed as reached, one that is short of it is not."""
    met, short = analysed(session, "met", {2023: 58.0, 2024: 61.0}), analysed(session, "short", {2024: 59.0})
    for ground in (met, short):
        promise = PromiseDraft(year_period(2027), 60.0)
        add_promise(session, ground.planner, Target, ground.series.id, promise, now=NOW)
    (found,) = board(session, met.planner, now=NOW).reached
    assert (found.card.indicator.id, found.progress.standing) == (met.indicator.id, Standing.MET)


def test_shows_one_persons_indicators_when_narrowed(session: Session) -> None:
    """Narrowed to a person or a category, the board leaves out what is another's, then as now."""
    mine, other = analysed(session, "mine", PEAK_2018), analysed(session, "other", PEAK_2018)
    mine.indicator.responsible_id = other.planner.id
    session.flush()
    offered = board_choices(session, mine.planner)
    assert offered.responsible_ids == [other.planner.id]
    for narrowed, n_turned in (
        (Narrowing(), 2),
        (Narrowing(responsible=other.planner.id), 1),
        (Narrowing(responsible=mine.planner.id), 0),
        (Narrowing(category="nonsense"), 0),
    ):
        assert len(board(session, mine.planner, now=NOW, narrowed=narrowed).turned) == n_turned


def test_counts_only_what_came_after_when_news_are_asked(session: Session) -> None:
    """News are what others entered and decided and what was flagged since the last visit."""
    ground = analysed(session, "centre", PEAK_2018)
    reader = person(session, Role.MANAGER)
    before, after = NOW - timedelta(days=1), NOW + timedelta(days=1)
    told = news_since(session, reader, before)
    assert (told.n_flags, told.n_values, told.n_decided) == (1, len(PEAK_2018), 0)
    assert news_since(session, ground.planner, before).n_values == 0
    assert not news_since(session, reader, after)
