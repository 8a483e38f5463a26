"""Pictures are drawn once a change, kept, and sent to those who may see what they show."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from impact.registry.indicators import add_disaggregation
from impact.reporting.tables import DrawnPicture
from tests.builders import NOW, fill, person
from tests.people import People, signed_in_client
from tests.web.ground import Placed, place_project, promise

PICTURES = (
    "/indicators/{indicator}/chart.svg",
    "/projects/centre/charts.svg",
    "/projects/centre/dots.svg",
    "/portfolio/strip.svg",
    "/portfolio/charts.svg",
    "/portfolio/dots.svg",
)


@pytest.fixture
def placed(app: Flask) -> Placed:
    placed = place_project(app)
    promise(placed, 60.0, 75.0)
    return placed


@pytest.fixture
def reader(app: Flask, people: People) -> FlaskClient:
    client = signed_in_client(app, people.viewer)
    client.set_cookie("impact-language", "en")
    return client


def kept(placed: Placed) -> dict[str, bytes]:
    with placed.database.reading() as session:
        return {row.key: row.content for row in session.scalars(select(DrawnPicture))}


def test_pictures_are_drawn_once_when_asked_for_twice(reader: FlaskClient, placed: Placed) -> None:
    """The second answer is what was kept; whoever has it gets no bytes; a change draws anew."""
    for path in PICTURES:
        address = path.format(indicator=placed.indicator_id)
        before = kept(placed)
        first = reader.get(address)
        assert first.status_code == 200, (address, first.text)
        assert first.mimetype == "image/svg+xml"
        (tag,) = set(kept(placed)) - set(before)
        assert tag.startswith(first.headers["ETag"].strip('"'))
        again = reader.get(address)
        assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])
        assert set(kept(placed)) == {*before, tag}
        same = reader.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (same.status_code, same.data) == (304, b"")


def test_pictures_differ_when_look_language_or_values_do(
    reader: FlaskClient, placed: Placed, people: People
) -> None:
    """Each look and language has a picture and a tag of its own, and so has each state of the data."""
    tags = {
        reader.get("/projects/centre/dots.svg").headers["ETag"],
        reader.get("/projects/centre/dots.svg?look=dark").headers["ETag"],
        reader.get("/projects/centre/dots.svg?look=print").headers["ETag"],
        reader.get("/projects/centre/dots.svg?language=sv").headers["ETag"],
        reader.get("/projects/centre/dots.png").headers["ETag"],
    }
    assert len(tags) == 5
    assert reader.get("/projects/centre/dots.svg?look=none").status_code == 404
    address = f"/indicators/{placed.indicator_id}/chart.svg"
    before = reader.get(address)
    with placed.database.transaction() as session:
        fill(session, people.analyst.actor, placed.series_id, {2025: 99.0})
    after = reader.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.data != before.data


def test_sexes_stand_side_by_side_when_the_indicator_is_split(reader: FlaskClient, placed: Placed) -> None:
    """Women and men have a chart each; without them there is the total's."""
    address = f"/indicators/{placed.indicator_id}/sexes.svg"
    total = reader.get(address).data
    with placed.database.transaction() as session:
        for sex in ("women", "men"):
            add_disaggregation(session, person(session), placed.indicator_id, f"sex={sex}", now=NOW)
    assert reader.get(address).data != total
