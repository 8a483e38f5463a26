"""The filled-in workbook beside what is stored: only differences, all of them kept or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.errors import ImpactError, Invalid
from impact.exchange.fill_in import Content
from impact.exchange.fill_in_reading import FilledRow
from impact.exchange.staging import begin_batch
from impact.registry import lookup
from impact.registry.judging import Draft
from impact.registry.many_measurements import Outcome, Planned, Said, plan_many, record_many
from impact.registry.measurement_tables import Revision, StagedUpload
from impact.registry.revisions import SAID
from impact.registry.series_view import stored_measurements


class Difference(StrEnum):
    """What a row of the workbook does, or would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CHANGED_HERE = "changed_here"
    REFUSED = "refused"


@dataclass(frozen=True)
class Compared:
    """One row beside what is stored; ``stored`` is the newest revision, None where there is none."""

    row: FilledRow
    difference: Difference
    planned: Planned | None = None
    stored: Revision | None = None
    problem: ImpactError | None = None

    @property
    def key(self) -> str:
        """What the row is called in a form: its series and period."""
        return f"{self.row.stamp.series_id}:{self.row.stamp.period}" if self.row.stamp else ""


@dataclass(frozen=True)
class Comparison:
    """All rows of a workbook beside what is stored."""

    rows: tuple[Compared, ...]

    def count(self, difference: Difference) -> int:
        """How many rows do this."""
        return Counter(row.difference for row in self.rows)[difference]

    @property
    def told(self) -> list[Compared]:
        """The rows that are worth showing: those that would do something, or cannot."""
        return [row for row in self.rows if row.difference is not Difference.UNCHANGED]

    def fingerprint(self) -> str:
        """What stands in a form, to tell whether anything changed since it was shown."""
        return ";".join(
            f"{row.key}={row.difference[:3]}{row.stored.id if row.stored else 0}" for row in self.told
        )


@dataclass(frozen=True)
class Applied:
    """What came of a workbook; its series wait to be analysed."""

    n_new: int
    n_changed: int
    series_ids: tuple[int, ...]


def compare_fill_in(
    session: Session, actor: Actor, slug: str, rows: Sequence[FilledRow], *, now: datetime
) -> Comparison:
    """What each row would do; nothing is changed, and the statements do not grow with the rows.

    A row that was left as it was does nothing, whatever was changed here since. One that was
    changed on both sides is shown with both.

    Raises:
        NotFound, NotAllowed: the actor may not record in such a project.
    """
    project = lookup.project(session, actor, slug, Action.RECORD)
    touched = [row for row in rows if row.is_touched and row.stamp and row.content]
    stored = _stored(session, touched)
    planned = plan_many(session, actor, [_said(row, stored) for row in touched], now=now)
    found = {row.line: _compared(row, one, project.id) for row, one in zip(touched, planned, strict=True)}
    return Comparison(tuple(found.get(row.line) or _plain(row) for row in rows))


def apply_fill_in(
    session: Session,
    actor: Actor,
    comparison: Comparison,
    upload: StagedUpload,
    *,
    mine: Collection[str] = (),
    reason: str = "",
    now: datetime,
) -> Applied:
    """Everything that the comparison promised, as one batch.

    Args:
        session: in which it is recorded.
        actor: who does it.
        comparison: of the upload with what is stored now.
        upload: the file; it no longer waits afterwards.
        mine: keys of rows changed on both sides in which the workbook counts; the others stay
            as they are here.
        reason: why values are corrected; needed if any are.
        now: the moment.

    Raises:
        Conflict: somebody saved one of the periods since the comparison.
        Invalid: rows are refused, nothing would change, or values are corrected without a reason.
    """
    n_refused = comparison.count(Difference.REFUSED)
    if n_refused:
        raise Invalid("Nothing was saved; rows with problems: %(n)s.", field="file", n=n_refused)
    doing = [
        row.planned
        for row in comparison.rows
        if row.planned is not None
        and (row.difference in (Difference.NEW, Difference.CHANGED) or row.key in mine)
        and row.difference is not Difference.UNCHANGED
    ]
    if not doing:
        raise Invalid("The workbook changes nothing.", field="file")
    n_changed = sum(each.outcome is Outcome.CHANGED for each in doing)
    if n_changed and not reason.strip():
        raise Invalid("Say why the values are corrected.", field="reason")
    n_new = len(doing) - n_changed
    batch = begin_batch(session, actor, upload, n_new=n_new, n_changed=n_changed, now=now)
    series_ids = record_many(session, actor, doing, reason=reason, now=now, batch_id=batch.id)
    return Applied(n_new, n_changed, tuple(series_ids))


def _stored(session: Session, rows: Sequence[FilledRow]) -> dict[tuple[int, str], Revision]:
    """The newest revision of each period, by series and the period's text."""
    series_ids = {row.stamp.series_id for row in rows if row.stamp}
    return {
        (series_id, period.key()): measured.newest
        for (series_id, period), measured in stored_measurements(session, series_ids).items()
    }


def _said(row: FilledRow, stored: Mapping[tuple[int, str], Revision]) -> Said:
    stamp, content = row.stamp, row.content
    assert stamp is not None  # noqa: S101 - such rows are refused before
    assert content is not None  # noqa: S101
    newest = stored.get((stamp.series_id, stamp.period))
    before = Draft(**{name: getattr(newest, name) for name in SAID}) if newest else None
    return Said(stamp.series_id, stamp.period, content.put_to(before, row.typed))


def _compared(row: FilledRow, planned: Planned, project_id: int) -> Compared:
    place = planned.place
    if place is not None and place.indicator.project_id != project_id:
        foreign = Invalid("The row belongs to another project's workbook.", field="stamp")
        return Compared(row, Difference.REFUSED, problem=foreign)
    if planned.problem is not None:
        return Compared(row, Difference.REFUSED, problem=planned.problem)
    newest = planned.stored.newest if planned.stored else None
    if planned.outcome is Outcome.UNCHANGED:
        return Compared(row, Difference.UNCHANGED, planned, newest)
    known = row.stamp.stored if row.stamp else None
    if Content.of(newest) != known:
        return Compared(row, Difference.CHANGED_HERE, planned, newest)
    return Compared(row, Difference(planned.outcome.value), planned, newest)


def _plain(row: FilledRow) -> Compared:
    """A row that was left as it was, or cannot be read."""
    if row.problem is not None:
        return Compared(row, Difference.REFUSED, problem=row.problem)
    return Compared(row, Difference.UNCHANGED)
