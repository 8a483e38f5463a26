"""Revisions as they are written: one or thousands, each with its state, pointers and trail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.audit.sealing import add_history, seal_later, within
from impact.audit.trail import Change, record_changes
from impact.db import Base, insert_rows, next_numbers
from impact.errors import Conflict
from impact.registry.file_changes import FileChange, told_changes
from impact.registry.judging import Draft
from impact.registry.lookup import SeriesPlace
from impact.registry.marking import mark_many_changed
from impact.registry.measurement_tables import Measurement, Revision, RevisionState, State

# All that a draft says; the same said in other words is no correction.
SAID = tuple(each.name for each in fields(Draft) if each.name != "text_as_typed")
STORED = (*SAID, "text_as_typed")

_said_all = attrgetter(*STORED)
_table = Base.metadata.tables[Measurement.__tablename__]
_revisions = Base.metadata.tables[Revision.__tablename__]


class Written(NamedTuple):
    """What is to be written of one measurement, after which revision if there is one.

    ``file_name`` is that of a new file of evidence.
    """

    place: SeriesPlace
    measurement_id: int
    previous: Revision | None
    draft: Draft
    file_name: str = ""


def add_revisions(
    session: Session,
    actor: Actor,
    written: Sequence[Written],
    *,
    reason: str,
    now: datetime,
    batch_id: int | None = None,
    started: Mapping[str, Any] | None = None,
) -> None:
    """A revision for each measurement, approved where saving approves; marks the series stale.

    Whoever calls holds the measurements, has just made them, or gives those that are to be
    ``started`` with their first revisions, by column without pointers and version. The number of
    statements does not grow with the number of measurements. What comes in a batch stands in the
    trail as the batch: its revisions tell what each value was before and after, by whom and when.
    """
    if not written:
        return
    said_now = {"actor_id": actor.id, "recorded_at": now}
    content = _columns(written) | said_now | {"reason": reason.strip(), "batch_id": batch_id}
    # By place, of which there are few: a row's attributes are asked of the session's machinery.
    places = {id(each.place): each.place for each in written}
    state_of = {
        number: State.APPROVED if saving_approves(place) else State.DRAFT for number, place in places.items()
    }
    states = [state_of[id(each.place)] for each in written]
    if started is None:
        numbers = add_history(session, Revision, len(written), content)
        _point(session, numbers, states)
    else:
        numbers = _start(session, started, content, states)
    steps = {"revision_id": numbers, "state": states, "remark": "", **said_now}
    add_history(session, RevisionState, len(written), steps)
    if batch_id is None:
        record_changes(session, _changes(session, actor, written, reason), now=now)
    n_written = Counter(id(each.place) for each in written)
    for state in (State.APPROVED, State.DRAFT):
        counted = Counter[int]()
        for number, n in n_written.items():
            if state_of[number] is state:
                counted[places[number].series.id] += n
        mark_many_changed(session, counted, now=now, stale=state is State.APPROVED)


def saving_approves(place: SeriesPlace) -> bool:
    """Whether what is saved there is seen by readers at once."""
    return place.project is None or not place.project.needs_approval


def says_the_same(revision: Revision, draft: Draft) -> bool:
    """Whether the draft says what is stored already; how it was typed does not count."""
    return all(getattr(revision, name) == getattr(draft, name) for name in SAID)


def draft_of(revision: Revision) -> Draft:
    """What a revision says, as the draft that would say it."""
    return Draft(**{name: getattr(revision, name) for name in STORED})


def _file_change(written: Written) -> FileChange:
    before = written.previous.evidence_sha256 if written.previous else None
    return FileChange(written.measurement_id, before, written.draft.evidence_sha256, written.file_name)


def _columns(written: Sequence[Written]) -> dict[str, Any]:
    """What is written, by column; what the session knows of it is added."""
    said = zip(*(_said_all(each.draft) for each in written), strict=True)
    return {
        **dict(zip(STORED, map(list, said), strict=True)),
        "measurement_id": [each.measurement_id for each in written],
        "number": [each.previous.number + 1 if each.previous else 1 for each in written],
        "source_link_id": None,
        "digest": "",
    }


def _changes(session: Session, actor: Actor, written: Sequence[Written], reason: str) -> Iterator[Change]:
    """What the trail tells of each value, with the names of files that came or went."""
    files = told_changes(session, [_file_change(each) for each in written])
    nothing: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    for each in written:
        before, after = files.get(each.measurement_id, nothing)
        yield Change(
            actor.id,
            "revise" if each.previous else "record",
            Measurement.__tablename__,
            each.measurement_id,
            _readable(each.previous) | before if each.previous else {},
            {name: getattr(each.draft, name) for name in SAID} | after,
            each.place.indicator.project_id,
            reason,
        )


def _start(
    session: Session, started: Mapping[str, Any], content: Mapping[str, Any], states: Sequence[State]
) -> list[int]:
    """Measurements put in with their first revisions, each pointing at the other; the revisions' numbers.

    Raises:
        Conflict: one of them has been measured meanwhile.
    """
    numbers = next_numbers(session, _revisions, len(states))
    approved = [
        number if state is State.APPROVED else None for number, state in zip(numbers, states, strict=True)
    ]
    # Of the version that they would have if the pointers were set afterwards.
    pointers = {"newest_revision_id": numbers, "approved_revision_id": approved, "version": 2}
    try:
        with session.begin_nested():
            insert_rows(
                session,
                len(states),
                (_table, {**started, **pointers}),
                (_revisions, {"id": numbers, **content}),
            )
    except IntegrityError as error:
        raise lost() from error
    seal_later(session, Revision, numbers)
    return numbers


def lost() -> Conflict:
    """Why nothing is saved where somebody was first."""
    return Conflict("Somebody else saved one of these periods in between. Read what is there and save again.")


def _point(session: Session, numbers: Sequence[int], states: Sequence[State]) -> None:
    """Let the measurements point at their new revisions and count their versions up.

    In one statement: whoever calls holds them, so that nobody's change can be lost.
    """
    for state in (State.APPROVED, State.DRAFT):
        mine = [number for number, its in zip(numbers, states, strict=True) if its is state]
        changed: dict[str, Any] = {"version": _table.c.version + 1, "newest_revision_id": _revisions.c.id}
        if state is State.APPROVED:
            changed["approved_revision_id"] = _revisions.c.id
        for which in within(_revisions.c.id, mine):
            same = _table.c.id == _revisions.c.measurement_id
            session.execute(_table.update().where(same, which).values(changed))


def _readable(revision: Revision) -> dict[str, Any]:
    """What the trail keeps: all that was said, so that no correction goes without an entry."""
    return {name: getattr(revision, name) for name in SAID}
