"""A page as it was known on a day that its address names: ``?known_at=2026-03-31``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from flask import request

from impact.errors import Invalid
from impact.language import Voice
from impact.reporting.report_days import end_of_day
from impact.request_scope import installation, today

NAME = "known_at"
FIRST_YEAR = 1900


@dataclass(frozen=True)
class KnownDay:
    """The day as of which a page is read, to its end as the installation's clocks show it."""

    day: date
    at: datetime

    def banner(self, voice: Voice) -> dict[str, str]:
        """The arguments of the macro ``known_banner``: the day in words, and the way back to now."""
        return {"day": voice.day(self.day), "iso": self.day.isoformat(), "href": address_without(NAME)}


def known_day() -> KnownDay | None:
    """The day that the address names; None is now.

    Raises:
        Invalid: it names no day, or one that has not come.
    """
    text = request.args.get(NAME, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("Write the day as year-month-day: 2026-03-31.", field=NAME) from error
    if day > today():
        raise Invalid("That day has not come yet.", field=NAME)
    if day.year < FIRST_YEAR:
        raise Invalid("Nothing was known that long ago.", field=NAME)
    zone = installation().settings.time_zone
    return KnownDay(day, end_of_day(day, zone))


def instant_of(known: KnownDay | None) -> datetime | None:
    """The instant as of which to read; None is now."""
    return known.at if known else None


def address_without(name: str) -> str:
    """The address of the page that was asked for, without one of its questions."""
    kept: Mapping[str, str] = {key: text for key, text in request.args.items() if key != name}
    return request.path + (f"?{urlencode(kept)}" if kept else "")
