"""What was said of an indicator before, with the data as they were known then."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for

from impact.accounts.permissions import Action
from impact.language import Voice
from impact.registry import lookup
from impact.registry.indicator_tables import TOTAL
from impact.registry.indicator_view import definition_of, place_name
from impact.reporting.groups import name_of
from impact.reporting.past_findings import PastFinding, past_findings
from impact.request_scope import current_actor, current_session, current_voice
from impact.web.addresses import indicator_address
from impact.web.guards import needs
from impact.web.moments import moment

pages = Blueprint("past", __name__)


@pages.get("/indicators/<int:indicator_id>/findings")
@needs(Action.SEE)
def show(indicator_id: int) -> str:
    """All that was ever found of an indicator, newest first."""
    session, voice = current_session(), current_voice()
    group = request.args.get("group", TOTAL)
    place = lookup.indicator_place(session, current_actor(), indicator_id, group)
    name = name_of(definition_of(session, place.indicator), group, voice)
    found = past_findings(session, place, voice)
    return render_template(
        "indicators/past.html",
        name=name,
        place=voice.pick(*place_name(session, place)),
        project_href=url_for("projects.show", slug=place.project.slug) if place.project else None,
        indicator_href=indicator_address(place),
        items=[_item(finding, voice) for finding in found],
        invented=place.indicator.is_invented,
    )


def _item(finding: PastFinding, voice: Voice) -> dict[str, Any]:
    details = [reason.words(voice) for reason in finding.reasons]
    # The number alone: what the version is called is for those who read the source.
    version = finding.row.detector_version.partition(" ")[0]
    details.append(voice.gettext("Detector %(version)s", version=version))
    return {
        "at": moment(finding.row.recorded_at, voice),
        "iso": finding.row.recorded_at.isoformat(),
        "who": "",
        "text": finding.sentence,
        "quote": "",
        "detail": " · ".join(details),
    }
