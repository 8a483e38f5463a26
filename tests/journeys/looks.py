"""Pages as people see them, wide or narrow, light or dark, and what axe finds there."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

# The last: headings in order, landmarks that are told apart.
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def opened(browser: Browser, site: tuple[str, str], *, width: int, scheme: str, language: str) -> Page:
    address, cookie = site
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    context.add_cookies(
        [
            {"name": "impact", "value": cookie, "url": address},
            {"name": "impact-language", "value": language, "url": address},
        ]
    )
    return context.new_page()


def to_mend(page: Page) -> list[str]:
    """What breaks a rule of WCAG 2.2 A or AA that a machine can see, or sticks out sideways."""
    violations = Axe().run(page, options=RULES).response["violations"]
    found = [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in violations]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("sticks out")
    return found
