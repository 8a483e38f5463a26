"""Mails as the log lists them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from impact.delivery.tables import OutboxMessage
from impact.language import Voice
from impact.web.delivery_words import message_state
from impact.web.moments import moment


def mail_rows(messages: Sequence[OutboxMessage], voice: Voice) -> list[dict[str, Any]]:
    """The arguments of the macro ``mail_log``."""
    rows = []
    for message in messages:
        state, meaning = message_state(message.state, voice)
        at = message.sent_at or message.created_at
        rows.append(
            {
                "at": moment(at, voice),
                "iso": at.isoformat(),
                "recipient": message.address or voice.gettext("address removed"),
                "subject": message.subject,
                "href": url_for("mails.show", message_id=message.id),
                "state": state,
                "meaning": meaning,
                "attempts": voice.ngettext("%(n)s attempt", "%(n)s attempts", message.n_attempts)
                if message.n_attempts
                else "",
                "detail": "",
            }
        )
    return rows
