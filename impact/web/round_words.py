"""The words for reporting rounds: where they stand, what is done to them, what is owed."""

from __future__ import annotations

from impact.language import Voice, mark
from impact.registry.handing_in import Standing
from impact.registry.measurement_tables import RoundState
from impact.registry.rounds import RoundAct

STATES = {
    RoundState.OPEN: mark("Open", context="round"),
    RoundState.SUBMITTED: mark("Handed in", context="round"),
    RoundState.RETURNED: mark("Returned", context="round"),
    RoundState.APPROVED: mark("Approved", context="round"),
    RoundState.CLOSED: mark("Closed", context="round"),
    RoundState.UNLOCKED: mark("Unlocked", context="round"),
}
ACTS = {
    RoundAct.SUBMIT: mark("Hand in"),
    RoundAct.RETURN: mark("Return with the remark"),
    RoundAct.APPROVE: mark("Approve the round"),
    RoundAct.CLOSE: mark("Close the round"),
    RoundAct.UNLOCK: mark("Unlock for the reason given"),
}
STANDINGS = {
    Standing.LATE: mark("late"),
    Standing.DUE: mark("to be recorded"),
    Standing.WAITING: mark("awaits approval"),
    Standing.RETURNED: mark("returned"),
    Standing.DONE: mark("recorded"),
    Standing.PASSED_OVER: mark("passed over"),
}


def round_state_words(state: RoundState, voice: Voice) -> str:
    """Where a round stands."""
    return voice.pgettext("round", STATES[state])


def round_act_words(act: RoundAct, voice: Voice) -> str:
    """What a button does to a round."""
    return voice.gettext(ACTS[act])


def standing_words(standing: Standing, voice: Voice) -> str:
    """What came of a planned measurement."""
    return voice.gettext(STANDINGS[standing])
