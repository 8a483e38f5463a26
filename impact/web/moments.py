"""Instants as this installation writes them."""

from __future__ import annotations

from datetime import datetime

from impact.language import Voice
from impact.request_scope import installation


def moment(at: datetime, voice: Voice) -> str:
    """An instant as readers write it, in the installation's time zone."""
    return voice.moment(at, installation().settings.time_zone)


def day_of(at: datetime, voice: Voice) -> str:
    """The day of an instant as readers write it, in the installation's time zone."""
    return voice.day(at.astimezone(installation().settings.time_zone).date())
