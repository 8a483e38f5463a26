"""Due dates become editions and mails: what each reader gets, and what stops a report."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.tables import Role, User
from impact.charts.content import IndicatorChart
from impact.db import Database
from impact.delivery import picturing, subscribing
from impact.delivery.letters import Letterhead
from impact.delivery.outbox import deliver_next
from impact.delivery.reports import make_due_reports, send_now
from impact.delivery.subscription_plans import SubscriptionPlan
from impact.delivery.tables import (
    Content,
    DueOccurrence,
    MessageKind,
    MessageState,
    OccurrenceState,
    OutboxMessage,
    Rhythm,
)
from impact.errors import Invalid
from impact.language import Language
from impact.monitoring.analysing import refresh_series
from impact.reporting.tables import Edition
from tests.builders import PEAK_2018, fill, make_ground, make_indicator, make_version
from tests.delivery.conftest import NOW, Turned, bodies
from tests.fakes import MemoryTransport
from tests.people import Person, add_person

DUE = datetime(2026, 12, 1, 6, tzinfo=UTC)
EXPECTED = """\
Letter to the bank

1 indicator has turned for the worse.
1 project, 1 indicator, as known on 1 December 2026

Centre: Safe tenants
Rose until 2018 (67.2%), has fallen six measurements in a row
Safe tenants rose 2010–2018 (58.1 to 67.2%) but then fell, to 59.0% in 2024. \
That the trend has turned is very likely (99%); the turning point lies around 2018. Higher is better.
Decision: not decided yet
https://impact.example.se/indicators/1
As it was known then: https://impact.example.se/indicators/1?known_at=2026-12-01

Centre
======
Safe tenants
    59.0% (2024); −1.5 percentage points
    Turned for the worse · very likely · 99% · not decided yet
https://impact.example.se/projects/centre

--
You get this report every month as a recipient of “Letter to the bank”, which manager looks after. \
The next one comes on 1 January 2027.

Unsubscribe: https://impact.example.se/unsubscribe/r1.TOKEN
"""


def plan(*readers: Person, **changed: object) -> SubscriptionPlan:
    chosen: dict[str, object] = {
        "name": "Letter to the bank",
        "rhythm": Rhythm.MONTHLY,
        "starts_on": date(2026, 11, 1),
        "time_zone": "Europe/Stockholm",
        "language": Language.ENGLISH,
        "user_ids": tuple(reader.user_id for reader in readers),
    }
    return SubscriptionPlan(**(chosen | changed))  # type: ignore[arg-type]


def subscribe(database: Database, owner: Person, wanted: SubscriptionPlan) -> int:
    with database.transaction() as session:
        return subscribing.make(session, owner.actor, wanted, now=NOW).id


def all_of(database: Database, kind: type) -> list:  # type: ignore[type-arg]
    with database.reading() as session:
        return list(session.scalars(select(kind).order_by(kind.id)))


def test_report_is_made_when_its_hour_comes(database: Database, head: Letterhead, turned: Turned) -> None:
    """Not a minute before; then one edition, one mail, and the date is done."""
    subscribe(database, turned.manager, plan(turned.manager))
    assert make_due_reports(database, head, now=DUE - timedelta(minutes=1)) == 0
    assert make_due_reports(database, head, now=DUE) == 1
    assert make_due_reports(database, head, now=DUE + timedelta(hours=1)) == 0
    (message,) = all_of(database, OutboxMessage)
    text, html, pictures = bodies(message.mime)
    assert re.sub(r"r1\.\S+", "r1.TOKEN", text.replace("\N{NO-BREAK SPACE}", " ")) == EXPECTED
    assert set(re.findall(r'src="cid:([^"]+)"', html)) == set(pictures)
    assert len(pictures) == 1
    (edition,) = all_of(database, Edition)
    assert edition.contents["projects"] == [turned.ground.project.id]
    assert len(edition.contents["revisions"][str(turned.ground.series.id)]) == 15
    done = all_of(database, DueOccurrence)
    assert [(row.due_on, row.state) for row in done] == [
        (date(2026, 11, 1), OccurrenceState.SKIPPED),
        (date(2026, 12, 1), OccurrenceState.SENT),
    ]
    assert done[-1].edition_id == edition.id == message.edition_id


def test_newest_report_alone_is_made_when_clocks_stood_still(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """After a winter without a clock: one report, which names the dates that were missed."""
    subscribe(database, turned.manager, plan(turned.manager))
    assert make_due_reports(database, head, now=datetime(2027, 2, 3, tzinfo=UTC)) == 1
    (message,) = all_of(database, OutboxMessage)
    told = "Not sent on 1 December 2026, 1 January 2027, because Impact was not running."
    assert told in bodies(message.mime)[0]
    states = {row.due_on: row.state for row in all_of(database, DueOccurrence)}
    assert states[date(2027, 1, 1)] is OccurrenceState.SKIPPED
    assert states[date(2027, 2, 1)] is OccurrenceState.SENT


def test_each_reader_sees_only_what_they_may_when_the_portfolio_is_sent(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """A reader without an account sees what the owner may, and is told who that is."""
    with database.transaction() as session:
        _second_project(session)
        administrator = add_person(session, "administrator", Role.ADMINISTRATOR)
    subscribe(database, administrator, plan(turned.viewer, administrator, addresses=("bank@example.se",)))
    assert make_due_reports(database, head, now=DUE) == 1
    texts = {row.address: bodies(row.mime)[0] for row in all_of(database, OutboxMessage)}
    assert "Secret" not in texts["viewer@example.se"]
    assert "Secret" in texts["administrator@example.se"]
    assert "Secret" in texts["bank@example.se"]
    assert "administrator sends you this report" in texts["bank@example.se"]
    assert len(all_of(database, Edition)) == 2


@pytest.mark.parametrize("whole_portfolio", [True, False])
def test_others_get_theirs_when_one_may_see_nothing(
    database: Database, head: Letterhead, turned: Turned, *, whole_portfolio: bool
) -> None:
    """A recipient who lost the right keeps nobody else from the report."""
    with database.transaction() as session:
        outsider = add_person(session, "outsider")
    project_id = None if whole_portfolio else turned.ground.project.id
    subscribe(database, turned.manager, plan(outsider, turned.viewer, project_id=project_id))
    assert make_due_reports(database, head, now=DUE) == 1
    sent = [(row.kind, row.address) for row in all_of(database, OutboxMessage)]
    assert sent == [(MessageKind.REPORT, "viewer@example.se")]


def test_mail_is_withheld_when_the_right_went_after_making(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """A report that waits is not sent to somebody who was shut out in the meantime."""
    subscribe(database, turned.manager, plan(turned.viewer))
    make_due_reports(database, head, now=DUE)
    with database.transaction() as session:
        session.get_one(User, turned.viewer.user_id).disabled_at = DUE
    transport = MemoryTransport()
    assert deliver_next(database, transport, head, now=DUE)
    assert transport.sent == []
    assert [row.state for row in all_of(database, OutboxMessage)] == [MessageState.CANCELLED]


def test_report_fails_in_view_when_a_chart_cannot_be_drawn(
    database: Database, head: Letterhead, turned: Turned, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No mail with a hole in it: the owner is told what and why, once."""

    def broken(_chart: IndicatorChart) -> str:
        raise ValueError("the ink is out")

    subscribe(database, turned.manager, plan(turned.viewer))
    monkeypatch.setattr(picturing, "alt_text", broken)
    assert make_due_reports(database, head, now=DUE) == 1
    assert make_due_reports(database, head, now=DUE + timedelta(hours=1)) == 0
    (message,) = all_of(database, OutboxMessage)
    assert (message.kind, message.address) == (MessageKind.TROUBLE, "manager@example.se")
    assert "ValueError: the ink is out" in bodies(message.mime)[0]
    newest = all_of(database, DueOccurrence)[-1]
    assert (newest.state, newest.note) == (OccurrenceState.FAILED, "ValueError: the ink is out")
    assert all_of(database, Edition) == []


def test_report_fails_in_view_when_there_is_nothing_to_tell(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """An empty report is not sent as if all were well."""
    with database.transaction() as session:
        bare = make_ground(session, "bare").project
        outsider = add_person(session, "outsider", Role.VIEWER, project_id=bare.id)
    subscribe(database, outsider, plan(outsider))
    assert make_due_reports(database, head, now=DUE + timedelta(hours=1)) == 1
    (message,) = all_of(database, OutboxMessage)
    assert message.kind is MessageKind.TROUBLE
    assert "There is nothing to report" in bodies(message.mime)[0]


def test_report_waits_when_values_are_not_analysed_yet(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """Fresh values are analysed first; after an hour it goes all the same."""
    subscribe(database, turned.manager, plan(turned.manager))
    with database.transaction() as session:
        fill(session, turned.ground.planner, turned.ground.series.id, {2025: 57.4}, now=DUE)
    assert make_due_reports(database, head, now=DUE) == 0
    assert make_due_reports(database, head, now=DUE + timedelta(hours=1)) == 1


def test_report_speaks_of_one_moment_when_values_come_while_it_is_made(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """A value saved and analysed after the clock looked is in the words as in the picture."""
    subscribe(database, turned.manager, plan(turned.manager))
    later = DUE + timedelta(seconds=5)
    with database.transaction() as session:
        fill(session, turned.ground.planner, turned.ground.series.id, {2025: 57.4}, now=later)
        refresh_series(session, turned.ground.series.id, now=later)
    assert make_due_reports(database, head, now=DUE) == 1
    text, html, _ = bodies(all_of(database, OutboxMessage)[0].mime)
    assert re.search(r"57\.4% \(2025\)", text.replace("\N{NO-BREAK SPACE}", " "))
    assert "57.4" in html.partition('alt="')[2].partition('"')[0]


def test_report_goes_at_once_when_sent_by_hand(database: Database, head: Letterhead, turned: Turned) -> None:
    """Outside the calendar: the next due date comes all the same."""
    number = subscribe(database, turned.manager, plan(turned.manager, turned.viewer))
    assert send_now(database, head, number, now=NOW) == 2
    assert make_due_reports(database, head, now=DUE) == 1
    assert len(all_of(database, OutboxMessage)) == 4
    with database.transaction() as session:
        session.get_one(User, turned.manager.user_id).disabled_at = NOW
    with pytest.raises(Invalid, match="owner"):
        send_now(database, head, number, now=NOW)


def test_html_stays_short_when_indicators_are_many(
    database: Database, head: Letterhead, turned: Turned
) -> None:
    """What turned and what is key is listed; the rest is counted and stands on its page."""
    with database.transaction() as session:
        ground = turned.ground
        for number in range(60):
            name = f"Mycket långt namn på en indikator om trygghet och trivsel nummer {number}"
            version = make_version(session, ground.planner, f"many-{number}", name_sv=name, name_en=name)
            _, series = make_indicator(session, ground.planner, ground.goal, version)
            fill(session, ground.planner, series.id, {2023: 50.0, 2024: 51.0})
            refresh_series(session, series.id, now=NOW)
    subscribe(database, turned.manager, plan(turned.manager, content=Content.FULL))
    assert make_due_reports(database, head, now=DUE) == 1
    text, html, _ = bodies(all_of(database, OutboxMessage)[0].mime)
    assert "11 more indicators on the project's page." in text
    names = re.compile(r"trivsel nummer \d+")
    assert len(set(names.findall(text))) == len(set(names.findall(html))) == 49
    assert len(html.encode()) < 100_000


def test_html_fits_when_the_screen_is_narrow(
    sqlite_database: Database, head: Letterhead, browser: Browser
) -> None:
    """Nothing sticks out of a small telephone; without pictures their words are read in the dark too."""
    with sqlite_database.transaction() as session:
        ground = make_ground(session)
        manager = add_person(session, "manager", Role.MANAGER)
        name = "Deltagare i arbetsmarknadsinsatser och kompetensförsörjningsprogram"
        version = make_version(session, ground.planner, "long", name_sv=name, name_en=name)
        _, series = make_indicator(session, ground.planner, ground.goal, version, is_invented=True)
        fill(session, ground.planner, series.id, PEAK_2018)
        refresh_series(session, ground.series.id, now=NOW)
        refresh_series(session, series.id, now=NOW)
    subscribe(sqlite_database, manager, plan(manager))
    make_due_reports(sqlite_database, head, now=DUE)
    (message,) = all_of(sqlite_database, OutboxMessage)
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.set_content(bodies(message.mime)[1])
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.emulate_media(color_scheme="dark")
    # Words in place of a blocked picture lie on the picture's white ground.
    look = "one => [getComputedStyle(one).color, getComputedStyle(one.parentElement).backgroundColor]"
    colours = page.eval_on_selector_all("img", f"all => all.map({look})")
    assert colours
    assert {tuple(pair) for pair in colours} == {("rgb(22, 33, 43)", "rgb(255, 255, 255)")}
    page.close()


def _second_project(session: Session) -> None:
    secret = make_ground(session, "secret")
    fill(session, secret.planner, secret.series.id, {2010: 50.0, 2011: 51.0})
    refresh_series(session, secret.series.id, now=NOW)
