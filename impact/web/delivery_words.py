"""The words for reports and mails on their way."""

from __future__ import annotations

from impact.delivery.tables import Content, MessageState, Outcome, Rhythm
from impact.language import Voice, mark

RHYTHMS = {
    Rhythm.WEEKLY: mark("Weekly"),
    Rhythm.MONTHLY: mark("Monthly"),
    Rhythm.QUARTERLY: mark("Quarterly"),
    Rhythm.YEARLY: mark("Yearly"),
    Rhythm.ROUND_CLOSED: mark("When a reporting round is closed"),
}
CONTENTS = {
    Content.DIGEST: (
        mark("Summary"),
        mark("What turned or may have turned, with pictures, and the key indicators."),
    ),
    Content.FULL: (mark("Full report"), mark("Every indicator with its finding, up to 12 with pictures.")),
    Content.IMPACT_REPORT: (
        mark("Impact report as PDF"),
        mark("The findings in the email, the year's whole impact report attached."),
    ),
    Content.CHANGES: (
        mark("Only what changed"),
        mark("Indicators that say something else than in the report before; where nothing does, that."),
    ),
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


def content_words(content: Content, voice: Voice) -> tuple[str, str]:
    """What a report holds: its name, and a sentence on it."""
    name, sentence = CONTENTS[content]
    return voice.gettext(name), voice.gettext(sentence)


def message_state(state: MessageState, voice: Voice) -> tuple[str, str]:
    """Where a mail stands, in words, and what that means: better, worse or nothing."""
    words, meaning = STATES[state]
    return voice.gettext(words), meaning


def outcome_words(outcome: Outcome, voice: Voice) -> str:
    """How an attempt to hand a mail over ended."""
    return voice.gettext(OUTCOMES[outcome])
