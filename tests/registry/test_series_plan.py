"""What is planned around a series: targets, baselines, breaks, reference lines."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.accounts.tables import Role
from impact.audit.trail import trail_of
from impact.errors import Conflict, Invalid, NotAllowed, NotFound
from impact.registry import archiving, breaks, indicators, promising, references, series_plan
from impact.registry.breaks import BreakDraft
from impact.registry.indicator_tables import (
    Baseline,
    DefinitionVersion,
    IndicatorSeries,
    Target,
)
from impact.registry.indicator_view import plan_of
from impact.registry.lookup import series_place
from impact.registry.planning import Definition, add_definition_version
from impact.registry.project_tables import Visibility
from impact.registry.promising import PromiseDraft
from impact.registry.series import series_of
from impact.semantics.direction import Direction
from impact.semantics.period import parse_period, year_period
from impact.semantics.unit import Kind
from tests.builders import NOW, Ground, make_ground, make_indicator, make_reference, make_version, person

LATER = NOW + timedelta(days=30)
PROMISE = PromiseDraft(year_period(2027), 72.5, "Beslut i nämnden")
NEW_SURVEY = BreakDraft(year_period(2018), "Ny enkät", "New survey")


def promise(
    session: Session, ground: Ground, kind: type[Target] | type[Baseline] = Target
) -> Target | Baseline:
    return promising.add_promise(session, ground.planner, kind, ground.series.id, PROMISE, now=NOW)


def is_stale(session: Session, series_id: int) -> bool:
    session.expire_all()
    return session.get_one(IndicatorSeries, series_id).stale_since == LATER


@pytest.mark.parametrize("kind", [Target, Baseline])
def test_keeps_promise_and_its_change(session: Session, kind: type[Target] | type[Baseline]) -> None:
    """A target and a baseline are kept, changed with a reason, and known as they were."""
    ground = make_ground(session)
    made = promise(session, ground, kind)
    promising.change_promise(
        session,
        ground.planner,
        kind,
        made.id,
        made.version,
        PromiseDraft(year_period(2028), 75.0),
        now=LATER,
        reason=" Agreed ",
    )
    newest = trail_of(session, kind.__tablename__, made.id)[0]
    assert (newest.reason, newest.before["value"], newest.after["value"]) == ("Agreed", 72.5, 75.0)
    plan = plan_of(session, [ground.series.id], NOW)
    (then,) = plan.targets if kind is Target else plan.baselines
    assert (then.value, then.first_day.year, then.comment) == (72.5, 2027, "Beslut i nämnden")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"value": 100.5}, "value"),
        ({"value": -0.1}, "value"),
        ({"value": float("inf")}, "value"),
        ({"period": parse_period("2027-Q1")}, "period"),
        ({"comment": "x" * 4001}, "comment"),
        ({"comment": "\0"}, "comment"),
    ],
)
def test_refuses_when_promise_makes_no_sense(session: Session, said: dict[str, object], field: str) -> None:
    """A value that the unit cannot have, or another sort of period, is refused at its place."""
    ground = make_ground(session)
    with pytest.raises(Invalid) as error:
        promising.add_promise(
            session, ground.planner, Target, ground.series.id, replace(PROMISE, **said), now=NOW
        )
    assert error.value.field == field


def test_refuses_second_promise_for_period(session: Session) -> None:
    """A period has one target; one that was withdrawn comes back only where none took its place."""
    ground = make_ground(session)
    first = promise(session, ground)
    with pytest.raises(Invalid):
        promise(session, ground)
    set_in_use(session, ground.planner, first, in_use=False, reason="Typed twice")
    promise(session, ground)
    with pytest.raises(Invalid) as error:
        set_in_use(session, ground.planner, first, in_use=True)
    assert error.value.field == "period"


def set_in_use(session: Session, actor: Actor, row: object, *, in_use: bool, reason: str = "") -> None:
    if in_use:
        archiving.bring_back(session, actor, row, now=LATER)
    else:
        archiving.withdraw_row(session, actor, row, row.version, reason=reason, now=LATER)


def test_undoes_break_with_reason_and_brings_it_back(session: Session) -> None:
    """A break in the past stands in every series, is withdrawn only with a reason, and comes back."""
    ground = make_ground(session)
    women = indicators.add_disaggregation(session, ground.planner, ground.indicator.id, "sex=women", now=NOW)
    declared = breaks.declare_break(session, ground.planner, ground.indicator.id, NEW_SURVEY, now=LATER)
    assert [row.series_id for row in declared] == [ground.series.id, women.id]
    assert is_stale(session, ground.series.id)
    assert series_of(session, women.id).breaks == (year_period(2018),)
    with pytest.raises(Invalid) as error:
        set_in_use(session, ground.planner, declared[0], in_use=False)
    assert error.value.field == "withdraw_reason"
    set_in_use(session, ground.planner, declared[0], in_use=False, reason="Wrong year")
    assert series_of(session, ground.series.id).breaks == ()
    set_in_use(session, ground.planner, declared[0], in_use=True)
    assert series_of(session, ground.series.id).breaks == (year_period(2018),)


def test_declares_break_in_one_series_and_moves_it(session: Session) -> None:
    """A break can concern one group alone, and moves to another period."""
    ground = make_ground(session)
    women = indicators.add_disaggregation(session, ground.planner, ground.indicator.id, "sex=women", now=NOW)
    (row,) = breaks.declare_break(
        session, ground.planner, ground.indicator.id, NEW_SURVEY, series_ids=[women.id], now=NOW
    )
    moved = replace(NEW_SURVEY, period=year_period(2019))
    breaks.change_break(session, ground.planner, row.id, row.version, moved, now=LATER, reason="Checked")
    assert series_of(session, women.id).breaks == (year_period(2019),)
    assert series_of(session, ground.series.id).breaks == ()
    assert is_stale(session, women.id)


def test_follows_new_version_when_break_names_it(session: Session) -> None:
    """A break that names the definition's new version makes the indicator follow it."""
    ground = make_ground(session)
    definition = session.get_one(Definition, ground.version.definition_id)
    newer = DefinitionVersion(name_sv="Trygga", kind=Kind.INDEX, unit_sv="index", decimals=0,
                              direction=Direction.DECREASE)  # fmt: skip
    add_definition_version(session, ground.planner, definition, newer, now=NOW)
    draft = replace(NEW_SURVEY, old_version_id=ground.version.id, new_version_id=newer.id)
    (row,) = breaks.declare_break(session, ground.planner, ground.indicator.id, draft, now=LATER)
    assert (row.old_version_id, ground.indicator.definition_version_id) == (ground.version.id, newer.id)


def test_refuses_break_that_makes_no_sense(session: Session) -> None:
    """No reason, no period of the schedule, a foreign series or version, or a second break."""
    ground = make_ground(session)
    other = make_ground(session, "other")
    breaks.declare_break(session, ground.planner, ground.indicator.id, NEW_SURVEY, now=NOW)
    found = []
    for draft, series_ids in (
        (replace(NEW_SURVEY, reason_sv=" "), ()),
        (replace(NEW_SURVEY, period=parse_period("2018-05")), ()),
        (replace(NEW_SURVEY, new_version_id=other.version.id), ()),
        (NEW_SURVEY, [other.series.id]),
        (NEW_SURVEY, ()),
    ):
        with pytest.raises(Invalid) as error:
            breaks.declare_break(
                session, ground.planner, ground.indicator.id, draft, series_ids=series_ids, now=NOW
            )
        found.append(error.value.field)
    assert found == ["reason_sv", "period", "new_version_id", "group", "period"]


def test_compares_with_area_and_takes_link_back(session: Session) -> None:
    """A link to an area's series is made once, renamed, withdrawn, and made anew in the same row."""
    ground = make_ground(session)
    reference = make_reference(session, ground, {2020: 50.0})
    (link,) = plan_of(session, [ground.series.id]).references
    with pytest.raises(Invalid):
        references.link_reference(
            session, ground.planner, ground.series.id, reference.id, "Kommunen", now=LATER
        )
    references.change_reference(session, ground.planner, link.id, link.version, "Staden", now=LATER)
    assert link.label_sv == "Staden"
    set_in_use(session, ground.planner, link, in_use=False, reason="Another town")
    again = references.link_reference(
        session, ground.planner, ground.series.id, reference.id, "Kommunen", now=LATER
    )
    assert (again.id, again.withdrawn_at, again.label_sv) == (link.id, None, "Kommunen")
    assert is_stale(session, ground.series.id)


def test_offers_only_what_every_reader_may_see(session: Session) -> None:
    """Areas, the own project and public ones are offered; an internal project's series is refused."""
    ground = make_ground(session)
    reference = make_reference(session, ground, {2020: 50.0})
    _, own = make_indicator(session, ground.planner, ground.goal, ground.version)
    open_one = make_ground(session, "open", visibility=Visibility.PUBLIC)
    hidden = make_ground(session, "hidden")
    index = make_version(session, ground.planner, "index", kind=Kind.INDEX)
    make_indicator(session, ground.planner, ground.goal, index)
    place = series_place(session, ground.planner, ground.series.id)
    offered = [one.series.id for one in references.candidates_for(session, place)]
    assert offered == [reference.id, own.id, open_one.series.id]
    for other, label in ((hidden.series.id, "Dold"), (ground.series.id, "Sig själv"), (reference.id, "")):
        with pytest.raises(Invalid):
            references.link_reference(session, ground.planner, ground.series.id, other, label, now=NOW)


def test_conflicts_when_row_changed_in_between(session: Session) -> None:
    """Whoever saves from an old page learns so."""
    ground = make_ground(session)
    made = promise(session, ground)
    seen = made.version
    promising.change_promise(
        session, ground.planner, Target, made.id, seen, replace(PROMISE, value=70.0), now=LATER
    )
    with pytest.raises(Conflict):
        promising.change_promise(session, ground.planner, Target, made.id, seen, PROMISE, now=LATER)
    assert made.value == 70.0


def test_finds_nothing_when_series_is_foreign(session: Session) -> None:
    """A foreign target and one that does not exist give answers of the same sort."""
    ground = make_ground(session)
    made = promise(session, ground)
    outsider = person(session, Role.MANAGER, project_id=ground.project.id + 1000)
    for number in (made.id, 999_999):
        with pytest.raises(NotFound):
            series_plan.planned_row(session, outsider, Target, number)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_refuses_when_role_may_not_plan(session: Session, role: Role) -> None:
    """Viewers and analysts promise, break, compare and undo nothing."""
    ground = make_ground(session)
    reference = make_reference(session, ground, {2020: 50.0})
    made = promise(session, ground)
    somebody = person(session, role, project_id=ground.project.id)
    for refused in (
        lambda: promising.add_promise(session, somebody, Baseline, ground.series.id, PROMISE, now=NOW),
        lambda: promising.change_promise(session, somebody, Target, made.id, 1, PROMISE, now=NOW),
        lambda: breaks.declare_break(session, somebody, ground.indicator.id, NEW_SURVEY, now=NOW),
        lambda: references.link_reference(
            session, somebody, ground.series.id, reference.id, "Kommunen", now=NOW
        ),
        lambda: set_in_use(session, somebody, made, in_use=False, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            refused()
