"""One measurement's whole road: typed, stored, analysed, drawn, flagged, mailed, decided upon.

Everything is real: a browser, the web and the clock as processes of their own, a mail
server, and each database.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import TypeVar
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from impact.accounts import members
from impact.accounts.actors import installation_actor
from impact.accounts.passwords import hash_new
from impact.accounts.tables import Role
from impact.audit.tables import ActorKind, AuditEntry
from impact.audit.trail import trail_of
from impact.db import Database
from impact.language import Language
from impact.monitoring import analysing
from impact.monitoring.tables import Flag, FlagState
from impact.registry import planning
from tests.builders import NOW, Ground, fill, make_ground
from tests.conftest import MailServer, free_port

# Rises to 2019 and has begun to fall: not flagged yet, but with the value of 2021.
RISING = {
    2012: 58.1, 2013: 59.4, 2014: 60.2, 2015: 61.5, 2016: 62.4, 2017: 63.7, 2018: 64.8, 2019: 66.1,
    2020: 65.4,
}  # fmt: skip
Found = TypeVar("Found")
PASSWORD = "a harbour of quiet ferries"
PATIENCE = 30.0


def wait_for(look: Callable[[], Found | None]) -> Found:
    """What ``look`` finds, as soon as it finds something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("nothing came")


@contextmanager
def running(*command: str, environment: dict[str, str]) -> Iterator[None]:
    """A command of Impact's own, ended at the end."""
    with subprocess.Popen([sys.executable, "-m", "impact", *command], env=environment) as process:
        try:
            yield
        finally:
            process.terminate()
    assert process.returncode == 0


def add_people(database: Database, ground: Ground) -> None:
    """An analyst and a manager of the project, with a mail address each."""
    with database.transaction() as session:
        system = installation_actor(session, ActorKind.SYSTEM, now=NOW)
        for role in (Role.ANALYST, Role.MANAGER):
            user = members.add_user(
                session,
                system,
                role.value,
                email=f"{role.value}@example.se",
                password_hash=hash_new(PASSWORD, name=role.value),
                language=Language.ENGLISH,
                now=NOW,
            )
            members.grant(session, system, user, role, project_id=ground.project.id, now=NOW)


def sign_in(browser: Browser, address: str, name: str) -> Page:
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(address)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


def test_measurement_travels_the_whole_road(
    browser: Browser, database: Database, smtp_server: MailServer, tmp_path: Path
) -> None:
    """The analyst enters the value that turns an indicator; the manager hears of it and decides."""
    with database.transaction() as session:
        ground = make_ground(session)
        ground.indicator.first_day = date(2012, 1, 1)
        planning.save(session, ground.planner, ground.indicator, now=NOW)
        fill(session, ground.planner, ground.series.id, RISING)
        assert not analysing.refresh_series(session, ground.series.id, now=NOW).reversed
    add_people(database, ground)
    port = free_port()
    address = f"http://localhost:{port}"
    environment = os.environ | {
        "IMPACT_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "IMPACT_DATA_DIR": str(tmp_path),
        "IMPACT_SMTP_URL": smtp_server.url,
        "IMPACT_MAIL_FROM": "Impact <impact@example.se>",
        "IMPACT_PUBLIC_URL": address,
        "IMPACT_CLOCK_TICK_SECONDS": "1",
        "IMPACT_LOG_LEVEL": "WARNING",
    }
    with (
        running("web", "--port", str(port), environment=environment),
        running("clock", environment=environment),
    ):
        wait_for(lambda: _answers(f"{address}/readyz"))
        _analyst_enters(browser, address)
        mail = wait_for(lambda: _mail_to(smtp_server, "manager@example.se"))
        _manager_decides(browser, address, mail)
    _everything_is_on_record(database, ground)


def _answers(address: str) -> bool:
    try:
        with urlopen(address) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def _mail_to(server: MailServer, recipient: str) -> EmailMessage | None:
    return next((mail.message for mail in list(server.mails) if mail.recipients == [recipient]), None)


def _analyst_enters(browser: Browser, address: str) -> None:
    page = sign_in(browser, f"{address}/entry", "analyst")
    page.get_by_role("row", name=re.compile("Safe tenants")).get_by_role("link", name="Enter").click()
    # The sheet opens at the cell; what is wrong is told beside it before it is saved.
    cell = page.get_by_role("textbox", name="Safe tenants % 2021")
    expect(cell).to_be_focused()
    page.keyboard.type("sixty")
    page.keyboard.press("Enter")
    expect(cell).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="Save").click()
    expect(cell).to_have_value("sixty")
    expect(page.get_by_role("alert")).to_be_visible()
    cell.fill("64,6 %")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: 1 new value.")).to_be_visible()
    page.get_by_role("link", name="Safe tenants").click()
    expect(page.get_by_text("Turned for the worse in 2019")).to_be_visible()
    picture = page.get_by_role("img").first
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 500)")
    assert "2019" in str(picture.get_attribute("alt"))
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{address}/entry")
    expect(page).to_have_url(re.compile("/sign-in"))


def _manager_decides(browser: Browser, address: str, mail: EmailMessage) -> None:
    board = sign_in(browser, f"{address}/", "manager")
    row = board.get_by_role("listitem").filter(has_text="Safe tenants")
    expect(row.first).to_contain_text("Turned for the worse")
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert "64,6" in text.get_content() or "64.6" in text.get_content()
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert len(pictures) == 1
    assert f"cid:{pictures[0]['Content-ID'].strip('<>')}" in html.get_content()
    link = re.search(rf"{re.escape(address)}/flags/\d+", text.get_content())
    assert link, text.get_content()
    board.goto(link[0])
    board.get_by_role("radio", name="Confirm").check()
    board.get_by_role("textbox", name="Why?").fill("Seen at the spring walk, too.")
    board.get_by_role("button", name="Save the decision").click()
    expect(board.get_by_role("status")).to_contain_text("confirmed")
    expect(board.get_by_text("Seen at the spring walk, too.")).to_be_visible()
    board.goto(f"{address}/reports/log")
    # The newest stands first: above this one comes the mail that tells of the decision.
    expect(board.get_by_role("row", name=re.compile("manager@example.se")).last).to_contain_text("Sent")


def _everything_is_on_record(database: Database, ground: Ground) -> None:
    with database.reading() as session:
        flag = session.scalars(select(Flag)).one()
        verbs = {entry.verb for entry in trail_of(session, "flag", flag.id)}
        measured = session.scalars(
            select(AuditEntry).where(AuditEntry.object_type == "measurement").order_by(AuditEntry.id.desc())
        ).first()
    assert flag.state is FlagState.CONFIRMED
    assert flag.announced_at is not None
    assert verbs == {"opened", "confirmed"}
    assert measured is not None
    assert (measured.after["value"], measured.project_id) == (64.6, ground.project.id)
    assert measured.request_id
