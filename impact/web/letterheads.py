"""The letterhead of mails that a page has sent."""

from __future__ import annotations

from flask import current_app

from impact.delivery.letters import Letterhead, letterhead
from impact.request_scope import installation


def own_letterhead() -> Letterhead:
    """Sender, zone and the public address, from the settings: never from the request's host."""
    settings = installation().settings
    return letterhead(
        settings.mail_from, settings.public_url, current_app.config["SECRET_KEY"], settings.time_zone
    )
