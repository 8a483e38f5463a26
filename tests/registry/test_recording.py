"""Measurements: recorded, revised, refused, approved, never lost."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.tables import Role
from impact.audit.trail import trail_of
from impact.errors import Conflict, Invalid, NotAllowed, NotFound
from impact.registry import recording
from impact.registry.indicator_tables import IndicatorSeries
from impact.registry.indicator_view import period_rows
from impact.registry.judging import Draft
from impact.registry.lookup import series_place
from impact.registry.measurement_tables import Measurement, Revision, State
from impact.registry.series import series_of
from impact.semantics.period import year_period
from impact.semantics.series import Missing
from impact.semantics.unit import Kind
from tests.builders import NOW, fill, make_ground, make_indicator, make_version, person

LATER = NOW + timedelta(hours=1)


def test_keeps_value_and_text_when_recorded(session: Session) -> None:
    """A recorded value is there with the text as typed and is approved by saving."""
    ground = make_ground(session)
    made = recording.record_measurement(
        session,
        ground.planner,
        ground.series.id,
        year_period(2024),
        Draft(value=62.7, text_as_typed="62,7"),
        now=NOW,
    )
    revision = session.get_one(Revision, made.newest_revision_id)
    assert (revision.value, revision.text_as_typed, revision.number) == (62.7, "62,7", 1)
    assert made.approved_revision_id == revision.id


def test_marks_series_stale_when_recorded(session: Session) -> None:
    """Saving leaves the mark that makes the detector look again."""
    ground = make_ground(session)
    ground.series.stale_since = None
    session.flush()
    fill(session, ground.planner, ground.series.id, {2024: 62.7})
    session.expire(ground.series)
    assert ground.series.stale_since == NOW
    assert ground.series.revision_count == 1


def test_keeps_old_value_when_revised(session: Session) -> None:
    """A correction is a new revision with its reason; the old one stays."""
    ground = make_ground(session)
    (made,) = fill(session, ground.planner, ground.series.id, {2024: 62.7})
    recording.revise_measurement(
        session,
        ground.planner,
        ground.series.id,
        made.id,
        made.version,
        Draft(value=63.1),
        reason="Typo",
        now=LATER,
    )
    kept = session.scalars(
        select(Revision).where(Revision.measurement_id == made.id).order_by(Revision.number)
    )
    assert [(row.value, row.reason) for row in kept] == [(62.7, ""), (63.1, "Typo")]


def test_says_who_changed_what_when_revised(session: Session) -> None:
    """The trail holds the old and the new value and the reason."""
    ground = make_ground(session)
    (made,) = fill(session, ground.planner, ground.series.id, {2024: 62.7})
    recording.revise_measurement(
        session,
        ground.planner,
        ground.series.id,
        made.id,
        made.version,
        Draft(value=63.1),
        reason="Typo",
        now=LATER,
    )
    newest = trail_of(session, "measurement", made.id)[0]
    assert (newest.verb, newest.before, newest.after) == ("revise", {"value": 62.7}, {"value": 63.1})
    assert (newest.actor_id, newest.reason, newest.project_id) == (
        ground.planner.id,
        "Typo",
        ground.project.id,
    )


def test_says_who_changed_what_when_the_value_stays(session: Session) -> None:
    """A correction of what supports a value is in the trail like one of the value."""
    ground = make_ground(session)
    (made,) = fill(session, ground.planner, ground.series.id, {2024: 62.7})
    answered = Draft(value=62.7, response_rate=41.0)
    recording.revise_measurement(
        session, ground.planner, ground.series.id, made.id, made.version, answered, reason="Late", now=LATER
    )
    newest = trail_of(session, "measurement", made.id)[0]
    assert (newest.verb, newest.after) == ("revise", {"response_rate": 41.0})


def test_changes_nothing_when_draft_says_the_same(session: Session) -> None:
    """Saving what is stored already leaves no revision and asks for no reason."""
    ground = make_ground(session)
    (made,) = fill(session, ground.planner, ground.series.id, {2024: 62.7})
    recording.revise_measurement(
        session,
        ground.planner,
        ground.series.id,
        made.id,
        made.version,
        Draft(value=62.7),
        reason="",
        now=LATER,
    )
    assert len(session.scalars(select(Revision).where(Revision.measurement_id == made.id)).all()) == 1


def test_conflicts_when_version_is_old(session: Session) -> None:
    """The second of two editors is told the first one's value, and nothing is lost."""
    ground = make_ground(session)
    (made,) = fill(session, ground.planner, ground.series.id, {2024: 62.7})
    seen = made.version
    recording.revise_measurement(
        session, ground.planner, ground.series.id, made.id, seen, Draft(value=63.1), reason="Typo", now=LATER
    )
    with pytest.raises(Conflict) as told:
        recording.revise_measurement(
            session,
            ground.planner,
            ground.series.id,
            made.id,
            seen,
            Draft(value=60.0),
            reason="Mine",
            now=LATER,
        )
    assert told.value.facts["value"] == 63.1
    assert series_of(session, ground.series.id).points[0].value == 63.1


def test_conflicts_when_period_is_recorded_twice(session: Session) -> None:
    """A second first value of a period is refused with the stored one."""
    ground = make_ground(session)
    fill(session, ground.planner, ground.series.id, {2024: 62.7})
    with pytest.raises(Conflict) as told:
        fill(session, ground.planner, ground.series.id, {2024: 60.0})
    assert told.value.facts["value"] == 62.7


def test_asks_for_reason_when_corrected(session: Session) -> None:
    """A correction without a reason is refused."""
    ground = make_ground(session)
    (made,) = fill(session, ground.planner, ground.series.id, {2024: 62.7})
    with pytest.raises(Invalid) as told:
        recording.revise_measurement(
            session,
            ground.planner,
            ground.series.id,
            made.id,
            made.version,
            Draft(value=1.0),
            reason=" ",
            now=LATER,
        )
    assert told.value.field == "reason"


@pytest.mark.parametrize(
    ("draft", "year", "field"),
    [
        (Draft(value=101.0), 2024, "value"),
        (Draft(value=-0.1), 2024, "value"),
        (Draft(value=float("nan")), 2024, "value"),
        (Draft(value=float("inf")), 2024, "value"),
        (Draft(value=1e-11), 2024, "value"),
        (Draft(), 2024, "value"),
        (Draft(value=1.0, missing=Missing.CONFIDENTIAL), 2024, "value"),
        (Draft(value=1.0, standard_error=-1.0), 2024, "standard_error"),
        (Draft(value=1.0, n_observed=-1.0), 2024, "n_observed"),
        (Draft(value=1.0, response_rate=101.0), 2024, "response_rate"),
        (Draft(value=1.0), 2027, "period"),
        (Draft(value=1.0), 2009, "period"),
    ],
)
def test_refuses_when_draft_makes_no_sense(session: Session, draft: Draft, year: int, field: str) -> None:
    """What cannot be is refused, with the field that has to be changed."""
    ground = make_ground(session)
    with pytest.raises(Invalid) as told:
        recording.record_measurement(
            session, ground.planner, ground.series.id, year_period(year), draft, now=NOW
        )
    assert told.value.field == field
    assert session.scalars(select(Measurement)).all() == []


def test_refuses_when_a_count_is_no_whole_number(session: Session) -> None:
    """Half a participant was typed by mistake; a rate or an index may have decimals."""
    ground = make_ground(session)
    version = make_version(
        session, ground.planner, "members", kind=Kind.COUNT, unit_sv="medlemmar", decimals=0, highest=None
    )
    _, series = make_indicator(session, ground.planner, ground.goal, version)
    with pytest.raises(Invalid, match="whole number"):
        fill(session, ground.planner, series.id, {2024: 12.5})
    assert fill(session, ground.planner, series.id, {2024: 12450.0})


def test_keeps_reason_when_value_is_missing(session: Session) -> None:
    """A missing value has its reason and is never zero."""
    ground = make_ground(session)
    recording.record_measurement(
        session,
        ground.planner,
        ground.series.id,
        year_period(2024),
        Draft(missing=Missing.TOO_SMALL_A_BASE),
        now=NOW,
    )
    (point,) = series_of(session, ground.series.id).points
    assert (point.value, point.missing) == (None, Missing.TOO_SMALL_A_BASE)


def test_refuses_when_viewer_records(session: Session) -> None:
    """A viewer may look and not write."""
    ground = make_ground(session)
    viewer = person(session, Role.VIEWER, project_id=ground.project.id)
    with pytest.raises(NotAllowed):
        fill(session, viewer, ground.series.id, {2024: 62.7})


def test_finds_nothing_when_outsider_records(session: Session) -> None:
    """A series of somebody else's project is as if it did not exist."""
    ground, other = make_ground(session), make_ground(session, "elsewhere")
    outsider = person(session, Role.MANAGER, organisation_id=other.organisation.id)
    with pytest.raises(NotFound):
        fill(session, outsider, ground.series.id, {2024: 62.7})
    assert fill(session, outsider, other.series.id, {2024: 62.7})


def test_waits_for_approval_when_project_needs_it(session: Session) -> None:
    """Readers see a value only once it is approved; returning it needs a remark."""
    ground = make_ground(session, needs_approval=True)
    (made,) = fill(session, ground.planner, ground.series.id, {2024: 62.7})
    assert series_of(session, ground.series.id).points == ()
    newest = made.newest_revision_id
    assert newest is not None
    with pytest.raises(Invalid):
        recording.decide_revision(
            session, ground.planner, ground.series.id, made.id, newest, State.RETURNED, now=LATER
        )
    recording.decide_revision(
        session, ground.planner, ground.series.id, made.id, newest, State.APPROVED, now=LATER
    )
    assert series_of(session, ground.series.id).points[0].value == 62.7
    assert session.get_one(IndicatorSeries, ground.series.id).stale_since is not None


def test_conflicts_when_another_revision_is_approved(session: Session) -> None:
    """Nobody approves a value that they have not looked at."""
    ground = make_ground(session, needs_approval=True)
    (made,) = fill(session, ground.planner, ground.series.id, {2024: 62.7})
    seen = made.newest_revision_id
    assert seen is not None
    recording.revise_measurement(
        session,
        ground.planner,
        ground.series.id,
        made.id,
        made.version,
        Draft(value=1.0),
        reason="No",
        now=LATER,
    )
    with pytest.raises(Conflict):
        recording.decide_revision(
            session, ground.planner, ground.series.id, made.id, seen, State.APPROVED, now=LATER
        )


def test_reads_old_value_when_asked_as_known(session: Session) -> None:
    """A series as known before a correction shows the value of then."""
    ground = make_ground(session)
    (made,) = fill(session, ground.planner, ground.series.id, {2024: 62.7})
    recording.revise_measurement(
        session,
        ground.planner,
        ground.series.id,
        made.id,
        made.version,
        Draft(value=63.1),
        reason="Typo",
        now=LATER,
    )
    assert series_of(session, ground.series.id, known_at=NOW).points[0].value == 62.7
    assert series_of(session, ground.series.id, known_at=LATER).points[0].value == 63.1


def test_reads_only_what_counts_when_history_is_not_asked_for(session: Session) -> None:
    """Without its history a period has its newest and its approved revision, and nothing older."""
    ground = make_ground(session)
    (made,) = fill(session, ground.planner, ground.series.id, {2024: 60.0})
    for value in (61.0, 62.0):
        recording.revise_measurement(
            session,
            ground.planner,
            ground.series.id,
            made.id,
            made.version,
            Draft(value=value),
            reason="Typo",
            now=LATER,
        )
    place = series_place(session, ground.planner, ground.series.id)

    def values(*, with_history: bool) -> list[float | None]:
        rows = period_rows(session, place, now=LATER, with_history=with_history)
        return [revision.value for revision in next(row for row in rows if row.measurement).revisions]

    assert values(with_history=True) == [62.0, 61.0, 60.0]
    assert values(with_history=False) == [62.0]
