"""The question that a changed definition raises: is something else measured, and from when?"""

from __future__ import annotations

from flask import render_template, url_for

from impact.accounts.permissions import Action
from impact.language import Voice
from impact.registry import definitions, library
from impact.registry.indicator_tables import Definition
from impact.registry.library import Use
from impact.registry.meaning import Meaning, meaning_of
from impact.registry.schedules import schedule_of
from impact.request_scope import current_actor, current_session, current_voice, today
from impact.semantics.period import ReportingPeriod
from impact.web.definition_form import AS_ALL, COMPARES, STAYS
from impact.web.definition_words import meaning_changes
from impact.web.plan_fields import TypedPlan

Following = dict[int, tuple[Use, list[ReportingPeriod]]]


def following_of(definition: Definition) -> Following:
    """The indicators that the actor plans by a definition, with the periods they can break from."""
    uses = library.uses_of(current_session(), current_actor(), definition.id, Action.PLAN)
    return {use.indicator.id: (use, _periods(use)) for use in uses}


def _periods(use: Use) -> list[ReportingPeriod]:
    """The periods until today and the one after them, newest first."""
    schedule = schedule_of(use.indicator)
    ended = schedule.periods(today())
    coming = schedule.next_after(ended[-1] if ended else None)
    return [*([coming] if coming else []), *reversed(ended)]


def ask_page(
    definition: Definition,
    entry: TypedPlan,
    meaning: Meaning,
    asked: TypedPlan,
    following: Following,
    number: int,
) -> str:
    """The question whether something else is measured, with what follows for each indicator."""
    voice = current_voice()
    before = meaning_of(definitions.newest_version(current_session(), definition.id))
    shared = [list(periods) for _, periods in following.values()]
    common = [period for period in shared[0] if all(period in one for one in shared)] if shared else []
    return render_template(
        "definitions/ask.html",
        action=url_for("definitions.change", definition_slug=definition.slug),
        name=entry.typed["name_sv"],
        version=number,
        carried=entry.typed,
        typed=asked.typed,
        errors=asked.errors,
        changes=meaning_changes(before, meaning, voice),
        all_options=_options(common, voice),
        indicators=[
            {
                "field": f"follow_{indicator_id}",
                "words": use_words(use, voice),
                "options": [(AS_ALL, voice.gettext("As for all")), *_options(periods, voice)[1:]],
            }
            for indicator_id, (use, periods) in following.items()
        ],
    )


def _options(periods: list[ReportingPeriod], voice: Voice) -> list[tuple[str, str]]:
    return [
        ("", voice.gettext("Choose")),
        *(
            (
                period.key(),
                voice.gettext("Break: the first new period is %(period)s", period=period.label(voice)),
            )
            for period in periods
        ),
        (COMPARES, voice.gettext("No break: the values can still be compared")),
        (STAYS, voice.gettext("Goes on with the old definition")),
    ]


def use_words(use: Use, voice: Voice) -> str:
    """Where an indicator belongs: its project with the goal, or its area."""
    place = (
        use.area.name
        if use.area
        else voice.pick(use.project.short_sv, use.project.short_en)
        if use.project
        else ""
    )
    goal = voice.pick(use.goal.title_sv, use.goal.title_en) if use.goal else ""
    return f"{place}: {goal}" if goal else place
