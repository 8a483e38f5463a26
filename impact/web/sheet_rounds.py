"""The rounds that can be handed in from a sheet, with what is still open in each."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.language import Voice
from impact.registry import rounds
from impact.registry.handing_in import OWED, Standing
from impact.registry.rounds import RoundAct
from impact.registry.sheet import Sheet, rounds_of_sheet
from impact.web.addresses import round_address
from impact.web.round_words import round_state_words, standing_words
from impact.web.sheet_form import cell_name

# Older rounds were handed in before there was a sheet, or never will be.
MOST_ROUNDS: Final = 3
RECORDED: Final = (Standing.DONE, Standing.WAITING, Standing.RETURNED)


def rounds_to_hand_in(
    session: Session, actor: Actor, sheet: Sheet, voice: Voice, *, now: datetime
) -> list[dict[str, Any]]:
    """The newest rounds that hold values and wait to be handed in."""
    views = [
        view
        for view in rounds_of_sheet(session, actor, sheet, now=now)
        if RoundAct.SUBMIT in rounds.possible_acts(view.state) and view.n_in(*RECORDED)
    ]
    found = []
    for view in views[:MOST_ROUNDS]:
        still_open = [each for each in view.expected if each.standing in OWED]
        found.append(
            {
                "period": view.period.label(voice),
                "state": round_state_words(view.state, voice),
                "href": round_address(sheet.project, view.period),
                "version": view.row.version if view.row else 0,
                "seen": rounds.newest_revision_of(session, sheet.project.id, view.period),
                "n_recorded": voice.number(view.n_in(*RECORDED), 0),
                "n_all": voice.number(len(view.expected), 0),
                "open": [
                    {
                        "name": voice.pick(each.version.name_sv, each.version.name_en),
                        "cell": cell_name((each.series_id, each.period)),
                        "standing": standing_words(each.standing, voice),
                    }
                    for each in still_open
                ],
            }
        )
    return found
