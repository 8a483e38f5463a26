"""What saving a sheet would do, what stands in its way, and saving it: all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.language import Voice
from impact.monitoring.analysing import refresh_series
from impact.registry.doubts import Doubt, doubts
from impact.registry.many_measurements import Outcome, Planned, Said, plan_many, record_many
from impact.registry.series_view import StoredMeasurement
from impact.registry.sheet import Sheet
from impact.web.number_runs import unpacked
from impact.web.sheet_form import Key, TypedSheet, cell_name, read_sheet

# More series than this wait for the clock, which analyses them within minutes.
ANALYSED_AT_ONCE: Final = 12
LONGEST_REASON: Final = 2000


@dataclass(frozen=True)
class Intent:
    """What somebody sent: the sheet as typed, and what they say about it."""

    typed: TypedSheet
    seen: frozenset[int]
    # Which value of somebody else's was replaced knowingly, by cell.
    chosen: Mapping[str, str]
    kept: frozenset[str]
    reason: str


NOTHING_SENT: Final = Intent(TypedSheet(), frozenset(), {}, frozenset(), "")


@dataclass
class Outlook:
    """What saving would do, and what has to be answered first."""

    planned: list[Planned] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    conflicts: dict[Key, StoredMeasurement] = field(default_factory=dict)
    asks_reason: bool = False

    def is_clear(self, typed: TypedSheet) -> bool:
        """Whether nothing stands in the way."""
        wrong = typed.errors or typed.n_unknown or self.doubts or self.conflicts or self.asks_reason
        return not wrong

    def count(self, outcome: Outcome) -> int:
        """How many cells would have this outcome."""
        return sum(each.outcome is outcome and each.problem is None for each in self.planned)


def read_intent(form: Mapping[str, str], sheet: Sheet, voice: Voice) -> Intent:
    """What somebody sent; cells in which they chose the other's value are left out."""
    chosen = {name.removeprefix("choose."): said for name, said in form.items() if name.startswith("choose.")}
    theirs = (
        {
            (number, period)
            for number, line in sheet.lines.items()
            for period in line.stored
            if chosen.get(cell_name((number, period))) == "theirs"
        }
        if "theirs" in chosen.values()
        else set()
    )
    return Intent(
        read_sheet(form, sheet, voice, theirs),
        unpacked(form.get("seen", "")),
        chosen,
        frozenset(form.get("keep", "").split()) if form.get("confirm") else frozenset(),
        form.get("reason", "").replace("\0", "").strip()[:LONGEST_REASON],
    )


def foresee(
    session: Session, actor: Actor, sheet: Sheet, intent: Intent, voice: Voice, *, now: datetime
) -> Outlook:
    """What saving would do; each cell's problem is told in the typed sheet."""
    typed, outlook = intent.typed, Outlook()
    said = [Said(key[0], key[1].key(), draft) for key, draft in typed.drafts.items()]
    outlook.planned = plan_many(session, actor, said, now=now, stored=sheet.stored) if said else []
    drafts = {}
    for (key, draft), each in zip(typed.drafts.items(), outlook.planned, strict=True):
        if each.problem is not None:
            typed.errors[key] = voice.gettext(each.problem.message, **each.problem.facts)
        elif each.outcome is not Outcome.UNCHANGED:
            drafts[key] = draft
            if each.stored is not None and not _is_known(key, each.stored, intent):
                outlook.conflicts[key] = each.stored
    outlook.doubts = [each for each in doubts(sheet.lines, drafts) if doubt_name(each) not in intent.kept]
    outlook.asks_reason = outlook.count(Outcome.CHANGED) > 0 and not intent.reason
    return outlook


def save_foreseen(session: Session, actor: Actor, outlook: Outlook, reason: str, *, now: datetime) -> int:
    """Write what was foreseen and analyse what changed; how many series wait for the clock.

    Raises:
        Conflict, Invalid: as ``many_measurements.record_many``.
    """
    changed = record_many(session, actor, outlook.planned, reason=reason, now=now)
    if len(changed) > ANALYSED_AT_ONCE:
        return len(changed)
    for series_id in changed:
        refresh_series(session, series_id, now=now)
    return 0


def doubt_name(doubt: Doubt) -> str:
    """A doubt by what it is about and what was said, so that another value is asked about anew."""
    said = "/".join(f"{value:.15g}" for value in doubt.facts.values())
    return f"{doubt.code}:{cell_name(doubt.key)}:{said}"


def seen_after(sheet: Sheet, intent: Intent) -> frozenset[int]:
    """The revisions that a page shows: all but those behind what was typed and not known yet."""
    found = set()
    for number, line in sheet.lines.items():
        for period, stored in line.stored.items():
            key = (number, period)
            if key not in intent.typed.texts or _is_known(key, stored, intent):
                found.add(stored.newest.id)
    return frozenset(found)


def _is_known(key: Key, stored: StoredMeasurement, intent: Intent) -> bool:
    """Whether this value was seen before it was replaced, on the page or in the choice."""
    return stored.newest.id in intent.seen or intent.chosen.get(cell_name(key)) == f"mine-{stored.newest.id}"
