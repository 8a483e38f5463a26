"""The audit trail and the tries to sign in, for administrators."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for

from impact.accounts.permissions import Action, require_everywhere
from impact.audit.tables import AuditEntry
from impact.language import Voice
from impact.monitoring.change_subjects import subjects_of
from impact.monitoring.changes import TOLD
from impact.request_scope import current_actor, current_session, current_voice, now
from impact.upkeep.attempts import recent_attempts, waiting
from impact.upkeep.trail_reading import TrailChoices, Wanted, trail_choices, trail_page
from impact.web.audit_words import SINCE, account_field_words, object_words, since_words, verb_words
from impact.web.change_words import Teller, people_in
from impact.web.guards import needs
from impact.web.moments import moment
from impact.web.people_names import Names
from impact.web.sign_in_pages import sign_in_limits

MOST_DIGITS = 18
LONGEST_VALUE = 200
pages = Blueprint("audit", __name__)


@pages.before_request
def refuse_others() -> None:
    """Let nobody in who administers a part of the installation only."""
    require_everywhere(current_actor(), Action.ADMINISTER)


@pages.get("/administration/audit")
@needs(Action.ADMINISTER)
def show_trail() -> str:
    """Who changed what, when, from what, to what and why, newest first."""
    voice, session, actor = current_voice(), current_session(), current_actor()
    wanted = _wanted(request.args)
    page = trail_page(session, actor, wanted)
    names = Names(session, (entry.actor_id for entry in page.entries), voice)
    told = [entry for entry in page.entries if entry.object_type in TOLD]
    teller = Teller(subjects_of(session, told), people_in(session, told), voice)
    chosen: dict[str, Any] = {name: text for name, text in request.args.items() if name in FILTERS and text}
    return render_template(
        "admin/audit.html",
        entries=[_row(entry, names, teller, voice) for entry in page.entries],
        filters=_filters(trail_choices(session, actor), wanted, voice),
        older=url_for("audit.show_trail", **chosen, older_than=page.older_than)
        if page.older_than is not None
        else None,
        newest=url_for("audit.show_trail", **chosen) if wanted.older_than is not None else None,
    )


@pages.get("/administration/sign-ins")
@needs(Action.ADMINISTER)
def show_attempts() -> str:
    """The newest tries to sign in, and who has to wait."""
    voice, session, actor = current_voice(), current_session(), current_actor()
    refused = waiting(session, actor, limits=sign_in_limits(), now=now())
    unknown = voice.gettext("a name that nobody has")
    return render_template(
        "admin/sign_ins.html",
        waiting=[
            [
                one.address or one.name or unknown,
                voice.number(one.n_failed, 0),
                {"text": moment(one.until, voice), "iso": one.until.isoformat()},
            ]
            for one in refused
        ],
        attempts=[
            [
                {"text": moment(one.at, voice), "iso": one.at.isoformat()},
                one.name or unknown,
                one.address,
                voice.gettext("succeeded") if one.succeeded else voice.gettext("failed"),
            ]
            for one in recent_attempts(session, actor)
        ],
    )


FILTERS = ("who", "verb", "thing", "since")


def _wanted(asked: Mapping[str, str]) -> Wanted:
    """What the address asks for; anything that makes no sense is not asked."""
    days = SINCE.get(asked.get("since", ""))
    return Wanted(
        actor_id=_number(asked.get("who")),
        verb=_text(asked.get("verb")),
        object_type=_text(asked.get("thing")),
        since=now() - timedelta(days=days) if days else None,
        older_than=_number(asked.get("older_than")),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def _text(text: str | None) -> str | None:
    return text if text and text.isprintable() else None


def _filters(choices: TrailChoices, wanted: Wanted, voice: Voice) -> list[dict[str, Any]]:
    all_of_them = ("", voice.gettext("All"))
    since = request.args.get("since", "")
    return [
        {
            "name": "who",
            "label": voice.gettext("Who"),
            "options": [all_of_them, *((str(number), name) for number, name in choices.people)],
            "value": str(wanted.actor_id or ""),
        },
        {
            "name": "thing",
            "label": voice.gettext("What"),
            "options": [all_of_them, *((one, object_words(one, voice)) for one in choices.object_types)],
            "value": wanted.object_type or "",
        },
        {
            "name": "verb",
            "label": voice.gettext("Kind of change"),
            "options": [all_of_them, *((one, verb_words(one, voice)) for one in choices.verbs)],
            "value": wanted.verb or "",
        },
        {
            "name": "since",
            "label": voice.gettext("When"),
            "options": since_words(voice),
            "value": since if since in SINCE else "",
        },
    ]


def _row(entry: AuditEntry, names: Names, teller: Teller, voice: Voice) -> list[Any]:
    is_told = entry.object_type in TOLD
    what = teller.what(entry) if is_told else object_words(entry.object_type, voice)
    # A step of a value, a round or a flag has no fields: its sentence says all.
    is_step = is_told and "state" in entry.after
    return [
        {"text": moment(entry.recorded_at, voice), "iso": entry.recorded_at.isoformat()},
        names.of(entry.actor_id),
        {"text": f"{what} ({entry.object_id})", "note": verb_words(entry.verb, voice)},
        {
            "said": teller.sentence(entry) if is_step else "",
            "changes": [] if is_step else teller.changes(entry) if is_told else _changes(entry, voice),
            "reason": entry.reason,
        },
    ]


def _changes(entry: AuditEntry, voice: Voice) -> list[tuple[str, str, str]]:
    """Field, value before and value after of what is nobody's plan: accounts, reports, the sample."""
    before, after = entry.before, entry.after
    changes = [
        (
            account_field_words(name, voice),
            _written(name, before.get(name), voice),
            _written(name, after.get(name), voice),
        )
        for name in sorted(before.keys() | after.keys())
    ]
    return [change for change in changes if any(change[1:])]


def _written(name: str, value: Any, voice: Voice) -> str:
    if isinstance(value, str) and value and name.endswith("_at"):
        return moment(datetime.fromisoformat(value), voice)
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
