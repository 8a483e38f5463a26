"""For administrators: how the sending of mails does, and under whose names they come."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action, require_everywhere
from impact.delivery.heartbeat import clocks
from impact.delivery.runs import Run, Stuck, retry, runs
from impact.delivery.senders import Sender, senders, set_sender
from impact.delivery.tables import OccurrenceState
from impact.errors import Conflict, Invalid
from impact.language import Voice, mark
from impact.request_scope import commit, current_actor, current_session, current_voice, now
from impact.request_scope.transaction import roll_back
from impact.upkeep.condition import ALIVE_WITHIN
from impact.web.guards import needs
from impact.web.moments import moment

pages = Blueprint("running", __name__)

OCCURRENCES = {
    OccurrenceState.SENT: (mark("Sent"), "better"),
    OccurrenceState.SKIPPED: (mark("Skipped"), ""),
    OccurrenceState.FAILED: (mark("Failed"), "worse"),
}


@pages.before_request
def refuse_others() -> None:
    """Let nobody in who administers a part of the installation only."""
    require_everywhere(current_actor(), Action.ADMINISTER)


@pages.get("/administration/mail")
@needs(Action.ADMINISTER)
def show() -> str:
    """Clocks, last and next runs, what waits, what failed."""
    session, voice, at = current_session(), current_voice(), now()
    found = runs(session, current_actor(), now=at)
    return render_template(
        "admin/mail.html",
        clocks=[
            [
                clock.name,
                {
                    "text": voice.gettext("alive")
                    if clock.last_beat_at >= at - ALIVE_WITHIN
                    else voice.gettext("silent"),
                    "meaning": "" if clock.last_beat_at >= at - ALIVE_WITHIN else "worse",
                },
                moment(clock.last_beat_at, voice),
                moment(clock.started_at, voice),
            ]
            for clock in clocks(session)
        ],
        last=[_run(run, voice) for run in found.last],
        coming=[
            [{"text": subscription.name, "href": _address(subscription.id)}, moment(due_at, voice)]
            for due_at, subscription in found.coming
        ],
        waiting=[_stuck(each, voice) for each in found.waiting],
        failed=[_stuck(each, voice) for each in found.failed],
    )


@pages.post("/administration/mail/<int:message_id>/retry")
@needs(Action.ADMINISTER)
def try_again(message_id: int) -> Response:
    """Hand a mail over with the next tick of the clock."""
    retry(current_session(), current_actor(), message_id, now=now())
    commit()
    flash(current_voice().gettext("The email is tried again within a minute."), "message")
    return redirect(url_for("running.show"), 303)


@pages.get("/administration/senders")
@needs(Action.ADMINISTER)
def show_senders() -> str:
    """Every organisation, with the name and address under which its mails come."""
    return _senders({}, {})


@pages.post("/administration/senders")
@needs(Action.ADMINISTER)
def set_one() -> Response | tuple[str, int]:
    """Keep under which name and address an organisation's mails come."""
    voice, form = current_voice(), request.form
    wanted = Sender(
        form.get("organisation_id", 0, type=int),
        "",
        form.get("name", ""),
        form.get("address", ""),
        form.get("version", 0, type=int),
    )
    try:
        set_sender(current_session(), current_actor(), wanted, now=now())
    except (Invalid, Conflict) as error:
        roll_back()
        told = {error.field or "name": voice.gettext(error.message, **error.facts)}
        return _senders({wanted.organisation_id: wanted}, {wanted.organisation_id: told}), error.status
    commit()
    flash(voice.gettext("Saved."), "message")
    return redirect(url_for("running.show_senders"), 303)


def _senders(typed: dict[int, Sender], errors: dict[int, dict[str, str]]) -> str:
    found = senders(current_session(), current_actor())
    return render_template(
        "admin/senders.html",
        senders=[
            (each, typed.get(each.organisation_id, each), errors.get(each.organisation_id, {}))
            for each in found
        ],
        action=url_for("running.set_one"),
    )


def _address(subscription_id: int) -> str:
    return url_for("subscriptions.show", subscription_id=subscription_id)


def _run(run: Run, voice: Voice) -> list[Any]:
    words, meaning = OCCURRENCES[run.occurrence.state]
    return [
        {"text": run.subscription.name, "href": _address(run.subscription.id)},
        voice.day(run.occurrence.due_on),
        {
            "text": voice.gettext(words),
            "meaning": meaning,
            "note": voice.gettext(run.words) if run.words else "",
        },
    ]


def _stuck(each: Stuck, voice: Voice) -> dict[str, Any]:
    message = each.message
    return {
        "subject": message.subject,
        "href": url_for("mails.show", message_id=message.id),
        "recipient": message.address or voice.gettext("address removed"),
        "attempts": voice.ngettext("%(n)s attempt", "%(n)s attempts", message.n_attempts),
        "next": moment(message.next_attempt_at, voice),
        "words": voice.gettext(each.words) if each.words else "",
        "retry": url_for("running.try_again", message_id=message.id),
    }
