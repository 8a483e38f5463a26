"""Who changed what, and why: of a project, of an indicator, of one planning row."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from impact.accounts.permissions import Action
from impact.audit.tables import AuditEntry
from impact.language import Voice
from impact.monitoring import changes
from impact.monitoring.change_subjects import subjects_of
from impact.registry import lookup
from impact.registry.indicator_tables import TOTAL
from impact.registry.indicator_view import definition_of, place_name
from impact.reporting.groups import name_of
from impact.request_scope import current_actor, current_session, current_voice
from impact.web.addresses import indicator_address
from impact.web.change_words import Teller, people_in
from impact.web.guards import needs
from impact.web.moments import moment
from impact.web.people_names import Names

pages = Blueprint("history", __name__)

PAGE = 50
LARGEST = 2**53

Way = list[tuple[str, str | None]]


@pages.get("/projects/<slug>/history")
@needs(Action.SEE)
def of_project(slug: str) -> str:
    """All that was changed in a project, newest first."""
    session, actor, voice = current_session(), current_actor(), current_voice()
    project = lookup.project(session, actor, slug)
    found = changes.changes_of_project(session, actor, slug, before_id=_before(), limit=PAGE + 1)
    name = voice.pick(project.short_sv, project.short_en)
    way: Way = [(voice.gettext("Projects"), "/projects"), (name, url_for("projects.show", slug=slug))]
    return _page(found, name, way)


@pages.get("/indicators/<int:indicator_id>/history")
@needs(Action.SEE)
def of_indicator(indicator_id: int) -> str:
    """All that was changed of an indicator: plan, values, flags, meaning."""
    session, actor, voice = current_session(), current_actor(), current_voice()
    place = lookup.indicator_place(session, actor, indicator_id, TOTAL)
    found = changes.changes_of_indicator(session, actor, indicator_id, before_id=_before(), limit=PAGE + 1)
    name = name_of(definition_of(session, place.indicator), TOTAL, voice)
    project_href = url_for("projects.show", slug=place.project.slug) if place.project else None
    way: Way = [
        (voice.gettext("Projects"), "/projects"),
        (voice.pick(*place_name(session, place)), project_href),
        (name, indicator_address(place)),
    ]
    return _page(found, name, way)


@pages.get("/history/<entity>/<int:row_id>")
@needs(Action.SEE)
def of_row(entity: str, row_id: int) -> str:
    """All that was changed of one planning row."""
    session, actor = current_session(), current_actor()
    found = changes.changes_of_row(session, actor, entity, row_id, before_id=_before(), limit=PAGE + 1)
    name = _teller(found[:1], current_voice()).what(found[0]) if found else ""
    return _page(found, name, [])


def _before() -> int | None:
    """The entry behind which to go on; anything else in the address is the first page."""
    number = request.args.get("before", type=int)
    return number if number is not None and 0 < number < LARGEST else None


def _page(found: list[AuditEntry], name: str, way: Way) -> str:
    session, voice = current_session(), current_voice()
    shown = found[:PAGE]
    names = Names(session, (entry.actor_id for entry in shown), voice)
    teller = _teller(shown, voice)
    items = [_item(entry, teller, names, voice) for entry in shown]
    return render_template(
        "history/history.html",
        name=name,
        way=way,
        items=[item for item in items if item],
        newest=request.path if _before() else None,
        older=f"{request.path}?before={shown[-1].id}" if len(found) > PAGE else None,
    )


def _teller(entries: list[AuditEntry], voice: Voice) -> Teller:
    session = current_session()
    return Teller(subjects_of(session, entries), people_in(session, entries), voice)


def _item(entry: AuditEntry, teller: Teller, names: Names, voice: Voice) -> dict[str, Any] | None:
    sentence, details = teller.sentence(entry), teller.details(entry)
    if entry.verb == "change" and not details and not teller.tells_all(entry):
        return None  # Only keys changed, which follow from what is told elsewhere.
    return {
        "at": moment(entry.recorded_at, voice),
        "iso": entry.recorded_at.isoformat(),
        "who": names.of(entry.actor_id),
        "text": sentence,
        "quote": entry.reason,
        "details": details,
    }
