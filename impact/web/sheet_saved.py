"""What was just saved from a sheet: from what to what."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.language import Voice
from impact.registry.series_view import StoredMeasurement, earlier_revisions
from impact.registry.sheet import Sheet
from impact.web.measurement_words import said_words
from impact.web.sheet_form import Key
from impact.web.sheet_rows import cell_words
from impact.web.sheet_telling import MOST_TOLD


def changed_since(sheet: Sheet, revision_id: int, actor: Actor) -> dict[Key, StoredMeasurement]:
    """The cells that the actor saved after a revision."""
    return {
        (number, period): stored
        for number, line in sheet.lines.items()
        for period, stored in line.stored.items()
        if stored.newest.id > revision_id and stored.newest.actor_id == actor.id
    }


def told_items(
    session: Session, sheet: Sheet, changed: Mapping[Key, StoredMeasurement], voice: Voice
) -> list[str]:
    """What was changed, from what to what, as far as somebody reads it."""
    listed = dict(list(changed.items())[:MOST_TOLD])
    earlier = earlier_revisions(session, [stored.newest for stored in listed.values()])
    items = []
    for key, stored in listed.items():
        unit = sheet.lines[key[0]].unit
        before = earlier.get(stored.measurement_id)
        facts = {"cell": cell_words(sheet, key, voice), "value": said_words(stored.newest, unit, voice)}
        if before is None:
            items.append(voice.gettext("%(cell)s: %(value)s", **facts))
        else:
            older = said_words(before, unit, voice)
            items.append(voice.gettext("%(cell)s: %(value)s replaced %(older)s", older=older, **facts))
    n_more = len(changed) - len(listed)
    if n_more:
        items.append(voice.ngettext("and %(n)s more cell", "and %(n)s more cells", n_more))
    return items
