"""Whatever people typed in whatever field, no page runs it, breaks by it or asks a browser to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from playwright.sync_api import Browser

from impact import triggers
from impact.db import Database
from impact.schema import APPEND_ONLY, metadata
from tests.charts.payloads import PAYLOADS
from tests.journeys.looks import opened
from tests.journeys.test_accessibility import PAGES

# One after the other in one field: each would be seen by what it leaves in the page.
ALL = " ".join(PAYLOADS).replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16")
ENDS = ("_sv", "_en")
NAMES = {
    "name",
    "note",
    "comment",
    "reason",
    "remark",
    "label",
    "agreed_action",
    "action_owner",
    "text_as_typed",
    "server_words",
    "user_agent",
    "file_name",
    "subject",
    "source",
    "kolada_id",
}
# What only a page that was broken open would hold.
INTRUDERS = """() => [...document.querySelectorAll('*')].filter(one =>
    [...one.attributes].some(each => each.name.startsWith('on') || /^\\s*javascript:/i.test(each.value))
    || (one.tagName === 'IFRAME' && !one.matches('.mail-preview[sandbox=""]'))
    || ['FOREIGNOBJECT', 'ANIMATE', 'SET'].includes(one.tagName.toUpperCase())
    || (one.tagName === 'SCRIPT' && !one.src && !one.type)
).map(one => one.outerHTML.slice(0, 200))"""


def is_typed(name: str) -> bool:
    """Whether people fill in what has this name."""
    return name in NAMES or name.endswith(ENDS)


def hostile(said: Any) -> Any:
    """A kept thing, every text of it that people filled in replaced."""
    if isinstance(said, dict):
        return {name: ALL if _is_text(name, each) else hostile(each) for name, each in said.items()}
    return [hostile(each) for each in said] if isinstance(said, list) else said


def _is_text(name: str, said: object) -> bool:
    return isinstance(said, str) and is_typed(name)


def fill_with_harm(database: Database) -> int:
    """Put the texts into every field, history too; returns how many columns there were."""
    n_columns = 0
    with database.engine.begin() as connection:
        for name in APPEND_ONLY:
            triggers.unguard(connection, name)
        for table in metadata.sorted_tables:
            typed = [
                each.name for each in table.c if isinstance(each.type, sa.String) and is_typed(each.name)
            ]
            if typed and table.name != "clock_heartbeat":
                connection.execute(sa.update(table).values(dict.fromkeys(typed, ALL)))
                n_columns += len(typed)
            for column in (each for each in table.c if isinstance(each.type, sa.JSON)):
                rows = connection.execute(sa.select(*table.primary_key, column)).all()
                for number, said in rows:
                    if hostile(said) != said:
                        its = sa.update(table).where(*(one == number for one in table.primary_key))
                        connection.execute(its.values({column.name: hostile(said)}))
    return n_columns


def test_runs_nothing_when_every_field_is_hostile(
    browser: Browser, site: tuple[str, str], sqlite_database: Database, trials: Callable[[int], int]
) -> None:
    """A hundred texts in every field of every table, on every page: shown, never run."""
    assert fill_with_harm(sqlite_database) > 50
    page = opened(browser, site, width=1200, scheme="light", language="sv")
    told: list[str] = []
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    found = []
    for path in PAGES if trials(10) == 10 else PAGES[::3]:
        answer = page.goto(site[0] + path)
        assert answer is not None
        found += [f"{path}: {one}" for one in page.evaluate(INTRUDERS)]
        if answer.status >= 500 or not page.title():
            found.append(f"{path}: {answer.status}")
        found += [f"{path}: {text}" for text in told if "404" not in text]
        told.clear()
    assert found == []
