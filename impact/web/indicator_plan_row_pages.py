"""Make, change, withdraw and bring back a target, baseline, break or reference line."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.errors import Conflict, Invalid, NotFound
from impact.language import Voice
from impact.monitoring.analysing import refresh_series
from impact.registry import archiving, lookup, references
from impact.registry.indicator_tables import TOTAL
from impact.registry.indicator_view import definition_of, place_name
from impact.registry.library import versions_of
from impact.registry.lookup import SeriesPlace
from impact.registry.references import Candidate
from impact.registry.schedules import schedule_of
from impact.registry.series_plan import planned_row, series_of_indicator
from impact.registry.units import unit_of
from impact.reporting.groups import name_of
from impact.request_scope import commit, current_actor, current_session, current_voice, now, today
from impact.request_scope.transaction import roll_back
from impact.semantics.period import EXAMPLES
from impact.web.guards import needs
from impact.web.indicator_plan_rows import KINDS, Row, add_row, change_row, read_row, typed_row
from impact.web.indicator_plan_words import KIND_NAMES, group_label, kind_words
from impact.web.plan_fields import TypedPlan

pages = Blueprint("indicator_plan_rows", __name__)
KIND = f"/indicators/<int:indicator_id>/plan/<any({','.join(KINDS)}):kind>"
# Where the detector reads the row, the page shows what it says now at once.
READ_BY_DETECTOR = ("breaks", "references")


@pages.get(f"{KIND}/new")
@needs(Action.PLAN)
def new(indicator_id: int, kind: str) -> str:
    """The form for a new row."""
    place = _place(indicator_id, request.args.get("series", 0, type=int))
    series_id = 0 if kind == "breaks" else place.series.id
    typed = typed_row(kind, None, series_id, current_voice())
    if "period" in typed:
        typed["period"] = request.args.get("period", "")[:100].replace("\0", "")
    return _page(place, kind, None, TypedPlan(typed))


@pages.post(f"{KIND}/new")
@needs(Action.PLAN)
def make(indicator_id: int, kind: str) -> Response | tuple[str, int]:
    """Keep a new row; on any trouble the form comes back as typed."""
    session, actor, voice = current_session(), current_actor(), current_voice()
    series_id = request.form.get("series_id", 0, type=int)
    place = _place(indicator_id, series_id)
    entry, written = read_row(kind, request.form, session, place, voice)
    if written is None:
        return _page(place, kind, None, entry), 422
    try:
        touched = add_row(session, actor, place, written, now=now())
    except Invalid as error:
        roll_back()
        entry.tell(error, voice, next(iter(entry.typed)))
        return _page(_place(indicator_id, series_id), kind, None, entry), error.status
    return _kept(indicator_id, kind, touched)


@pages.get(f"{KIND}/<int:planned_id>")
@needs(Action.PLAN)
def show(indicator_id: int, kind: str, planned_id: int) -> str:
    """One row, as a form."""
    row, place = _row(indicator_id, kind, planned_id)
    return _page(place, kind, row, TypedPlan(typed_row(kind, row, row.series_id, current_voice())))


@pages.post(f"{KIND}/<int:planned_id>")
@needs(Action.PLAN)
def change(indicator_id: int, kind: str, planned_id: int) -> Response | tuple[str, int]:
    """Keep a changed row; on any trouble the form comes back as typed."""
    session, actor, voice = current_session(), current_actor(), current_voice()
    row, place = _row(indicator_id, kind, planned_id)
    entry, written = read_row(kind, request.form, session, place, voice)
    if written is None:
        return _page(place, kind, row, entry), 422
    version = request.form.get("version", 0, type=int)
    try:
        touched = change_row(session, actor, row, version, written, now=now())
    except (Invalid, Conflict) as error:
        return _again(indicator_id, kind, planned_id, entry, error)
    return _kept(indicator_id, kind, touched)


@pages.post(f"{KIND}/<int:planned_id>/<any(withdraw, back):step>")
@needs(Action.PLAN)
def set_in_use(indicator_id: int, kind: str, planned_id: int, step: str) -> Response | tuple[str, int]:
    """Withdraw a row with a reason, or bring it back."""
    session, actor = current_session(), current_actor()
    row, _ = _row(indicator_id, kind, planned_id)
    try:
        if step == "back":
            archiving.bring_back(session, actor, row, now=now())
        else:
            version = request.form.get("version", 0, type=int)
            reason = request.form.get("withdraw_reason", "")[:2000].replace("\0", "")
            archiving.withdraw_row(session, actor, row, version, now=now(), reason=reason)
    except (Invalid, Conflict) as error:
        entry = TypedPlan(typed_row(kind, row, row.series_id, current_voice()))
        return _again(indicator_id, kind, planned_id, entry, error, "withdraw_reason")
    return _kept(indicator_id, kind, [row.series_id])


def _kept(indicator_id: int, kind: str, series_ids: list[int]) -> Response:
    if kind in READ_BY_DETECTOR:
        for series_id in series_ids:
            refresh_series(current_session(), series_id, now=now())
    commit()
    flash(current_voice().gettext("Saved."), "message")
    return redirect(url_for("indicator_plans.show", indicator_id=indicator_id) + f"#{kind}", 303)


def _again(
    indicator_id: int,
    kind: str,
    planned_id: int,
    entry: TypedPlan,
    error: Invalid | Conflict,
    otherwise: str | None = None,
) -> tuple[str, int]:
    """The form as typed with what is stored now read again, and the sentence beside the field."""
    roll_back()
    voice = current_voice()
    row, place = _row(indicator_id, kind, planned_id)
    stored = typed_row(kind, row, row.series_id, voice)
    if otherwise is None:
        entry.tell(error, voice, "label_sv" if kind == "references" else "period")
    else:
        entry.errors[otherwise] = voice.gettext(error.message, **error.facts)
    theirs = [
        (entry.typed[name], stored[name])
        for name in stored
        if isinstance(error, Conflict)
        and name not in ("series_id", "reason")
        and entry.typed[name] != stored[name]
    ]
    return _page(place, kind, row, entry, theirs), error.status


def _place(indicator_id: int, series_id: int) -> SeriesPlace:
    """The indicator's series of that number, its total where none is named."""
    place = lookup.indicator_place(current_session(), current_actor(), indicator_id, TOTAL, Action.PLAN)
    if not series_id or series_id == place.series.id:
        return place
    found = [one for one in series_of_indicator(current_session(), indicator_id) if one.id == series_id]
    return SeriesPlace(found[0], place.indicator, place.project) if found else place


def _row(indicator_id: int, kind: str, planned_id: int) -> tuple[Row, SeriesPlace]:
    """The row, if it is one of the indicator's.

    Raises:
        NotFound, NotAllowed: it is another's, or the actor may not plan there.
    """
    lookup.indicator_place(current_session(), current_actor(), indicator_id, TOTAL, Action.PLAN)
    row, place = planned_row(current_session(), current_actor(), KINDS[kind], planned_id)
    if place.indicator.id != indicator_id:
        raise NotFound("There is no such row in the plan.")
    return row, place


def _page(
    place: SeriesPlace,
    kind: str,
    row: Row | None,
    entry: TypedPlan,
    theirs: list[tuple[str, str]] | None = None,
) -> str:
    voice, session = current_voice(), current_session()
    version = definition_of(session, place.indicator)
    number = place.indicator.id
    return render_template(
        "indicators/plan_row.html",
        kind=kind,
        title=kind_words(kind, voice) if row else voice.gettext(KIND_NAMES[kind][0]),
        name=voice.pick(version.name_sv, version.name_en),
        place=voice.pick(*place_name(session, place)),
        group=group_label(place.series.disaggregation, voice),
        action=url_for("indicator_plan_rows.change", indicator_id=number, kind=kind, planned_id=row.id)
        if row
        else url_for("indicator_plan_rows.make", indicator_id=number, kind=kind),
        back=url_for("indicator_plans.show", indicator_id=number),
        version=row.version if row else None,
        is_withdrawn=row is not None and row.withdrawn_at is not None,
        typed=entry.typed,
        errors=entry.errors,
        theirs=theirs or [],
        unit=unit_of(version).name(voice),
        example=EXAMPLES[place.indicator.frequency],
        series=_series_options(place, kind, voice),
        periods=_period_options(place, voice) if kind == "breaks" else [],
        versions=_version_options(place, voice) if kind == "breaks" and row is None else [],
        candidates=_candidate_options(place, voice) if kind == "references" and row is None else [],
        invented=place.indicator.is_invented,
    )


def _series_options(place: SeriesPlace, kind: str, voice: Voice) -> list[tuple[str, str]]:
    found = series_of_indicator(current_session(), place.indicator.id)
    if len(found) < 2:
        return []
    options = [(str(one.id), group_label(one.disaggregation, voice)) for one in found]
    return [("0", voice.gettext("All of them")), *options] if kind == "breaks" else options


def _period_options(place: SeriesPlace, voice: Voice) -> list[tuple[str, str]]:
    """The periods that a break can start in: those until today and the next, newest first."""
    schedule = schedule_of(place.indicator)
    ended = schedule.periods(today())
    coming = schedule.next_after(ended[-1] if ended else None)
    periods = [*([coming] if coming else []), *reversed(ended)]
    return [("", voice.gettext("Choose")), *((one.key(), one.label(voice)) for one in periods)]


def _version_options(place: SeriesPlace, voice: Voice) -> list[tuple[str, str]]:
    """The other versions of the definition; none where there is only one."""
    others = [
        one
        for one in versions_of(current_session(), place.indicator.definition_id)
        if one.id != place.indicator.definition_version_id
    ]
    if not others:
        return []
    words = [(str(one.id), voice.gettext("Version %(number)s", number=one.number)) for one in others]
    return [("", voice.gettext("The same as before")), *words]


def _candidate_options(place: SeriesPlace, voice: Voice) -> list[tuple[str, str]]:
    found = references.candidates_for(current_session(), place)
    return [("", voice.gettext("Choose")), *((str(one.series.id), _candidate(one, voice)) for one in found)]


def _candidate(one: Candidate, voice: Voice) -> str:
    place: Any = one.area.name if one.area else ""
    if one.project is not None:
        place = voice.pick(one.project.short_sv, one.project.short_en)
    return f"{place}: {name_of(one.version, one.series.disaggregation, voice)}"
