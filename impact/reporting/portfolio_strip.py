"""The strip of a portfolio: the course of every indicator by year."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from impact.charts.courses import course_now, courses_of
from impact.charts.heat_strip import Course, HeatStrip, StripRow
from impact.db import local_day
from impact.language import Voice
from impact.monitoring.cards import SeriesCard

# More rows than that nobody reads, and a picture of them is too high for a page.
MOST_ROWS: Final = 120


def strip_of_cards(
    session: Session,
    cards: Sequence[SeriesCard],
    voice: Voice,
    *,
    known_at: datetime | None = None,
    most: int = MOST_ROWS,
) -> HeatStrip:
    """The strip of these series, grouped by project; key indicators stay where not all have room.

    Args:
        cards: the series, those of a project beside each other.
        known_at: the instant as of which the cards are.
        most: so many rows at most.
    """
    kept = list(cards)
    if len(kept) > most:
        chosen = sorted(kept, key=lambda card: not card.indicator.is_key)[:most]
        numbers = {card.summary.series_id for card in chosen}
        kept = [card for card in kept if card.summary.series_id in numbers]
    rows = tuple(
        StripRow(
            name=voice.pick(card.version.name_sv, card.version.name_en),
            group=voice.pick(card.project.short_sv, card.project.short_en) if card.project else "",
            courses=courses_of(card.series, card.analysis),
        )
        for card in kept
    )
    return HeatStrip(
        voice=voice,
        title=_title(rows, voice),
        rows=rows,
        subtitle=(voice.gettext("direction of the trend in each year"),),
        n_left_out=len(cards) - len(kept),
        invented=any(card.indicator.is_invented for card in kept),
        known_on=local_day(session, known_at) if known_at else None,
    )


def _title(rows: Sequence[StripRow], voice: Voice) -> str:
    now = [course_now(row.courses) for row in rows]
    return voice.ngettext(
        "Of one indicator %(better)s is getting better and %(worse)s worse",
        "Of %(n)s indicators %(better)s are getting better and %(worse)s worse",
        len(rows),
        better=voice.number(now.count(Course.BETTER), 0),
        worse=voice.number(now.count(Course.WORSE), 0),
    )
