"""A new administrator's first hour: from an empty database to a project with a chart, by clicks alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from impact.db import Database
from tests.conftest import free_port
from tests.journeys.test_measurement_to_email import _answers, running, wait_for

VALUES = (58.0, 60.0, 61.5, 63.0, 62.0, 60.0, 58.5, 57.0)
FIRST_YEAR = 2018
MOST_SECONDS = 600


def test_leads_a_new_administrator_from_nothing_to_a_chart(
    browser: Browser, database: Database, tmp_path: Path
) -> None:
    """Each next step is a link on the page before it; no address is typed after the first."""
    address = f"http://localhost:{(port := free_port())}"
    environment = os.environ | {
        "IMPACT_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "IMPACT_DATA_DIR": str(tmp_path),
        "IMPACT_PUBLIC_URL": address,
        "IMPACT_LOG_LEVEL": "WARNING",
    }
    password = _make_administrator(environment)
    with running("web", "--port", str(port), environment=environment):
        wait_for(lambda: _answers(f"{address}/readyz"))
        start = time.monotonic()
        page = _signed_in(browser, address, password)
        _make_project(page)
        _make_indicator(page)
        _enter_values(page)
        picture = page.get_by_role("img").first
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth > 500)")
        assert str(FIRST_YEAR + 3) in str(picture.get_attribute("alt"))
        assert time.monotonic() - start < MOST_SECONDS


def _make_administrator(environment: dict[str, str]) -> str:
    """As the handbook says: one command, which tells the password once."""
    made = subprocess.run(
        [sys.executable, "-m", "impact", "user", "add", "administrator", "--role", "administrator"],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.strip().splitlines()[-1].rsplit(" ", 1)[-1]


def _signed_in(browser: Browser, address: str, password: str) -> Page:
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(address)
    page.get_by_label("Name").fill("administrator")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="English").click()
    return page


def _make_project(page: Page) -> None:
    page.get_by_role("link", name="Make the first project").click()
    page.get_by_label("Title", exact=True).fill("A new square")
    page.get_by_label("Category", exact=True).fill("Housing")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Add the first goal").first.click()
    page.get_by_label("What is to become better?").fill("Safer evenings")
    page.get_by_role("button", name="Save").click()


def _make_indicator(page: Page) -> None:
    page.get_by_role("link", name="Add an indicator").first.click()
    page.get_by_role("link", name=re.compile("Make a definition first")).click()
    page.get_by_label("Name", exact=True).first.fill("Feel safe in the evening")
    page.locator("input[name=kind][value=share]").check()
    page.locator("input[name=direction][value=increase]").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_label("First period").fill(str(FIRST_YEAR))
    page.get_by_role("button", name="Save").click()


def _enter_values(page: Page) -> None:
    page.get_by_role("link", name="Enter values").click()
    page.get_by_role("link", name="Enter", exact=True).first.click()
    for year, value in enumerate(VALUES, start=FIRST_YEAR):
        page.get_by_role("textbox", name=re.compile(f" {year}$")).fill(str(value))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"Saved: {len(VALUES)} new values.")).to_be_visible()
    page.get_by_role("link", name="Feel safe in the evening").click()
