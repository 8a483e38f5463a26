"""What tests of mail share: a letterhead and a mail in the outbox."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from impact.db import Database
from impact.delivery.letters import Letter, Letterhead, freeze, letterhead
from impact.delivery.posting import About, enqueue
from impact.delivery.tables import MessageKind
from impact.language import Language

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Post = Callable[..., int]


@pytest.fixture
def head() -> Letterhead:
    """The letterhead of an installation in Stockholm."""
    return letterhead(
        "Impact <impact@example.se>",
        "https://impact.example.se",
        "a-key-for-tests-alone-0123456789abcdef",
        ZoneInfo("Europe/Stockholm"),
    )


@pytest.fixture
def post(database: Database, head: Letterhead) -> Post:
    """Put a small mail into the outbox and commit; returns its number."""

    def put(key: str = "one", about: About | None = None, **chosen: object) -> int:
        letter = Letter(f"Trygghet {key}", "62,7 %", "<p>62,7 %</p>", Language.SWEDISH)
        given = {"address": "reader@example.se", "now": NOW, **chosen}
        with database.transaction() as session:
            message = enqueue(
                session,
                freeze(letter, head, key, now=NOW),
                about or About(MessageKind.REPORT),
                dedupe_key=key,
                **given,  # type: ignore[arg-type]
            )
            assert message is not None
            session.flush()
            return message.id

    return put
