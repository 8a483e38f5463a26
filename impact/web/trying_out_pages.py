"""A report looked at before it is sent: as it will arrive, and as a test to oneself."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as ResponseBase

from impact.accounts.permissions import Action
from impact.delivery.composing import AddressedLetter
from impact.delivery.letters import freeze
from impact.delivery.outbox import outgoing
from impact.delivery.trying_out import preview, send_test
from impact.request_scope import current_actor, current_voice, installation, now
from impact.request_scope.transaction import roll_back
from impact.web.guards import needs
from impact.web.letterheads import own_letterhead
from impact.web.mail_parts import html_alone, lines_of, parsed, text_of
from impact.web.sizes import bytes_words

pages = Blueprint("trying_out", __name__)


@pages.get("/reports/<int:subscription_id>/preview")
@needs(Action.SUBSCRIBE)
def show(subscription_id: int) -> str:
    """The email as its recipients would get it now: lines, text, HTML and files."""
    voice = current_voice()
    mime = _mime(_letter(subscription_id))
    message = parsed(mime)
    return render_template(
        "reports/preview.html",
        subject=str(message["Subject"]),
        facts=lines_of(message, voice),
        size=bytes_words(len(mime), voice),
        text=text_of(message),
        back=url_for("subscriptions.show", subscription_id=subscription_id),
        html_href=url_for("trying_out.as_received", subscription_id=subscription_id),
        test_action=url_for("trying_out.send", subscription_id=subscription_id),
    )


@pages.get("/reports/<int:subscription_id>/preview/as-received")
@needs(Action.SUBSCRIBE)
def as_received(subscription_id: int) -> Response:
    """The HTML of that email, pictures included, able to do nothing."""
    return html_alone(parsed(_mime(_letter(subscription_id))), is_framed=True)


@pages.post("/reports/<int:subscription_id>/test")
@needs(Action.SUBSCRIBE)
def send(subscription_id: int) -> ResponseBase:
    """Send the report as it would go out now to the reader alone, and show what becomes of it."""
    actor = current_actor()
    # The test is made in transactions of its own: on SQLite a second one would wait for this.
    roll_back()
    number = send_test(installation().database, own_letterhead(), actor, subscription_id, now=now())
    flash(
        current_voice().gettext("The test email waits for the clock. Reload the page in a minute."), "message"
    )
    return redirect(url_for("mails.show", message_id=number), 303)


def _letter(subscription_id: int) -> AddressedLetter:
    return preview(installation().database, own_letterhead(), current_actor(), subscription_id, now=now())


def _mime(addressed: AddressedLetter) -> bytes:
    mail = freeze(addressed.letter, own_letterhead(), "preview", now=now())
    return outgoing(addressed.recipient.address, mail.mime)
