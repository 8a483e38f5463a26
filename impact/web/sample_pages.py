"""Removing the sample portfolio, asked about on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action, require_everywhere
from impact.request_scope import commit, current_actor, current_session, current_voice, now
from impact.upkeep.sampled import sample_projects
from impact.web.guards import needs

# Where the app keeps the verb: the sample is no part that pages know.
REMOVE = "impact_remove_sample"
pages = Blueprint("sample", __name__)


@pages.before_request
def refuse_others() -> None:
    """Let nobody in who administers a part of the installation only."""
    require_everywhere(current_actor(), Action.ADMINISTER)


@pages.get("/administration/sample")
@needs(Action.ADMINISTER)
def ask() -> str:
    """What would be removed, with the button that does it."""
    return _asked()


@pages.post("/administration/sample")
@needs(Action.ADMINISTER)
def remove() -> Response | tuple[str, int]:
    """Remove the sample as a whole, if that was said twice."""
    voice = current_voice()
    if request.form.get("sure") != "yes":
        return _asked(voice.gettext("Tick that you are sure, or leave the page.")), 422
    remove_sample: Callable[..., Any] = current_app.extensions[REMOVE]
    remove_sample(current_session(), current_actor(), now=now())
    commit()
    flash(voice.gettext("The sample portfolio is removed."), "message")
    return redirect("/administration", 303)


def _asked(problem: str = "") -> str:
    return render_template(
        "admin/sample.html",
        projects=[
            current_voice().pick(project.title_sv, project.title_en)
            for project in sample_projects(current_session(), current_actor())
        ],
        problem=problem,
    )
