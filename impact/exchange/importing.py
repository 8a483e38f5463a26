"""Files in: first a preview that says what each row would do, then all of it or nothing.

Reading and comparing ask the database the same few questions however long the file is.
What is applied goes through ``registry.recording``, like every value that is typed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.audit.trail import record_change
from impact.errors import Invalid
from impact.exchange.drafting import drafted, stored_draft
from impact.exchange.recorded import Recorded, recorded_in
from impact.exchange.rows import Column, Row, RowProblem
from impact.registry import lookup, recording
from impact.registry.judging import Draft, judge
from impact.registry.lookup import SeriesPlace
from impact.registry.measurement_tables import ImportBatch
from impact.registry.project_tables import StoredFile
from impact.semantics.period import PeriodError, ReportingPeriod, parse_period


class Outcome(StrEnum):
    """What a row of a file does, or would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class RowPreview:
    """What one row would do: the draft beside what is stored, or the problem with it.

    ``version`` is that of the measurement compared with. ``rounded`` says that the number
    had more than fifteen digits, which were rounded.
    """

    row: Row
    outcome: Outcome
    series_id: int | None = None
    period: ReportingPeriod | None = None
    draft: Draft | None = None
    stored: Draft | None = None
    measurement_id: int | None = None
    version: int | None = None
    rounded: bool = False
    problem: RowProblem | None = None


@dataclass(frozen=True)
class Preview:
    """What a file would do to a project."""

    project_id: int
    rows: tuple[RowPreview, ...]

    def count(self, outcome: Outcome) -> int:
        """How many rows have this outcome."""
        return Counter(row.outcome for row in self.rows)[outcome]

    @property
    def changed_series(self) -> list[int]:
        """The series that applying changes, to be analysed afterwards."""
        changing = (Outcome.NEW, Outcome.CHANGED)
        return sorted({row.series_id for row in self.rows if row.series_id and row.outcome in changing})


@dataclass(frozen=True)
class ImportedFile:
    """The file that an import was read from; it is kept with the batch."""

    name: str
    content: bytes
    media_type: str = "text/csv"


def preview_rows(
    session: Session,
    actor: Actor,
    slug: str,
    rows: Iterable[Row],
    *,
    now: datetime,
    decimal_mark: str | None = None,
) -> Preview:
    """What the rows would do to the project's measurements; nothing is changed.

    Args:
        slug: the project's name in its address.
        rows: as a reader of a format found them.
        decimal_mark: what decides about numbers such as 1,234; None refuses them.

    Raises:
        NotFound, NotAllowed: the actor may not record in such a project.
    """
    project = lookup.project(session, actor, slug, Action.RECORD)
    recorded = recorded_in(session, project)
    lines: dict[tuple[int, ReportingPeriod], int] = {}
    return Preview(
        project.id,
        tuple(_previewed(session, recorded, row, lines, decimal_mark, now=now) for row in rows),
    )


def apply_preview(
    session: Session,
    actor: Actor,
    preview: Preview,
    file: ImportedFile,
    *,
    reason: str = "",
    now: datetime,
) -> ImportBatch | None:
    """Everything that the preview promised, as one batch; None where there was nothing.

    The series in ``preview.changed_series`` wait to be analysed.

    Raises:
        Conflict: somebody saved one of the periods since the preview.
        Invalid: rows are refused, or values are corrected without a reason.
    """
    n_refused = preview.count(Outcome.REFUSED)
    if n_refused:
        raise Invalid("Nothing was imported; rows with problems: %(n)s.", field="file", n=n_refused)
    n_new, n_changed = preview.count(Outcome.NEW), preview.count(Outcome.CHANGED)
    if n_changed and not reason.strip():
        raise Invalid("Say why the values are corrected.", field="reason")
    if not n_new + n_changed:
        return None
    batch = _batch(session, actor, preview, file, now=now)
    for row in preview.rows:
        _apply_row(session, actor, row, batch.id, reason, now)
    return batch


def _previewed(
    session: Session,
    recorded: Recorded,
    row: Row,
    lines: dict[tuple[int, ReportingPeriod], int],
    decimal_mark: str | None,
    *,
    now: datetime,
) -> RowPreview:
    try:
        _refuse_other_project(recorded, row)
        place = recorded.place(
            row.text(Column.INDICATOR_ID), row.text(Column.INDICATOR), row.text(Column.DISAGGREGATION)
        )
        period = _period(place, row.text(Column.PERIOD))
        first_line = lines.setdefault((place.series.id, period), row.line)
        if first_line != row.line:
            raise Invalid("Line %(line)s already has this period.", field="period", line=first_line)
        measurement, newest = recorded.measurements.get((place.series.id, period), (None, None))
        stored = stored_draft(newest) if newest else None
        version = recorded.versions[place.indicator.definition_version_id]
        draft, rounded = drafted(row, version, stored, decimal_mark)
        if stored and draft == stored:
            outcome = Outcome.UNCHANGED
        else:
            judge(session, place, period, draft, now=now)
            outcome = Outcome.CHANGED if stored else Outcome.NEW
    except Invalid as error:
        return RowPreview(row, Outcome.REFUSED, problem=RowProblem.of(error))
    return RowPreview(
        row,
        outcome,
        place.series.id,
        period,
        draft,
        stored,
        measurement.id if measurement else None,
        measurement.version if measurement else None,
        rounded,
    )


def _refuse_other_project(recorded: Recorded, row: Row) -> None:
    slug = row.text(Column.PROJECT)
    if slug and slug != recorded.project.slug:
        raise Invalid("The row belongs to the project %(slug)s.", field="project", slug=slug)


def _period(place: SeriesPlace, text: str) -> ReportingPeriod:
    try:
        return parse_period(text, place.indicator.frequency, place.indicator.first_day.month)
    except PeriodError as error:
        raise Invalid(
            "%(period)s is not a period of this indicator's schedule.", field="period", period=text
        ) from error


def _batch(
    session: Session, actor: Actor, preview: Preview, file: ImportedFile, *, now: datetime
) -> ImportBatch:
    batch = ImportBatch(
        project_id=preview.project_id,
        actor_id=actor.id,
        applied_at=now,
        file_name=file.name,
        file_sha256=_kept(session, file, now),
        n_new=preview.count(Outcome.NEW),
        n_changed=preview.count(Outcome.CHANGED),
    )
    session.add(batch)
    session.flush()
    record_change(
        session,
        actor.id,
        "import",
        "import_batch",
        batch.id,
        before={},
        after={"file_name": file.name, "n_new": batch.n_new, "n_changed": batch.n_changed},
        now=now,
        project_id=preview.project_id,
    )
    return batch


def _kept(session: Session, file: ImportedFile, now: datetime) -> str:
    digest = hashlib.sha256(file.content).hexdigest()
    if session.get(StoredFile, digest) is None:
        session.add(
            StoredFile(
                sha256=digest,
                media_type=file.media_type,
                n_bytes=len(file.content),
                content=file.content,
                stored_at=now,
            )
        )
        session.flush()
    return digest


def _apply_row(
    session: Session, actor: Actor, row: RowPreview, batch_id: int, reason: str, now: datetime
) -> None:
    if row.series_id is None or row.period is None or row.draft is None:
        return
    if row.outcome is Outcome.NEW:
        recording.record_measurement(
            session, actor, row.series_id, row.period, row.draft, now=now, batch_id=batch_id
        )
    elif row.outcome is Outcome.CHANGED and row.measurement_id is not None and row.version is not None:
        recording.revise_measurement(
            session,
            actor,
            row.series_id,
            row.measurement_id,
            row.version,
            row.draft,
            reason=reason,
            now=now,
            batch_id=batch_id,
        )
