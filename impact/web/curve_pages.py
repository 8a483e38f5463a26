"""Turning the curve of one indicator: what happened, why, what was agreed, how fast it must go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.charts.alt_text import alt_text
from impact.errors import Invalid
from impact.monitoring import reviewing
from impact.monitoring.agreed import agreed_actions
from impact.monitoring.flagging import standing_flag
from impact.registry import access, editing, lookup
from impact.registry.indicator_tables import TOTAL
from impact.registry.indicator_view import place_name
from impact.registry.lookup import SeriesPlace
from impact.registry.project_tables import StoryNote
from impact.reporting.picturing import picture_of
from impact.request_scope import commit, current_actor, current_session, current_voice, now, today
from impact.request_scope.transaction import roll_back
from impact.trend import sentences
from impact.web.addresses import chart_addresses, indicator_address
from impact.web.curve_words import action_items, note_items, pace_cards, turn_facts
from impact.web.decision_form import decision_form, life_items
from impact.web.guards import needs
from impact.web.people_names import Names
from impact.web.progress_rows import progress_part

pages = Blueprint("curves", __name__)

LONGEST_NOTE = 4000


@pages.get("/indicators/<int:indicator_id>/curve")
@needs(Action.SEE)
def show(indicator_id: int) -> str:
    """History and target, the turn, the story behind it, actions, follow-up and decisions."""
    return _page(indicator_id, {"text": "", "noted_on": today().isoformat()}, {})


@pages.post("/indicators/<int:indicator_id>/curve")
@needs(Action.RECORD)
def add_note(indicator_id: int) -> Response | tuple[str, int]:
    """Keep a note on what lies behind the figures; on any trouble it comes back as typed."""
    session, actor, voice = current_session(), current_actor(), current_voice()
    place = lookup.indicator_place(session, actor, indicator_id, TOTAL, Action.RECORD)
    typed = {name: request.form.get(name, "") for name in ("text", "noted_on")}
    errors = _errors(typed)
    if errors or place.project is None:
        return _page(indicator_id, typed, errors), 422
    facts = {
        "project_id": place.project.id,
        "indicator_id": indicator_id,
        "noted_on": date.fromisoformat(typed["noted_on"]),
        "text_sv": typed["text"].strip(),
    }
    address = indicator_address(place, "curves.show")
    try:
        editing.make(session, actor, StoryNote, facts, now=now())
    except Invalid as error:
        roll_back()
        return _page(indicator_id, typed, {"text": voice.gettext(error.message, **error.facts)}), error.status
    commit()
    flash(voice.gettext("Saved."), "message")
    return redirect(f"{address}#story", 303)


def _errors(typed: Mapping[str, str]) -> dict[str, str]:
    voice, told = current_voice(), {}
    if not typed["text"].strip():
        told["text"] = voice.gettext("Write what lies behind the figures.")
    elif len(typed["text"]) > LONGEST_NOTE:
        told["text"] = voice.gettext("Write at most %(n)s characters.", n=LONGEST_NOTE)
    try:
        day = date.fromisoformat(typed["noted_on"].strip())
        if day > today():
            told["noted_on"] = voice.gettext("That day has not come yet.")
    except ValueError:
        told["noted_on"] = voice.gettext("Write a day as year-month-day.")
    return told


def _page(indicator_id: int, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    session, actor, voice = current_session(), current_actor(), current_voice()
    place = lookup.indicator_place(session, actor, indicator_id, request.args.get("group", TOTAL))
    picture = picture_of(session, place, voice)
    flag = standing_flag(session, place.series.id)
    may_decide = flag is not None and access.may(session, actor, Action.DECIDE, indicator_id)
    may_plan = place.project is not None and access.may(session, actor, Action.PLAN, indicator_id)
    may_tell = place.project is not None and access.may(session, actor, Action.RECORD, indicator_id)
    events = reviewing.events_of(session, flag.id) if flag else []
    actions = agreed_actions(session, [place.series.id])
    notes = _notes(place)
    people = {event.actor_id for event in events} | {note.author_id for note in notes}
    people |= {step.actor_id for each in actions for step in (each.event, *each.follow_ups)}
    names = Names(session, people, voice)
    told = (
        sentences.sentence(picture.analysis, picture.series, picture.indicator, voice)
        if picture.analysis
        else ""
    )
    return render_template(
        "curve/curve.html",
        name=picture.indicator,
        place=voice.pick(*place_name(session, place)),
        project_href=url_for("projects.show", slug=place.project.slug) if place.project else None,
        indicator_href=indicator_address(place),
        sentence=f"{told} {picture.comparison}".strip(),
        chart=chart_addresses(place, voice),
        alt=alt_text(picture),
        turn=turn_facts(picture, flag, voice),
        paces=pace_cards(picture, voice),
        progress=progress_part(picture, voice),
        plan_href=url_for("indicator_plans.show", indicator_id=indicator_id) if may_plan else None,
        notes=note_items(notes, names, voice),
        note_action=url_for("curves.add_note", indicator_id=indicator_id) if may_tell else None,
        typed=typed,
        errors=errors,
        actions=action_items(actions, names, voice, today()),
        events=life_items(events, names, voice),
        flag_href=url_for("flags.show", flag_id=flag.id) if flag else None,
        form=decision_form(flag, voice, back=indicator_address(place, "curves.show"))
        if flag and may_decide
        else None,
        invented=place.indicator.is_invented,
    )


def _notes(place: SeriesPlace) -> list[StoryNote]:
    """The notes on the indicator, then those on the whole project, newest first in each."""
    if place.project is None:
        return []
    rows: list[Any] = lookup.plan_rows(current_session(), StoryNote, place.project.id)
    mine = [note for note in rows if note.indicator_id in (None, place.indicator.id)]
    return sorted(mine, key=lambda note: (note.indicator_id is None, -note.noted_on.toordinal()))
