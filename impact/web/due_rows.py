"""What is due to be measured, as a table shows it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for

from impact.accounts.permissions import Action, reach
from impact.language import Voice
from impact.monitoring.cards import SeriesCard, area_names
from impact.request_scope import current_actor, current_session, today
from impact.web.entry_addresses import cell_address

MONTH, YEAR = 30.44, 365.25


def due_rows(cards: Sequence[SeriesCard], voice: Voice, known_on: date | None = None) -> list[dict[str, Any]]:
    """What is due to be measured, for the macro ``due_table``.

    Args:
        known_on: the day as of which the cards are; what was due then cannot be entered there.
    """
    may_record = known_on is None and bool(reach(current_actor(), Action.RECORD))
    rows, day = [], known_on or today()
    areas = area_names(current_session(), cards)
    for card in cards:
        period, due_on = card.next_period, card.summary.due_on
        if period is None or due_on is None:
            continue
        entry = cell_address(card.project, card.summary.series_id, period)
        rows.append(
            {
                "name": voice.pick(card.version.name_sv, card.version.name_en),
                "href": url_for("indicators.show", indicator_id=card.indicator.id),
                "context": voice.pick(card.project.short_sv, card.project.short_en)
                if card.project
                else areas.get(card.indicator.area_id or 0, ""),
                "period": period.label(voice),
                "due": voice.day(due_on),
                "is_late": card.is_late(day),
                "late": lateness((day - due_on).days, voice) if card.is_late(day) else "",
                "entry_href": entry if may_record else None,
            }
        )
    return rows


def lateness(n_days: int, voice: Voice) -> str:
    """For how long something is late, as roughly as people say it: 8 months late."""
    if n_days <= MONTH:
        return voice.ngettext("one day late", "%(n)s days late", n_days)
    if n_days < 2 * YEAR:
        return voice.ngettext("one month late", "%(n)s months late", round(n_days / MONTH))
    return voice.ngettext("one year late", "%(n)s years late", round(n_days / YEAR))
