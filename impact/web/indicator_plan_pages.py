"""The plan of one indicator on one page: schedule, promises, breaks, groups, reference lines."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.errors import Conflict, Invalid
from impact.language import Voice
from impact.registry import archiving, definitions, indicators, lookup
from impact.registry.indicator_tables import TOTAL, Baseline, Definition, ReferenceLink, SeriesBreak, Target
from impact.registry.indicator_view import definition_of, place_name
from impact.registry.lookup import SeriesPlace
from impact.registry.schedules import period_of, schedule_of
from impact.registry.series_plan import all_rows_of, series_of_indicator
from impact.registry.units import unit_of
from impact.request_scope import commit, current_actor, current_session, current_voice, now
from impact.request_scope.transaction import roll_back
from impact.semantics.unit import Unit
from impact.trend.sentences import direction_words
from impact.web.guards import needs
from impact.web.indicator_plan_rows import KINDS, Row
from impact.web.indicator_plan_words import GAP_STYLES, group_label, kind_words, schedule_words
from impact.web.people_names import Names

pages = Blueprint("indicator_plans", __name__)


@pages.get("/indicators/<int:indicator_id>/plan")
@needs(Action.PLAN)
def show(indicator_id: int) -> str:
    """All that is planned of an indicator, with the ways to change it."""
    return _page(indicator_id)


@pages.post("/indicators/<int:indicator_id>/plan/groups")
@needs(Action.PLAN)
def split(indicator_id: int) -> Response | tuple[str, int]:
    """Measure the indicator for one more group."""
    session, actor = current_session(), current_actor()
    text = request.form.get("group", "")[:300]
    try:
        indicators.add_disaggregation(session, actor, indicator_id, text, now=now())
    except Invalid as error:
        return _again(indicator_id, {"group": error}, text)
    commit()
    flash(current_voice().gettext("Saved."), "message")
    return redirect(url_for("indicator_plans.show", indicator_id=indicator_id) + "#groups", 303)


@pages.post("/indicators/<int:indicator_id>/plan/<any(withdraw, back):step>")
@needs(Action.PLAN)
def set_in_use(indicator_id: int, step: str) -> Response | tuple[str, int]:
    """Withdraw an indicator with a reason, or bring it back."""
    session, actor, voice = current_session(), current_actor(), current_voice()
    indicator = _place(indicator_id).indicator
    try:
        if step == "back":
            archiving.bring_back(session, actor, indicator, now=now())
        else:
            version = request.form.get("version", 0, type=int)
            reason = request.form.get("withdraw_reason", "")[:2000].replace("\0", "")
            archiving.withdraw_row(session, actor, indicator, version, now=now(), reason=reason)
    except (Invalid, Conflict) as error:
        return _again(indicator_id, {"withdraw_reason": error})
    commit()
    flash(voice.gettext("Withdrawn.") if step == "withdraw" else voice.gettext("Brought back."), "message")
    return redirect(url_for("indicator_plans.show", indicator_id=indicator_id), 303)


def _again(indicator_id: int, told: dict[str, Invalid | Conflict], group: str = "") -> tuple[str, int]:
    roll_back()
    voice = current_voice()
    errors = {name: voice.gettext(error.message, **error.facts) for name, error in told.items()}
    return _page(indicator_id, errors, group), next(iter(told.values())).status


def _place(indicator_id: int) -> SeriesPlace:
    return lookup.indicator_place(current_session(), current_actor(), indicator_id, TOTAL, Action.PLAN)


def _page(indicator_id: int, errors: dict[str, str] | None = None, group: str = "") -> str:
    session, voice = current_session(), current_voice()
    place = _place(indicator_id)
    indicator, version = place.indicator, definition_of(session, place.indicator)
    series = {one.id: one.disaggregation for one in series_of_indicator(session, indicator_id)}
    unit = unit_of(version)
    rows = {kind: all_rows_of(session, KINDS[kind], list(series)) for kind in KINDS}
    return render_template(
        "indicators/plan.html",
        indicator_id=indicator_id,
        name=voice.pick(version.name_sv, version.name_en),
        place=voice.pick(*place_name(session, place)),
        project_href=url_for("projects.show", slug=place.project.slug) if place.project else None,
        meta=f"{unit.name(voice)} · {direction_words(version.direction, voice)}",
        version=indicator.version,
        is_withdrawn=indicator.withdrawn_at is not None,
        facts=_facts(place, unit, voice),
        definition=_definition(place, voice),
        groups=[group_label(key, voice) for key in series.values()],
        kinds=[
            {
                "kind": kind,
                "rows": [
                    _line(row, kind, series, indicator_id, unit, voice)
                    for row in found
                    if row.withdrawn_at is None
                ],
            }
            for kind, found in rows.items()
        ],
        withdrawn=[
            {**_line(row, kind, series, indicator_id, unit, voice), "kind": kind_words(kind, voice)}
            for kind, found in rows.items()
            for row in found
            if row.withdrawn_at is not None
        ],
        group=group,
        errors=errors or {},
        invented=indicator.is_invented,
    )


def _definition(place: SeriesPlace, voice: Voice) -> dict[str, Any]:
    """The way to what the indicator means, and whether the library says something newer."""
    session = current_session()
    used = definition_of(session, place.indicator)
    newest = definitions.newest_version(session, used.definition_id)
    slug = session.get_one(Definition, used.definition_id).slug
    return {
        "href": url_for("definitions.show", definition_slug=slug),
        "name": voice.pick(used.name_sv, used.name_en),
        "number": used.number,
        "is_old": newest.number > used.number,
    }


def _facts(place: SeriesPlace, unit: Unit, voice: Voice) -> list[tuple[str, str]]:
    indicator = place.indicator
    answers = ""
    if indicator.responsible_id is not None:
        answers = Names(current_session(), [indicator.responsible_id], voice).of(indicator.responsible_id)
    estimate = indicator.ex_ante_estimate
    return [
        (voice.gettext("Measured"), schedule_words(schedule_of(indicator), voice)),
        (
            voice.gettext("Due"),
            voice.ngettext("%(n)s day after the period", "%(n)s days after the period", indicator.due_days),
        ),
        (voice.gettext("Answers for it"), answers or voice.gettext("Nobody yet")),
        (voice.gettext("Key indicator"), voice.gettext("Yes") if indicator.is_key else voice.gettext("No")),
        (
            voice.gettext("Expected effect, estimated beforehand"),
            "" if estimate is None else unit.stated_text(estimate, voice),
        ),
        (voice.gettext("Periods without a value"), voice.gettext(GAP_STYLES[indicator.gap_style])),
        (voice.gettext("Source"), voice.pick(indicator.source_sv, indicator.source_en)),
    ]


def _line(
    row: Row, kind: str, series: dict[int, str], indicator_id: int, unit: Unit, voice: Voice
) -> dict[str, Any]:
    """One row in words, with its address."""
    said, note = "", ""
    if isinstance(row, Target | Baseline):
        said = f"{period_of(row).label(voice)}: {unit.stated_text(row.value, voice)}"
        note = row.comment
    elif isinstance(row, SeriesBreak):
        said = voice.gettext("From %(period)s on", period=period_of(row).label(voice))
        note = voice.pick(row.reason_sv, row.reason_en)
    elif isinstance(row, ReferenceLink):
        said = voice.pick(row.label_sv, row.label_en)
    address = url_for(
        "indicator_plan_rows.show",
        indicator_id=indicator_id,
        kind=kind,
        planned_id=row.id,
    )
    return {
        "text": said,
        "note": note,
        "href": address,
        "group": group_label(series[row.series_id], voice) if len(series) > 1 else "",
    }
