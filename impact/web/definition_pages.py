"""The library of definitions: looked through, read with its versions, made, changed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action, reach
from impact.errors import Conflict, Invalid
from impact.language import Voice
from impact.registry import archiving, definitions, library
from impact.registry.definitions import Undecided
from impact.registry.indicator_tables import Definition, DefinitionVersion
from impact.registry.library import LibraryEntry
from impact.registry.library_access import may_change_definition
from impact.registry.meaning import meaning_of
from impact.request_scope import commit, current_actor, current_session, current_voice, now
from impact.request_scope.converters import LARGEST_NUMBER
from impact.request_scope.transaction import roll_back
from impact.web.definition_asking import ask_page, following_of, use_words
from impact.web.definition_form import (
    read_consequence,
    read_definition,
    typed_definition,
    typed_meaning,
)
from impact.web.definition_words import (
    direction_choices,
    direction_label,
    kind_choices,
    meaning_changes,
    meaning_facts,
)
from impact.web.guards import needs
from impact.web.moments import moment
from impact.web.people_names import Names
from impact.web.plan_fields import TypedPlan

pages = Blueprint("definitions", __name__)
# Where somebody was who makes a definition on the way to an indicator.
WAY = ("goal_id", "area_id")


@pages.get("/definitions")
@needs(Action.SEE)
def show_all() -> str:
    """The library, or what of it holds the words that are looked for."""
    session, actor, voice = current_session(), current_actor(), current_voice()
    words = request.args.get("q", "")[:200]
    found = library.search_library(session, actor, words)
    withdrawn = library.search_library(session, actor, words, withdrawn=True)
    return render_template(
        "definitions/library.html",
        words=words,
        definitions=[_row(entry, voice) for entry in found],
        withdrawn=[_row(entry, voice) for entry in withdrawn],
        may_plan=bool(reach(actor, Action.PLAN)),
    )


@pages.get("/definitions/new")
@needs(Action.PLAN)
def new() -> str:
    """The form for a new definition."""
    return _form(None, TypedPlan(typed_definition()))


@pages.post("/definitions/new")
@needs(Action.PLAN)
def make() -> Response | tuple[str, int]:
    """Keep a new definition; on any trouble the form comes back as typed."""
    voice = current_voice()
    entry, meaning = read_definition(request.form, voice)
    if meaning is None:
        return _form(None, entry), 422
    try:
        made = definitions.make_definition(
            current_session(), current_actor(), meaning, now=now(), reason=entry.values["reason"]
        )
    except Invalid as error:
        roll_back()
        entry.tell(error, voice, "name_sv")
        return _form(None, entry), error.status
    address, definition_id = url_for("definitions.show", definition_slug=made.slug), made.id
    commit()
    flash(voice.gettext("Saved."), "message")
    return redirect(_way_back(definition_id) or address, 303)


@pages.get("/definitions/<definition_slug>")
@needs(Action.SEE)
def show(definition_slug: str) -> str:
    """What a definition says, what it said before, and who measures by it."""
    return _page(definition_slug)


@pages.get("/definitions/<definition_slug>/edit")
@needs(Action.PLAN)
def edit(definition_slug: str) -> str:
    """The form filled with what a definition says now."""
    definition = library.definition_by_slug(current_session(), definition_slug)
    newest = definitions.newest_version(current_session(), definition.id)
    return _form(definition, TypedPlan(typed_meaning(meaning_of(newest), current_voice())), newest.number)


@pages.post("/definitions/<definition_slug>/edit")
@needs(Action.PLAN)
def change(definition_slug: str) -> Response | tuple[str, int]:
    """Keep a changed definition; where something else may be measured, ask first."""
    session, actor, voice = current_session(), current_actor(), current_voice()
    definition = library.definition_by_slug(session, definition_slug)
    number = request.form.get("version", 0, type=int)
    entry, meaning = read_definition(request.form, voice)
    if meaning is None:
        return _form(definition, entry, number), 422
    following = following_of(definition)
    asked, consequence = read_consequence(request.form, following, voice)
    if asked.errors:
        return ask_page(definition, entry, meaning, asked, following, number), 422
    try:
        definitions.change_definition(
            session,
            actor,
            definition_slug,
            number,
            meaning,
            consequence,
            reason=entry.values["reason"],
            now=now(),
        )
    except Undecided:
        roll_back()
        return ask_page(definition, entry, meaning, asked, following, number), 422
    except (Invalid, Conflict) as error:
        roll_back()
        if error.field in asked.typed:
            asked.tell(error, voice, "change")
            return ask_page(definition, entry, meaning, asked, following, number), error.status
        entry.tell(error, voice, "name_sv")
        newest = definitions.newest_version(current_session(), definition.id)
        theirs = meaning_changes(meaning, meaning_of(newest), voice) if isinstance(error, Conflict) else []
        return _form(definition, entry, newest.number, theirs), error.status
    commit()
    flash(voice.gettext("Saved."), "message")
    return redirect(url_for("definitions.show", definition_slug=definition_slug), 303)


@pages.post("/definitions/<definition_slug>/<any(withdraw, back):step>")
@needs(Action.PLAN)
def set_in_use(definition_slug: str, step: str) -> Response | tuple[str, int]:
    """Take a definition out of the library, with a reason, or bring it back."""
    session, actor, voice = current_session(), current_actor(), current_voice()
    definition = library.definition_by_slug(session, definition_slug)
    reason = request.form.get("withdraw_reason", "")[:2000]
    version = request.form.get("version", 0, type=int)
    try:
        if step == "back":
            archiving.bring_back(session, actor, definition, now=now())
        else:
            archiving.withdraw_row(session, actor, definition, version, now=now(), reason=reason)
    except (Invalid, Conflict) as error:
        roll_back()
        told = {"withdraw_reason": voice.gettext(error.message, **error.facts)}
        return _page(definition_slug, told), error.status
    commit()
    flash(voice.gettext("Withdrawn.") if step == "withdraw" else voice.gettext("Brought back."), "message")
    return redirect(url_for("definitions.show", definition_slug=definition_slug), 303)


def _way_back(definition_id: int) -> str | None:
    """The page of the new indicator on whose way the definition was made."""
    goal_id, area_id = (request.values.get(name, 0, type=int) for name in WAY)
    if 0 < goal_id <= LARGEST_NUMBER:
        return url_for("indicator_making.new_of_goal", goal_id=goal_id, definition=definition_id)
    if 0 < area_id <= LARGEST_NUMBER:
        return url_for("indicator_making.new_of_area", area_id=area_id, definition=definition_id)
    return None


def _row(entry: LibraryEntry, voice: Voice) -> dict[str, Any]:
    version = entry.version
    return {
        "name": voice.pick(version.name_sv, version.name_en),
        "href": url_for("definitions.show", definition_slug=entry.definition.slug),
        "unit": voice.pick(version.unit_sv, version.unit_en),
        "direction": direction_label(version.direction, voice),
        "used": voice.ngettext("%(n)s indicator", "%(n)s indicators", entry.n_indicators)
        if entry.n_indicators
        else "",
    }


def _form(
    definition: Definition | None,
    entry: TypedPlan,
    number: int | None = None,
    theirs: list[tuple[str, str, str]] | None = None,
) -> str:
    voice = current_voice()
    back = (
        url_for("definitions.show", definition_slug=definition.slug)
        if definition
        else url_for("definitions.show_all")
    )
    return render_template(
        "definitions/form.html",
        name=entry.typed["name_sv"] if definition else "",
        action=url_for("definitions.change", definition_slug=definition.slug)
        if definition
        else url_for("definitions.make"),
        back=back,
        version=number,
        typed=entry.typed,
        errors=entry.errors,
        kinds=kind_choices(voice),
        directions=direction_choices(voice),
        theirs=theirs or [],
        way={name: request.values[name] for name in WAY if name in request.values},
    )


def _page(definition_slug: str, errors: dict[str, str] | None = None) -> str:
    session, actor, voice = current_session(), current_actor(), current_voice()
    definition = library.definition_by_slug(session, definition_slug)
    versions = library.versions_of(session, definition.id)
    newest = versions[0]
    uses = library.uses_of(session, actor, definition.id)
    return render_template(
        "definitions/definition.html",
        name=voice.pick(newest.name_sv, newest.name_en),
        slug=definition.slug,
        version=definition.version,
        is_withdrawn=definition.withdrawn_at is not None,
        may_change=may_change_definition(session, actor, definition.id),
        facts=meaning_facts(meaning_of(newest), voice),
        uses=[
            {
                "text": use_words(use, voice),
                "href": url_for("indicators.show", indicator_id=use.indicator.id),
                "version": use.version.number if use.version.id != newest.id else None,
            }
            for use in uses
        ],
        versions=_history(versions, voice),
        errors=errors or {},
    )


def _history(versions: list[DefinitionVersion], voice: Voice) -> list[dict[str, str]]:
    """Each version, newest first, with what it changed."""
    names = Names(current_session(), [version.actor_id for version in versions], voice)
    items = []
    for version, before in zip(versions, [*versions[1:], None], strict=True):
        changes = meaning_changes(meaning_of(before), meaning_of(version), voice) if before else []
        items.append(
            {
                "at": moment(version.recorded_at, voice),
                "iso": version.recorded_at.isoformat(),
                "who": names.of(version.actor_id),
                "text": voice.gettext("Version %(number)s", number=version.number),
                "detail": "; ".join(
                    voice.gettext("%(what)s: %(new)s, before %(old)s", what=what, old=old, new=new)
                    for what, old, new in changes
                )
                or (voice.gettext("First version") if before is None else ""),
            }
        )
    return items
