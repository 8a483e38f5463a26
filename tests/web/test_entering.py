"""One value typed into the form: kept, corrected, refused, never lost."""

import html
import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from impact.monitoring.analysing import refresh_series
from impact.monitoring.tables import SeriesSummary
from impact.registry.indicator_tables import IndicatorSeries
from impact.registry.measurement_tables import Measurement, Revision
from impact.registry.series import series_of
from tests.builders import NOW, make_ground
from tests.people import People, post, signed_in_client
from tests.web.ground import Placed, place_project


@pytest.fixture
def placed(app: Flask) -> Placed:
    return place_project(app)


@pytest.fixture
def analyst(app: Flask, people: People) -> FlaskClient:
    client = signed_in_client(app, people.analyst)
    client.set_cookie("impact-language", "en")
    return client


def stored(placed: Placed, year: int) -> float | None:
    with placed.database.reading() as session:
        values = {p.period.first_day.year: p.value for p in series_of(session, placed.series_id).points}
    return values.get(year)


def measurement_of(placed: Placed, year: int) -> dict[str, int]:
    with placed.database.reading() as session:
        rows = session.scalars(select(Measurement).where(Measurement.series_id == placed.series_id))
        found = next(row for row in rows if row.first_day.year == year)
        return {"measurement_id": found.id, "version": found.version}


@pytest.mark.parametrize(("text", "value"), [("58,4", 58.4), ("58.4", 58.4), (" 58,4 % ", 58.4)])
def test_keeps_value_when_typed(analyst: FlaskClient, placed: Placed, text: str, value: float) -> None:
    """Comma or point, with or without the unit: the value is stored and analysed at once."""
    response = post(analyst, f"/series/{placed.series_id}/periods/2025", value=text, status="final")
    assert (response.status_code, response.headers["Location"]) == (303, f"/indicators/{placed.indicator_id}")
    assert stored(placed, 2025) == value
    with placed.database.reading() as session:
        assert session.get_one(SeriesSummary, placed.series_id).latest_value == value
        newest = session.scalars(select(Revision).order_by(Revision.id.desc()).limit(1)).one()
        assert newest.text_as_typed == text.strip()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"value": "abc"}, "abc"),
        ({"value": "1.234"}, "1.234"),
        ({"value": "101"}, "100"),
        ({"value": ""}, "say why it is missing"),
        ({"value": "5", "missing": "confidential"}, "say why it is missing"),
        ({"value": "58", "status": "nonsense"}, "nonsense"),
        ({"value": "58", "n_observed": "many"}, "many"),
        ({"value": "1234567890123456"}, "1234567890123456"),
    ],
)
def test_keeps_typed_text_when_refused(
    analyst: FlaskClient, placed: Placed, fields: dict[str, str], told: str
) -> None:
    """Bad input comes back as typed with a sentence beside it, and nothing is stored."""
    response = post(
        analyst,
        f"/series/{placed.series_id}/periods/2025",
        **{"status": "final", "comment": "Egen not", **fields},
    )
    assert response.status_code == 422
    assert "Egen not" in response.text
    assert 'aria-invalid="true"' in response.text
    assert fields["value"] in response.text
    assert stored(placed, 2025) is None
    assert told in response.text or told == "nonsense"


def test_asks_for_reason_when_corrected(analyst: FlaskClient, placed: Placed) -> None:
    """A correction needs its reason; with one it is stored and stands in the history."""
    path, known = f"/series/{placed.series_id}/periods/2024", measurement_of(placed, 2024)
    assert post(analyst, path, value="60", status="final", **known).status_code == 422
    assert stored(placed, 2024) == 59.0
    assert post(analyst, path, value="60", status="final", reason="Fel rad", **known).status_code == 303
    assert stored(placed, 2024) == 60.0
    assert "Fel rad" in analyst.get(f"/indicators/{placed.indicator_id}").text


def test_shows_both_values_when_somebody_was_first(
    app: Flask, people: People, analyst: FlaskClient, placed: Placed
) -> None:
    """The second of two who correct the same value sees both and can save again."""
    path, known = f"/series/{placed.series_id}/periods/2024", measurement_of(placed, 2024)
    other = signed_in_client(app, people.manager)
    post(other, path, value="60", status="final", reason="Fel rad", **known)
    response = post(analyst, path, value="61", status="final", reason="Min rättelse", **known)
    assert response.status_code == 409
    assert "61" in response.text
    assert "Min rättelse" in response.text
    assert '<dd class="number">60</dd>' in response.text
    assert stored(placed, 2024) == 60.0
    again = measurement_of(placed, 2024)
    assert f'name="version" value="{again["version"]}"' in response.text
    assert post(analyst, path, value="61", status="final", reason="Min rättelse", **again).status_code == 303
    assert stored(placed, 2024) == 61.0


def test_shows_both_values_when_period_was_entered_in_between(
    app: Flask, people: People, analyst: FlaskClient, placed: Placed
) -> None:
    """Two first values of a period: the second is told, and nothing is overwritten."""
    path = f"/series/{placed.series_id}/periods/2025"
    post(signed_in_client(app, people.manager), path, value="58", status="final")
    response = post(analyst, path, value="57", status="final")
    assert response.status_code == 409
    assert '<dd class="number">58</dd>' in response.text
    assert stored(placed, 2025) == 58.0


def test_keeps_reason_when_value_is_missing(analyst: FlaskClient, placed: Placed) -> None:
    """No value with a reason is stored as missing, not as zero."""
    response = post(
        analyst, f"/series/{placed.series_id}/periods/2025", value="", missing="confidential", status="final"
    )
    assert response.status_code == 303
    with placed.database.reading() as session:
        point = series_of(session, placed.series_id).points[-1]
    assert (point.value, point.missing) == (None, "confidential")


def test_refuses_when_viewer_saves(app: Flask, people: People, placed: Placed) -> None:
    """A viewer can neither open the form nor save."""
    client = signed_in_client(app, people.viewer)
    path = f"/series/{placed.series_id}/periods/2025"
    assert client.get(path).status_code == 403
    assert post(client, path, value="58", status="final").status_code == 403
    assert stored(placed, 2025) is None


def test_shows_value_to_readers_when_manager_approves(app: Flask, people: People) -> None:
    """Where a manager approves, the value waits until then, and nobody less can approve."""
    database = app.extensions["impact"].database
    with database.transaction() as session:
        series_id = make_ground(session, needs_approval=True).series.id
    analyst, manager = signed_in_client(app, people.analyst), signed_in_client(app, people.manager)
    path, way = f"/series/{series_id}/periods/2024", f"/series/{series_id}/approvals/2024"
    post(analyst, path, value="58", status="final")

    def values() -> list[float | None]:
        with database.reading() as session:
            return [point.value for point in series_of(session, series_id).points]

    revision_id = re.search(r'name="revision_id" value="(\d+)"', manager.get(path).text)
    assert revision_id
    assert 'name="revision_id"' not in analyst.get(path).text
    assert post(analyst, way, revision_id=revision_id[1]).status_code == 403
    assert post(manager, way, revision_id=int(revision_id[1]) + 1).status_code == 409
    assert values() == []
    assert post(manager, way, revision_id=revision_id[1]).status_code == 303
    assert values() == [58.0]
    assert 'name="revision_id"' not in manager.get(path).text


def test_takes_what_stands_beside_a_value(analyst: FlaskClient, placed: Placed) -> None:
    """A margin becomes a standard error with its level; what is not touched later stays to the digit."""
    path = f"/series/{placed.series_id}/periods/2025"
    said = {"standard_error": "2,4", "margin_level": "95", "numerator": "292", "denominator": "500",
            "evidence_level": "verified", "evidence_address": "https://example.org/enkat"}  # fmt: skip
    assert post(analyst, path, value="58,4", status="final", **said).status_code == 303

    def newest() -> Revision:
        with placed.database.reading() as session:
            return session.scalars(select(Revision).order_by(Revision.id.desc()).limit(1)).one()

    first = newest()
    assert (first.standard_error, first.margin_level) == (pytest.approx(1.2245, rel=1e-4), 95.0)
    page = analyst.get(path).text
    assert 'name="standard_error" type="text" value="2.4"' in page
    known = measurement_of(placed, 2025)
    shown = {"value": "58.4", "status": "final", "standard_error": "2.4", "margin_level": "95"}
    assert post(analyst, path, **shown, comment="Ny", reason="Not", **known).status_code == 303
    second = newest()
    assert (second.number, second.comment, second.standard_error) == (2, "Ny", first.standard_error)
    assert (second.numerator, second.evidence_address) == (292, "https://example.org/enkat")
    wrong = post(analyst, path, evidence_address="javascript:x", reason="x", **measurement_of(placed, 2025))
    assert wrong.status_code == 422


def test_keeps_a_file_of_evidence(analyst: FlaskClient, app: Flask, people: People, placed: Placed) -> None:
    """It comes with the value, stays with a correction, is handed out as a download and taken away."""
    path, address = f"/series/{placed.series_id}/periods/2025", f"/series/{placed.series_id}/evidence/2025"
    wrong = post(analyst, path, value="58", comment="Min not", file=(io.BytesIO(b"<script>"), "a.html"))
    assert (wrong.status_code, "Only PDF" in wrong.text, "Min not" in wrong.text) == (422, True, True)
    assert stored(placed, 2025) is None
    file = (io.BytesIO(b"%PDF-1.7 trial"), "enkät.pdf")
    assert post(analyst, path, value="58", status="final", file=file).status_code == 303
    assert f'href="{address}">enkät.pdf, ' in analyst.get(path).text
    got = signed_in_client(app, people.viewer).get(address)
    assert (got.status_code, got.data, got.mimetype) == (200, b"%PDF-1.7 trial", "application/pdf")
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert signed_in_client(app, people.outsider).get(address).status_code == 404
    assert post(analyst, path, value="59", reason="Fel", **measurement_of(placed, 2025)).status_code == 303
    assert analyst.get(address).status_code == 200
    away = {"takes_file_away": "yes", "value": "59", **measurement_of(placed, 2025)}
    unsaid = post(analyst, path, **away)
    assert (unsaid.status_code, 'value="yes" checked' in unsaid.text) == (422, True)
    assert post(analyst, path, reason="Fel fil", **away).status_code == 303
    assert analyst.get(address).status_code == 404
    told = html.unescape(analyst.get(f"/indicators/{placed.indicator_id}/history").text)
    assert "File of evidence: enkät.pdf, 14 B was removed" in told


def test_shows_the_history_of_the_cell_and_the_way_to_a_break(
    app: Flask, people: People, placed: Placed
) -> None:
    """All that was ever said of the period stands below, and a break is declared from there."""
    client = signed_in_client(app, people.administrator)
    client.set_cookie("impact-language", "en")
    path = f"/series/{placed.series_id}/periods/2024"
    known = measurement_of(placed, 2024)
    post(client, path, value="60", status="final", reason="Fel rad", **known)
    page = client.get(path).text
    assert "2024: 60.0% replaced 59.0%" in html.unescape(page).replace("\N{NO-BREAK SPACE}", "")
    assert "Fel rad" in page
    way = re.search(r'href="(/indicators/\d+/plan/breaks/new\?period=2024)"', page)
    assert way
    assert '<option value="2024" selected>' in client.get(way[1]).text


def test_clears_what_a_sheet_kept_when_somebody_signs_out(analyst: FlaskClient) -> None:
    """What was typed and not saved stays in no browser that somebody has left."""
    assert post(analyst, "/sign-out").headers["Clear-Site-Data"] == '"storage"'


def test_says_where_a_value_is_missing_when_no_project_owns_it(app: Flask, people: People) -> None:
    """A municipality's own series stands with the name of the municipality."""
    placed = place_project(app, reference={2018: 50.0, 2019: 51.0})
    with placed.database.transaction() as session:
        (other,) = session.scalars(select(IndicatorSeries.id).where(IndicatorSeries.id != placed.series_id))
        refresh_series(session, other, now=NOW)
    page = signed_in_client(app, people.administrator).get("/entry").text
    assert '<span class="note">Norrköping</span>' in page
