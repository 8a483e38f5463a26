"""Who owes what: planned measurements of all projects, with whoever is responsible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from impact.accounts.permissions import Action
from impact.language import Voice
from impact.registry.handing_in import OWED, Expected, Standing, owed_by_all
from impact.request_scope import current_actor, current_session, current_voice, now
from impact.web.addresses import round_address
from impact.web.entry_addresses import cell_address
from impact.web.guards import needs
from impact.web.people_names import Names
from impact.web.round_words import standing_words

pages = Blueprint("owing", __name__)

MOST_ROWS = 100
FILTERS = ("project", "period", "person", "standing")
SHOWN_ALONE = (Standing.LATE, Standing.DUE, Standing.WAITING, Standing.RETURNED, Standing.DONE)


@pages.get("/rounds")
@needs(Action.RECORD)
def show() -> str:
    """What is due, late and done in the projects where the reader records or approves."""
    session, voice = current_session(), current_voice()
    planned = owed_by_all(session, current_actor(), now=now())
    names = Names(session, {each.indicator.responsible_id or 0 for each in planned}, voice)
    found = [each for each in planned if _is_wanted(each)]
    page = max(request.args.get("page", 1, type=int), 1)
    shown = found[(page - 1) * MOST_ROWS : page * MOST_ROWS]
    return render_template(
        "rounds/owed.html",
        rows=[_row(each, names, voice) for each in shown],
        filters=_filters(planned, names, voice),
        count=voice.ngettext("Shows one measurement", "Shows %(n)s measurements", len(found)),
        is_narrowed=any(request.args.get(name) for name in FILTERS),
        page=voice.number(page, 0),
        newer=_page_address(page - 1) if page > 1 else None,
        older=_page_address(page + 1) if len(found) > page * MOST_ROWS else None,
    )


def _is_wanted(each: Expected) -> bool:
    """Whether the filters of the address leave it; without one of standing, what is owed."""
    asked = request.args
    wanted = next((standing for standing in Standing if standing == asked.get("standing")), None)
    return (
        (each.standing is wanted if wanted else each.standing in OWED)
        and asked.get("project", "") in ("", each.project.slug)
        and asked.get("period", "") in ("", each.period.key())
        and asked.get("person", "") in ("", str(each.indicator.responsible_id or 0))
    )


def _filters(planned: Sequence[Expected], names: Names, voice: Voice) -> list[dict[str, Any]]:
    projects = {
        each.project.slug: voice.pick(each.project.short_sv, each.project.short_en) for each in planned
    }
    periods = {each.period.key(): each.period.label(voice) for each in sorted(planned, key=_newest_period)}
    people = {
        str(each.indicator.responsible_id or 0): _responsible(each, names) or voice.gettext("Nobody named")
        for each in planned
    }
    standings = [(standing.value, standing_words(standing, voice).capitalize()) for standing in SHOWN_ALONE]
    return [
        _select("project", voice.gettext("Project"), voice.gettext("All projects"), [*projects.items()]),
        _select("period", voice.gettext("Period"), voice.gettext("All periods"), [*periods.items()]),
        _select(
            "person",
            voice.gettext("Responsible"),
            voice.gettext("All people"),
            sorted(people.items(), key=_name),
        ),
        _select("standing", voice.gettext("Status"), voice.gettext("Owed"), standings),
    ]


def _select(name: str, label: str, everything: str, options: list[tuple[str, str]]) -> dict[str, Any]:
    given = request.args.get(name, "")
    return {"name": name, "label": label, "options": [("", everything), *options], "value": given}


def _name(option: tuple[str, str]) -> str:
    return option[1].casefold()


def _newest_period(each: Expected) -> int:
    return -each.period.last_day.toordinal()


def _responsible(each: Expected, names: Names) -> str:
    person = each.indicator.responsible_id
    return names.of(person) if person else ""


def _row(each: Expected, names: Names, voice: Voice) -> list[Any]:
    period = each.period
    return [
        {
            "text": voice.pick(each.version.name_sv, each.version.name_en),
            "href": cell_address(each.project, each.series_id, period),
            "note": voice.pick(each.project.short_sv, each.project.short_en),
        },
        {
            "text": period.label(voice),
            "href": round_address(each.project, period),
        },
        voice.day(each.due_on),
        {
            "text": standing_words(each.standing, voice),
            "meaning": "worse" if each.standing is Standing.LATE else "",
        },
        _responsible(each, names),
    ]


def _page_address(page: int) -> str:
    kept = {name: text for name, text in request.args.items() if name in FILTERS}
    return f"{url_for('owing.show')}?{urlencode({**kept, 'page': page})}"
