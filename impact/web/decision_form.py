"""The form in which a flag is decided on, the same on its own page and where the curve is turned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import url_for
from marshmallow import EXCLUDE, Schema, fields, validate

from impact.language import Voice, mark
from impact.monitoring.reviewing import MAY_FOLLOW, Decision
from impact.monitoring.tables import DismissalCause, Flag, FlagAct, FlagEvent
from impact.web.deciding_words import act_words, agreed_words, cause_words
from impact.web.moments import moment
from impact.web.people_names import Names

LONGEST_TEXT: Final = 4000
CHOICE_WORDS: Final = {
    FlagAct.CONFIRMED: (mark("Confirm"), mark("The trend has turned; we act on it or keep an eye on it.")),
    FlagAct.FOLLOWED_UP: (mark("Follow up"), mark("Tell what came of what was agreed, and what comes next.")),
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


NAMES: Final = tuple(DecisionSchema().fields)


def read_decision(typed: Mapping[str, str], voice: Voice) -> tuple[Decision | None, dict[str, str]]:
    """The decision that was typed, or a sentence for each field that cannot be read."""
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


def decision_form(
    flag: Flag,
    voice: Voice,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    back: str = "",
) -> dict[str, Any]:
    """What the macro ``decision`` needs; ``back`` is the page to which it leads afterwards."""
    return {
        "action": url_for("flags.decide", flag_id=flag.id),
        "version": flag.version,
        "choices": [
            (act.value, voice.gettext(CHOICE_WORDS[act][0]), voice.gettext(CHOICE_WORDS[act][1]))
            for act in CHOICE_WORDS
            if act in MAY_FOLLOW[flag.state]
        ],
        "causes": [
            ("", voice.gettext("Choose")),
            *((cause.value, cause_words(cause, voice)) for cause in DismissalCause),
        ],
        "typed": typed or dict.fromkeys(NAMES, ""),
        "errors": errors or {},
        "back": back,
    }


def life_items(events: list[FlagEvent], names: Names, voice: Voice) -> list[dict[str, str]]:
    """The steps in flags' lives for the macro ``history``."""
    items = []
    for event in events:
        details = [cause_words(event.cause, voice) if event.cause else ""]
        if event.until:
            details.append(voice.gettext("until %(day)s", day=voice.day(event.until)))
        agreed = agreed_words(event, voice)
        if agreed:
            details.append(voice.gettext("Agreed: %(action)s", action=agreed))
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
