"""Measurements as files by the API: the rows of the export, with the token's rights."""

import io

import pytest
from openpyxl import load_workbook

from tests.people import bearer
from tests.web.ground import place_project


@pytest.fixture
def engine_name():
    """What is read is tried on both engines where it is made."""
    return "sqlite"


def test_gives_each_format_when_asked(app, people):
    """JSON where nothing is asked, CSV and a workbook by name; narrowed as the pages do."""
    placed = place_project(app)
    call = app.test_client()
    headers = bearer(app, people.viewer)
    said = call.get("/api/v1/measurements", headers=headers)
    assert said.headers["Content-Disposition"].startswith("attachment; filename=impact-measurements-")
    first = said.get_json()["measurements"][0]
    assert (first["indicator_id"], first["period"], first["value"]) == (placed.indicator_id, 2010, 58.1)
    text = call.get("/api/v1/measurements?format=csv&form=swedish&project=centre", headers=headers)
    assert (text.mimetype, ";2010;58,1;" in text.text) == ("text/csv", True)
    file = call.get(f"/api/v1/measurements?format=xlsx&indicator={placed.indicator_id}", headers=headers)
    assert load_workbook(io.BytesIO(file.data)).active["G2"].value == 58.1


def test_gives_nothing_of_others_when_asked(app, people):
    """A foreign project is not found; what is unknown is told."""
    place_project(app)
    call = app.test_client()
    foreign = bearer(app, people.outsider)
    assert call.get("/api/v1/measurements", headers=foreign).get_json() == {"measurements": []}
    assert call.get("/api/v1/measurements?project=centre", headers=foreign).status_code == 404
    wrong = call.get("/api/v1/measurements?format=doc", headers=foreign)
    assert (wrong.status_code, wrong.get_json()["field"]) == (422, "format")
