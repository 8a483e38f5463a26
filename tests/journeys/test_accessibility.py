"""Every page can be read and used by everybody: axe finds nothing, nothing sticks out at 320 px."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.journeys.looks import opened, to_mend

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
    "/reports/log",
    "/people",
    "/people/new",
    "/people/1",
    "/people/1/erase",
    "/profile",
    "/profile/password",
    "/profile/tokens",
    "/forgotten",
    "/password/dead",
    "/no-such-page",
)
# Built of the same parts: read narrow and in Swedish, wide and in English, both dark.
MORE_PAGES = (
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
    "/definitions/centre-safety/edit",
    "/export",
    "/open",
    "/open/public-square",
    "/open/public-square/indicators/2",
    "/projects/centre/workbook",
    "/administration",
    "/administration/settings",
    "/administration/database",
    "/administration/audit",
    "/administration/sign-ins",
)


@pytest.mark.parametrize(
    ("width", "scheme", "language", "paths", "part"),
    [
        (1200, "light", "sv", PAGES, None),
        (320, "dark", "sv", PAGES + MORE_PAGES, 0),
        (1200, "dark", "en", PAGES + MORE_PAGES, 1),
    ],
    ids=["wide", "narrow", "english"],
)
def test_finds_nothing_to_mend_when_axe_reads_every_page(
    browser: Browser,
    site: tuple[str, str],
    width: int,
    scheme: str,
    language: str,
    paths: tuple[str, ...],
    part: int | None,
    trials: Callable[[int], int],
) -> None:
    """No page breaks a rule of WCAG 2.2 A or AA that a machine can see, nor sticks out sideways."""
    page = opened(browser, site, width=width, scheme=scheme, language=language)
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    found = []
    # Where time is short the two dark looks share the pages.
    for path in paths if part is None or trials(10) == 10 else paths[part::2]:
        page.goto(site[0] + path)
        found += [f"{path}: {one}" for one in to_mend(page)]
    assert found == []
    assert [text for text in told if "404" not in text] == []


def test_finds_something_when_there_is(browser: Browser) -> None:
    """The trial above can fail: a picture without words is found."""
    page = browser.new_page()
    page.set_content("<html lang='sv'><title>x</title><img src='data:,'></html>")
    assert [one.partition(":")[0] for one in to_mend(page)] == ["image-alt"]
