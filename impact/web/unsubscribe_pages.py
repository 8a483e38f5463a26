"""Stop a mail without signing in: looking asks, only sending the form stops."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template, url_for

from impact.delivery.unsubscribing import unsubscribe, unsubscribing
from impact.request_scope import commit, current_session, now
from impact.web.guards import public

pages = Blueprint("unsubscribe", __name__)


@pages.get("/unsubscribe/<token>")
@public
def ask(token: str) -> str:
    """What the link would stop, with the button that stops it."""
    found = unsubscribing(current_session(), current_app.config["SECRET_KEY"], token)
    return render_template(
        "reports/unsubscribe.html", found=found, action=url_for("unsubscribe.stop", token=token)
    )


@pages.post("/unsubscribe/<token>")
@public
def stop(token: str) -> str:
    """Stop the mails, also when a mail program asks by itself (RFC 8058)."""
    found = unsubscribe(current_session(), current_app.config["SECRET_KEY"], token, now=now())
    commit()
    return render_template("reports/unsubscribe.html", found=found, action=None)
