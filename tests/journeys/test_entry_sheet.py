"""The entry sheet in a browser: keys, paste, undo, a conflict, a lost connection, no JavaScript."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect
from waitress.server import create_server

from impact.app import create_app
from impact.db import Database
from impact.registry import planning
from impact.registry.judging import Draft
from impact.registry.many_measurements import Said, plan_many, record_many
from impact.registry.project_tables import Goal
from impact.registry.series import read_series
from impact.semantics.numbers import AmbiguousNumber, NumberError, parse_number
from impact.semantics.unit import Kind
from impact.settings import Settings
from tests.builders import fill, make_indicator, make_project, make_version, person
from tests.conftest import free_port
from tests.journeys.looks import to_mend
from tests.people import NOW, People, make_people, signed_in_client

N_INDICATORS = 12
N_LINES, YEARS = 290, range(2016, 2026)
# Two seconds on a machine of its own (docs/measured.md); tests share theirs with others.
MOST_SECONDS = 60.0


@dataclass(frozen=True)
class Site:
    """A served project with indicators, and how to get in."""

    app: Flask
    database: Database
    people: People
    address: str

    def plan(self, n_indicators: int, values: Mapping[int, float] | None = None) -> list[int]:
        """Indicators of a new project, measured every year since 2016; their series."""
        with self.database.transaction() as session:
            planner = person(session)
            _, project = make_project(session, planner, "centre")
            goal = Goal(project_id=project.id, position=1, title_sv="Mål")
            planning.save(session, planner, goal, now=NOW)
            version = make_version(
                session, planner, "index", name_sv="Index", name_en="Index", kind=Kind.INDEX, unit_sv="index",
                lowest=None, highest=None, decimals=2,
            )  # fmt: skip
            since = date(YEARS[0], 1, 1)
            made = [
                make_indicator(session, planner, goal, version, first_day=since)[1].id
                for _ in range(n_indicators)
            ]
            for series_id in made:
                fill(session, planner, series_id, values or {})
            return made

    def open(self, browser: Browser, *, scripts: bool = True) -> Page:
        """The sheet in a browser in which the analyst is signed in."""
        cookie = signed_in_client(self.app, self.people.analyst).get_cookie("impact")
        assert cookie is not None
        context = browser.new_context(
            java_script_enabled=scripts, permissions=["clipboard-read", "clipboard-write"]
        )
        context.add_cookies(
            [
                {"name": "impact", "value": cookie.value, "url": self.address},
                {"name": "impact-language", "value": "en", "url": self.address},
            ]
        )
        page = context.new_page()
        page.goto(f"{self.address}/projects/centre/sheet")
        return page

    def values(self, series: Sequence[int]) -> list[dict[int, float | None]]:
        """What is stored of each series, by year."""
        with self.database.reading() as session:
            read = read_series(session, series)
            return [
                {point.period.first_day.year: point.value for point in read[one].series.points}
                for one in series
            ]


@pytest.fixture
def site(settings: Settings, sqlite_database: Database) -> Iterator[Site]:
    """An empty installation, served."""
    port = free_port()
    address = f"http://localhost:{port}"
    url = sqlite_database.url.render_as_string(hide_password=False)
    app = create_app(replace(settings, database_url=url, public_url=address), clock=lambda: NOW)
    server = create_server(app, host="127.0.0.1", port=port, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    yield Site(app, sqlite_database, make_people(sqlite_database), address)
    server.close()
    app.extensions["impact"].database.dispose()


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other; what is no key is typed."""
    for key in keys:
        if key[0].isupper():
            page.keyboard.press(key)
        else:
            page.keyboard.type(key)


def active(page: Page) -> str:
    """The name of the cell one is in."""
    return str(page.evaluate("document.activeElement.name ?? ''"))


def enter_grid(page: Page) -> None:
    """Go into the table as somebody without a mouse does."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if active(page).startswith("value."):
            return
    raise AssertionError("the keyboard does not lead into the table")


def paste(page: Page, text: str, markup: str = "") -> None:
    """Paste out of the real clipboard, where a spreadsheet put text and perhaps HTML."""
    page.evaluate(
        """([text, markup]) => {
          const kinds = { "text/plain": new Blob([text], { type: "text/plain" }) };
          if (markup) kinds["text/html"] = new Blob([markup], { type: "text/html" });
          return navigator.clipboard.write([new ClipboardItem(kinds)]);
        }""",
        [text, markup],
    )
    page.keyboard.press("Control+v")


def test_enters_a_year_by_keyboard_alone(browser: Browser, site: Site) -> None:
    """Twelve indicators are entered, mended, undone and saved without a mouse."""
    series = site.plan(N_INDICATORS)
    page = site.open(browser)
    enter_grid(page)
    assert active(page) == f"value.{series[0]}.2026"
    press(page, "ArrowRight")
    for number in range(N_INDICATORS):
        assert active(page) == f"value.{series[number]}.2025"
        press(page, f"{number},5", "Enter")
    # Typing replaces, Escape takes back, F2 changes what is there.
    press(page, "Control+Home", "ArrowRight", "99", "Escape", "F2", "Backspace", "7", "Tab", "Shift+Tab")
    assert page.input_value(f"[id='value.{series[0]}.2025']") == "0,7"
    # Fill down over three, undone in one step; Delete empties, and comes back too.
    press(page, "ArrowRight", "3", "Enter", "ArrowUp", "Shift+ArrowDown", "Shift+ArrowDown", "Control+d")
    filled = [page.input_value(f"[id='value.{one}.2024']") for one in series[:4]]
    assert filled == ["3", "3", "3", ""]
    press(page, "Control+z")
    assert page.input_value(f"[id='value.{series[1]}.2024']") == ""
    press(page, "ArrowUp", "Delete", "Control+z", "Control+y")
    assert page.input_value(f"[id='value.{series[0]}.2024']") == ""
    press(page, "Control+z")
    assert page.input_value(f"[id='value.{series[0]}.2024']") == "3"
    # While it is saved nothing is typed, and it is not saved twice.
    held: list[Route] = []
    page.route("**/sheet", lambda route: held.append(route))
    # The page says so before the request has left it.
    with page.expect_request("**/sheet"):
        press(page, "Control+s")
        expect(page.get_by_text("Saving …")).to_be_visible()
    press(page, "9", "Delete", "Control+v", "Control+s")
    assert page.input_value(f"[id='value.{series[0]}.2024']") == "3"
    page.wait_for_timeout(200)
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_text("Saved: 13 new values.")).to_be_visible()
    expected = [{2025: number + 0.5} for number in range(N_INDICATORS)]
    expected[0] = {2024: 3.0, 2025: 0.7}
    assert site.values(series) == expected
    assert active(page) == f"value.{series[0]}.2024"
    # There is a way out of the table.
    press(page, "Escape", "Tab")
    assert not active(page).startswith("value.")


def drawn(line: int, year: int) -> str:
    """A number of fifteen digits, negative or not, with 0 to 11 decimals."""
    digits = (line * 7_919_000_003 + year * 104_729_000_021) ** 2 % 10**15
    return format(Decimal((-1) ** year * digits).scaleb(-(line % 12)), "f")


def test_stores_a_pasted_block_exactly(browser: Browser, site: Site) -> None:
    """290 x 10 numbers with up to 15 digits are pasted and saved at once, undone in one step before."""
    series = site.plan(N_LINES)
    numbers = [[drawn(line, year) for year in YEARS] for line in range(N_LINES)]
    # The newest period stands first.
    text = "\r\n".join("\t".join(each.replace(".", ",") for each in line[::-1]) for line in numbers)
    page = site.open(browser)
    enter_grid(page)
    press(page, "ArrowRight")
    paste(page, text)
    expect(page.get_by_text("Pasted into 2900 cells.")).to_be_visible()
    press(page, "Control+z")
    expect(page.locator("#sheet-count")).to_have_text("")
    start = time.perf_counter()
    paste(page, text)
    press(page, "Control+s")
    # An expectation describes the whole page each time that it is not met, which takes as long as saving.
    saved = page.locator("main .notice", has_text="Saved: 2,900 new values.")
    saved.wait_for(timeout=1000 * MOST_SECONDS)
    seconds = time.perf_counter() - start
    print(f"2,900 cells pasted and saved in {seconds:.2f} s")
    assert site.values(series) == [dict(zip(YEARS, map(float, line), strict=True)) for line in numbers]
    assert seconds < MOST_SECONDS


EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><body><table>
<tr><td></td><td>2024</td><td>2025</td></tr>
<tr><td>Index</td><td class=xl65 align=right x:num="1234.5">1&nbsp;234,50</td><td align=right>12,3</td></tr>
</table></body></html>"""
LIBRE = """<table><tr><td sdval="1.234" sdnum="1053;">1,234</td>
<td sdval="0.5" sdnum="1053;0;0,0%">50,0 %</td></tr></table>"""
GOOGLE = """<google-sheets-html-origin><table><tr><td data-sheets-value='{"1":3,"3":1234}'>1.234</td>
<td data-sheets-value='{"1":2,"2":"not collected"}'>not collected</td></tr></table>"""


def test_understands_blocks_of_three_spreadsheets(browser: Browser, site: Site) -> None:
    """Excel's header leads to its periods; LibreOffice and Google tell the number behind what they show."""
    (series,) = site.plan(1)
    page = site.open(browser)

    def shown(year: int) -> str:
        return page.input_value(f"[id='value.{series}.{year}']")

    page.focus(f"[id='value.{series}.2018']")
    paste(page, "\t2024\t2025\nIndex\t1 234,50\t12,3\n", EXCEL)
    assert (shown(2024), shown(2025), shown(2018)) == ("1234.5", "12,3", "")
    paste(page, "1,234\t50,0 %", LIBRE)
    assert (shown(2018), shown(2017)) == ("1.2340", "50,0 %")
    page.focus(f"[id='value.{series}.2021']")
    paste(page, "1.234\tnot collected", GOOGLE)
    assert (shown(2021), shown(2020)) == ("1234", "not collected")
    paste(page, '"7\n"\t8\t\t9\t10\t11\t12\n')
    assert (shown(2021), shown(2020), shown(2019), shown(2018)) == ("7", "8", "", "9")
    expect(page.get_by_text("1 cells found no place")).to_be_visible()
    page.keyboard.press("Control+z")
    assert (shown(2021), shown(2019)) == ("1234", "")


def test_loses_nothing_when_connection_breaks_or_somebody_is_first(browser: Browser, site: Site) -> None:
    """What was typed waits in the browser, and what another saved meanwhile is chosen, cell by cell."""
    series = site.plan(2, {2023: 50.0, 2024: 51.0})
    page = site.open(browser)
    page.focus(f"[id='value.{series[0]}.2024']")
    press(page, "52", "Enter", "53", "Enter")
    page.get_by_label("Why are values corrected?").fill("Wrong line")
    page.context.set_offline(True)
    press(page, "Control+s")
    expect(page.get_by_text("There is no connection.")).to_be_visible()
    assert page.input_value(f"[id='value.{series[0]}.2024']") == "52"
    page.context.set_offline(False)
    with site.database.transaction() as session:
        planned = plan_many(
            session, site.people.manager.actor, [Said(series[0], "2024", Draft(51.5))], now=NOW
        )
        record_many(session, site.people.manager.actor, planned, reason="Counted anew", now=NOW)
    page.reload()
    assert page.input_value(f"[id='value.{series[0]}.2024']") == "51.5"
    # Typing on does not push out what waits.
    page.focus(f"[id='value.{series[0]}.2023']")
    press(page, "50.5", "Enter", "Control+z")
    page.wait_for_timeout(400)
    page.reload()
    page.get_by_role("button", name="Bring them back").click()
    assert page.input_value(f"[id='value.{series[1]}.2024']") == "53"
    press(page, "Control+s")
    conflict = page.get_by_role("group", name="Index, 2024")
    expect(conflict.get_by_text("Stored now: 51.5")).to_be_visible()
    assert site.values(series)[1][2024] == 51.0
    conflict.get_by_label("Yours: 52").check()
    press(page, "Control+s")
    expect(page.get_by_text("Saved: 2 corrected.")).to_be_visible()
    assert [each[2024] for each in site.values(series)] == [52.0, 53.0]
    page.reload()
    expect(page.get_by_role("button", name="Bring them back")).to_have_count(0)


def test_does_the_same_without_scripts(browser: Browser, site: Site) -> None:
    """The plain form refuses, keeps what was typed, and saves."""
    series = site.plan(2, {2024: 51.0})
    page = site.open(browser, scripts=False)
    page.fill(f"[id='value.{series[0]}.2025']", "1.234")
    page.fill(f"[id='value.{series[1]}.2025']", "−4,25")
    page.get_by_role("button", name="Save").last.click()
    page.get_by_label("1.234, with decimals").check()
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("Saved: 2 new values.")).to_be_visible()
    assert [each[2025] for each in site.values(series)] == [1.234, -4.25]


def test_tells_at_once_what_the_server_would_say(browser: Browser, site: Site) -> None:
    """Beside the cell and to a screen reader, before anything is saved; numbers are read as there."""
    (series,) = site.plan(1, {2021: 50.0, 2022: 51.0, 2023: 50.5, 2024: 51.5})
    page = site.open(browser)
    cell = page.locator(f"[id='value.{series}.2025']")
    cell.focus()
    for text, sentence in (
        ("high", "“high” is not a number."),
        ("1,234", "“1,234” can be read in two ways: write 1,2340 or 1234."),
        ("1234567890123456", "has more than 15 significant digits."),
        (
            "90",
            "90 is further from 51.5 than the series has ever moved in that time; expected is 50.5 to 52.5.",
        ),
    ):
        press(page, text, "Enter", "ArrowUp")
        expect(page.locator("#sheet-checks")).to_contain_text(sentence)
        expect(cell).to_have_accessible_description(re.compile(re.escape(sentence)))
        assert cell.get_attribute("aria-invalid") == (None if text == "90" else "true")
    press(page, "not collected", "Enter", "ArrowUp")
    expect(cell).not_to_have_accessible_description(re.compile("90"))
    assert to_mend(page) == []
    read = """async (texts) => {
      const script = document.querySelector("script[type=module]").src;
      const { numberIn } = await import(script.replace(/sheet[.]js.*/, "numbers.js"));
      return texts.map((text) => numberIn(text, ["%", "barn"]));
    }"""
    assert [_read(said) for said in page.evaluate(read, TEXTS)] == [_server_reads(text) for text in TEXTS]


def _read(said: Mapping[str, Any]) -> object:
    if "readings" in said:
        return tuple(float(each.replace(",", ".")) for each in said["readings"])
    return said.get("number", "wrong")


def _server_reads(text: str) -> object:
    try:
        return parse_number(text, ("%", "barn"))
    except AmbiguousNumber as error:
        return error.readings
    except NumberError:
        return "wrong"


TEXTS = [
    *(
        "12,5",
        "12.5",
        "1 234,5",
        "−4",
        "12,3 %",
        "12barn",
        "12 BARN",
        "1.234",
        "-1,234",
        "0,123",
        "1.234.567",
        "1.234,5",
    ),
    *(
        "1\u202f234\u202f567",
        "1 23",
        "12 34",
        "1'234",
        "1 234 567,8",
        "1e3",
        "1e-11",
        "1e16",
        ".5",
        "5.",
        ",5",
        "-",
        "",
        "e5",
    ),
    *(
        "123456789012345",
        "1234567890123456",
        "1000000000000000000",
        "0,000000000000001",
        "1,2,3",
        "1.2.3",
        "x12",
        "12x",
        "+3",
    ),
]
