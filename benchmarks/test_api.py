"""Large reads of the API: 300 series x 20 years as JSON, and the answer that nothing has changed.

Bars: made by hand from plain rows the text is there in at most 1/5 of the time that a marshmallow
many=True dump of the same takes, and so is the whole answer, the reading from the database
included; a 304 takes at most 1.5 times as long as a signed-in view that does the same look-ups.
Both ways are timed in turn in the same run, on both databases.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from statistics import median
from typing import Any

import pytest
from flask import Response

from benchmarks.large_portfolio import NOW, Size, fill_large
from impact.accounts.permissions import Action
from impact.accounts.tables import Role
from impact.api.many_series import PlacedSeriesSchema, series_text
from impact.app import create_app
from impact.db import Database
from impact.registry import lookup
from impact.registry.many_series import SeriesFilter, plain_points, series_rows
from impact.registry.series import read_series
from impact.request_scope import current_actor, current_session
from impact.request_scope.admission import needs
from impact.settings import Settings
from tests.people import add_person, bearer, signed_in_client

SIZE = Size(50)
ROUNDS, SHORT_ROUNDS = 15, 300
DUMP_BAR, UNCHANGED_BAR = 5, 1.5


def seconds(ways: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median time of each way, taken in turn so that what slows one slows all."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 2):
        for name, work in ways.items():
            start = time.perf_counter()
            work()
            if number > 1:
                times[name].append(time.perf_counter() - start)
    return {name: median(each) for name, each in times.items()}


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_api(
    engine: str,
    request: pytest.FixtureRequest,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Many series against marshmallow, a 304 against a page; prints the table."""
    database: Database = request.getfixturevalue(f"{engine}_database")
    fill_large(database, SIZE)
    with database.transaction() as session:
        viewer = add_person(session, "viewer of all", Role.VIEWER, now=NOW)
    url: str = request.getfixturevalue(f"{engine}_url")
    app = create_app(replace(settings, database_url=url), clock=lambda: NOW)
    app.add_url_rule("/bench/<int:series_id>", "bench.look_up", needs(Action.SEE)(_look_up))
    ours, theirs = _whole_answers(database, viewer.actor)
    assert json.loads(ours()) == json.loads(theirs())
    assert len(json.loads(ours())["series"]) == SIZE.n_series

    program, headers = app.test_client(), bearer(app, viewer)
    person = signed_in_client(app, viewer)
    tag = program.get("/api/v1/series/1", headers=headers).headers["ETag"]

    def unchanged() -> None:
        answer = program.get("/api/v1/series/1", headers={**headers, "If-None-Match": tag})
        assert answer.status_code == 304

    def looked_up() -> None:
        assert person.get("/bench/1").status_code == 204

    text = seconds(_texts(database, viewer.actor), ROUNDS)
    whole = seconds({"by hand": ours, "marshmallow": theirs}, ROUNDS)
    short = seconds({"304": unchanged, "signed-in view": looked_up}, SHORT_ROUNDS)
    app.extensions["impact"].database.dispose()
    ratios = {
        "text": text["marshmallow"] / text["by hand"],
        "whole": whole["marshmallow"] / whole["by hand"],
        "304": short["304"] / short["signed-in view"],
    }
    with capsys.disabled():
        print(f"\n{engine}, {SIZE.n_series} series x 20 years, medians")
        for what, figures in (("text", text), ("whole", whole), ("304", short)):
            told = ", ".join(f"{name} {1000 * each:.2f} ms" for name, each in figures.items())
            print(f"  {what:6s} {told}: {ratios[what]:.2f}")
        print(f"  bars: text and whole >= {DUMP_BAR}, 304 <= {UNCHANGED_BAR}")
    assert ratios["text"] >= DUMP_BAR
    assert ratios["whole"] >= DUMP_BAR
    assert ratios["304"] <= UNCHANGED_BAR


def _look_up(series_id: int) -> Response:
    """What the API looks up before it says that nothing has changed."""
    lookup.series_place(current_session(), current_actor(), series_id)
    return Response(status=204)


def _whole_answers(database: Database, actor: Any) -> tuple[Callable[[], str], Callable[[], str]]:
    def by_hand() -> str:
        with database.reading() as session:
            rows = series_rows(session, actor, SeriesFilter())
            points = plain_points(session, [row.id for row in rows])
        return _joined(series_text(row, [], points[row.id]) for row in rows)

    def by_marshmallow() -> str:
        with database.reading() as session:
            rows = series_rows(session, actor, SeriesFilter())
            readings = read_series(session, [row.id for row in rows])
        things = [
            vars(row)
            | {"breaks": [], "measurements": [_Told(each) for each in readings[row.id].series.points]}
            for row in rows
        ]
        return json.dumps({"series": PlacedSeriesSchema(many=True).dump(things)})

    return by_hand, by_marshmallow


def _texts(database: Database, actor: Any) -> dict[str, Callable[[], object]]:
    """The text alone, of what has been read already."""
    with database.reading() as session:
        rows = series_rows(session, actor, SeriesFilter())
        points = plain_points(session, [row.id for row in rows])
        readings = read_series(session, [row.id for row in rows])
    things = [
        vars(row) | {"breaks": [], "measurements": [_Told(each) for each in readings[row.id].series.points]}
        for row in rows
    ]
    schema = PlacedSeriesSchema(many=True)
    return {
        "by hand": lambda: _joined(series_text(row, [], points[row.id]) for row in rows),
        "marshmallow": lambda: json.dumps({"series": schema.dump(things)}),
    }


def _joined(texts: Iterable[str]) -> str:
    return f'{{"series":[{",".join(texts)}]}}'


class _Told:
    """A point with its period as text, as a schema reads it."""

    def __init__(self, point: Any) -> None:
        self.__dict__.update(vars(point), period=point.period.key())
