"""The mail log: what was sent to whom, as it was sent, with the server's words."""

from __future__ import annotations

import base64
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from flask import Blueprint, Response, render_template, request, url_for

from impact.accounts.permissions import Action
from impact.delivery.outbox import message, messages_for
from impact.delivery.tables import MessageState
from impact.errors import NotAllowed, NotFound
from impact.request_scope import current_actor, current_session, current_voice
from impact.web.delivery_words import message_state, outcome_words
from impact.web.guards import needs
from impact.web.mail_rows import mail_rows
from impact.web.moments import moment

pages = Blueprint("mails", __name__)

# A mail's own page: its inline styles and its own pictures, nothing from elsewhere, no script.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"


@pages.get("/reports/log")
@needs(Action.SUBSCRIBE)
def show_all() -> str:
    """The mails that the reader may read of, newest first."""
    voice = current_voice()
    state = next((one for one in MessageState if one == request.args.get("state")), None)
    rows = mail_rows(messages_for(current_session(), current_actor(), state=state), voice)
    states = [(one.value, message_state(one, voice)[0]) for one in MessageState]
    filters = [
        {
            "name": "state",
            "label": voice.gettext("State"),
            "options": [("", voice.gettext("All")), *states],
            "value": state or "",
        }
    ]
    return render_template(
        "reports/log.html",
        mails=rows,
        filters=filters,
        count=voice.ngettext("Shows one email", "Shows %(n)s emails", len(rows)),
    )


@pages.get("/reports/log/<int:message_id>")
@needs(Action.SUBSCRIBE)
def show(message_id: int) -> str:
    """One mail: its words, its recipient and every attempt to hand it over."""
    voice = current_voice()
    record = message(current_session(), current_actor(), message_id)
    sent = record.message
    text = _parsed(sent.mime).get_body(("plain",))
    return render_template(
        "reports/mail.html",
        subject=sent.subject,
        state=message_state(sent.state, voice)[0],
        facts=[
            (voice.gettext("Recipient"), sent.address or voice.gettext("address removed")),
            (voice.gettext("Made"), moment(sent.created_at, voice)),
            (voice.gettext("Sent"), moment(sent.sent_at, voice) if sent.sent_at else ""),
            ("Message-ID", sent.message_id),
        ],
        is_sealed=record.is_sealed,
        text=text.get_content() if text and not record.is_sealed else "",
        html_href=url_for("mails.as_received", message_id=sent.id),
        deliveries=[
            {
                "at": moment(delivery.attempted_at, voice),
                "iso": delivery.attempted_at.isoformat(),
                "who": "",
                "text": outcome_words(delivery.outcome, voice),
                "quote": "",
                "detail": delivery.server_words,
            }
            for delivery in record.deliveries
        ],
    )


@pages.get("/reports/log/<int:message_id>/as-received")
@needs(Action.SUBSCRIBE)
def as_received(message_id: int) -> Response:
    """The mail as its recipient sees it, pictures included, able to do nothing."""
    record = message(current_session(), current_actor(), message_id)
    if record.is_sealed:
        raise NotAllowed("Only the recipient may read this email: it holds a link to the account.")
    parsed = _parsed(record.message.mime)
    body = parsed.get_body(("html",))
    if body is None:
        raise NotFound("This email has no pictures or colours, only text.")
    html: str = body.get_content()
    parts: list[EmailMessage] = [part for part in parsed.walk() if isinstance(part, EmailMessage)]
    for part in parts:
        content_id = str(part.get("Content-ID", "")).strip("<>")
        if content_id and part.get_content_maintype() == "image":
            data = base64.b64encode(part.get_content()).decode()
            html = html.replace(f"cid:{content_id}", f"data:{part.get_content_type()};base64,{data}")
    return Response(html, mimetype="text/html", headers={"Content-Security-Policy": MAIL_POLICY})


def _parsed(mime: bytes) -> EmailMessage:
    parsed: EmailMessage = BytesParser(policy=policy.default).parsebytes(mime)
    return parsed
