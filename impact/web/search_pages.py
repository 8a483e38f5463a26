"""Search in the names of projects, goals and indicators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from impact.accounts.permissions import Action
from impact.language import Voice
from impact.registry.searching import LONGEST, Found, FoundIndicator, search, words_of
from impact.request_scope import current_actor, current_session, current_voice
from impact.web.guards import needs

pages = Blueprint("search", __name__)


@pages.get("/search")
@needs(Action.SEE)
def show() -> str:
    """What the reader may see and the words of the address find, in groups."""
    voice = current_voice()
    text = request.args.get("q", "")[:LONGEST].strip()
    found = search(current_session(), current_actor(), text)
    return render_template(
        "search/search.html",
        text=text,
        is_asked=bool(words_of(text)),
        groups=_groups(found, voice),
    )


def _groups(found: Found, voice: Voice) -> list[dict[str, Any]]:
    projects = [
        _item(
            voice.pick(project.title_sv, project.title_en),
            url_for("projects.show", slug=project.slug),
            voice.pick(project.short_sv, project.short_en),
        )
        for project in found.projects
    ]
    goals = [
        _item(
            voice.pick(goal.title_sv, goal.title_en),
            url_for("projects.show", slug=project.slug, _anchor=f"goal-{goal.id}"),
            voice.pick(project.short_sv, project.short_en),
        )
        for goal, project in found.goals
    ]
    indicators = [_indicator(each, voice) for each in found.indicators]
    groups = [
        ("projects", voice.gettext("Projects"), projects),
        ("goals", voice.gettext("Goals"), goals),
        ("indicators", voice.gettext("Indicators"), indicators),
    ]
    return [
        {"id": name, "label": label, "items": items, "has_more": name in found.has_more}
        for name, label, items in groups
        if items
    ]


def _indicator(each: FoundIndicator, voice: Voice) -> dict[str, str]:
    place = ""
    if each.project is not None:
        place = voice.pick(each.project.short_sv, each.project.short_en)
    elif each.area is not None:
        place = each.area.name
    name = voice.pick(each.version.name_sv, each.version.name_en)
    return _item(name, url_for("indicators.show", indicator_id=each.indicator.id), place)


def _item(text: str, href: str, place: str) -> dict[str, str]:
    return {"text": text, "href": href, "place": "" if place == text else place}
