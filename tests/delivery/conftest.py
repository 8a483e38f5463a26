"""What tests of mail share: a letterhead and a mail in the outbox."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from impact.accounts.tables import Role, User
from impact.db import Database
from impact.delivery.letters import Letter, Letterhead, freeze, letterhead
from impact.delivery.posting import About, enqueue
from impact.delivery.tables import MessageKind
from impact.language import Language
from impact.monitoring.analysing import refresh_series
from impact.monitoring.tables import Flag
from tests.builders import PEAK_2018, Ground, fill, make_ground
from tests.people import Person, add_person

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


@dataclass(frozen=True)
class Turned:
    """A project in which an indicator turned for the worse, and who has to do with it."""

    ground: Ground
    flag_id: int
    manager: Person
    viewer: Person


@pytest.fixture
def turned(database: Database) -> Turned:
    """An analysed series with an open flag, a manager and a viewer of the project."""
    return turn(database)


def turn(database: Database) -> Turned:
    with database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, PEAK_2018)
        refresh_series(session, ground.series.id, now=NOW)
        flag = session.scalars(select(Flag)).one()
        manager = add_person(session, "manager", Role.MANAGER, project_id=ground.project.id)
        viewer = add_person(session, "viewer", Role.VIEWER, project_id=ground.project.id)
        for person in (manager, viewer):
            session.get_one(User, person.user_id).language = "en"
        return Turned(ground, flag.id, manager, viewer)


def bodies(mime: bytes) -> tuple[str, str, dict[str, bytes]]:
    """Text, HTML and pictures by content id of a mail, read by the standard library."""
    message = message_from_bytes(mime, _class=EmailMessage, policy=policy.default)
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    pictures = {
        part["Content-ID"].strip("<>"): part.get_content()
        for part in message.walk()
        if part.get_content_maintype() == "image"
    }
    plain, marked_up = (part.get_content().replace("\r\n", "\n") for part in (text, html))
    return plain, marked_up, pictures
