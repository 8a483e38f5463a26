"""When a project reminds of measurements, and whether a person wants to be reminded."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.delivery.notice_wishes import choose_reminders
from impact.delivery.reminder_plans import Reminders, plan_reminders, reminder_plan
from impact.errors import Conflict, Invalid
from impact.registry import lookup
from impact.request_scope import commit, current_actor, current_session, current_voice, now
from impact.request_scope.transaction import roll_back
from impact.web.guards import needs, signed_in

pages = Blueprint("reminders", __name__)


@pages.get("/projects/<slug>/reminders")
@needs(Action.PLAN)
def show(slug: str) -> str:
    """When the project reminds, as a form."""
    return _page(current_session(), slug, None, {})


@pages.post("/projects/<slug>/reminders")
@needs(Action.PLAN)
def save(slug: str) -> Response | tuple[str, int]:
    """Keep when the project reminds; on any trouble the form comes back as typed."""
    voice, typed = current_voice(), {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        wanted = Reminders(_days("days_before", typed), typed["on_the_day"] != "", _days("days_after", typed))
        version = request.form.get("version", 0, type=int)
        plan_reminders(current_session(), current_actor(), slug, wanted, version, now=now())
    except (Invalid, Conflict) as error:
        roll_back()
        told = {error.field or "days_before": voice.gettext(error.message, **error.facts)}
        return _page(current_session(), slug, typed, told), error.status
    commit()
    flash(voice.gettext("Saved."), "message")
    return redirect(url_for("reminders.show", slug=slug), 303)


@pages.post("/profile/reminders")
@signed_in
def choose() -> Response:
    """Be reminded of measurements, or not."""
    choose_reminders(current_session(), current_actor(), wanted="wanted" in request.form, now=now())
    commit()
    flash(current_voice().gettext("Saved."), "message")
    return redirect(url_for("profile.show"), 303)


FIELDS = ("days_before", "on_the_day", "days_after")


def _days(name: str, typed: Mapping[str, str]) -> int | None:
    text = typed[name]
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise Invalid("Write a whole number.", field=name)
    return int(text)


def _page(session: Session, slug: str, typed: Mapping[str, str] | None, errors: Mapping[str, str]) -> str:
    voice = current_voice()
    project = lookup.project(session, current_actor(), slug, Action.PLAN)
    wanted, version = reminder_plan(session, project.id)
    kept = {
        "days_before": "" if wanted.days_before is None else str(wanted.days_before),
        "on_the_day": "yes" if wanted.on_the_day else "",
        "days_after": "" if wanted.days_after is None else str(wanted.days_after),
    }
    return render_template(
        "rounds/reminders.html",
        place=voice.pick(project.short_sv, project.short_en),
        project_href=url_for("projects.show", slug=slug),
        rounds_href=url_for("rounds.show_all", slug=slug),
        action=url_for("reminders.save", slug=slug),
        version=version,
        typed=typed or kept,
        errors=errors,
    )
