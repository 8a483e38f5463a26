"""The flags of a series as its page lists them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from impact.language import Voice
from impact.monitoring.past_flags import flags_as_known
from impact.monitoring.reviewing import flags_of
from impact.registry.schedules import stored_period
from impact.web.deciding_words import direction_words, flag_state_words
from impact.web.moments import moment


def flag_rows(
    session: Session, series_id: int, voice: Voice, known_at: datetime | None = None
) -> list[dict[str, Any]]:
    """The flags of a series, newest first, with where each stands, or stood at an instant."""
    if known_at is None:
        flags = flags_of(session, series_id)
    else:
        flags = flags_as_known(session, [series_id], known_at).get(series_id, [])
    return [
        {
            "words": voice.gettext(
                "%(turned)s in %(period)s",
                turned=direction_words(flag.direction, voice),
                period=stored_period(
                    flag.turning_first_day, flag.turning_last_day, flag.turning_frequency
                ).label(voice),
            ),
            "state": flag_state_words(flag.state, voice),
            "raised": moment(flag.first_raised_at, voice),
            "href": url_for("flags.show", flag_id=flag.id),
        }
        for flag in flags
    ]
