"""Files in: first a preview that says what each row would do, then all of it or nothing.

Reading and comparing ask the database the same few questions however long the file is.
What is applied goes through ``registry.recording``, like every value that is typed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.collecting import without_collecting
from impact.errors import Invalid
from impact.exchange.cells import Sheet
from impact.exchange.drafting import drafted
from impact.exchange.entries import Entry, entries_of
from impact.exchange.mapping import Mapping
from impact.exchange.matching import Matcher, own_names_of
from impact.exchange.period_cells import period_for
from impact.exchange.recorded import Key, Recorded, Stored, recorded_in
from impact.exchange.rows import RowProblem
from impact.exchange.staging import begin_batch, stage_upload
from impact.exchange.understanding import Understood, understand
from impact.registry import lookup, many_measurements
from impact.registry.judging import Draft, Rules
from impact.registry.locking import closed_rounds, refuse_locked
from impact.registry.lookup import SeriesPlace
from impact.registry.many_measurements import AT_ONCE, Planned, Said, record_many
from impact.registry.measurement_tables import ImportBatch, Measurement, Revision, StagedUpload, State
from impact.registry.project_tables import Project
from impact.registry.series_view import StoredMeasurement
from impact.semantics.period import ReportingPeriod


class Outcome(StrEnum):
    """What a value of a file does, or would do; left out are those of no series of ours."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    LEFT_OUT = "left_out"


class EntryPreview(NamedTuple):
    """What one value of a file would do: the draft beside what is stored, or the problem.

    There is no draft where it says what is stored.
    """

    entry: Entry
    outcome: Outcome
    place: SeriesPlace | None = None
    period: ReportingPeriod | None = None
    draft: Draft | None = None
    stored: Stored | None = None
    problem: RowProblem | None = None

    @property
    def series_id(self) -> int | None:
        """The number of the series that it belongs to."""
        return self.place.series.id if self.place else None

    @property
    def line(self) -> int:
        """Where in the file it stands."""
        return self.entry.line

    @property
    def rounded(self) -> bool:
        """Whether the number had more than fifteen digits, which were rounded."""
        return self.entry.value.rounded


@dataclass(frozen=True)
class Preview:
    """What a file would do to a project."""

    project: Project
    understood: Understood
    recorded: Recorded
    entries: tuple[EntryPreview, ...]
    counts: dict[Outcome, int]

    def count(self, outcome: Outcome) -> int:
        """How many values have this outcome."""
        return self.counts[outcome]

    @property
    def changed_series(self) -> list[int]:
        """The series that applying changes, to be analysed afterwards."""
        changing = (Outcome.NEW, Outcome.CHANGED)
        return sorted(
            {each.series_id for each in self.entries if each.series_id and each.outcome in changing}
        )


@dataclass(frozen=True)
class ImportedFile:
    """The file that an import was read from; it is kept with the batch."""

    name: str
    content: bytes
    media_type: str = "text/csv"


@without_collecting()
def preview_sheet(
    session: Session, actor: Actor, slug: str, sheet: Sheet, mapping: Mapping, *, now: datetime
) -> Preview:
    """What a sheet would do to the project's measurements; nothing is changed.

    Args:
        slug: the project's name in its address.
        sheet: as a reader of a format found it.
        mapping: how it is to be read; what is not said is found out.

    Raises:
        NotFound, NotAllowed: the actor may not record in such a project.
        Invalid: no table of values was found in the sheet.
    """
    project = lookup.project(session, actor, slug, Action.RECORD)
    understood = understand(sheet, mapping)
    recorded = recorded_in(session, project)
    matcher = Matcher(recorded, understood, mapping, own_names_of(session, recorded))
    closed = closed_rounds(session, [project.id])
    previewer = _Previewer(session, recorded, matcher, mapping, closed, now)
    entries = tuple(map(previewer.previewed, entries_of(understood, mapping)))
    counts = Counter(each.outcome for each in entries)
    return Preview(project, understood, recorded, entries, {outcome: counts[outcome] for outcome in Outcome})


@without_collecting()
def apply_preview(
    session: Session,
    actor: Actor,
    preview: Preview,
    file: ImportedFile | StagedUpload,
    *,
    reason: str = "",
    now: datetime,
) -> ImportBatch | None:
    """Everything that the preview promised, as one batch; None where there was nothing.

    The series in ``preview.changed_series`` wait to be analysed.

    Raises:
        Conflict: somebody saved one of the periods since the preview.
        Invalid: values are refused, or corrected without a reason.
    """
    n_refused = preview.count(Outcome.REFUSED)
    if n_refused:
        raise Invalid("Nothing was imported; values with problems: %(n)s.", field="file", n=n_refused)
    n_new, n_changed = preview.count(Outcome.NEW), preview.count(Outcome.CHANGED)
    if n_changed and not reason.strip():
        raise Invalid("Say why the values are corrected.", field="reason")
    if not n_new + n_changed:
        return None
    lookup.project(session, actor, preview.project.slug, Action.RECORD)
    upload = file if isinstance(file, StagedUpload) else _staged(session, actor, preview, file, now)
    batch = begin_batch(session, actor, upload, n_new=n_new, n_changed=n_changed, now=now)
    doing = [each for each in preview.entries if each.outcome in (Outcome.NEW, Outcome.CHANGED)]
    record_many(session, actor, _planned(session, doing), reason=reason, now=now, batch_id=batch.id)
    return batch


def _staged(
    session: Session, actor: Actor, preview: Preview, file: ImportedFile, now: datetime
) -> StagedUpload:
    project_id, kind = preview.project.id, file.media_type
    return stage_upload(session, actor, project_id, file.name, file.content, kind, now=now)


def _planned(session: Session, doing: Sequence[EntryPreview]) -> list[Planned]:
    """The changes as the registry takes them, with the revisions that they correct."""
    corrected = [each.stored.measurement_id for each in doing if each.stored]
    newest: dict[int, Revision] = {}
    for start in range(0, len(corrected), AT_ONCE):
        rows = (
            select(Revision)
            .join(Measurement, Measurement.newest_revision_id == Revision.id)
            .where(Measurement.id.in_(corrected[start : start + AT_ONCE]))
        )
        newest |= {revision.measurement_id: revision for revision in session.scalars(rows)}
    planned = []
    new, changed = many_measurements.Outcome.NEW, many_measurements.Outcome.CHANGED
    # By place, of which there are few: a row's number is asked of the session's machinery.
    numbers: dict[int, int] = {}
    for each in doing:
        if each.place is None or each.period is None or each.draft is None:
            continue
        there = None
        if each.stored is not None:
            revision = newest[each.stored.measurement_id]
            there = StoredMeasurement(
                each.stored.measurement_id, each.stored.version, revision, State.APPROVED, None
            )
        number = numbers.get(id(each.place))
        if number is None:
            number = numbers[id(each.place)] = each.place.series.id
        said = Said(number, each.entry.period, each.draft)
        planned.append(Planned(said, changed if there else new, each.period, there, place=each.place))
    return planned


class _Aim(NamedTuple):
    """The series that a name stands for, and what counts for each of its values."""

    place: SeriesPlace
    series_id: int
    rules: Rules
    factor: float
    periods: dict[str, ReportingPeriod]
    # Of these it is known that a value may be recorded.
    open_periods: set[str]


class _Previewer:
    """Compares the values of a file with what is recorded, each thing asked for once."""

    def __init__(
        self,
        session: Session,
        recorded: Recorded,
        matcher: Matcher,
        mapping: Mapping,
        closed: set[tuple[int, ReportingPeriod]],
        now: datetime,
    ) -> None:
        self._session, self._recorded, self._matcher = session, recorded, matcher
        self._mapping, self._closed, self._now = mapping, closed, now
        self._aims: dict[str, _Aim] = {}
        self._of_indicators: dict[int, tuple[Rules, dict[str, ReportingPeriod], set[str]]] = {}
        self._lines: dict[Key, tuple[int, int]] = {}

    def previewed(self, entry: Entry) -> EntryPreview:
        """What the entry would do."""
        if entry.value.left_out:
            return EntryPreview(entry, Outcome.LEFT_OUT)
        aim: _Aim | None = None
        try:
            aim = self._aims.get(entry.name) or self._aim(entry)
            return self._compared(entry, aim) if aim else EntryPreview(entry, Outcome.LEFT_OUT)
        except Invalid as error:
            place = aim.place if aim else None
            return EntryPreview(entry, Outcome.REFUSED, place, problem=RowProblem.of(error))

    def _aim(self, entry: Entry) -> _Aim | None:
        place = self._matcher.place(entry)
        if place is None:
            return None
        number = place.indicator.id
        if number not in self._of_indicators:
            self._of_indicators[number] = Rules(self._session, place, now=self._now), {}, set()
        factor = self._mapping.factors.get(entry.name, 1.0)
        rules, periods, open_periods = self._of_indicators[number]
        aim = _Aim(place, place.series.id, rules, factor, periods, open_periods)
        self._aims[entry.name] = aim
        return aim

    def _compared(self, entry: Entry, aim: _Aim) -> EntryPreview:
        place, text = aim.place, entry.period
        if entry.value.problem is not None:
            return EntryPreview(entry, Outcome.REFUSED, place, problem=entry.value.problem)
        period = aim.periods.get(text) or self._period(aim, text)
        key = (aim.series_id, period.first_day, period.last_day)
        at = entry.line, entry.place
        first = self._lines.setdefault(key, at)
        if first is not at:
            raise Invalid("Line %(line)s already has this period.", field="period", line=first[0])
        found = self._recorded.measurements.get(key)
        draft = drafted(entry, aim.rules.unit_names, found, aim.factor)
        if draft is None:
            return EntryPreview(entry, Outcome.UNCHANGED, place, period, None, found)
        if text not in aim.open_periods:
            aim.rules.judge_period(period)
        aim.rules.judge_draft(draft)
        if text not in aim.open_periods:
            refuse_locked(place, period, self._closed)
            aim.open_periods.add(text)
        outcome = Outcome.CHANGED if found else Outcome.NEW
        return EntryPreview(entry, outcome, place, period, draft, found)

    @staticmethod
    def _period(aim: _Aim, text: str) -> ReportingPeriod:
        indicator = aim.place.indicator
        period = period_for(text, indicator.frequency, indicator.first_day.month)
        aim.periods[text] = period
        return period
