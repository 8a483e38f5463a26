"""From the board to a decision and to the report with nothing but keys."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.journeys.looks import opened

MOST_STOPS = 80


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, and see that it shows."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", selector
            return
    raise AssertionError(f"no key leads to {selector}")


def test_reaches_decision_and_report_when_only_keys_are_pressed(
    browser: Browser, site: tuple[str, str]
) -> None:
    """Board, filter, decision with its action, then project and report: all by Tab, Space and Enter."""
    page = opened(browser, site, width=1200, scheme="light", language="sv")
    page.goto(site[0] + "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    tab_to(page, "a.button[href='/flags/1']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/flags/1")
    tab_to(page, "input[name=act]")
    page.keyboard.press("Space")
    tab_to(page, "#note")
    page.keyboard.type("Sedd på plats")
    tab_to(page, "#agreed_action")
    page.keyboard.type("Fler värdar")
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert "Fler värdar" in page.inner_text("main")
    tab_to(page, "a[href='/projects/centre']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/centre")
    tab_to(page, "a[href*='/centre/report']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/centre/report*")
    tab_to(page, "main a[href$='.pdf'], main a[href*='report.pdf']")
