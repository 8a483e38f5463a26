"""Enter and correct one value; what is due to be measured."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.errors import Conflict, Invalid, NotFound
from impact.language import Voice
from impact.monitoring.analysing import refresh_series
from impact.monitoring.board import to_be_measured
from impact.registry import access, lookup, recording
from impact.registry.evidence import evidence_file
from impact.registry.handing_in import to_hand_in
from impact.registry.indicator_view import PeriodRow, definition_of, period_rows, place_name
from impact.registry.lookup import SeriesPlace
from impact.registry.measurement_tables import Revision, State
from impact.registry.schedules import schedule_of
from impact.registry.sheet import projects_to_record
from impact.registry.units import unit_of
from impact.reporting.groups import name_of
from impact.request_scope import commit, current_actor, current_session, current_voice, now, today
from impact.request_scope.downloads import kept_file
from impact.request_scope.transaction import roll_back
from impact.semantics.period import PeriodError, ReportingPeriod, parse_period
from impact.semantics.series import Missing, Status
from impact.semantics.unit import Unit
from impact.web.addresses import indicator_address, round_address
from impact.web.detail_fields import evidence_choices, level_choices, plain_text
from impact.web.due_rows import due_rows
from impact.web.entry_form import TypedEntry, read_entry, stored_entry
from impact.web.evidence_field import stored_file, takes_file_away, with_file
from impact.web.guards import needs
from impact.web.measurement_words import missing_words, observation_status_words, said_words
from impact.web.moments import moment
from impact.web.people_names import Names
from impact.web.period_table import history_of_period

pages = Blueprint("entry", __name__)


@pages.get("/entry")
@needs(Action.RECORD)
def overview() -> str:
    """What the reader has to measure, longest due first."""
    voice = current_voice()
    due = to_be_measured(current_session(), current_actor(), now=now())
    handing_in = [
        {
            "text": f"{voice.pick(project.short_sv, project.short_en)}, {period.label(voice)}",
            "href": round_address(project, period),
        }
        for project, period in to_hand_in(current_session(), current_actor())
    ]
    sheets = [
        {"text": voice.pick(each.short_sv, each.short_en), "href": url_for("sheet.show", slug=each.slug)}
        for each in projects_to_record(current_session(), current_actor())
    ]
    return render_template(
        "entry/overview.html", due=due_rows(due, voice), to_hand_in=handing_in, sheets=sheets
    )


@pages.get("/series/<int:series_id>/periods/<path:period>")
@needs(Action.RECORD)
def enter(series_id: int, period: str) -> str:
    """The form for one period of a series, filled with what is stored."""
    voice = current_voice()
    place = lookup.series_place(current_session(), current_actor(), series_id, Action.RECORD)
    row = _row(place, period)
    unit = unit_of(definition_of(current_session(), place.indicator))
    entry = TypedEntry(stored_entry(row.newest, voice))
    return _page(place, row, unit, entry)


@pages.post("/series/<int:series_id>/periods/<path:period>")
@needs(Action.RECORD)
def save(series_id: int, period: str) -> Response | tuple[str, int]:
    """Store what was typed; on any trouble the form comes back as typed."""
    voice, session, actor = current_voice(), current_session(), current_actor()
    place = lookup.series_place(session, actor, series_id, Action.RECORD)
    row = _row(place, period)
    unit = unit_of(definition_of(session, place.indicator))
    entry = read_entry(request.form, row.newest, unit, voice)
    if entry.draft is None:
        return _page(place, row, unit, entry), 422
    try:
        draft, name = with_file(entry.draft)
        if entry.measurement_id:
            recording.revise_measurement(
                session,
                actor,
                series_id,
                entry.measurement_id,
                entry.version,
                draft,
                reason=entry.reason,
                now=now(),
                file_name=name,
            )
        else:
            recording.record_measurement(
                session, actor, series_id, row.period, draft, now=now(), file_name=name
            )
    except Invalid as error:
        entry.errors[error.field or "value"] = voice.gettext(error.message, **error.facts)
        return _page(*_afresh(series_id, period), entry), error.status
    except Conflict as error:
        entry.errors["value"] = voice.gettext(error.message, **error.facts)
        return _page(*_afresh(series_id, period), entry, is_conflict=True), error.status
    refresh_series(session, series_id, now=now())
    commit()
    flash(voice.gettext("Saved: %(period)s.", period=row.period.label(voice)), "message")
    return redirect(indicator_address(place), 303)


@pages.get("/series/<int:series_id>/evidence/<path:period>")
@needs(Action.SEE)
def evidence(series_id: int, period: str) -> Response:
    """The file that supports a value, always as a download."""
    session, actor = current_session(), current_actor()
    place = lookup.series_place(session, actor, series_id)
    file = evidence_file(session, actor, series_id, _period(place, period))
    return kept_file(file.content, file.name, file.media_type)


@pages.post("/series/<int:series_id>/approvals/<path:period>")
@needs(Action.APPROVE)
def approve(series_id: int, period: str) -> Response:
    """Approve the value that was looked at, so that readers see it."""
    voice, session, actor = current_voice(), current_session(), current_actor()
    place = lookup.series_place(session, actor, series_id, Action.APPROVE)
    row = _row(place, period)
    if row.measurement is None:
        raise NotFound("There is no such measurement.")
    revision_id = request.form.get("revision_id", 0, type=int)
    recording.decide_revision(
        session, actor, series_id, row.measurement.id, revision_id, State.APPROVED, now=now()
    )
    refresh_series(session, series_id, now=now())
    commit()
    flash(voice.gettext("Approved: %(period)s.", period=row.period.label(voice)), "message")
    return redirect(indicator_address(place), 303)


def _afresh(series_id: int, period: str) -> tuple[SeriesPlace, PeriodRow, Unit]:
    """What is stored, read again after the attempt was undone."""
    roll_back()
    session = current_session()
    place = lookup.series_place(session, current_actor(), series_id, Action.RECORD)
    return place, _row(place, period), unit_of(definition_of(session, place.indicator))


def _row(place: SeriesPlace, text: str) -> PeriodRow:
    """What is planned and stored for the period that the address names.

    Raises:
        NotFound: the address names no period of the schedule.
    """
    indicator, period = place.indicator, _period(place, text)
    rows = period_rows(current_session(), place, now=now(), with_history=False)
    found = next((row for row in rows if row.period == period), None)
    if found is not None:
        return found
    schedule = schedule_of(indicator)
    if not schedule.holds(period) or period.first_day > today():
        raise NotFound("There is no such period.")
    return PeriodRow(period, schedule.due_on(period), None, (), None, None)


def _period(place: SeriesPlace, text: str) -> ReportingPeriod:
    """The period that the address names.

    Raises:
        NotFound: it names none of this indicator's frequency.
    """
    try:
        return parse_period(text, place.indicator.frequency, place.indicator.first_day.month)
    except PeriodError as error:
        raise NotFound("There is no such period.") from error


def _page(
    place: SeriesPlace, row: PeriodRow, unit: Unit, entry: TypedEntry, *, is_conflict: bool = False
) -> str:
    voice, session = current_voice(), current_session()
    version = definition_of(session, place.indicator)
    stored = row.newest
    return render_template(
        "entry/value.html",
        action=url_for("entry.save", series_id=place.series.id, period=row.period.key()),
        back=indicator_address(place),
        name=name_of(version, place.series.disaggregation, voice),
        place=voice.pick(*place_name(session, place)),
        period=row.period.label(voice),
        unit=unit.name(voice),
        typed=entry.typed,
        errors=entry.errors,
        version=row.measurement.version if row.measurement else 0,
        measurement_id=row.measurement.id if row.measurement else 0,
        is_correction=row.measurement is not None,
        before=_before(place, row.period, unit, voice),
        conflict=_conflict(stored, entry, unit, voice) if is_conflict and stored else None,
        missing_choices=[
            ("", voice.gettext("There is a value")),
            *((missing.value, missing_words(missing, voice)) for missing in Missing),
        ],
        levels=level_choices(voice),
        evidence=evidence_choices(voice),
        file=stored_file(place, row, voice),
        takes_file_away=takes_file_away(),
        history=history_of_period(session, place, row.period, unit, voice, now=now()),
        break_href=_break_address(place, row.period),
        sheet_href=url_for("sheet.show", slug=place.project.slug) if place.project else None,
        statuses=[(status.value, observation_status_words(status, voice)) for status in Status],
        approval=_approval(place, row),
        needs_approval=place.project is not None and place.project.needs_approval,
        invented=place.indicator.is_invented,
    )


def _approval(place: SeriesPlace, row: PeriodRow) -> dict[str, Any] | None:
    """The way to approve what waits for it; None where nothing does or the reader may not."""
    newest, state = row.newest, row.newest_state
    if newest is None or state is None or state.state is State.APPROVED:
        return None
    if not access.may(current_session(), current_actor(), Action.APPROVE, place.indicator.id):
        return None
    address = url_for("entry.approve", series_id=place.series.id, period=row.period.key())
    return {"address": address, "fields": {"revision_id": newest.id}}


def _break_address(place: SeriesPlace, period: ReportingPeriod) -> str | None:
    """Where a series break before this period is declared, for those who may plan."""
    if not access.may(current_session(), current_actor(), Action.PLAN, place.indicator.id):
        return None
    return url_for(
        "indicator_plan_rows.new", indicator_id=place.indicator.id, kind="breaks", period=period.key()
    )


def _before(place: SeriesPlace, period: ReportingPeriod, unit: Unit, voice: Voice) -> str:
    """The value before this period, to compare with while typing."""
    rows = period_rows(current_session(), place, now=now(), with_history=False)
    earlier = [row for row in rows if row.period < period and row.newest and row.newest.missing is None]
    if not earlier or not earlier[0].newest:
        return ""
    value = said_words(earlier[0].newest, unit, voice)
    return voice.gettext(
        "Last time, %(period)s: %(value)s.", period=earlier[0].period.label(voice), value=value
    )


def _conflict(stored: Revision, entry: TypedEntry, unit: Unit, voice: Voice) -> list[Any]:
    """Both values beside each other, for the macro ``versions``."""
    who = Names(current_session(), [stored.actor_id], voice).of(stored.actor_id)
    mine = entry.typed["value"]
    if entry.draft and entry.draft.missing:
        mine = missing_words(entry.draft.missing, voice)
    theirs = plain_text(stored.value, voice) if stored.value is not None else said_words(stored, unit, voice)
    return [
        (voice.gettext("You typed"), mine, None),
        (voice.gettext("Stored now"), theirs, f"{who}, {moment(stored.recorded_at, voice)}"),
    ]
