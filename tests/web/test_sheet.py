"""The entry sheet: what is typed is read, asked about, refused or saved, all of it or nothing."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from impact.db import Database
from impact.exchange.rows import missing_of
from impact.language import speak
from impact.registry import rounds
from impact.registry.indicator_tables import IndicatorSeries
from impact.registry.measurement_tables import Measurement, Revision
from impact.registry.rounds import RoundAct, Seen
from impact.semantics.period import Frequency, year_period
from impact.semantics.series import Missing
from impact.semantics.unit import Kind
from impact.web.measurement_words import missing_words
from tests.builders import NOW, PEAK_2018, fill, make_ground, make_indicator, make_version
from tests.people import People, make_people, post, signed_in_client

ADDRESS = "/projects/centre/sheet"


@dataclass(frozen=True)
class Sheet:
    """A project with a share, a count by sex, and grades of school years; and who saves there."""

    app: Flask
    database: Database
    people: People
    analyst: FlaskClient
    share: int
    count: int
    girls: int
    boys: int
    grades: int

    def page(self, query: str = "") -> str:
        return html.unescape(self.analyst.get(ADDRESS + query).text)

    def seen(self) -> str:
        found = re.search(r'name="seen" value="([^"]*)"', self.page())
        assert found
        return found[1]

    def save(self, client: FlaskClient | None = None, seen: str | None = None, **cells: str) -> TestResponse:
        """Send cells: ``share_2025="58,4"`` is the share's value, ``reason`` and the like as they are."""
        numbers = {"share": self.share, "count": self.count, "girls": self.girls, "boys": self.boys,
                   "grades": self.grades}  # fmt: skip
        fields = {"seen": self.seen() if seen is None else seen}
        for name, text in cells.items():
            series, _, rest = name.partition("_")
            period, _, field = rest.partition("__")
            known = f"{field or 'value'}.{numbers.get(series)}.{period.replace('to', '/')}"
            fields[known if series in numbers else name] = text
        return post(client or self.analyst, ADDRESS, **fields)

    def stored(self, series_id: int) -> dict[int, Revision]:
        with self.database.reading() as session:
            rows = session.execute(
                select(Measurement.first_day, Revision)
                .join(Revision, Revision.id == Measurement.newest_revision_id)
                .where(Measurement.series_id == series_id)
            )
            return {first_day.year: revision for first_day, revision in rows}


@pytest.fixture
def sheet(sqlite_app: Flask) -> Sheet:
    database: Database = sqlite_app.extensions["impact"].database
    people = make_people(database)
    with database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, PEAK_2018)
        children = make_version(
            session, ground.planner, "children", name_sv="Barn i föreningar", name_en="Children in clubs",
            kind=Kind.COUNT, unit_sv="barn", unit_en="children", highest=None, decimals=0,
        )  # fmt: skip
        indicator, total = make_indicator(
            session, ground.planner, ground.goal, children, disaggregations=("sex=girls", "sex=boys"),
            every_n_periods=2,
        )  # fmt: skip
        parts = select(IndicatorSeries).where(IndicatorSeries.indicator_id == indicator.id)
        girls, boys = [one.id for one in session.scalars(parts) if one.disaggregation != "total"]
        fill(session, ground.planner, total.id, {2020: 0})
        _, grades = make_indicator(
            session, ground.planner, ground.goal, make_version(session, ground.planner, "grades"),
            frequency=Frequency.SCHOOL_YEAR, first_day=date(2023, 7, 1),
        )  # fmt: skip
        numbers = ground.series.id, total.id, girls, boys, grades.id
    analyst = signed_in_client(sqlite_app, people.analyst)
    analyst.set_cookie("impact-language", "en")
    return Sheet(sqlite_app, database, people, analyst, *numbers)


def cell(page: str, series_id: int, period: str) -> str:
    """The HTML of one cell."""
    found = re.search(rf'<td[^>]*><input name="value\.{series_id}\.{re.escape(period)}".*?</td>', page, re.S)
    assert found, f"no cell for {period}"
    return found[0]


def notices(response: TestResponse) -> str:
    text = html.unescape(response.text)
    return " ".join(
        re.findall(
            r'role="alert".*?</div>|<(?:section|fieldset) class="notice.*?</(?:section|fieldset)>', text, re.S
        )
    )


def test_tells_each_state_apart(sheet: Sheet) -> None:
    """Zero, missing, late, not due and not planned look different and are said in words."""
    sheet.save(grades_2024to25="not collected", seen="")
    page = sheet.page()
    assert 'value="0"' in cell(page, sheet.count, "2020")
    assert 'placeholder="late"' in cell(page, sheet.share, "2025")
    assert 'aria-describedby="is-late"' in cell(page, sheet.share, "2025")
    assert 'placeholder="not due yet"' in cell(page, sheet.share, "2026")
    assert 'placeholder="late"' in cell(page, sheet.count, "2024")
    missing = cell(page, sheet.grades, "2024/25")
    assert 'value="not collected"' in missing
    assert "is-missing" in missing
    assert f"value.{sheet.count}.2021" not in page
    assert "not planned" in page
    assert re.search(r"2024: 59.0%; plausible 57.5 to 60.5", page)


def test_keeps_the_number_exactly_however_it_is_typed(sheet: Sheet) -> None:
    """Each is stored as typed, with its text, and the page stays on the sheet."""
    numbers = {
        "58,4": 58.4,
        "58.4 %": 58.4,
        "\N{MINUS SIGN}0": 0.0,
        "5\N{NARROW NO-BREAK SPACE}%": 5.0,
        "0,123456789012345": 0.123456789012345,
    }
    for text, value in numbers.items():
        response = sheet.save(grades_2024to25=text, grades_2024to25__comment=text, reason="x")
        assert response.status_code == 303, text
        assert response.headers["Location"].startswith(ADDRESS)
        newest = sheet.stored(sheet.grades)[2024]
        assert (newest.value, newest.text_as_typed) == (value, text)


def test_understands_spaces_between_thousands(sheet: Sheet) -> None:
    """Whichever space parts the thousands, the number is read; a count must then be whole."""
    for space in (" ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"):
        assert "A whole number is needed." in notices(sheet.save(count_2024=f"1{space}234,5", reason="x"))
        assert sheet.save(count_2024=f"1{space}234", count_2024__comment=space, reason="x").status_code == 303
        assert sheet.stored(sheet.count)[2024].value == 1234.0


def test_saves_nothing_when_one_cell_is_refused(sheet: Sheet) -> None:
    """The sentence stands at the cell, what was typed stays, and the good cell waits with it."""
    refused = {
        "many": "“many” is not a number",
        "101": "cannot be higher than 100",
        "0,1234567890123456": "more than 15 significant digits",
        "..": "does not say why there is no value",
    }
    for text, told in refused.items():
        response = sheet.save(grades_2024to25=text, share_2025="58")
        assert response.status_code == 422
        assert told in notices(response)
        shown = cell(html.unescape(response.text), sheet.grades, "2024/25")
        assert f'value="{text}"' in shown
        assert 'aria-invalid="true"' in shown
        assert 'value="58"' in cell(response.text, sheet.share, "2025")
    assert 2025 not in sheet.stored(sheet.share)


def test_asks_what_a_mark_means_when_a_number_has_two_readings(sheet: Sheet) -> None:
    """1.234 is asked about, never guessed; the answer is taken as given."""
    response = sheet.save(count_2024="1.234", girls_2024="2,345")
    assert response.status_code == 422
    assert "What does “1.234” mean?" in notices(response)
    assert "What does “2,345” mean?" in notices(response)
    assert sheet.stored(sheet.count).keys() == {2020}
    assert (
        sheet.save(count_2024="1.234", girls_2024="2,345", point="thousands", comma="thousands").status_code
        == 303
    )
    assert sheet.stored(sheet.count)[2024].value == 1234.0
    assert sheet.save(grades_2024to25="1.234", point="decimal").status_code == 303
    assert sheet.stored(sheet.grades)[2024].value == 1.234


def test_asks_for_a_reason_when_a_stored_value_is_changed(sheet: Sheet) -> None:
    """Corrections need a reason; both values then stand on the page and in the history."""
    assert "Say why values are corrected." in notices(sheet.save(share_2024="59,5"))
    response = sheet.save(share_2024="59,5", reason="Fel rad")
    page = sheet.page("?" + response.headers["Location"].partition("?")[2].partition("#")[0])
    assert "Safe tenants, 2024: 59.5% replaced 59.0%" in page
    assert "is-saved" in cell(page, sheet.share, "2024")
    newest = sheet.stored(sheet.share)[2024]
    assert (newest.value, newest.number, newest.reason) == (59.5, 2, "Fel rad")


def test_says_nothing_new_when_cells_are_sent_as_they_were_shown(sheet: Sheet) -> None:
    """A browser without the script sends every cell; what was not touched is not a revision."""
    sheet.save(grades_2024to25="1,234", comma="decimal")
    page = sheet.page()
    fields = dict(re.findall(r'<input name="(value\.[^"]+)" id="[^"]+" value="([^"]*)"', page))
    assert len(fields) > 20
    response = post(sheet.analyst, ADDRESS, seen=sheet.seen(), **fields)
    assert response.status_code == 303
    assert "Nothing was changed." in sheet.page()
    assert {revision.number for revision in sheet.stored(sheet.share).values()} == {1}


DOUBTS: list[tuple[dict[str, str], str]] = [
    ({"share_2025": "80"}, "80 is further from 59 than the series has ever moved"),
    ({"count_2024": "10", "girls_2024": "4", "boys_2024": "5"},
     "The categories add up to 9, but the total is 10"),
    ({"grades_2024to25": "50", "grades_2024to25__numerator": "7", "grades_2024to25__denominator": "6"},
     "The numerator, 7, is larger than the denominator, 6"),
    ({"grades_2024to25": "50", "grades_2024to25__numerator": "1", "grades_2024to25__denominator": "4"},
     "make 25 per cent, not 50"),
]  # fmt: skip


def test_keeps_a_doubtful_value_when_it_is_confirmed(sheet: Sheet) -> None:
    """It is asked about first; confirmed it is kept, and another doubtful value is asked about anew."""
    for cells, told in DOUBTS:
        cells["reason"] = "x"
        response = sheet.save(**cells)
        assert response.status_code == 422
        assert told in notices(response)
        keep = re.search(r'name="keep" value="([^"]*)"', html.unescape(response.text))
        assert keep
        assert sheet.save(**cells, keep=keep[1]).status_code == 422
        other = {
            name: {"80": "81", "10": "11", "50": "51", "7": "8"}.get(text, text)
            for name, text in cells.items()
        }
        assert sheet.save(**other, keep=keep[1], confirm="yes").status_code == 422
        assert sheet.save(**cells, keep=keep[1], confirm="yes").status_code == 303


def test_lets_choose_cell_by_cell_when_somebody_was_first(sheet: Sheet) -> None:
    """Both values stand beside each other; mine replaces, theirs stays, nothing is chosen silently."""
    seen = sheet.seen()
    manager = signed_in_client(sheet.app, sheet.people.manager)
    sheet.save(manager, share_2024="59,4", share_2025="58", reason="Räknat om")
    mine = {"share_2024": "59,2", "share_2025": "58,2", "grades_2024to25": "50", "reason": "Min"}
    response = sheet.save(seen=seen, **mine)
    assert response.status_code == 409
    told = notices(response)
    assert "Yours: 59,2" in told
    assert "Stored now: 59.4" in told
    assert "manager" in told
    assert 2024 not in sheet.stored(sheet.grades)
    after = re.search(r'name="seen" value="([^"]*)"', response.text)
    assert after
    assert sheet.save(seen=after[1], **mine).status_code == 409
    codes = re.findall(r'name="choose.(value\.\d+\.\d+)" id="mine[^"]*" value="([^"]*)"', response.text)
    choices = {f"choose.{name}": code if name.endswith("2024") else "theirs" for name, code in codes}
    assert sheet.save(seen=after[1], **mine, **choices).status_code == 303
    stored = sheet.stored(sheet.share)
    assert (stored[2024].value, stored[2024].number, stored[2025].value) == (59.2, 3, 58.0)
    assert sheet.stored(sheet.grades)[2024].value == 50.0


def test_keeps_all_that_stands_beside_a_value(sheet: Sheet) -> None:
    """Status, precision, fraction, comment and evidence are saved with it and shown again."""
    said = {
        "status": "preliminary", "n_observed": "412", "response_rate": "61,5 %", "standard_error": "2,4",
        "margin_level": "95", "numerator": "206", "denominator": "412", "comment": "Ny enkät",
        "evidence_level": "documented", "evidence_address": "https://example.org/a",
    }  # fmt: skip
    details = {f"grades_2024to25__{name}": text for name, text in said.items()}
    assert sheet.save(grades_2024to25="50", **details).status_code == 303
    newest = sheet.stored(sheet.grades)[2024]
    assert (newest.n_observed, newest.response_rate, newest.margin_level) == (412, 61.5, 95)
    assert newest.standard_error == pytest.approx(2.4 / 1.96, rel=1e-3)
    assert (newest.numerator, newest.denominator, newest.comment) == (206, 412, "Ny enkät")
    shown = cell(sheet.page(), sheet.grades, "2024/25")
    assert '"standard_error":"2.4","numerator":"206"' in shown
    assert "is-preliminary is-commented" in shown
    wrong = sheet.save(grades_2024to25__evidence_address="javascript:alert(1)", reason="x")
    assert "begins with https or http" in notices(wrong)


def test_refuses_a_closed_round_and_shows_it(sheet: Sheet) -> None:
    """Cells of a closed round cannot be typed into, and are refused if they are."""
    with sheet.database.transaction() as session:
        planner, period, version = sheet.people.administrator.actor, year_period(2024), 0
        project = rounds.lookup.project(session, planner, "centre")
        for act in (RoundAct.SUBMIT, RoundAct.CLOSE):
            seen = Seen(version, rounds.newest_revision_of(session, project.id, period))
            version = rounds.move(session, planner, "centre", period, act, seen=seen, now=NOW).round.version
    assert "readonly" in cell(sheet.page(), sheet.share, "2024")
    assert "The reporting round of this period is closed" in notices(sheet.save(share_2024="58", reason="x"))


def test_hands_in_from_the_sheet_and_says_what_is_open(sheet: Sheet) -> None:
    """The round stands below the sheet with what is lacking, and handing in comes back there."""
    page = sheet.page()
    section = re.search(r'<section class="hand-in" aria-label="Round 2024">.*?</section>', page, re.S)
    assert section
    assert f'href="#value.{sheet.count}.2024"' in section[0]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', section[0]))
    action = re.search(r'action="([^"]+)"', section[0])
    assert action
    response = post(
        sheet.analyst, action[1], **{name: fields[name] for name in ("version", "seen", "act", "back")}
    )
    assert (response.status_code, response.headers["Location"]) == (303, ADDRESS)
    assert 'aria-label="Round 2024"' not in sheet.page()


def test_shows_more_periods_and_the_other_order_when_asked(sheet: Sheet) -> None:
    """Twelve periods at first, newest first; all of them and oldest first on request."""
    newest = re.findall(r'data-key="(\d{4})"', sheet.page())
    assert newest == [str(year) for year in range(2026, 2014, -1)]
    assert re.findall(r'data-key="(\d{4})"', sheet.page("?order=oldest&all=1"))[0] == "2010"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_reads_the_reason_that_it_shows(language: str) -> None:
    """What a cell shows for a missing value is understood when it is typed or pasted."""
    voice = speak(language)
    assert [missing_of(missing_words(missing, voice)) for missing in Missing] == list(Missing)


def test_is_found_where_values_are_entered(sheet: Sheet) -> None:
    """The project's page and the entry page lead to the sheet; a viewer sees no way and gets none."""
    for path in ("/projects/centre", "/entry"):
        assert f'href="{ADDRESS}"' in sheet.analyst.get(path).text
    viewer = signed_in_client(sheet.app, sheet.people.viewer)
    assert ADDRESS not in viewer.get("/projects/centre").text
    assert viewer.get(ADDRESS).status_code == 403
