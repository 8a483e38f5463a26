"""The table beside the chart: every planned period, and what was ever said of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from impact.language import Voice
from impact.registry.indicator_view import PeriodRow, period_rows
from impact.registry.lookup import SeriesPlace
from impact.registry.measurement_tables import State
from impact.registry.series_view import files_of
from impact.request_scope import today
from impact.semantics.period import ReportingPeriod
from impact.semantics.series import Status
from impact.semantics.unit import Unit
from impact.web.measurement_words import missing_words, observation_status_words, said_words, state_words
from impact.web.moments import moment
from impact.web.people_names import Names


def period_table(
    rows: Sequence[PeriodRow],
    unit: Unit,
    voice: Voice,
    series_id: int | None,
    known_on: date | None = None,
) -> dict[str, Any]:
    """Columns, rows and footnotes for the macro ``data_table``.

    Args:
        series_id: where the reader may enter values; None leaves the way there out.
        known_on: the day as of which the rows are; today without it.
    """
    footnotes: list[str] = []
    lines = []
    for row in rows:
        cells: list[Any] = [
            row.period.label(voice),
            _value_cell(row, unit, voice, footnotes, known_on or today()),
        ]
        if series_id is not None:
            cells.append(_entry_cell(row, voice, series_id))
        lines.append(cells)
    columns = [{"label": voice.gettext("Period")}, {"label": _value_label(unit, voice), "kind": "number"}]
    if series_id is not None:
        columns.append({"label": voice.gettext("Change"), "kind": "screen-only"})
    return {"columns": columns, "rows": lines, "footnotes": footnotes}


def history_items(
    session: Session, rows: Sequence[PeriodRow], unit: Unit, voice: Voice
) -> list[dict[str, Any]]:
    """Everything that was ever entered and replaced, newest first."""
    revisions = [(row, index) for row in rows for index in range(len(row.revisions))]
    return _items(session, [each for each in revisions if len(each[0].revisions) > 1], unit, voice)


def _items(
    session: Session, corrected: Sequence[tuple[PeriodRow, int]], unit: Unit, voice: Voice
) -> list[dict[str, Any]]:
    names = Names(session, (row.revisions[index].actor_id for row, index in corrected), voice)
    files = files_of(session, (row.revisions[index] for row, index in corrected))
    items = []
    for row, index in corrected:
        revision = row.revisions[index]
        older = row.revisions[index + 1] if index + 1 < len(row.revisions) else None
        said, file = said_words(revision, unit, voice), files.get(revision.batch_id)
        if older is None:
            text = voice.gettext("%(period)s: %(value)s", period=row.period.label(voice), value=said)
        else:
            text = voice.gettext(
                "%(period)s: %(value)s replaced %(older)s",
                period=row.period.label(voice),
                value=said,
                older=said_words(older, unit, voice),
            )
        items.append(
            {
                "at": moment(revision.recorded_at, voice),
                "iso": revision.recorded_at.isoformat(),
                "who": names.of(revision.actor_id),
                "text": text,
                "quote": revision.reason,
                "detail": voice.gettext("From the file %(name)s", name=file) if file else "",
            }
        )
    return sorted(items, key=lambda item: str(item["iso"]), reverse=True)


def history_of_period(
    session: Session, place: SeriesPlace, period: ReportingPeriod, unit: Unit, voice: Voice, *, now: datetime
) -> list[dict[str, Any]]:
    """Everything that was ever entered of one period, newest first, the first entry too."""
    rows = [row for row in period_rows(session, place, now=now) if row.period == period]
    return _items(session, [(row, index) for row in rows for index in range(len(row.revisions))], unit, voice)


def _value_label(unit: Unit, voice: Voice) -> str:
    name = unit.name(voice)
    return voice.gettext("Value, %(unit)s", unit=name) if name else voice.gettext("Value")


def _value_cell(row: PeriodRow, unit: Unit, voice: Voice, footnotes: list[str], day: date) -> dict[str, Any]:
    revision = row.approved or row.newest
    if revision is None:
        is_late = row.due_on < day
        words = voice.gettext("late") if is_late else voice.gettext("not measured yet")
        return {"text": words, "missing": True, "meaning": "worse" if is_late else ""}
    cell: dict[str, Any] = {"note": _note(row, voice)}
    if revision.comment:
        footnotes.append(revision.comment)
        cell["mark"] = len(footnotes)
    if revision.missing is not None:
        return {**cell, "text": missing_words(revision.missing, voice), "missing": True}
    return {**cell, "text": voice.number(revision.value or 0.0, unit.decimals)}


def _note(row: PeriodRow, voice: Voice) -> str:
    revision = row.approved or row.newest
    notes = []
    if revision and revision.missing is None and revision.status is not Status.FINAL:
        notes.append(observation_status_words(revision.status, voice))
    if row.newest_state and row.newest_state.state is not State.APPROVED:
        notes.append(state_words(row.newest_state.state, voice))
    return ", ".join(notes)


def _entry_cell(row: PeriodRow, voice: Voice, series_id: int) -> dict[str, str]:
    words = voice.gettext("Correct") if row.measurement else voice.gettext("Enter")
    return {"text": words, "href": url_for("entry.enter", series_id=series_id, period=row.period.key())}
