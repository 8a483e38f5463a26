"""What was typed into the subscription form, judged for its form only and never lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from impact.delivery.subscription_plans import SubscriptionPlan
from impact.delivery.tables import Content, Rhythm
from impact.language import Language, Voice, mark

WHOLE_PORTFOLIO, OWN_PROJECTS = "", "own"
TOLD = {
    "name": mark("Give the report a name."),
    "rhythm": mark("Choose how often."),
    "starts_on": mark("Write a day as year-month-day."),
    "ends_on": mark("Write a day as year-month-day."),
    "day": mark("Write a whole number."),
    "month": mark("Write a whole number."),
    "hour": mark("Write a whole number."),
}
UNREADABLE = mark("This cannot be read. Please type or choose it again.")


class SubscriptionSchema(Schema):
    """The fields of the subscription form."""

    class Meta:
        """What a browser sends besides is left out."""

        unknown = EXCLUDE

    name = fields.String(required=True, validate=validate.Length(max=200))
    about = fields.String(load_default=WHOLE_PORTFOLIO, validate=validate.Length(max=40))
    content = fields.Enum(Content, by_value=True, load_default=Content.DIGEST)
    rhythm = fields.Enum(Rhythm, by_value=True, required=True)
    day = fields.Integer(load_default=1)
    month = fields.Integer(load_default=1)
    hour = fields.Integer(load_default=7)
    time_zone = fields.String(required=True, validate=validate.Length(max=64))
    language = fields.Enum(Language, by_value=True, required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(load_default=None)
    to_me = fields.String(load_default="")
    addresses = fields.String(load_default="", validate=validate.Length(max=20_000))


@dataclass
class TypedSubscription:
    """The form as typed, what it asks for where it can be read, and what is wrong."""

    typed: dict[str, str]
    plan: SubscriptionPlan | None = None
    errors: dict[str, str] = field(default_factory=dict)


def read_subscription(
    form: Mapping[str, str], people: Collection[int], user_id: int, voice: Voice
) -> TypedSubscription:
    """What somebody typed; errors are sentences beside the fields.

    Args:
        people: the numbers of those ticked in the list of people.
    """
    typed = {name: form.get(name, "") for name in SubscriptionSchema().fields}
    given = {name: text.strip() for name, text in typed.items() if text.strip()}
    problems = SubscriptionSchema().validate(given)
    if problems:
        return TypedSubscription(
            typed, errors={str(name): voice.gettext(TOLD.get(str(name), UNREADABLE)) for name in problems}
        )
    loaded: dict[str, Any] = SubscriptionSchema().load(given)
    about, to_me, addresses = loaded.pop("about"), loaded.pop("to_me"), loaded.pop("addresses")
    kind, _, number = about.partition(":")
    plan = SubscriptionPlan(
        project_id=int(number) if kind == "project" and number.isdecimal() else None,
        category_id=int(number) if kind == "category" and number.isdecimal() else None,
        own_projects=about == OWN_PROJECTS,
        user_ids=tuple(sorted({*people, *((user_id,) if to_me else ())})),
        addresses=tuple(addresses.replace(",", "\n").replace(";", "\n").splitlines()),
        **loaded,
    )
    return TypedSubscription(typed, plan)


def typed_from(plan: SubscriptionPlan, user_id: int) -> dict[str, str]:
    """The form filled with what a subscription asks for."""
    about = OWN_PROJECTS if plan.own_projects else WHOLE_PORTFOLIO
    if plan.project_id is not None:
        about = f"project:{plan.project_id}"
    elif plan.category_id is not None:
        about = f"category:{plan.category_id}"
    return {
        "name": plan.name,
        "about": about,
        "content": str(plan.content),
        "rhythm": str(plan.rhythm),
        "day": str(plan.day),
        "month": str(plan.month),
        "hour": str(plan.hour),
        "time_zone": plan.time_zone,
        "language": str(plan.language),
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": plan.ends_on.isoformat() if plan.ends_on else "",
        "to_me": "yes" if user_id in plan.user_ids else "",
        "addresses": "\n".join(plan.addresses),
    }


def typed_anew(today: date, time_zone: str, language: str) -> dict[str, str]:
    """The form for a new subscription: monthly, to oneself, from today on."""
    return {
        **dict.fromkeys(SubscriptionSchema().fields, ""),
        "content": Content.DIGEST.value,
        "rhythm": Rhythm.MONTHLY.value,
        "day": "1",
        "month": "1",
        "hour": "7",
        "time_zone": time_zone,
        "language": language,
        "starts_on": today.isoformat(),
        "to_me": "yes",
    }
