"""Names of those who acted, looked up at once; erased people have none."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from impact.accounts.names import names_of
from impact.language import Voice


class Names:
    """Says who acted, in words that a reader understands."""

    def __init__(self, session: Session, actor_ids: Iterable[int], voice: Voice) -> None:
        self._names = names_of(session, set(actor_ids))
        self._voice = voice

    def of(self, actor_id: int) -> str:
        """The person's name; Impact itself where none acted, "Somebody" once it was erased."""
        name = self._names.get(actor_id, self._voice.gettext("Impact"))
        return name or self._voice.gettext("Somebody")
