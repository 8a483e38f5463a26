"""Files of evidence: attached with a reason, kept by other corrections, never lost or shown to others."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.accounts.tables import Role
from impact.audit.trail import trail_of
from impact.errors import Conflict, Invalid, NotAllowed, NotFound
from impact.registry import lookup, recording
from impact.registry.evidence import attach_evidence, detach_evidence, evidence_file, evidence_of
from impact.registry.measurement_tables import Measurement, Revision
from impact.registry.project_tables import Visibility
from impact.registry.revisions import draft_of
from impact.semantics.period import year_period
from tests.builders import NOW, Ground, fill, make_ground, person

LATER = NOW + timedelta(hours=1)
YEAR = year_period(2024)
PDF = b"%PDF-1.7 survey"


def measured(session: Session, *, needs_approval: bool = False) -> tuple[Ground, Measurement]:
    """A project with one value."""
    ground = make_ground(session, needs_approval=needs_approval)
    (made,) = fill(session, ground.planner, ground.series.id, {2024: 62.7})
    return ground, made


def attach(session: Session, actor: Actor, made: Measurement, name: str, content: bytes) -> Measurement:
    return attach_evidence(
        session, actor, made.series_id, made.id, made.version,
        file_name=name, content=content, reason="The report came", now=LATER,
    )  # fmt: skip


def test_hands_out_what_was_attached_when_asked(session: Session) -> None:
    """The file comes back under its own name, and the trail says its name and size and why."""
    ground, made = measured(session)
    made = attach(session, ground.planner, made, "C:\\temp\\Enkät 2024.pdf", PDF)
    got = evidence_file(session, ground.planner, made.series_id, YEAR)
    assert (got.name, got.media_type, got.content) == ("Enkät 2024.pdf", "application/pdf", PDF)
    entry = trail_of(session, "measurement", made.id)[0]
    assert entry.after["evidence_file"] == {"name": "Enkät 2024.pdf", "n_bytes": len(PDF)}
    assert (entry.verb, entry.reason) == ("revise", "The report came")


def test_keeps_the_file_when_another_thing_is_corrected(session: Session) -> None:
    """A new value leaves the file; taking it away leaves the value and the old revision's file."""
    ground, made = measured(session)
    made = attach(session, ground.planner, made, "a.pdf", PDF)
    newest = session.get_one(Revision, made.newest_revision_id)
    corrected = replace(draft_of(newest), value=63.1)
    made = recording.revise_measurement(
        session, ground.planner, made.series_id, made.id, made.version, corrected, reason="Typo", now=LATER
    )
    assert evidence_file(session, ground.planner, made.series_id, YEAR).name == "a.pdf"
    detach_evidence(
        session, ground.planner, made.series_id, made.id, made.version, reason="Wrong file", now=LATER
    )
    with pytest.raises(NotFound):
        evidence_file(session, ground.planner, made.series_id, YEAR)
    kept = session.scalars(
        select(Revision).where(Revision.measurement_id == made.id).order_by(Revision.number)
    ).all()
    assert [(row.value, row.evidence_sha256 is not None) for row in kept] == [
        (62.7, False), (62.7, True), (63.1, True), (63.1, False)
    ]  # fmt: skip
    entry = trail_of(session, "measurement", made.id)[0]
    assert (entry.before["evidence_file"]["name"], entry.after.get("evidence_file")) == ("a.pdf", None)


@pytest.mark.parametrize(
    ("name", "content"), [("page.html", b"<script>"), ("a.pdf", b""), ("renamed.pdf", b"MZ")]
)
def test_refuses_what_documents_refuse_when_attached(session: Session, name: str, content: bytes) -> None:
    """The same kinds and sizes are kept as of documents."""
    ground, made = measured(session)
    with pytest.raises(Invalid) as caught:
        attach(session, ground.planner, made, name, content)
    assert caught.value.field == "file"


def test_refuses_when_without_a_reason_too_late_or_not_allowed(session: Session) -> None:
    """A file is a correction like any other."""
    ground, made = measured(session)
    given = {"file_name": "a.pdf", "content": PDF, "now": LATER}
    where = (ground.series.id, made.id)
    with pytest.raises(Invalid):
        attach_evidence(session, ground.planner, *where, made.version, reason=" ", **given)
    with pytest.raises(Conflict):
        attach_evidence(session, ground.planner, *where, made.version + 1, reason="x", **given)
    viewer = person(session, Role.VIEWER, project_id=ground.project.id)
    with pytest.raises(NotAllowed):
        attach_evidence(session, viewer, *where, made.version, reason="x", **given)
    with pytest.raises(NotFound):
        detach_evidence(session, ground.planner, *where, made.version, reason="x", now=LATER)


def test_shows_readers_the_approved_file_alone_when_one_waits(session: Session) -> None:
    """What waits for approval is seen by those who record; people from elsewhere see none."""
    ground, made = measured(session, needs_approval=True)
    attach(session, ground.planner, made, "a.pdf", PDF)
    assert evidence_file(session, ground.planner, ground.series.id, YEAR).name == "a.pdf"
    others = (
        person(session, Role.VIEWER, project_id=ground.project.id),
        person(session, Role.MANAGER, project_id=10**6),
    )
    for other in others:
        with pytest.raises(NotFound):
            evidence_file(session, other, ground.series.id, YEAR)


def test_keeps_the_file_for_its_own_people_when_the_project_is_public(session: Session) -> None:
    """Whoever sees the value of a public project from outside gets neither the file nor its name."""
    ground, made = measured(session)
    attach(session, ground.planner, made, "a.pdf", PDF)
    ground.project.visibility = Visibility.PUBLIC
    session.flush()
    place = lookup.series_place(session, ground.planner, ground.series.id)
    newest = session.scalars(select(Revision).order_by(Revision.id.desc())).first()
    assert newest is not None
    viewer = person(session, Role.VIEWER, project_id=ground.project.id)
    assert evidence_of(session, viewer, place, newest) is not None
    outsider = person(session, Role.MANAGER, project_id=10**6)
    assert lookup.series_place(session, outsider, ground.series.id) == place
    assert evidence_of(session, outsider, place, newest) is None
    with pytest.raises(NotFound):
        evidence_file(session, outsider, ground.series.id, YEAR)
