"""Make an indicator for a goal or an area, and change how it is planned."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action, require_everywhere
from impact.errors import Conflict, Invalid
from impact.language import Voice
from impact.monitoring.analysing import refresh_series
from impact.registry import indicators, library, lookup
from impact.registry.indicator_plan import responsibles_for
from impact.registry.indicator_tables import TOTAL, DefinitionVersion
from impact.registry.indicator_view import definition_of, place_name
from impact.registry.library import area_by_id
from impact.registry.lookup import SeriesPlace
from impact.registry.project_tables import Project
from impact.registry.series_plan import series_of_indicator
from impact.request_scope import commit, current_actor, current_session, current_voice, now
from impact.request_scope.transaction import roll_back
from impact.web.guards import needs
from impact.web.indicator_plan_form import (
    groups_of,
    month_options,
    read_indicator,
    typed_from,
    typed_indicator,
)
from impact.web.indicator_plan_words import frequency_options, gap_options
from impact.web.plan_fields import TypedPlan

pages = Blueprint("indicator_making", __name__)


@dataclass(frozen=True)
class Home:
    """Where an indicator belongs or is going to: what a form says of it, and its addresses."""

    name: str
    kicker: str
    action: str
    back: str
    project_id: int | None
    way: dict[str, int]


@pages.get("/goals/<int:goal_id>/indicators/new")
@needs(Action.PLAN)
def new_of_goal(goal_id: int) -> str:
    """The form for a new indicator of a goal."""
    return _form(_goal_home(goal_id), TypedPlan(_typed_anew()))


@pages.post("/goals/<int:goal_id>/indicators/new")
@needs(Action.PLAN)
def make_of_goal(goal_id: int) -> Response | tuple[str, int]:
    """Keep a new indicator of a goal; on any trouble the form comes back as typed."""
    return _make(_goal_home(goal_id), goal_id=goal_id)


@pages.get("/areas/<int:area_id>/indicators/new")
@needs(Action.PLAN)
def new_of_area(area_id: int) -> str:
    """The form for a new reference line: an indicator of an area."""
    return _form(_area_home(area_id), TypedPlan(_typed_anew()))


@pages.post("/areas/<int:area_id>/indicators/new")
@needs(Action.PLAN)
def make_of_area(area_id: int) -> Response | tuple[str, int]:
    """Keep a new reference line; on any trouble the form comes back as typed."""
    return _make(_area_home(area_id), area_id=area_id)


@pages.get("/indicators/<int:indicator_id>/edit")
@needs(Action.PLAN)
def edit(indicator_id: int) -> str:
    """The form filled with what is planned of an indicator."""
    place = _place(indicator_id)
    return _form(_own_home(place), TypedPlan(typed_from(place.indicator, current_voice())), place)


@pages.post("/indicators/<int:indicator_id>/edit")
@needs(Action.PLAN)
def change(indicator_id: int) -> Response | tuple[str, int]:
    """Keep a changed plan of an indicator; on any trouble the form comes back as typed."""
    session, actor, voice = current_session(), current_actor(), current_voice()
    place = _place(indicator_id)
    entry, plan = read_indicator(request.form, voice)
    if plan is None:
        return _form(_own_home(place), entry, place), 422
    version = request.form.get("version", 0, type=int)
    try:
        indicators.change_indicator(
            session, actor, indicator_id, version, plan, now=now(), reason=entry.values["reason"]
        )
    except (Invalid, Conflict) as error:
        roll_back()
        entry.tell(error, voice, "definition_id")
        again = _place(indicator_id)
        return _form(_own_home(again), entry, again, is_conflict=isinstance(error, Conflict)), error.status
    for series in series_of_indicator(session, indicator_id):
        refresh_series(session, series.id, now=now())
    commit()
    flash(voice.gettext("Saved."), "message")
    return redirect(url_for("indicator_plans.show", indicator_id=indicator_id), 303)


def _make(home: Home, **belongs: int) -> Response | tuple[str, int]:
    session, actor, voice = current_session(), current_actor(), current_voice()
    entry, plan = read_indicator(request.form, voice)
    if plan is None:
        return _form(home, entry), 422
    try:
        series = indicators.make_indicator(
            session,
            actor,
            plan,
            now=now(),
            disaggregations=groups_of(entry),
            reason=entry.values["reason"],
            **belongs,
        )
    except Invalid as error:
        roll_back()
        entry.tell(error, voice, "groups" if error.field == "disaggregation" else "definition_id")
        return _form(home, entry), error.status
    address = url_for("indicator_plans.show", indicator_id=series.indicator_id)
    for each in series_of_indicator(session, series.indicator_id):
        refresh_series(session, each.id, now=now())  # it then stands among what is to be measured
    commit()
    flash(
        voice.gettext("The indicator is made. Now say from where it starts and what is promised."), "message"
    )
    return redirect(address, 303)


def _place(indicator_id: int) -> SeriesPlace:
    return lookup.indicator_place(current_session(), current_actor(), indicator_id, TOTAL, Action.PLAN)


def _goal_home(goal_id: int) -> Home:
    voice = current_voice()
    goal = indicators.goal_of(current_session(), current_actor(), goal_id)
    project = current_session().get_one(Project, goal.project_id)
    return Home(
        name=voice.gettext("New indicator"),
        kicker=voice.pick(goal.title_sv, goal.title_en),
        action=url_for("indicator_making.make_of_goal", goal_id=goal_id),
        back=url_for("planning.show", slug=project.slug),
        project_id=goal.project_id,
        way={"goal_id": goal_id},
    )


def _area_home(area_id: int) -> Home:
    voice = current_voice()
    area = area_by_id(current_session(), area_id)
    require_everywhere(current_actor(), Action.PLAN)
    return Home(
        name=voice.gettext("New indicator"),
        kicker=area.name,
        action=url_for("indicator_making.make_of_area", area_id=area_id),
        back=url_for("definitions.show_all"),
        project_id=None,
        way={"area_id": area_id},
    )


def _own_home(place: SeriesPlace) -> Home:
    voice, session = current_voice(), current_session()
    version = definition_of(session, place.indicator)
    return Home(
        name=voice.pick(version.name_sv, version.name_en),
        kicker=voice.pick(*place_name(session, place)),
        action=url_for("indicator_making.change", indicator_id=place.indicator.id),
        back=url_for("indicator_plans.show", indicator_id=place.indicator.id),
        project_id=place.indicator.project_id,
        way={},
    )


def _typed_anew() -> dict[str, str]:
    """The form for a new indicator, with the definition that was made on the way to it."""
    return {**typed_indicator(), "definition_id": request.args.get("definition", "")[:20]}


def _form(
    home: Home, entry: TypedPlan, place: SeriesPlace | None = None, *, is_conflict: bool = False
) -> str:
    voice = current_voice()
    return render_template(
        "indicators/plan_form.html",
        home=home,
        is_new=place is None,
        version=place.indicator.version if place else None,
        is_conflict=is_conflict,
        typed=entry.typed,
        errors=entry.errors,
        definitions=_definition_options(place, voice),
        frequencies=frequency_options(voice),
        months=month_options(voice),
        gaps=gap_options(voice),
        responsibles=[
            ("", voice.gettext("Nobody yet")),
            *((str(number), name) for number, name in responsibles_for(current_session(), home.project_id)),
        ],
        invented=place is not None and place.indicator.is_invented,
    )


def _definition_options(place: SeriesPlace | None, voice: Voice) -> list[tuple[str, str]]:
    """The library to choose from; the indicator's own definition too if it was withdrawn."""
    session, actor = current_session(), current_actor()
    entries = library.search_library(session, actor)
    options = [(str(one.definition.id), _definition_words(one.version, voice)) for one in entries]
    if place is not None and str(place.indicator.definition_id) not in dict(options):
        version = definition_of(session, place.indicator)
        options.append((str(version.definition_id), _definition_words(version, voice)))
    return [("", voice.gettext("Choose")), *options]


def _definition_words(version: DefinitionVersion, voice: Voice) -> str:
    unit = voice.pick(version.unit_sv, version.unit_en)
    return f"{voice.pick(version.name_sv, version.name_en)} ({unit})"
