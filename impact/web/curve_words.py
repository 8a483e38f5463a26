"""What the page on turning a curve says: the turn, the paces, the notes, the actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from impact.charts.content import IndicatorChart
from impact.language import Voice
from impact.monitoring.agreed import AgreedAction
from impact.monitoring.tables import Flag
from impact.registry.project_tables import StoryNote
from impact.registry.schedules import stored_period
from impact.web.deciding_words import agreed_words, direction_words, flag_state_words
from impact.web.moments import day_of
from impact.web.people_names import Names


def turn_facts(picture: IndicatorChart, flag: Flag | None, voice: Voice) -> list[tuple[str, object]]:
    """The turn in pairs: which way, since when, how sure, what was decided."""
    if flag is None:
        return []
    turning = stored_period(flag.turning_first_day, flag.turning_last_day, flag.turning_frequency)
    return [
        (voice.gettext("What happened"), direction_words(flag.direction, voice)),
        (voice.gettext("Turning point"), turning.label(voice)),
        (voice.gettext("How certain"), picture.certainty.split(" · ")[0]),
        (voice.gettext("First raised"), day_of(flag.first_raised_at, voice)),
        (voice.gettext("Decision"), flag_state_words(flag.state, voice)),
    ]


def pace_cards(picture: IndicatorChart, voice: Voice) -> list[dict[str, Any]]:
    """Target, pace now and pace needed as stat cards; none without a target."""
    progress, unit = picture.progress, picture.series.unit
    if progress is None:
        return []

    def pace(per_year: float) -> str:
        return unit.pace_text(per_year, voice, max(unit.decimals, 1))

    period, value = progress.promise.target
    cards = [
        (unit.stated_text(value, voice), voice.gettext("target for %(period)s", period=period.label(voice))),
        (
            unit.value_text(progress.now.value or 0.0, voice),
            voice.gettext("latest, %(period)s", period=progress.now.period.label(voice)),
        ),
    ]
    if progress.kept is not None:
        since = progress.kept.since.label(voice)
        cards.append((pace(progress.kept.per_year), voice.gettext("pace since %(period)s", period=since)))
    if progress.needed is not None:
        cards.append((pace(progress.needed), voice.gettext("pace needed to reach the target")))
    return [_card(number, words) for number, words in cards]


def _card(text: str, words: str) -> dict[str, Any]:
    """A stat card; what a pace is counted in stands small beside its number."""
    number, _, unit = text.partition(" ")
    return {"number": number, "unit": unit, "words": words, "meaning": None, "href": None}


def note_items(notes: Sequence[StoryNote], names: Names, voice: Voice) -> list[dict[str, str]]:
    """The notes for the macro ``history``, with day and author."""
    return [
        {
            "at": voice.day(note.noted_on),
            "iso": note.noted_on.isoformat(),
            "who": names.of(note.author_id),
            "text": voice.pick(note.text_sv, note.text_en),
            "quote": "",
            "detail": "" if note.indicator_id else voice.gettext("about the whole project"),
        }
        for note in notes
    ]


def action_items(
    actions: Sequence[AgreedAction], names: Names, voice: Voice, day: date
) -> list[dict[str, Any]]:
    """The agreed actions: what, who, by when, whether late, and what came of it."""
    return [
        {
            "text": agreed_words(each.event, voice),
            "agreed": voice.gettext(
                "agreed %(day)s by %(name)s",
                day=day_of(each.event.recorded_at, voice),
                name=names.of(each.event.actor_id),
            ),
            "is_late": each.is_late(day),
            "state": _state(each, voice, day),
            "follow_ups": [
                {
                    "at": day_of(step.recorded_at, voice),
                    "iso": step.recorded_at.isoformat(),
                    "who": names.of(step.actor_id),
                    "text": step.note,
                    "quote": "",
                    "detail": "",
                }
                for step in each.follow_ups
            ],
        }
        for each in actions
    ]


def _state(each: AgreedAction, voice: Voice, day: date) -> str:
    if each.follow_ups:
        return voice.gettext("Followed up")
    return voice.gettext("Late") if each.is_late(day) else voice.gettext("Under way")
