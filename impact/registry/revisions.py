"""Revisions as they are written: one or thousands, each with its state, pointers and trail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from impact.accounts.permissions import Actor
from impact.audit.digests import digest_of, plain
from impact.audit.sealing import add_history
from impact.audit.trail import Change, record_changes
from impact.db import Base
from impact.registry.file_changes import FileChange, told_changes
from impact.registry.judging import Draft
from impact.registry.lookup import SeriesPlace
from impact.registry.marking import mark_many_changed
from impact.registry.measurement_tables import Measurement, Revision, RevisionState, State

# All that a draft says; the same said in other words is no correction.
SAID = tuple(each.name for each in fields(Draft) if each.name != "text_as_typed")

_table = Base.metadata.tables[Measurement.__tablename__]
_newest: sa.BindParameter[int] = sa.bindparam("newest")
# Row by row with its version, as the ORM does it, but sent as one.
_POINTING = {
    approves: _table.update()
    .where(_table.c.id == sa.bindparam("the_id"), _table.c.version == sa.bindparam("seen"))
    .values(
        version=_table.c.version + 1,
        newest_revision_id=_newest,
        **({"approved_revision_id": _newest} if approves else {}),
    )
    for approves in (True, False)
}


@dataclass(frozen=True)
class Written:
    """What is to be written of one measurement, after which revision if there is one.

    ``version`` is the one that the measurement has now, ``file_name`` that of a new file of evidence.
    """

    place: SeriesPlace
    measurement_id: int
    version: int
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
) -> None:
    """A revision for each measurement, approved where saving approves; marks the series stale.

    The number of statements does not grow with the number of measurements.
    """
    contents = [_content(each, actor, reason, now, batch_id) for each in written]
    numbers = add_history(session, Revision, contents)
    states = [State.APPROVED if saving_approves(each.place) else State.DRAFT for each in written]
    said_now = {"remark": "", "actor_id": actor.id, "recorded_at": now}
    steps = [
        {"revision_id": number, "state": state, **said_now}
        for number, state in zip(numbers, states, strict=True)
    ]
    add_history(session, RevisionState, steps)
    _point(session, written, numbers)
    files = told_changes(session, [_file_change(each) for each in written])
    nothing: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    changes = (
        Change(
            actor.id,
            "revise" if each.previous else "record",
            Measurement.__tablename__,
            each.measurement_id,
            _readable(each.previous) | files.get(each.measurement_id, nothing)[0] if each.previous else {},
            {name: content[name] for name in SAID} | files.get(each.measurement_id, nothing)[1],
            each.place.indicator.project_id,
            reason,
        )
        for each, content in zip(written, contents, strict=True)
    )
    record_changes(session, changes, now=now)
    for approves in (True, False):
        counted = Counter(each.place.series.id for each in written if saving_approves(each.place) is approves)
        mark_many_changed(session, counted, now=now, stale=approves)


def saving_approves(place: SeriesPlace) -> bool:
    """Whether what is saved there is seen by readers at once."""
    return place.project is None or not place.project.needs_approval


def says_the_same(revision: Revision, draft: Draft) -> bool:
    """Whether the draft says what is stored already; how it was typed does not count."""
    return all(getattr(revision, name) == getattr(draft, name) for name in SAID)


def draft_of(revision: Revision) -> Draft:
    """What a revision says, as the draft that would say it."""
    return Draft(**{name: getattr(revision, name) for name in (*SAID, "text_as_typed")})


def _file_change(written: Written) -> FileChange:
    before = written.previous.evidence_sha256 if written.previous else None
    return FileChange(written.measurement_id, before, written.draft.evidence_sha256, written.file_name)


def _content(
    written: Written, actor: Actor, reason: str, now: datetime, batch_id: int | None
) -> dict[str, Any]:
    previous, draft = written.previous, written.draft
    said = {name: getattr(draft, name) for name in (*SAID, "text_as_typed")}
    content = {**said, "reason": reason.strip(), "actor_id": actor.id, "recorded_at": now}
    return {
        **content,
        "measurement_id": written.measurement_id,
        "number": previous.number + 1 if previous else 1,
        "batch_id": batch_id,
        "digest": digest_of(plain(content), previous.digest if previous else ""),
    }


def _point(session: Session, written: Sequence[Written], numbers: Sequence[int]) -> None:
    """Let the measurements point at their new revisions and count their versions up.

    Raises:
        StaleDataError: one of them is at another version, as an ORM row would tell it.
    """
    for approves in (True, False):
        rows = [
            {"the_id": each.measurement_id, "seen": each.version, "newest": number}
            for each, number in zip(written, numbers, strict=True)
            if saving_approves(each.place) is approves
        ]
        if rows:
            result = session.connection().execute(_POINTING[approves], rows)
            if result.rowcount != len(rows):
                raise StaleDataError("a measurement was saved in between")


def _readable(revision: Revision) -> dict[str, Any]:
    """What the trail keeps: all that was said, so that no correction goes without an entry."""
    return {name: getattr(revision, name) for name in SAID}
