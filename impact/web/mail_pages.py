"""The mail log: what was sent to whom, as it was sent, with the server's words."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, render_template, request, send_file, url_for

from impact.accounts.permissions import Action
from impact.delivery.outbox import message, messages_for
from impact.delivery.tables import MessageState
from impact.errors import NotAllowed, NotFound
from impact.request_scope import current_actor, current_session, current_voice
from impact.web.delivery_words import message_state, outcome_words
from impact.web.guards import needs
from impact.web.mail_parts import files_of, html_alone, parsed, text_of
from impact.web.mail_rows import mail_rows
from impact.web.moments import moment
from impact.web.sizes import file_words

pages = Blueprint("mails", __name__)


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
    mail = parsed(sent.mime)
    files = [] if record.is_sealed else files_of(mail)
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
        text="" if record.is_sealed else text_of(mail),
        files=[
            (
                file_words(name, len(content), voice),
                url_for("mails.show_file", message_id=sent.id, number=number),
            )
            for number, (name, _, content) in enumerate(files)
        ],
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
    return html_alone(parsed(record.message.mime))


@pages.get("/reports/log/<int:message_id>/files/<int:number>")
@needs(Action.SUBSCRIBE)
def show_file(message_id: int, number: int) -> Response:
    """A file that the mail brought along."""
    record = message(current_session(), current_actor(), message_id)
    files = [] if record.is_sealed else files_of(parsed(record.message.mime))
    if number >= len(files):
        raise NotFound("There is no such file.")
    name, media_type, content = files[number]
    return send_file(BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name)
