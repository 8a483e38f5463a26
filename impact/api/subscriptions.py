"""Subscriptions: who gets which report when; made, changed, paused and ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import url_for
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.form import Form, Text
from impact.api.paging import PagingForm, address_of_next, next_field, part_asked, sort_field
from impact.api.preconditions import IF_MATCH, TAG_TO_SEND, require_version, told_as_changed
from impact.api.repeating import IDEMPOTENCY_KEY, done, repeatable
from impact.api.resource import Resource, answer
from impact.api.shapes import about
from impact.delivery import subscribing
from impact.delivery.due import next_dues
from impact.delivery.schedules import due_plan
from impact.delivery.subscribing import ORDERS, SubscriptionView
from impact.delivery.subscription_plans import SubscriptionPlan, plan_of
from impact.delivery.tables import Content, Rhythm
from impact.errors import Conflict
from impact.language import Language
from impact.request_scope import (
    commit,
    current_actor,
    current_session,
    current_voice,
    installation,
    now,
    today,
)
from impact.request_scope.admission import needs
from impact.request_scope.converters import LARGEST_NUMBER

resource = Resource("Subscriptions", "Who gets which report when.")

ADDRESS = "/subscriptions/<int:subscription_id>"
EXAMPLE = {"name": "The board's summary", "rhythm": "monthly", "day": 1, "addresses": ["board@example.se"]}


def _number(words: str, example: int | None, low: int, high: int, **options: Any) -> fields.Integer:
    return fields.Integer(
        strict=True, validate=validate.Range(min=low, max=high), metadata=about(words, example), **options
    )


class SubscriptionChangeForm(Form):
    """What is to be different of a subscription."""

    name = Text(validate=validate.Length(max=100), metadata=about("What it is called.", EXAMPLE["name"]))
    rhythm = fields.Enum(Rhythm, by_value=True, metadata=about("How often a report is due.", "monthly"))
    content = fields.Enum(Content, by_value=True, metadata=about("What a report holds.", "digest"))
    day = _number("On which day: 1 to 31, the last day stands in; from Monday, 1 to 7, each week.", 1, 1, 31)
    month = _number("In which month of the quarter (1 to 3) or of the year (1 to 12).", 1, 1, 12)
    hour = _number("At which hour.", 7, 0, 23)
    time_zone = Text(
        validate=validate.Length(max=100), metadata=about("In which time zone.", "Europe/Stockholm")
    )
    language = fields.Enum(Language, by_value=True, metadata=about("In which language.", "sv"))
    starts_on = fields.Date(metadata=about("From which day on.", "2026-12-01"))
    ends_on = fields.Date(
        allow_none=True, metadata=about("The last day; today ends it. Null goes on.", "2027-12-31")
    )
    project_id = _number("About this project alone.", None, 1, LARGEST_NUMBER, allow_none=True)
    category_id = _number("About projects of this category alone.", None, 1, LARGEST_NUMBER, allow_none=True)
    own_projects = fields.Boolean(
        truthy={True},
        falsy={False},
        metadata=about("About those projects alone in which each reader has a role.", False),
    )
    user_ids = fields.List(
        _number("A person's number.", 4, 1, LARGEST_NUMBER),
        validate=validate.Length(max=200),
        metadata=about("People who sign in and get it.", [4]),
    )
    addresses = fields.List(
        Text(validate=validate.Length(max=254)),
        validate=validate.Length(max=200),
        metadata=about("Addresses that get it as well.", EXAMPLE["addresses"]),
    )


class SubscriptionForm(SubscriptionChangeForm):
    """What is said of a new subscription; what is left out is as in the form of the pages."""

    name = Text(
        required=True,
        validate=validate.Length(max=100),
        metadata=about("What it is called.", EXAMPLE["name"]),
    )
    rhythm = fields.Enum(
        Rhythm, by_value=True, required=True, metadata=about("How often a report is due.", "monthly")
    )


class SubscriptionSchema(Schema):
    """A subscription."""

    id = fields.Integer(required=True, metadata=about("Its number.", 5))
    owner = fields.String(required=True, metadata=about("Whose it is.", "manager"))
    name = fields.String(required=True, metadata=about("What it is called.", EXAMPLE["name"]))
    rhythm = fields.Enum(Rhythm, by_value=True, required=True, metadata=about("How often.", "monthly"))
    content = fields.Enum(Content, by_value=True, required=True, metadata=about("What it holds.", "digest"))
    day = fields.Integer(required=True, metadata=about("On which day of week or month.", 1))
    month = fields.Integer(required=True, metadata=about("In which month of quarter or year.", 1))
    hour = fields.Integer(required=True, metadata=about("At which hour.", 7))
    time_zone = fields.String(required=True, metadata=about("In which time zone.", "Europe/Stockholm"))
    language = fields.Enum(Language, by_value=True, required=True, metadata=about("In which language.", "sv"))
    starts_on = fields.Date(required=True, metadata=about("From which day on.", "2026-12-01"))
    ends_on = fields.Date(required=True, allow_none=True, metadata=about("The last day."))
    project_id = fields.Integer(required=True, allow_none=True, metadata=about("About this project alone."))
    category_id = fields.Integer(required=True, allow_none=True, metadata=about("About this category alone."))
    own_projects = fields.Boolean(
        required=True, metadata=about("About projects alone in which the reader has a role.", False)
    )
    user_ids = fields.List(fields.Integer(), required=True, metadata=about("People who get it.", [4]))
    addresses = fields.List(
        fields.String(), required=True, metadata=about("Addresses that get it.", EXAMPLE["addresses"])
    )
    paused_at = fields.DateTime(required=True, allow_none=True, metadata=about("Since when it is paused."))
    next_at = fields.DateTime(
        required=True,
        allow_none=True,
        metadata=about("When the next report is due; null where none will be.", "2026-12-01T06:00:00+00:00"),
    )


class SubscriptionListSchema(Schema):
    """A part of the subscriptions."""

    subscriptions = fields.List(
        fields.Nested(SubscriptionSchema), required=True, metadata=about("The subscriptions.")
    )
    next = next_field()


class SubscriptionPartForm(PagingForm):
    """Which part of the subscriptions is asked for."""

    sort = sort_field(ORDERS, default="id")


def _reach(subscription_id: int, **_path: object) -> SubscriptionView:
    return subscribing.subscription(current_session(), current_actor(), subscription_id)


@resource.get("/subscriptions")
@needs(Action.SEE)
@resource.arguments(SubscriptionPartForm, location="query", unknown=None)
@resource.response(200, SubscriptionListSchema)
@resource.failing(422)
@resource.doc(operationId="list_subscriptions")
def list_subscriptions(asked: dict[str, Any]) -> Response:
    """List subscriptions.

    One's own; all of them for an administrator of everything. `next` leads on.
    """
    part = part_asked(asked, ORDERS)
    found = subscribing.subscriptions_of(current_session(), current_actor(), part)
    key = part.key_of_next([view.subscription for view in found])
    rows = [_body(view) for view in found[: part.limit]]
    return answer({"subscriptions": rows, "next": address_of_next(key)})


@resource.post("/subscriptions")
@needs(Action.SUBSCRIBE)
@repeatable
@resource.arguments(SubscriptionForm, unknown=None, example=EXAMPLE)
@resource.response(201, SubscriptionSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 415, 422)
@resource.doc(operationId="make_subscription", parameters=[IDEMPOTENCY_KEY])
def make_subscription(said: dict[str, Any]) -> Response:
    """Make a subscription.

    The first report is one still to come. Each reader gets what that reader may see.
    """
    given = {
        "starts_on": today(),
        "time_zone": str(installation().settings.time_zone),
        "language": current_voice().language,
        **_columns(said),
    }
    made = subscribing.make(current_session(), current_actor(), SubscriptionPlan(**given), now=now())
    response = _answer(_reach(made.id), 201)
    response.headers["Location"] = url_for("Subscriptions.read_subscription", subscription_id=made.id)
    return done(response)


@resource.get(ADDRESS)
@needs(Action.SEE)
@resource.response(200, SubscriptionSchema, headers=TAG_TO_SEND)
@resource.failing(404)
@resource.doc(operationId="read_subscription")
def read_subscription(subscription_id: int) -> Response:
    """Read a subscription.

    What is sent, when, and to whom.
    """
    return _answer(_reach(subscription_id))


@resource.patch(ADDRESS)
@needs(Action.SUBSCRIBE)
@resource.first(_reach)
@resource.arguments(SubscriptionChangeForm, unknown=None, example={"ends_on": "2026-12-31"})
@resource.response(200, SubscriptionSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 412, 415, 422, 428)
@resource.doc(operationId="change_subscription", parameters=[IF_MATCH])
def change_subscription(said: dict[str, Any], subscription_id: int) -> Response:
    """Change or end a subscription.

    What is named; the rest stays as it was. With `ends_on` of today it ends.
    """
    session, row = current_session(), _reach(subscription_id).subscription
    require_version(_tag(row))
    plan = replace(plan_of(session, row), **_columns(said))
    with told_as_changed(Conflict):
        subscribing.change(session, current_actor(), row.id, row.version, plan, now=now())
    response = _answer(_reach(subscription_id))
    commit()
    return response


@resource.post(f"{ADDRESS}/<any(pause, resume):way>")
@needs(Action.SUBSCRIBE)
@resource.first(_reach)
@repeatable
@resource.arguments(Form, unknown=None, example={})
@resource.response(200, SubscriptionSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 412, 415, 422, 428)
@resource.doc(operationId="pause_or_resume_subscription", parameters=[IF_MATCH, IDEMPOTENCY_KEY])
def set_paused(_said: dict[str, Any], subscription_id: int, way: str) -> Response:
    """Pause a subscription, or let it go on.

    What fell due in a pause is skipped.
    """
    require_version(_tag(_reach(subscription_id).subscription))
    with told_as_changed(Conflict):
        subscribing.set_paused(
            current_session(), current_actor(), subscription_id, paused=way == "pause", now=now()
        )
    return done(_answer(_reach(subscription_id)))


def _columns(said: dict[str, Any]) -> dict[str, Any]:
    lists: dict[str, Any] = {name: tuple(said[name]) for name in ("user_ids", "addresses") if name in said}
    return {**said, **lists}


def _tag(row: Any) -> str:
    return f"subscription-{row.id}-{row.version}"


def _answer(view: SubscriptionView, status: int = 200) -> Response:
    return answer(_body(view), status, tag=_tag(view.subscription))


def _body(view: SubscriptionView) -> dict[str, Any]:
    row = view.subscription
    dates = [] if row.paused_at else next_dues(due_plan(current_session(), row), now(), 1)
    ends_on, paused_at = row.ends_on, row.paused_at
    return {
        "id": row.id,
        "owner": view.owner_name,
        **{name: getattr(row, name) for name in SubscriptionPlan.columns()},
        "starts_on": row.starts_on.isoformat(),
        "ends_on": ends_on.isoformat() if ends_on else None,
        "user_ids": [one.user_id for one in view.recipients if one.user_id is not None],
        "addresses": [one.address for one in view.recipients if one.address is not None],
        "paused_at": paused_at.isoformat() if paused_at else None,
        "next_at": dates[0][1].isoformat() if dates else None,
    }
