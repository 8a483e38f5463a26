"""One flag: what turned, what was said of it, and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.charts.alt_text import alt_text
from impact.charts.content import IndicatorChart
from impact.errors import Conflict, Invalid
from impact.language import Voice
from impact.monitoring import reviewing
from impact.monitoring.tables import Analysis, Flag
from impact.registry import access
from impact.registry.indicator_view import place_name
from impact.registry.lookup import SeriesPlace
from impact.reporting.picturing import picture_of
from impact.request_scope import commit, current_actor, current_session, current_voice, now
from impact.request_scope.transaction import roll_back
from impact.trend import sentences
from impact.web.addresses import chart_addresses, indicator_address
from impact.web.deciding_words import direction_words, flag_state_words
from impact.web.decision_form import NAMES, decision_form, life_items, read_decision
from impact.web.guards import needs, safe_next
from impact.web.moments import moment
from impact.web.people_names import Names

pages = Blueprint("flags", __name__)


@pages.get("/flags/<int:flag_id>")
@needs(Action.SEE)
def show(flag_id: int) -> str:
    """A flag with its picture, its history and, for those who may, the decision."""
    return _page(flag_id, dict.fromkeys(NAMES, ""), {})


@pages.post("/flags/<int:flag_id>")
@needs(Action.DECIDE)
def decide(flag_id: int) -> Response | tuple[str, int]:
    """Keep a decision; on any trouble the form comes back as typed."""
    voice, session = current_voice(), current_session()
    typed = {name: request.form.get(name, "") for name in NAMES}
    version = request.form.get("version", 0, type=int)
    decision, errors = read_decision(typed, voice)
    if decision is None:
        reviewing.flag_place(session, current_actor(), flag_id, Action.DECIDE)
        return _page(flag_id, typed, errors), 422
    try:
        flag = reviewing.decide(session, current_actor(), flag_id, version, decision, now=now())
    except (Invalid, Conflict) as error:
        roll_back()
        told = {error.field or "act": voice.gettext(error.message, **error.facts)}
        return _page(flag_id, typed, told), error.status
    words = flag_state_words(flag.state, voice)
    commit()
    flash(voice.gettext("Saved: the flag is now %(state)s.", state=words.lower()), "message")
    back = request.form.get("next", "")
    return redirect(safe_next(back) if back else url_for("flags.show", flag_id=flag_id), 303)


def _page(flag_id: int, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    session, actor, voice = current_session(), current_actor(), current_voice()
    flag, place = reviewing.flag_place(session, actor, flag_id)
    picture = picture_of(session, place, voice)
    raised = session.get_one(Analysis, flag.raised_by_id)
    then = picture_of(session, place, voice, known_at=raised.recorded_at)
    may_decide = access.may(session, actor, Action.DECIDE, place.indicator.id)
    return render_template(
        "flags/flag.html",
        name=picture.indicator,
        place=voice.pick(*place_name(session, place)),
        project_href=url_for("projects.show", slug=place.project.slug) if place.project else None,
        indicator_href=indicator_address(place),
        words=direction_words(flag.direction, voice),
        state=flag_state_words(flag.state, voice),
        sentence=_sentence(picture),
        comparison=picture.comparison,
        raised=moment(flag.first_raised_at, voice),
        then=_then(then, raised, place) if _has_changed(then, picture) else None,
        chart=chart_addresses(place, voice),
        alt=alt_text(picture),
        events=_events(flag, voice),
        form=decision_form(flag, voice, typed, errors, request.form.get("next", "")) if may_decide else None,
        curve_href=indicator_address(place, "curves.show"),
        invented=place.indicator.is_invented,
    )


def _sentence(picture: IndicatorChart) -> str:
    if picture.analysis is None:
        return ""
    return sentences.sentence(picture.analysis, picture.series, picture.indicator, picture.voice)


def _has_changed(then: IndicatorChart, now: IndicatorChart) -> bool:
    """Whether anything that was measured or said is another since the flag was raised."""
    return then.series != now.series or _sentence(then) != _sentence(now)


def _then(picture: IndicatorChart, raised: Analysis, place: SeriesPlace) -> dict[str, Any]:
    """What was known when the flag was raised, to be read beside what is known now."""
    return {
        "sentence": f"{_sentence(picture)} {picture.comparison}".rstrip(),
        "alt": alt_text(picture),
        "chart": chart_addresses(place, picture.voice, raised.id),
    }


def _events(flag: Flag, voice: Voice) -> list[dict[str, str]]:
    events = reviewing.events_of(current_session(), flag.id)
    return life_items(events, Names(current_session(), (event.actor_id for event in events), voice), voice)
