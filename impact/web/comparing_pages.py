"""The same indicator of the library in several projects, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, url_for

from impact.accounts.permissions import Action
from impact.language import Voice
from impact.monitoring.across import Compared, compared_projects
from impact.registry.units import unit_of
from impact.reporting.goal_words import STANDING_MEANINGS
from impact.reporting.many_pictures import dots_of_cards, multiples_of_cards
from impact.reporting.whole_pictures import MOST_PANELS
from impact.request_scope import current_actor, current_session, current_voice
from impact.semantics.progress_words import standing_words
from impact.semantics.promise import Stated
from impact.semantics.unit import Unit
from impact.trend import sentences
from impact.web.guards import needs
from impact.web.picture_answers import shown_picture
from impact.web.telling import card_row

pages = Blueprint("comparing", __name__)


@pages.get("/compare/<definition_slug>")
@needs(Action.SEE)
def show(definition_slug: str) -> str:
    """One definition in all projects that measure by it: course, baseline, newest, target."""
    voice = current_voice()
    version, found = compared_projects(current_session(), current_actor(), definition_slug)
    unit, name = unit_of(version), voice.pick(version.name_sv, version.name_en)
    return render_template(
        "compare/compare.html",
        name=name,
        meta=" · ".join(
            part for part in (unit.name(voice), sentences.direction_words(version.direction, voice)) if part
        ),
        count=voice.ngettext(
            "One project in your sight measures this.",
            "%(n)s projects in your sight measure this.",
            len({row.card.project.id for row in found if row.card.project}),
        ),
        definition_href=url_for("definitions.show", definition_slug=definition_slug),
        dots=_picture("dots", found, definition_slug, name, voice),
        charts=_picture("charts", found, definition_slug, name, voice),
        rows=[_row(one, voice) for one in found],
        lines=[_line(one, unit, voice) for one in found if one.baseline or one.target],
        invented=any(one.card.indicator.is_invented for one in found),
        several_definitions=len({one.card.indicator.definition_version_id for one in found}) > 1,
    )


def _picture(
    what: str, found: Sequence[Compared], slug: str, name: str, voice: Voice
) -> dict[str, object] | None:
    """The projects between baseline and target (``dots``), or their courses to one scale (``charts``)."""
    wanted = found if what == "charts" else [one for one in found if one.baseline and one.target]
    measured = [one.card for one in wanted if one.card.series.measured]
    if not 1 < len(measured) <= MOST_PANELS:
        return None
    make = multiples_of_cards if what == "charts" else dots_of_cards
    made = make(current_session(), measured, name, voice, by_project=True)
    return shown_picture(made, "pictures.of_definition", voice, definition_slug=slug, picture=what)


def _row(one: Compared, voice: Voice) -> dict[str, Any]:
    """The macro ``row`` with the project as its name: the indicator is the same in all."""
    row = card_row(one.card, voice)
    return {**row, "name": row.pop("context"), "context": None, "context_href": None}


def _line(one: Compared, unit: Unit, voice: Voice) -> list[Any]:
    series = one.card.series
    newest = series.measured[-1] if series.measured else None
    standing = one.progress.standing if one.progress else None
    return [
        {
            "text": voice.pick(one.card.project.short_sv, one.card.project.short_en)
            if one.card.project
            else "",
            "href": url_for("indicators.show", indicator_id=one.card.indicator.id),
        },
        _stated(one.baseline, unit, voice),
        {
            "text": unit.value_text(newest.value or 0.0, voice) if newest else "",
            "note": newest.period.label(voice) if newest else "",
        },
        _stated(one.target, unit, voice),
        {
            "text": standing_words(standing, voice) if standing else "",
            "meaning": STANDING_MEANINGS.get(standing, "") if standing else "",
        },
    ]


def _stated(stated: Stated | None, unit: Unit, voice: Voice) -> dict[str, str]:
    if stated is None:
        return {"text": ""}
    return {"text": unit.stated_text(stated[1], voice), "note": stated[0].label(voice)}
