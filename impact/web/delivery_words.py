"""The words for reports and mails on their way."""

from __future__ import annotations

from impact.delivery.tables import MessageState, Outcome, Rhythm
from impact.language import Voice, mark

RHYTHMS = {
    Rhythm.WEEKLY: mark("Weekly"),
    Rhythm.MONTHLY: mark("Monthly"),
    Rhythm.QUARTERLY: mark("Quarterly"),
    Rhythm.YEARLY: mark("Yearly"),
    Rhythm.ROUND_CLOSED: mark("When a reporting round is closed"),
}
STATES = {
    MessageState.WAITING: (mark("Waiting"), ""),
    MessageState.SENT: (mark("Sent"), "better"),
    MessageState.FAILED: (mark("Failed"), "worse"),
    MessageState.CANCELLED: (mark("Cancelled"), ""),
}
OUTCOMES = {
    Outcome.ACCEPTED: mark("Accepted by the mail server"),
    Outcome.DEFERRED: mark("Deferred by the mail server"),
    Outcome.REFUSED: mark("Refused by the mail server"),
    Outcome.WITHHELD: mark("Not handed over"),
}


def rhythm_words(rhythm: Rhythm, voice: Voice) -> str:
    """How often a report is due."""
    return voice.gettext(RHYTHMS[rhythm])


def message_state(state: MessageState, voice: Voice) -> tuple[str, str]:
    """Where a mail stands, in words, and what that means: better, worse or nothing."""
    words, meaning = STATES[state]
    return voice.gettext(words), meaning


def outcome_words(outcome: Outcome, voice: Voice) -> str:
    """How an attempt to hand a mail over ended."""
    return voice.gettext(OUTCOMES[outcome])
