"""Flags: those that wait for a decision, one with its life, and the decision."""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.form import LONGEST_TEXT, Form, Instant, Text
from impact.api.paging import PagingForm, address_of_next, next_field, part_asked, sort_field
from impact.api.preconditions import IF_MATCH, TAG_TO_SEND, require_version
from impact.api.repeating import IDEMPOTENCY_KEY, done, repeatable
from impact.api.resource import Resource, answer
from impact.api.shapes import FlagMarkSchema, about, flag_mark
from impact.errors import Conflict
from impact.monitoring import reviewing
from impact.monitoring.flag_list import ORDERS, FlagFilter, listed_flags
from impact.monitoring.reviewing import STATES, Decision
from impact.monitoring.tables import DismissalCause, Flag, FlagAct, FlagDirection, FlagEvent, FlagState
from impact.registry.lookup import SeriesPlace
from impact.request_scope import current_actor, current_session, now
from impact.request_scope.admission import needs
from impact.request_scope.converters import LARGEST_NUMBER

resource = Resource("Flags", "Reversals put before people, and what was decided.")

ALL = "all"
NARROWING = ("direction", "project", "category", "indicator_id", "since")


class DecisionForm(Form):
    """What is decided about a flag, and why."""

    act = fields.Enum(
        FlagAct,
        by_value=True,
        required=True,
        metadata=about(f"One of {', '.join(f'`{act}`' for act in STATES)}.", "confirmed"),
    )
    note = Text(
        required=True,
        validate=validate.Length(max=LONGEST_TEXT),
        metadata=about("Why; whoever reads it next year needs it.", "Two clubs moved out in 2019."),
    )
    cause = fields.Enum(
        DismissalCause,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata=about("Why it is put aside; a dismissal needs one."),
    )
    until = fields.Date(load_default=None, allow_none=True, metadata=about("Dismissed until this day."))
    agreed_action = Text(
        load_default="",
        validate=validate.Length(max=LONGEST_TEXT),
        metadata=about("What is to be done."),
    )
    action_owner = Text(
        load_default="", validate=validate.Length(max=200), metadata=about("Who is to do it.")
    )
    action_due_on = fields.Date(load_default=None, allow_none=True, metadata=about("By which day."))


class FlagFilterForm(PagingForm):
    """What narrows the list of flags."""

    state = fields.String(
        load_default="open",
        validate=validate.OneOf([*FlagState, ALL]),
        metadata=about(
            f"Only those that stand so; `{ALL}` lists every flag, `open` is meant without it.", "open"
        ),
    )
    direction = fields.Enum(
        FlagDirection,
        by_value=True,
        load_default=None,
        metadata=about("Only those of trends that turned this way.", "to_worse"),
    )
    project = Text(
        load_default="", validate=validate.Length(max=200), metadata=about("Of this project, by its slug.")
    )
    category = Text(
        load_default="",
        validate=validate.Length(max=100),
        metadata=about("Of projects of this category, by its slug."),
    )
    indicator_id = fields.Integer(
        load_default=None,
        validate=validate.Range(min=1, max=LARGEST_NUMBER),
        metadata=about("Of this indicator.", 7),
    )
    since = Instant(
        load_default=None, metadata=about("Raised at this instant or later.", "2026-03-31T12:00:00Z")
    )
    sort = sort_field(ORDERS, default="id")


class FlagRowSchema(FlagMarkSchema):
    """A flag with what it is about."""

    project = fields.String(required=True, allow_none=True, metadata=about("The project's slug.", "centre"))
    indicator_id = fields.Integer(required=True, metadata=about("The indicator's number.", 7))
    series_id = fields.Integer(required=True, metadata=about("The series' number.", 12))
    first_raised_at = fields.DateTime(required=True, metadata=about("When it was raised first."))
    dismissed_until = fields.Date(
        required=True, allow_none=True, metadata=about("The day on which a dismissal ends.")
    )


class FlagEventSchema(Schema):
    """A step in the life of a flag."""

    act = fields.Enum(FlagAct, by_value=True, required=True, metadata=about("What was done."))
    recorded_at = fields.DateTime(required=True, metadata=about("When."))
    note = fields.String(required=True, metadata=about("Why."))
    cause = fields.Enum(
        DismissalCause, by_value=True, required=True, allow_none=True, metadata=about("Why it was dismissed.")
    )
    until = fields.Date(required=True, allow_none=True, metadata=about("Dismissed until this day."))
    agreed_action = fields.String(required=True, metadata=about("What is to be done."))
    action_owner = fields.String(required=True, metadata=about("Who is to do it."))
    action_due_on = fields.Date(required=True, allow_none=True, metadata=about("By which day."))


class FlagSchema(FlagRowSchema):
    """A flag with its life."""

    events = fields.List(
        fields.Nested(FlagEventSchema), required=True, metadata=about("Its life, newest step first.")
    )


class FlagListSchema(Schema):
    """A part of the flags."""

    flags = fields.List(fields.Nested(FlagRowSchema), required=True, metadata=about("The flags."))
    next = next_field()


def _reach(flag_id: int) -> tuple[Flag, SeriesPlace]:
    """The flag that the caller wants to decide on, with what it is about.

    Raises:
        NotFound, NotAllowed: out of reach.
    """
    return reviewing.flag_place(current_session(), current_actor(), flag_id, Action.DECIDE)


@resource.get("/flags")
@needs(Action.SEE)
@resource.arguments(FlagFilterForm, location="query", unknown=None)
@resource.response(200, FlagListSchema)
@resource.failing(422)
@resource.doc(operationId="list_flags")
def list_flags(asked: dict[str, Any]) -> Response:
    """List flags.

    Those that wait for a decision, in projects that the token may see, oldest first; others by
    `state` and `sort`. `next` leads on.
    """
    part, state = part_asked(asked, ORDERS), asked["state"]
    wanted = FlagFilter(
        state=None if state == ALL else FlagState(state), **{name: asked[name] for name in NARROWING}
    )
    found = listed_flags(current_session(), current_actor(), wanted, part)
    rows = [_row(flag, place) for flag, place in found[: part.limit]]
    key = part.key_of_next([flag for flag, _ in found])
    return answer({"flags": rows, "next": address_of_next(key)})


@resource.get("/flags/<int:flag_id>")
@needs(Action.SEE)
@resource.response(200, FlagSchema, headers=TAG_TO_SEND)
@resource.failing(404)
@resource.doc(operationId="read_flag")
def read_flag(flag_id: int) -> Response:
    """Read a flag.

    What turned, and every step of its life.
    """
    flag, place = reviewing.flag_place(current_session(), current_actor(), flag_id)
    return _answer(flag, place)


@resource.post("/flags/<int:flag_id>/decisions")
@needs(Action.DECIDE)
@resource.first(_reach)
@repeatable
@resource.arguments(DecisionForm, unknown=None, example={"act": "confirmed", "note": "Two clubs moved out."})
@resource.response(201, FlagSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 412, 415, 422, 428)
@resource.doc(operationId="decide_on_flag", parameters=[IF_MATCH, IDEMPOTENCY_KEY])
def decide_on_flag(said: dict[str, Any], flag_id: int) -> Response:
    """Decide on a flag.

    Confirm it, dismiss it with a cause, or reopen it; the reason is kept for good.
    """
    session, actor = current_session(), current_actor()
    flag, place = _reach(flag_id)
    require_version(_tag(flag))
    try:
        reviewing.decide(session, actor, flag_id, flag.version, Decision(**said), now=now())
    except Conflict:
        # It was read again under its lock: either another version now, or one that bars this.
        require_version(_tag(flag))
        raise
    return done(_answer(flag, place, 201))


def _tag(flag: Flag) -> str:
    return f"{flag.id}-{flag.version}"


def _answer(flag: Flag, place: SeriesPlace, status: int = 200) -> Response:
    events = [_event(event) for event in reviewing.events_of(current_session(), flag.id)]
    return answer({**_row(flag, place), "events": events}, status, tag=_tag(flag))


def _row(flag: Flag, place: SeriesPlace) -> dict[str, Any]:
    return {
        **flag_mark(flag),
        "project": place.project.slug if place.project else None,
        "indicator_id": place.indicator.id,
        "series_id": place.series.id,
        "first_raised_at": flag.first_raised_at.isoformat(),
        "dismissed_until": _day(flag.dismissed_until),
    }


def _event(event: FlagEvent) -> dict[str, Any]:
    return {
        "act": event.act,
        "recorded_at": event.recorded_at.isoformat(),
        "note": event.note,
        "cause": event.cause,
        "until": _day(event.until),
        "agreed_action": event.agreed_action,
        "action_owner": event.action_owner,
        "action_due_on": _day(event.action_due_on),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
