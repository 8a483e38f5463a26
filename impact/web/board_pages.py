"""The manager's board: what turned, what is due, what was decided."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, render_template, url_for

from impact.accounts.permissions import Action, reach
from impact.language import Voice
from impact.monitoring.board import Board, BoardDecision, BoardMilestone, board
from impact.monitoring.cards import SeriesCard
from impact.monitoring.tables import FlagDirection, FlagState
from impact.registry.plan_view import in_use
from impact.registry.project_tables import Project
from impact.request_scope import current_actor, current_session, current_voice, now, today
from impact.web.deciding_words import act_words, flag_state_words
from impact.web.due_rows import due_rows
from impact.web.guards import needs
from impact.web.known_days import instant_of, known_day
from impact.web.moments import moment
from impact.web.planning_options import may_plan_everywhere
from impact.web.telling import card_row

pages = Blueprint("board", __name__)


@pages.get("/")
@needs(Action.SEE)
def show() -> str:
    """The board of everything that the reader may see."""
    voice, known = current_voice(), known_day()
    known_on = known.day if known else None
    day = known_on or today()
    seen = board(current_session(), current_actor(), now=now(), known_at=instant_of(known))
    return render_template(
        "board/board.html",
        known=known.banner(voice) if known else None,
        month=voice.month(day),
        lead=_lead(seen, voice),
        stats=_stats(seen, voice, day),
        turned=[_turned(card, voice, known_on) for card in seen.turned],
        early=[card_row(card, voice, known_on=known_on) for card in seen.early],
        due=due_rows(seen.due, voice, known_on),
        too_short=[card_row(card, voice, known_on=known_on) for card in seen.too_short],
        decisions=[_decision(row, voice) for row in seen.decisions],
        milestones=[_milestone(row, voice, day) for row in seen.milestones],
        may_begin=known is None and _may_begin(seen),
        invented=any(
            card.indicator.is_invented for card in (*seen.turned, *seen.early, *seen.due, *seen.too_short)
        ),
    )


def _may_begin(seen: Board) -> bool:
    """Whether there is no project yet and the reader may make the first one."""
    is_empty = not (seen.turned or seen.early or seen.due or seen.too_short)
    return is_empty and may_plan_everywhere() and not in_use(current_session(), Project)


def _lead(seen: Board, voice: Voice) -> str:
    if not seen.turned:
        return voice.gettext("No indicator has turned.")
    turned = voice.ngettext("One indicator has turned.", "%(n)s indicators have turned.", len(seen.turned))
    if not seen.n_undecided:
        return f"{turned} {voice.gettext('All have been decided on.')}"
    waiting = voice.ngettext("One awaits a decision.", "%(n)s await a decision.", seen.n_undecided)
    return f"{turned} {waiting}"


def _stats(seen: Board, voice: Voice, day: date) -> list[dict[str, Any]]:
    worse, better = seen.n_turned(FlagDirection.TO_WORSE), seen.n_turned(FlagDirection.TO_BETTER)
    late = sum(card.is_late(day) for card in seen.due)
    reached = sum(row.milestone.reached_on is not None for row in seen.milestones)
    return [
        _stat(
            worse,
            voice.ngettext("has turned for the worse", "have turned for the worse", worse),
            "worse",
            "#turned",
        ),
        _stat(
            better,
            voice.ngettext("has turned for the better", "have turned for the better", better),
            "better",
            "#turned",
        ),
        _stat(late, voice.ngettext("measurement is late", "measurements are late", late), None, "#due"),
        _stat(
            reached,
            voice.ngettext("milestone reached in a year", "milestones reached in a year", reached),
            None,
            "#milestones",
        ),
    ]


def _stat(number: int, words: str, meaning: str | None, href: str) -> dict[str, Any]:
    return {
        "number": current_voice().number(number, 0),
        "words": words,
        "meaning": meaning if number else None,
        "href": href if number else None,
    }


def _turned(card: SeriesCard, voice: Voice, known_on: date | None) -> dict[str, Any]:
    flag = card.flag
    decides = reach(current_actor(), Action.DECIDE)
    return {
        "row": card_row(card, voice, known_on=known_on),
        "is_key": card.indicator.is_key,
        "flag_href": url_for("flags.show", flag_id=flag.id) if flag else None,
        "may_decide": flag is not None
        and flag.state is FlagState.OPEN
        and known_on is None
        and bool(decides),
        "state": flag_state_words(flag.state, voice) if flag else "",
    }


def _decision(row: BoardDecision, voice: Voice) -> dict[str, Any]:
    name = voice.pick(row.name_sv, row.name_en)
    place = voice.pick(row.project.short_sv, row.project.short_en)
    return {
        "at": moment(row.event.recorded_at, voice),
        "iso": row.event.recorded_at.isoformat(),
        "who": "",
        "text": f"{act_words(row.event.act, voice)}: {name}, {place}",
        "quote": row.event.note,
        "detail": "",
    }


def _milestone(row: BoardMilestone, voice: Voice, day_of_page: date) -> dict[str, Any]:
    milestone = row.milestone
    day = milestone.reached_on or milestone.due_on
    if milestone.reached_on:
        words = voice.gettext("Reached %(day)s")
    elif day and day < day_of_page:
        words = voice.gettext("Late: was due %(day)s")
    else:
        words = voice.gettext("Due %(day)s")
    return {
        "title": voice.pick(milestone.title_sv, milestone.title_en),
        "state": words % {"day": voice.day(day)} if day else "",
        "reached": milestone.reached_on is not None,
        "detail": voice.pick(row.project.short_sv, row.project.short_en),
        "href": url_for("projects.show", slug=row.project.slug),
    }
