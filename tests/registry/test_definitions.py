"""The library: a changed meaning makes a version, and breaks series where somebody says so."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.accounts.tables import Role
from impact.audit.trail import trail_of
from impact.errors import Conflict, Invalid, NotAllowed
from impact.registry import archiving, definitions, library
from impact.registry.definitions import Change, Consequence, Undecided
from impact.registry.indicator_tables import (
    Definition,
    DefinitionVersion,
    IndicatorSeries,
    SeriesBreak,
)
from impact.registry.meaning import Meaning, meaning_of
from impact.registry.series import series_of
from impact.semantics.direction import Direction
from impact.semantics.period import year_period
from impact.semantics.unit import Kind
from tests.builders import NOW, Ground, fill, make_ground, make_indicator, person

LATER = NOW + timedelta(days=30)
SHARE = Meaning("Trygga hyresgäster", Kind.SHARE, direction=Direction.INCREASE, decimals=1)
RATE = Meaning("Anmälda brott", Kind.RATE, "brott", Direction.DECREASE, rate_base=1000)


def definition_of(session: Session, ground: Ground) -> Definition:
    return session.get_one(Definition, ground.version.definition_id)


def change(
    session: Session, ground: Ground, consequence: Consequence | None = None, number: int = 1, **said: object
) -> DefinitionVersion:
    """The ground's definition changed as its planner says."""
    meaning = replace(meaning_of(ground.version), **said)
    return definitions.change_definition(
        session,
        ground.planner,
        definition_of(session, ground).slug,
        number,
        meaning,
        consequence,
        reason="Agreed",
        now=LATER,
    )


def breaks(session: Session) -> list[SeriesBreak]:
    return list(session.scalars(select(SeriesBreak)))


def is_stale(session: Session, series_id: int) -> bool:
    session.expire_all()
    return session.get_one(IndicatorSeries, series_id).stale_since == LATER


def test_says_what_goes_without_saying_when_share_is_made(session: Session) -> None:
    """A share is counted in per cent between 0 and 100 unless somebody says otherwise."""
    made = definitions.make_definition(session, person(session), SHARE, now=NOW)
    said = definitions.newest_version(session, made.id)
    assert (said.unit_sv, said.lowest, said.highest, said.number) == ("%", 0.0, 100.0, 1)
    assert made.slug == "trygga-hyresgaster"


def test_gives_another_address_when_name_is_taken(session: Session) -> None:
    """Two definitions of the same name have addresses of their own."""
    planner = person(session)
    made = [definitions.make_definition(session, planner, SHARE, now=NOW).slug for _ in range(2)]
    assert made == ["trygga-hyresgaster", "trygga-hyresgaster-2"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name_sv": " "}, "name_sv"),
        ({"name_sv": "x" * 201}, "name_sv"),
        ({"text_sv": "a\0b"}, "text_sv"),
        ({"kind": None}, "kind"),
        ({"direction": None}, "direction"),
        ({"unit_sv": ""}, "unit_sv"),
        ({"rate_base": None}, "rate_base"),
        ({"rate_base": 0}, "rate_base"),
        ({"kind": Kind.COUNT}, "rate_base"),
        ({"decimals": 7}, "decimals"),
        ({"lowest": 5.0, "highest": 5.0}, "highest"),
        ({"highest": float("inf")}, "highest"),
        ({"band_low": 1.0}, "band_low"),
        ({"direction": Direction.BAND}, "band_low"),
        ({"direction": Direction.BAND, "band_low": 3.0, "band_high": 2.0}, "band_high"),
        ({"direction": Direction.BAND, "band_low": -3.0, "band_high": 2.0}, "band_low"),
    ],
)
def test_refuses_when_definition_makes_no_sense(
    session: Session, said: dict[str, object], field: str
) -> None:
    """What cannot be measured is refused with the place that is wrong, direction among it."""
    with pytest.raises(Invalid) as error:
        definitions.make_definition(session, person(session), replace(RATE, **said), now=NOW)
    assert error.value.field == field


def test_asks_nothing_when_only_name_changes(session: Session) -> None:
    """A new name is wording: the indicators follow, and no series breaks."""
    ground = make_ground(session)
    version = change(session, ground, name_sv="Andel trygga hyresgäster", name_en="Share of safe tenants")
    assert version.number == 2
    assert ground.indicator.definition_version_id == version.id
    assert breaks(session) == []
    assert is_stale(session, ground.series.id)


def test_makes_no_version_when_nothing_changed(session: Session) -> None:
    """Saving a definition as it was leaves no version."""
    ground = make_ground(session)
    assert change(session, ground).number == 1


@pytest.mark.parametrize(
    "said",
    [
        {"unit_sv": "promille"},
        {"highest": 10.0},
        {"direction": Direction.DECREASE},
        {"kind": Kind.INDEX},
        {"direction": Direction.BAND, "band_low": 10.0, "band_high": 20.0},
    ],
)
def test_asks_when_something_else_may_be_measured(session: Session, said: dict[str, object]) -> None:
    """Unit, limits, direction and kind do not change before somebody says what that means."""
    ground = make_ground(session)
    with pytest.raises(Undecided):
        change(session, ground, **said)


def test_asks_when_text_changes_but_not_when_it_was_empty(session: Session) -> None:
    """A first description says more of the same; another one may say something else."""
    ground = make_ground(session)
    change(session, ground, text_sv="Alla hyresgäster")
    with pytest.raises(Undecided):
        change(session, ground, number=2, text_sv="Alla vuxna")
    assert change(
        session, ground, Consequence(Change.WORDING), 2, text_sv="Alla hyresgäster."
    ).number == 3  # fmt: skip


def test_refuses_when_other_kind_is_called_wording(session: Session) -> None:
    """A share that becomes an index measures something else, whatever one calls it."""
    ground = make_ground(session)
    with pytest.raises(Invalid) as error:
        change(session, ground, Consequence(Change.WORDING), kind=Kind.INDEX)
    assert error.value.field == "change"


def test_breaks_series_when_other_thing_is_measured(session: Session) -> None:
    """The break stands in every series of the indicator, with both versions, in the same save."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, {2019: 60.0, 2020: 30.0})
    consequence = Consequence(
        Change.MEASURED, {ground.indicator.id: year_period(2020)}, "Ny enkät", "New survey"
    )
    version = change(session, ground, consequence, text_sv="Enligt nya enkäten", highest=90.0)
    (declared,) = breaks(session)
    assert (declared.old_version_id, declared.new_version_id) == (ground.version.id, version.id)
    assert (declared.reason_sv, declared.first_day.year) == ("Ny enkät", 2020)
    assert series_of(session, ground.series.id).breaks == (year_period(2020),)
    assert is_stale(session, ground.series.id)


def test_leaves_others_at_old_version_when_they_do_not_follow(session: Session) -> None:
    """An indicator that nobody names goes on as it was, one named without a break follows."""
    ground = make_ground(session)
    staying, _ = make_indicator(session, ground.planner, ground.goal, ground.version)
    version = change(session, ground, Consequence(Change.MEASURED, {ground.indicator.id: None}), highest=90.0)
    assert ground.indicator.definition_version_id == version.id
    assert staying.definition_version_id == ground.version.id
    assert breaks(session) == []


def test_refuses_when_break_has_no_reason(session: Session) -> None:
    """A break that the chart shows says why."""
    ground = make_ground(session)
    following = {ground.indicator.id: year_period(2020)}
    with pytest.raises(Invalid) as error:
        change(session, ground, Consequence(Change.MEASURED, following), highest=90.0)
    assert error.value.field == "reason_sv"


def test_refuses_when_indicator_is_measured_by_another(session: Session) -> None:
    """Only indicators of the definition can follow it."""
    ground = make_ground(session)
    other = make_ground(session, "other")
    with pytest.raises(Invalid) as error:
        change(session, ground, Consequence(Change.MEASURED, {other.indicator.id: None}), highest=90.0)
    assert error.value.field == "following"


def test_conflicts_when_changed_in_between(session: Session) -> None:
    """Whoever looked at an older version learns so, and nothing is lost."""
    ground = make_ground(session)
    change(session, ground, name_sv="Trygga")
    with pytest.raises(Conflict):
        change(session, ground, name_sv="Otrygga")


def test_keeps_reason_when_definition_changes(session: Session) -> None:
    """Who changed the definition from what to what and why is in the trail."""
    ground = make_ground(session)
    change(session, ground, name_sv="Trygga")
    newest = trail_of(session, "definition", ground.version.definition_id)[0]
    assert (newest.before, newest.after) == ({"name_sv": "Trygga hyresgäster"}, {"name_sv": "Trygga"})
    assert (newest.reason, newest.actor_id) == ("Agreed", ground.planner.id)


def managers(session: Session) -> tuple[Ground, Actor]:
    """A ground, and a manager of its project alone."""
    ground = make_ground(session)
    return ground, person(session, Role.MANAGER, project_id=ground.project.id)


def test_lets_manager_of_project_make_and_change_own_definition(session: Session) -> None:
    """Who plans one project may add to the library and change what is used there alone."""
    ground, manager = managers(session)
    made = definitions.make_definition(session, manager, RATE, now=NOW)
    definitions.change_definition(
        session, manager, made.slug, 1, replace(RATE, lowest=0.0, name_sv="Brott"), now=LATER
    )
    change(session, replace(ground, planner=manager), name_sv="Trygga")
    assert ground.indicator.definition_version_id != ground.version.id


def test_refuses_manager_when_others_measure_by_it(session: Session) -> None:
    """Nobody changes what another organisation's indicator means, nor anybody's unused definition."""
    ground, manager = managers(session)
    other = make_ground(session, "other")
    make_indicator(session, other.planner, other.goal, ground.version)
    unused = definitions.make_definition(session, ground.planner, RATE, now=NOW)
    with pytest.raises(NotAllowed):
        change(session, replace(ground, planner=manager), name_sv="Trygga")
    for refused in (
        lambda: definitions.change_definition(
            session, manager, unused.slug, 1, replace(RATE, name_sv="Brott"), now=LATER
        ),
        lambda: archiving.withdraw_row(session, manager, unused, unused.version, reason="x", now=LATER),
    ):
        with pytest.raises(NotAllowed):
            refused()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_refuses_when_role_may_not_plan(session: Session, role: Role) -> None:
    """Viewers and analysts add nothing to the library."""
    with pytest.raises(NotAllowed):
        definitions.make_definition(session, person(session, role), RATE, now=NOW)


def test_finds_definition_by_words_in_swedish_order(session: Session) -> None:
    """Words may stand anywhere in either name; å ä ö come last; only what is in sight is counted."""
    ground, manager = managers(session)
    outsider = person(session, Role.MANAGER, project_id=ground.project.id + 1000)
    for name in ("Återfall", "Ängar", "Öppettider", "Zonbyten"):
        definitions.make_definition(session, ground.planner, replace(RATE, name_sv=name), now=NOW)
    found = library.search_library(session, manager)
    assert [entry.version.name_sv for entry in found] == [
        "Trygga hyresgäster", "Zonbyten", "Återfall", "Ängar", "Öppettider",
    ]  # fmt: skip
    assert [entry.n_indicators for entry in found] == [1, 0, 0, 0, 0]
    (entry,) = library.search_library(session, outsider, "TENANTS safe")
    assert (entry.version.name_sv, entry.n_indicators) == ("Trygga hyresgäster", 0)
    assert [one.version.name_sv for one in library.search_library(session, manager, "åter")] == ["Återfall"]
    assert library.search_library(session, manager, "%") == []
    assert library.uses_of(session, outsider, ground.version.definition_id) == []
    (use,) = library.uses_of(session, manager, ground.version.definition_id)
    assert (use.indicator, use.project, use.area) == (ground.indicator, ground.project, None)


def test_is_chosen_no_more_when_withdrawn_and_can_come_back(session: Session) -> None:
    """A definition that nothing uses leaves the list and comes back; its maker may do both."""
    _, manager = managers(session)
    made = definitions.make_definition(session, manager, RATE, now=NOW)
    archiving.withdraw_row(session, manager, made, made.version, reason="Double", now=LATER)
    assert library.search_library(session, manager, "brott") == []
    assert len(library.search_library(session, manager, "brott", withdrawn=True)) == 1
    archiving.bring_back(session, manager, made, now=LATER)
    assert len(library.search_library(session, manager, "brott")) == 1
