"""What looks wrong in the values of a file: told beside them, before they are imported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.exchange.importing import Outcome, Preview
from impact.registry.doubts import Doubt, doubts
from impact.registry.sheet import sheet_of
from impact.semantics.period import ReportingPeriod

# Beyond this nobody reads them one by one, and asking would take as long as importing.
MOST_ENTRIES: Final = 3000
MOST_RECORDED: Final = 20_000
# Doubts by the series and period that a value of a file names, if it names any.
Doubted = Mapping[tuple[int | None, ReportingPeriod | None], Sequence[Doubt]]


def doubts_of(session: Session, actor: Actor, preview: Preview, *, now: datetime) -> Doubted:
    """Jumps, sums that are not the total and such, by series and period; nothing for very large files."""
    drafts = {
        (each.series_id, each.period): each.draft
        for each in preview.entries
        if each.outcome in (Outcome.NEW, Outcome.CHANGED) and each.series_id and each.period and each.draft
    }
    if not 0 < len(drafts) <= MOST_ENTRIES or len(preview.recorded.measurements) > MOST_RECORDED:
        return {}
    lines = sheet_of(session, actor, preview.project.slug, now=now).lines
    found: dict[tuple[int | None, ReportingPeriod | None], list[Doubt]] = defaultdict(list)
    for doubt in doubts(lines, {key: draft for key, draft in drafts.items() if key[0] in lines}):
        found[doubt.key].append(doubt)
    return dict(found)
