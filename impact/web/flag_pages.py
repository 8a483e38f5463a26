"""One flag: what turned, what was said of it, and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.charts.alt_text import alt_text
from impact.charts.content import IndicatorChart
from impact.errors import Conflict, Invalid
from impact.language import Voice, mark
from impact.monitoring import reviewing
from impact.monitoring.reviewing import MAY_FOLLOW, Decision
from impact.monitoring.tables import Analysis, DismissalCause, Flag, FlagAct
from impact.registry import access
from impact.registry.indicator_view import place_name
from impact.registry.lookup import SeriesPlace
from impact.reporting.picturing import picture_of
from impact.request_scope import commit, current_actor, current_session, current_voice, now
from impact.request_scope.transaction import roll_back
from impact.trend import sentences
from impact.web.addresses import chart_addresses, indicator_address
from impact.web.deciding_words import act_words, cause_words, direction_words, flag_state_words
from impact.web.guards import needs
from impact.web.moments import moment
from impact.web.people_names import Names

pages = Blueprint("flags", __name__)

LONGEST_TEXT = 4000
CHOICE_WORDS = {
    FlagAct.CONFIRMED: (mark("Confirm"), mark("The trend has turned; we act on it or keep an eye on it.")),
    FlagAct.DISMISSED: (
        mark("Dismiss"),
        mark("The figures are misleading, or it does not matter for the goal."),
    ),
    FlagAct.REOPENED: (mark("Reopen"), mark("Take the decision back; the flag awaits a new one.")),
}


class DecisionSchema(Schema):
    """The fields of the decision form."""

    class Meta:
        """What a browser sends besides is left out."""

        unknown = EXCLUDE

    act = fields.Enum(FlagAct, by_value=True, required=True)
    note = fields.String(load_default="", validate=validate.Length(max=LONGEST_TEXT))
    cause = fields.Enum(DismissalCause, by_value=True, load_default=None)
    until = fields.Date(load_default=None)
    agreed_action = fields.String(load_default="", validate=validate.Length(max=LONGEST_TEXT))
    action_owner = fields.String(load_default="", validate=validate.Length(max=200))
    action_due_on = fields.Date(load_default=None)


@pages.get("/flags/<int:flag_id>")
@needs(Action.SEE)
def show(flag_id: int) -> str:
    """A flag with its picture, its history and, for those who may, the decision."""
    typed = dict.fromkeys(DecisionSchema().fields, "")
    return _page(flag_id, typed, {})


@pages.post("/flags/<int:flag_id>")
@needs(Action.DECIDE)
def decide(flag_id: int) -> Response | tuple[str, int]:
    """Keep a decision; on any trouble the form comes back as typed."""
    voice, session = current_voice(), current_session()
    typed = {name: request.form.get(name, "") for name in DecisionSchema().fields}
    version = request.form.get("version", 0, type=int)
    decision, errors = _read(typed, voice)
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
    return redirect(url_for("flags.show", flag_id=flag_id), 303)


def _read(typed: Mapping[str, str], voice: Voice) -> tuple[Decision | None, dict[str, str]]:
    given = {name: text.strip() for name, text in typed.items() if text.strip()}
    problems = DecisionSchema().validate(given)
    if problems:
        told = {
            "act": voice.gettext("Choose a decision."),
            "until": voice.gettext("Write a day as year-month-day."),
            "action_due_on": voice.gettext("Write a day as year-month-day."),
        }
        other = voice.gettext("This cannot be read. Please type or choose it again.")
        return None, {str(name): told.get(str(name), other) for name in problems}
    loaded: dict[str, Any] = DecisionSchema().load(given)
    return Decision(**loaded), {}


def _page(flag_id: int, typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    session, actor, voice = current_session(), current_actor(), current_voice()
    flag, place = reviewing.flag_place(session, actor, flag_id)
    picture = picture_of(session, place, voice)
    raised = session.get_one(Analysis, flag.raised_by_id)
    then = picture_of(session, place, voice, known_at=raised.recorded_at)
    may_decide = access.may(session, actor, Action.DECIDE, place.indicator.id)
    return render_template(
        "flags/flag.html",
        title=picture.title,
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
        choices=_choices(flag, voice) if may_decide else [],
        causes=[
            ("", voice.gettext("Choose")),
            *((cause.value, cause_words(cause, voice)) for cause in DismissalCause),
        ],
        action=url_for("flags.decide", flag_id=flag.id),
        version=flag.version,
        typed=typed,
        errors=errors,
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


def _choices(flag: Flag, voice: Voice) -> list[tuple[str, str, str]]:
    return [
        (act.value, voice.gettext(CHOICE_WORDS[act][0]), voice.gettext(CHOICE_WORDS[act][1]))
        for act in CHOICE_WORDS
        if act in MAY_FOLLOW[flag.state]
    ]


def _events(flag: Flag, voice: Voice) -> list[dict[str, str]]:
    events = reviewing.events_of(current_session(), flag.id)
    names = Names(current_session(), (event.actor_id for event in events), voice)
    items = []
    for event in events:
        details = [cause_words(event.cause, voice) if event.cause else ""]
        if event.until:
            details.append(voice.gettext("until %(day)s", day=voice.day(event.until)))
        if event.agreed_action:
            details.append(voice.gettext("Agreed: %(action)s", action=event.agreed_action))
        if event.action_owner:
            details.append(event.action_owner)
        if event.action_due_on:
            details.append(voice.gettext("by %(day)s", day=voice.day(event.action_due_on)))
        items.append(
            {
                "at": moment(event.recorded_at, voice),
                "iso": event.recorded_at.isoformat(),
                "who": names.of(event.actor_id),
                "text": act_words(event.act, voice),
                "quote": event.note,
                "detail": " · ".join(part for part in details if part),
            }
        )
    return items
