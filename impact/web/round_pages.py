"""Reporting rounds of a project: handed in, returned, approved, closed, unlocked."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.errors import Conflict, Invalid, NotAllowed
from impact.language import Voice
from impact.monitoring.analysing import refresh_series
from impact.registry import access, handing_in, lookup, rounds
from impact.registry.handing_in import Expected, RoundView, Standing
from impact.registry.project_tables import Project
from impact.registry.rounds import STEPS, RoundAct, Seen
from impact.request_scope import commit, current_actor, current_session, current_voice, now
from impact.request_scope.transaction import roll_back
from impact.web.addresses import round_address
from impact.web.entry_addresses import cell_address
from impact.web.guards import needs
from impact.web.moments import moment
from impact.web.people_names import Names
from impact.web.round_words import round_act_words, round_state_words, standing_words

pages = Blueprint("rounds", __name__)

LONGEST_REMARK = 2000
RECORDED = (Standing.DONE, Standing.WAITING, Standing.RETURNED)


@pages.get("/projects/<slug>/rounds")
@needs(Action.SEE)
def show_all(slug: str) -> str:
    """The rounds of a project, newest first."""
    session, voice = current_session(), current_voice()
    project = lookup.project(session, current_actor(), slug)
    views = handing_in.rounds_of(session, current_actor(), slug, now=now())
    names = Names(session, (view.row.changed_by_id for view in views if view.row), voice)
    return render_template(
        "rounds/rounds.html",
        **_place(project, voice),
        rows=[_row(view, names, voice) for view in views],
        needs_approval=project.needs_approval,
        reminders_href=url_for("reminders.show", slug=slug)
        if project.id in session.scalars(access.project_ids(current_actor(), Action.PLAN)).all()
        else None,
    )


@pages.get("/projects/<slug>/rounds/<frequency>/<path:period>")
@needs(Action.SEE)
def show(slug: str, frequency: str, period: str) -> str:
    """One round: what it holds, and what can be done to it."""
    view = handing_in.round_of(current_session(), current_actor(), slug, frequency, period, now=now())
    return _page(view, {}, "")


@pages.post("/projects/<slug>/rounds/<frequency>/<path:period>")
@needs(Action.RECORD)
def move(slug: str, frequency: str, period: str) -> Response | tuple[str, int]:
    """Do to a round what the button says; on any trouble the page comes back with the sentence."""
    voice, session, actor = current_voice(), current_session(), current_actor()
    lookup.project(session, actor, slug, Action.RECORD)
    view = handing_in.round_of(session, actor, slug, frequency, period, now=now())
    act = next((act for act in RoundAct if act == request.form.get("act")), None)
    remark = request.form.get("remark", "")[:LONGEST_REMARK]
    if act is None:
        return _page(view, {"act": voice.gettext("Choose what to do with the round.")}, remark), 422
    seen = Seen(request.form.get("version", 0, type=int), request.form.get("seen", 0, type=int))
    try:
        moved = rounds.move(session, actor, slug, view.period, act, seen=seen, remark=remark, now=now())
    except (Invalid, Conflict) as error:
        told = {error.field or "act": voice.gettext(error.message, **error.facts)}
        roll_back()
        again = handing_in.round_of(current_session(), current_actor(), slug, frequency, period, now=now())
        return _page(again, told, remark), error.status
    for series_id in sorted(moved.series_ids):
        refresh_series(session, series_id, now=now())
    words = round_state_words(moved.round.state, voice)
    commit()
    label = view.period.label(voice)
    flash(voice.gettext("%(period)s: %(state)s.", period=label, state=words), "message")
    if request.form.get("back") == "sheet":
        return redirect(url_for("sheet.show", slug=slug), 303)
    return redirect(round_address(view.project, view.period), 303)


def _page(view: RoundView, errors: dict[str, str], remark: str) -> str:
    session, voice = current_session(), current_voice()
    reached = {action: _may(view.project, action) for action in (Action.RECORD, Action.APPROVE)}
    acts = [act for act in rounds.possible_acts(view.state) if reached[STEPS[act].action]]
    names = Names(session, [view.row.changed_by_id] if view.row else [], voice)
    return render_template(
        "rounds/round.html",
        **_place(view.project, voice),
        period=view.period.label(voice),
        state=round_state_words(view.state, voice),
        changed=_changed(view, names, voice),
        remark_said=view.row.remark if view.row else "",
        counted=_counted(view, voice),
        rows=[_expected_row(each, voice, may_enter=reached[Action.RECORD]) for each in view.expected],
        action=round_address(view.project, view.period),
        version=view.row.version if view.row else 0,
        seen=rounds.newest_revision_of(session, view.project.id, view.period),
        buttons=[(act.value, round_act_words(act, voice)) for act in acts],
        asks_remark=any(STEPS[act].message for act in acts),
        remark=remark,
        errors=errors,
        needs_approval=view.project.needs_approval,
    )


def _may(project: Project, action: Action) -> bool:
    try:
        access.require_in_project(current_session(), current_actor(), project.id, action)
    except NotAllowed:
        return False
    return True


def _place(project: Project, voice: Voice) -> dict[str, str]:
    return {
        "place": voice.pick(project.short_sv, project.short_en),
        "project_href": url_for("projects.show", slug=project.slug),
        "rounds_href": url_for("rounds.show_all", slug=project.slug),
    }


def _row(view: RoundView, names: Names, voice: Voice) -> list[Any]:
    return [
        {"text": view.period.label(voice), "href": round_address(view.project, view.period)},
        {"text": round_state_words(view.state, voice), "note": view.row.remark if view.row else ""},
        _counted(view, voice),
        _changed(view, names, voice),
    ]


def _counted(view: RoundView, voice: Voice) -> str:
    n_recorded, n_late = view.n_in(*RECORDED), view.n_in(Standing.LATE)
    text = voice.gettext(
        "%(n)s of %(all)s recorded",
        n=voice.number(n_recorded, 0),
        all=voice.number(len(view.expected), 0),
    )
    if not n_late:
        return text
    return f"{text}, {voice.ngettext('%(n)s late', '%(n)s late', n_late)}"


def _changed(view: RoundView, names: Names, voice: Voice) -> str:
    if view.row is None:
        return ""
    return f"{moment(view.row.changed_at, voice)}, {names.of(view.row.changed_by_id)}"


def _expected_row(each: Expected, voice: Voice, *, may_enter: bool) -> list[Any]:
    entry = cell_address(each.project, each.series_id, each.period)
    words = voice.gettext("Correct") if each.standing in RECORDED else voice.gettext("Enter")
    return [
        {
            "text": voice.pick(each.version.name_sv, each.version.name_en),
            "href": url_for("indicators.show", indicator_id=each.indicator.id),
        },
        voice.day(each.due_on),
        {
            "text": standing_words(each.standing, voice),
            "meaning": "worse" if each.standing is Standing.LATE else "",
        },
        {"text": words, "href": entry} if may_enter else "",
    ]
