"""The values of a chart under keyboard and pointer."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.journeys.looks import opened, to_mend


def test_values_are_said_when_keys_or_a_pointer_reach_them(browser: Browser, site: tuple[str, str]) -> None:
    """Focus says the newest value, arrows step through them, a pointer finds the nearest."""
    page = opened(browser, site, width=1200, scheme="light", language="en")
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(f"{site[0]}/indicators/1")
    layer, words = page.locator(".chart-values").first, page.locator(".chart-words").first
    assert layer.get_attribute("aria-label") == "Values in the chart: step through them with the arrow keys"
    layer.focus()
    assert words.inner_text() == "2024: 59.0%"
    page.keyboard.press("ArrowLeft")
    assert words.inner_text().startswith("2023: ")
    page.keyboard.press("Home")
    assert words.inner_text() == "2010: 58.1%"
    page.keyboard.press("ArrowLeft")
    assert words.inner_text() == "2010: 58.1%"
    page.keyboard.press("Escape")
    assert words.is_hidden()
    box = layer.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] / 2)
    assert words.inner_text() == "2024: 59.0%"
    assert to_mend(page) == []
    assert told == []
