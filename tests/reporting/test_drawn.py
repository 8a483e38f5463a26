"""Pictures are drawn once for what they show, and found again by another clock."""

from datetime import timedelta

from impact.charts.content import IndicatorChart
from impact.charts.style import DARK, LIGHT
from impact.db import Database
from impact.delivery.readers import CLOCK
from impact.language import Language, speak
from impact.registry import lookup
from impact.reporting.drawn import DrawnPictures
from impact.reporting.picturing import picture_of
from tests.builders import NOW, fill, make_ground


def test_picture_is_drawn_once_when_nothing_changed(database: Database) -> None:
    """The same chart is found; another value, language or look is drawn anew; two clocks do no harm."""
    with database.transaction() as session:
        ground = make_ground(session)
        fill(session, ground.planner, ground.series.id, {2023: 50.0, 2024: 51.0})
    first, second = DrawnPictures(database), DrawnPictures(database)
    chart = _chart(database, ground.series.id)
    drawn: list[str] = []
    for pictures in (first, first, second):
        pictures.pictures({1: chart}, LIGHT, "png", lambda _: _draw(drawn))
    assert len(drawn) == 2
    for pictures in (first, second):
        with database.transaction() as session:
            pictures.keep(session, now=NOW)
    third = DrawnPictures(database)
    assert third.pictures({1: chart}, LIGHT, "png", lambda _: _draw(drawn)) == {1: b"picture"}
    assert len(drawn) == 2
    third.pictures({1: chart}, DARK, "png", lambda _: _draw(drawn))
    third.pictures(
        {1: _chart(database, ground.series.id, Language.ENGLISH)}, LIGHT, "png", lambda _: _draw(drawn)
    )
    with database.transaction() as session:
        fill(session, ground.planner, ground.series.id, {2025: 52.0})
        DrawnPictures().keep(session, now=NOW + timedelta(days=101))
    third.pictures({1: _chart(database, ground.series.id)}, LIGHT, "png", lambda _: _draw(drawn))
    assert len(drawn) == 5
    DrawnPictures(database).pictures({1: chart}, LIGHT, "png", lambda _: _draw(drawn))
    assert len(drawn) == 6


def _draw(drawn: list[str]) -> bytes:
    drawn.append("once more")
    return b"picture"


def _chart(database: Database, series_id: int, language: Language = Language.SWEDISH) -> IndicatorChart:
    with database.reading() as session:
        place = lookup.series_place(session, CLOCK, series_id)
        return picture_of(session, place, speak(language))
