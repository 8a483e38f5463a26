"""The rows of the board: what turned, was reached, is late, was decided."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import url_for

from impact.language import Voice
from impact.monitoring.board import ReachedCard
from impact.monitoring.board_lists import BoardDecision, BoardMilestone
from impact.monitoring.cards import SeriesCard
from impact.monitoring.news import News
from impact.monitoring.tables import FlagEvent, FlagState
from impact.registry.schedules import stored_period
from impact.semantics.progress_words import progress_sentence
from impact.web.deciding_words import act_words, agreed_words, flag_state_words
from impact.web.moments import day_of, moment
from impact.web.telling import card_row


def turned_row(
    card: SeriesCard,
    decided: list[FlagEvent],
    voice: Voice,
    *,
    known_on: date | None,
    since: datetime | None,
    may_decide: bool,
) -> dict[str, Any]:
    """A series that turned: since when, how sure, whether it is new, decided or not."""
    flag = card.flag
    row = card_row(card, voice, known_on=known_on)
    if flag is None:
        return {"row": row, "flag_href": None, "may_decide": False, "state": ""}
    turning = stored_period(flag.turning_first_day, flag.turning_last_day, flag.turning_frequency)
    row["since"] = voice.gettext("since %(period)s", period=turning.label(voice))
    row["fresh"] = since is not None and flag.first_raised_at > since
    newest = decided[0] if decided and flag.state is FlagState.CONFIRMED else None
    agreed = agreed_words(newest, voice) if newest else ""
    row["progress"] = voice.gettext("Agreed: %(action)s", action=agreed) if agreed else None
    return {
        "row": row,
        "flag_href": url_for("flags.show", flag_id=flag.id),
        "may_decide": flag.state is FlagState.OPEN and known_on is None and may_decide,
        "state": _state(flag.state, newest, voice),
    }


def _state(state: FlagState, newest: FlagEvent | None, voice: Voice) -> str:
    if state is FlagState.OPEN:
        return voice.gettext("Awaits a decision")
    words = flag_state_words(state, voice)
    if newest is None:
        return words
    return f"{words} {day_of(newest.recorded_at, voice)}"


def reached_row(found: ReachedCard, voice: Voice, known_on: date | None) -> dict[str, Any]:
    """A series that stands at its target: the mark of what is good, and the target in a sentence."""
    return {
        **card_row(found.card, voice, known_on=known_on),
        "meaning": "better",
        "words": voice.gettext("Target met"),
        "level": None,
        "sentence": progress_sentence(found.progress, found.card.series.unit, voice),
    }


def decision_item(row: BoardDecision, voice: Voice) -> dict[str, Any]:
    """The arguments of the macro ``history`` for one decision."""
    name = voice.pick(row.name_sv, row.name_en)
    place = voice.pick(row.project.short_sv, row.project.short_en)
    return {
        "at": moment(row.event.recorded_at, voice),
        "iso": row.event.recorded_at.isoformat(),
        "who": "",
        "text": f"{act_words(row.event.act, voice)}: {name}, {place}",
        "href": url_for("flags.show", flag_id=row.flag.id),
        "quote": row.event.note,
        "detail": agreed_words(row.event, voice),
    }


def milestone_row(row: BoardMilestone, voice: Voice, day_of_page: date) -> dict[str, Any]:
    """The arguments of the macro ``milestones`` for one milestone."""
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


def news_words(news: News, voice: Voice) -> str:
    """What is new since the last visit, in one sentence."""
    parts = [
        voice.ngettext("one indicator has turned", "%(n)s indicators have turned", news.n_flags)
        if news.n_flags
        else "",
        voice.ngettext("one new value", "%(n)s new values", news.n_values) if news.n_values else "",
        voice.ngettext("one decision", "%(n)s decisions", news.n_decided) if news.n_decided else "",
        voice.ngettext("one milestone reached", "%(n)s milestones reached", news.n_milestones)
        if news.n_milestones
        else "",
    ]
    told, since = ", ".join(part for part in parts if part), moment(news.since, voice)
    if not told:
        return voice.gettext("Nothing new since you were here on %(moment)s.", moment=since)
    return voice.gettext("Since you were here on %(moment)s: %(told)s.", moment=since, told=told)
