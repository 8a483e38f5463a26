"""The words for flags and what is decided about them."""

from __future__ import annotations

from impact.language import Voice, mark
from impact.monitoring.tables import DismissalCause, FlagAct, FlagDirection, FlagEvent, FlagState

STATES = {
    FlagState.OPEN: mark("Open"),
    FlagState.CONFIRMED: mark("Confirmed"),
    FlagState.DISMISSED: mark("Dismissed"),
    FlagState.SUPERSEDED: mark("Superseded by newer data"),
}
ACTS = {
    FlagAct.OPENED: mark("Raised"),
    FlagAct.CONFIRMED: mark("Confirmed"),
    FlagAct.FOLLOWED_UP: mark("Followed up"),
    FlagAct.DISMISSED: mark("Dismissed"),
    FlagAct.REOPENED: mark("Reopened"),
    FlagAct.SUPERSEDED: mark("Superseded by newer data"),
}
CAUSES = {
    DismissalCause.KNOWN_EXCEPTION: mark("A known exception"),
    DismissalCause.DATA_ERROR: mark("An error in the data"),
    DismissalCause.CHANGED_METHOD: mark("A changed method"),
    DismissalCause.NOT_RELEVANT: mark("Not relevant to the goal"),
}
DIRECTIONS = {
    FlagDirection.TO_WORSE: mark("Turned for the worse"),
    FlagDirection.TO_BETTER: mark("Turned for the better"),
    FlagDirection.NEUTRAL: mark("Turned"),
}


def flag_state_words(state: FlagState, voice: Voice) -> str:
    """Where a flag stands."""
    return voice.gettext(STATES[state])


def act_words(act: FlagAct, voice: Voice) -> str:
    """A step in a flag's life."""
    return voice.gettext(ACTS[act])


def cause_words(cause: DismissalCause, voice: Voice) -> str:
    """Why a flag was put aside."""
    return voice.gettext(CAUSES[cause])


def direction_words(direction: FlagDirection, voice: Voice) -> str:
    """Which way the trend turned."""
    return voice.gettext(DIRECTIONS[direction])


def agreed_words(event: FlagEvent, voice: Voice) -> str:
    """What was agreed, who does it and by when; empty where nothing was."""
    if not event.agreed_action:
        return ""
    parts = [event.agreed_action, event.action_owner]
    if event.action_due_on:
        parts.append(voice.gettext("by %(day)s", day=voice.day(event.action_due_on)))
    return ", ".join(part for part in parts if part)
