"""Every page can be read and used by everybody: axe finds nothing, nothing sticks out at 320 px."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.routing import Rule

from impact.request_scope.identity import API_PREFIX
from tests.journeys.looks import opened, to_mend

NOT_A_PAGE = "/no-such-page"
FILES = (".pdf", ".xlsx", ".csv", "/file", "/files/<int:number>", "/evidence/<path:period>")
PAGES = (
    "/sign-in",
    "/help",
    "/",
    "/projects",
    "/projects/centre",
    "/projects/centre/report",
    "/projects/report",
    "/projects/centre/plan",
    "/projects/centre/sheet",
    "/projects/centre/edit",
    "/projects/centre/goals/1",
    "/projects/centre/partners/new",
    "/projects/centre/documents/new",
    "/projects/centre/copy",
    "/projects/centre/withdrawn",
    "/projects/new",
    "/organisations",
    "/organisations/elsewhere",
    "/withdrawn",
    "/indicators/1",
    "/entry",
    "/rounds",
    "/projects/centre/rounds",
    "/projects/centre/rounds/year/2024",
    "/projects/centre/history",
    "/search?q=trygg",
    "/?known_at=2026-04-30",
    "/series/1/periods/2024",
    "/flags/1",
    "/indicators/1/curve",
    "/compare/centre-safety",
    "/reports",
    "/reports/new",
    "/reports/1",
    "/reports/1/preview",
    "/reports/log",
    "/reports/log/1",
    "/people",
    "/people/new",
    "/people/1",
    "/people/1/erase",
    "/profile",
    "/profile/password",
    "/profile/tokens",
    "/forgotten",
    "/password/dead",
    NOT_A_PAGE,
    "/indicators/1/plan",
    "/indicators/1/edit",
    "/indicators/1/plan/targets/new",
    "/indicators/1/plan/breaks/new",
    "/indicators/1/plan/references/new",
    "/indicators/1/findings",
    "/indicators/1/history",
    "/goals/1/indicators/new",
    "/projects/centre/goals/new",
    "/areas/new",
    "/definitions",
    "/definitions/new",
    "/definitions/centre-safety",
    "/definitions/centre-safety/edit",
    "/history/goal/1",
    "/projects/centre/reminders",
    "/export",
    "/open",
    "/open/public-square",
    "/open/public-square/indicators/2",
    "/open/public-square/indicators/2/embed",
    "/projects/centre/workbook",
    "/administration",
    "/administration/settings",
    "/administration/database",
    "/administration/audit",
    "/administration/sign-ins",
    "/administration/mail",
    "/administration/senders",
    "/administration/sample",
    "/api",
)
# Made of the parts of their neighbours, looked at on another way, or no page.
ELSEWHERE = {
    "imports.show": "tests/journeys/test_import_file.py",
    "imports.look": "tests/journeys/test_import_file.py",
    "workbooks.look": "made of the parts of an import",
    "indicator_making.new_of_area": "the form of a goal's indicator",
    "indicator_plan_rows.show": "the form of a new row",
    "unsubscribe.ask": "a form with one button, as password/dead",
    "trying_out.as_received": "the mail itself",
    "mails.as_received": "the mail itself",
    "provider.go": "leads to the provider",
    "provider.come_back": "leads from the provider",
    "health.alive": "for programs",
    "health.ready": "for programs",
    "watching.show": "for programs",
}


@pytest.mark.parametrize(
    ("width", "scheme", "language", "first"),
    [(1200, "light", "sv", 0), (320, "dark", "sv", 1), (1200, "dark", "en", 2)],
    ids=["wide", "narrow", "english"],
)
def test_finds_nothing_to_mend_when_axe_reads_every_page(
    browser: Browser,
    site: tuple[str, str],
    width: int,
    scheme: str,
    language: str,
    first: int,
    trials: Callable[[int], int],
) -> None:
    """No page breaks a rule of WCAG 2.2 A or AA that a machine can see, nor sticks out sideways."""
    page = opened(browser, site, width=width, scheme=scheme, language=language)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    found = []
    # Where time is short the three looks share the pages.
    for path in PAGES if trials(10) == 10 else PAGES[first::3]:
        page.goto(site[0] + path)
        found += [f"{path}: {one}" for one in to_mend(page)]
    assert found == []
    assert [text for text in told if "404" not in text] == []


def test_leaves_out_no_page_when_there_is_a_new_one(sqlite_app: Flask) -> None:
    """Whatever answers with a page is read, or stands in ELSEWHERE with the reason."""
    addresses = sqlite_app.url_map.bind("localhost")
    read = {addresses.match(path.partition("?")[0])[0] for path in PAGES if path != NOT_A_PAGE}
    left_out = {
        rule.endpoint
        for rule in sqlite_app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(API_PREFIX) and not is_file(rule)
    } - read
    assert left_out == set(ELSEWHERE)


def is_file(rule: Rule) -> bool:
    """Whether pictures and files are given there."""
    return bool(rule.arguments & {"form", "name"}) or rule.rule.endswith(FILES)


def test_finds_something_when_there_is(browser: Browser) -> None:
    """The trial above can fail: a picture without words is found."""
    page = browser.new_page()
    page.set_content("<html lang='sv'><title>x</title><main><h1>x</h1><img src='data:,'></main></html>")
    assert [one.partition(":")[0] for one in to_mend(page)] == ["image-alt"]
