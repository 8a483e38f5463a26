"""What was typed into the form for a token, judged for its form only and never lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from marshmallow import EXCLUDE, Schema, fields, validate

from impact.accounts.tables import TokenScope
from impact.language import Voice, mark

TOLD = {
    "label": mark("Say what the token is for."),
    "scope": mark("Choose what the token may do."),
    "ends_on": mark("Write a day as year-month-day."),
}
USUAL_LIFE = timedelta(days=90)


class TokenSchema(Schema):
    """The fields of the form for a token."""

    class Meta:
        """What a browser sends besides is left out."""

        unknown = EXCLUDE

    label = fields.String(required=True, validate=validate.Length(max=100))
    scope = fields.Enum(TokenScope, by_value=True, required=True)
    ends_on = fields.Date(required=True)


@dataclass(frozen=True)
class WantedToken:
    """A token as it was asked for."""

    label: str
    scope: TokenScope
    expires_at: datetime


@dataclass
class TypedToken:
    """The form as typed, what it asks for where it can be read, and what is wrong."""

    typed: dict[str, str]
    wanted: WantedToken | None = None
    errors: dict[str, str] = field(default_factory=dict)


def read_token(form: Mapping[str, str], zone: tzinfo, voice: Voice) -> TypedToken:
    """What somebody typed; the token lasts through its last day."""
    typed = {name: form.get(name, "") for name in TokenSchema().fields}
    given = {name: text.strip() for name, text in typed.items() if text.strip()}
    problems = TokenSchema().validate(given)
    if problems:
        return TypedToken(typed, errors={name: voice.gettext(TOLD[name]) for name in problems})
    loaded = TokenSchema().load(given)
    last_day: date = loaded["ends_on"]
    if last_day == date.max:
        return TypedToken(typed, errors={"ends_on": voice.gettext(TOLD["ends_on"])})
    expires_at = datetime.combine(last_day + timedelta(days=1), time(), zone)
    return TypedToken(typed, WantedToken(loaded["label"], loaded["scope"], expires_at))


def typed_anew(today: date) -> dict[str, str]:
    """The form for a new token: it reads, for three months."""
    return {"label": "", "scope": TokenScope.READ.value, "ends_on": (today + USUAL_LIFE).isoformat()}
