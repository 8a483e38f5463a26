"""The manager's board: what turned, what is due, what was decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, render_template

from impact.accounts.permissions import Action, reach
from impact.language import Voice
from impact.monitoring.board import Board, board
from impact.monitoring.news import news_since
from impact.monitoring.tables import FlagDirection
from impact.registry.plan_view import in_use
from impact.registry.project_tables import Project
from impact.request_scope import current_actor, current_session, current_voice, now, today
from impact.request_scope.identity import current_visitor
from impact.trend.phrases import count_words
from impact.web.board_filters import chosen_words, filter_fields, offered_choices, wanted_narrowing
from impact.web.board_rows import decision_item, milestone_row, news_words, reached_row, turned_row
from impact.web.due_rows import due_rows
from impact.web.guards import needs
from impact.web.known_days import instant_of, known_day
from impact.web.planning_options import may_plan_everywhere
from impact.web.telling import card_row

pages = Blueprint("board", __name__)


@pages.get("/")
@needs(Action.SEE)
def show() -> str:
    """The board of everything that the reader may see."""
    voice, known = current_voice(), known_day()
    known_on = known.day if known else None
    day, since = known_on or today(), None if known else _last_visit()
    offered = offered_choices()
    narrowed = wanted_narrowing(offered)
    seen = board(current_session(), current_actor(), now=now(), narrowed=narrowed, known_at=instant_of(known))
    filters = filter_fields(offered, narrowed, voice)
    decides = bool(reach(current_actor(), Action.DECIDE))
    due = due_rows(seen.due, voice, known_on)
    return render_template(
        "board/board.html",
        known=known.banner(voice) if known else None,
        month=voice.month(day),
        lead=_lead(seen, voice),
        news=_news(since, voice),
        filters=filters,
        chosen=chosen_words(filters),
        stats=_stats(seen, voice, day),
        turned=[
            turned_row(
                card,
                seen.decided.get(card.flag.id, []) if card.flag else [],
                voice,
                known_on=known_on,
                since=since,
                may_decide=decides,
            )
            for card in seen.turned
        ],
        early=[card_row(card, voice, known_on=known_on) for card in seen.early],
        late=[row for row in due if row["is_late"]],
        soon=[row for row in due if not row["is_late"]],
        reached=[reached_row(row, voice, known_on) for row in seen.reached],
        too_short=[card_row(card, voice, known_on=known_on) for card in seen.too_short],
        decisions=[decision_item(row, voice) for row in seen.decisions],
        milestones=[milestone_row(row, voice, day) for row in seen.milestones],
        first_visit=known is None and since is None,
        may_begin=known is None and not narrowed and _may_begin(seen),
        invented=any(
            card.indicator.is_invented for card in (*seen.turned, *seen.early, *seen.due, *seen.too_short)
        ),
    )


def _last_visit() -> datetime | None:
    """When the reader was last here before this sign-in; None at the first visit."""
    visitor = current_visitor()
    return visitor.last_visit_at if visitor else None


def _news(since: datetime | None, voice: Voice) -> str:
    if since is None:
        return ""
    return news_words(news_since(current_session(), current_actor(), since), voice)


def _may_begin(seen: Board) -> bool:
    """Whether there is no project yet and the reader may make the first one."""
    is_empty = not (seen.turned or seen.early or seen.due or seen.too_short)
    return is_empty and may_plan_everywhere() and not in_use(current_session(), Project)


def _lead(seen: Board, voice: Voice) -> str:
    n_turned, n_undecided = len(seen.turned), seen.n_undecided
    if not seen.turned:
        return voice.gettext("No indicator has turned.")
    n = count_words(n_turned, voice).capitalize()
    turned = voice.ngettext("One indicator has turned.", "%(n)s indicators have turned.", n_turned, n=n)
    if not n_undecided:
        return f"{turned} {voice.gettext('All have been decided on.')}"
    if n_undecided == n_turned > 1:
        return f"{turned} {voice.gettext('All await a decision.')}"
    n = count_words(n_undecided, voice).capitalize()
    return f"{turned} {voice.ngettext('One awaits a decision.', '%(n)s await a decision.', n_undecided, n=n)}"


def _stats(seen: Board, voice: Voice, day: date) -> list[dict[str, Any]]:
    worse, better = seen.n_turned(FlagDirection.TO_WORSE), seen.n_turned(FlagDirection.TO_BETTER)
    late = sum(card.is_late(day) for card in seen.due)
    n_milestones = sum(row.milestone.reached_on is not None for row in seen.milestones)
    reached = len(seen.reached) + n_milestones
    neither = len(seen.turned) - worse - better
    words = voice.ngettext(
        "has turned, neither for better nor worse", "have turned, neither for better nor worse", neither
    )
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
        # The cards add up to what the lead says.
        *([_stat(neither, words, None, "#turned")] if neither else []),
        _stat(late, voice.ngettext("measurement is late", "measurements are late", late), None, "#late"),
        _stat(
            reached,
            voice.ngettext("target or milestone reached", "targets and milestones reached", reached),
            None,
            "#reached" if seen.reached else "#milestones",
        ),
    ]


def _stat(number: int, words: str, meaning: str | None, href: str) -> dict[str, Any]:
    return {
        "number": current_voice().number(number, 0),
        "words": words,
        "meaning": meaning if number else None,
        "href": href if number else None,
    }
