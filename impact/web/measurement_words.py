"""The words for measurements: statuses, missing reasons, states, values."""

from __future__ import annotations

from typing import Final

from impact.charts.alt_text import MISSING
from impact.exchange.drafting import gone_beside
from impact.language import Voice, mark
from impact.registry.judging import Draft
from impact.registry.measurement_tables import Revision, State
from impact.semantics.series import Missing, Status
from impact.semantics.unit import Unit
from impact.web.change_fields import field_words

STATUSES = {
    Status.FINAL: mark("final"),
    Status.PRELIMINARY: mark("preliminary"),
    Status.ESTIMATED: mark("estimated"),
}
STATES = {
    State.DRAFT: mark("draft, awaiting approval"),
    State.SUBMITTED: mark("submitted, awaiting approval"),
    State.RETURNED: mark("returned"),
    State.APPROVED: mark("approved"),
}

_FIELDS: Final = {"evidence_sha256": "evidence_file"}


def observation_status_words(status: Status, voice: Voice) -> str:
    """The observation status of a value."""
    return voice.gettext(STATUSES[status])


def missing_words(missing: Missing, voice: Voice) -> str:
    """Why a value is missing."""
    return voice.gettext(MISSING[missing])


def state_words(state: State, voice: Voice) -> str:
    """Where a revision stands on its way to approval."""
    return voice.gettext(STATES[state])


def gone_words(before: Draft | None, after: Draft | None, voice: Voice) -> str:
    """What stood beside a number and is not kept with the new one; empty where nothing is lost."""
    gone = gone_beside(before, after) if after else ()
    if not gone:
        return ""
    named = (field_words(_FIELDS.get(name, name), voice).lower() for name in gone)
    return voice.gettext("not kept from the old value: %(what)s", what=", ".join(named))


def said_words(revision: Revision, unit: Unit, voice: Voice) -> str:
    """What a revision says: its value, or why there is none."""
    if revision.missing is not None:
        return missing_words(revision.missing, voice)
    return unit.value_text(revision.value or 0.0, voice)
