"""Help: a tour for the first visit, what each word means, how turns are found."""

from __future__ import annotations

from flask import Blueprint, render_template

from impact.accounts.permissions import Action, reach
from impact.request_scope import current_actor, current_voice
from impact.web.guards import public
from impact.web.help_words import about_detector, glossary, tour

pages = Blueprint("help", __name__)


@pages.get("/help")
@public
def show() -> str:
    """The help page; nothing on it belongs to anybody."""
    voice, actor = current_voice(), current_actor()
    return render_template(
        "help/help.html",
        tour=tour(voice, may_enter=bool(reach(actor, Action.RECORD))) if actor.grants else [],
        glossary=glossary(voice),
        detector=about_detector(voice),
    )
