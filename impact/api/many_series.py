"""Series of many indicators in one answer, made without an object for each measurement."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from json.encoder import encode_basestring as quoted
from typing import Any

from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from impact import __version__
from impact.accounts.permissions import Action
from impact.api.form import Instant, Text
from impact.api.paging import PagingForm, address_of_next, next_field, part_asked, sort_field
from impact.api.preconditions import IF_NONE_MATCH, TAG_TO_KEEP, is_known
from impact.api.resource import Resource, answer, answer_of_text
from impact.api.series import SeriesSchema
from impact.api.shapes import about
from impact.registry.many_series import ORDERS, PlainPoint, SeriesFilter, SeriesRow, plain_points, series_rows
from impact.registry.series import breaks_within
from impact.request_scope import current_actor, current_session
from impact.request_scope.admission import needs

resource = Resource("Many series", "Series of many indicators in one answer.")

DEFAULT_LIMIT, LARGEST_LIMIT = 100, 1000
NARROWING = ("project", "area", "definition", "disaggregation")


class SeriesFilterForm(PagingForm):
    """Which series are wanted, and what of them."""

    project = Text(
        load_default="", validate=validate.Length(max=200), metadata=about("Of this project, by its slug.")
    )
    area = Text(
        load_default="",
        validate=validate.Length(max=200),
        metadata=about("Of this area, by its slug: reference lines."),
    )
    definition = Text(
        load_default="",
        validate=validate.Length(max=200),
        metadata=about("Under this definition of the library, by its slug."),
    )
    disaggregation = Text(
        load_default="",
        validate=validate.Length(max=200),
        metadata=about("Of this disaggregation alone.", "total"),
    )
    indicators = Text(
        load_default="",
        validate=[
            validate.Length(max=2000),
            validate.Regexp(r"^([1-9][0-9]{0,14}(,[1-9][0-9]{0,14})*)?$", error="Not a valid integer."),
        ],
        metadata=about("Of these indicators, their numbers with commas between.", "7,8"),
    )
    known_at = Instant(
        load_default=None,
        metadata=about("As it was known at this instant; now without it.", "2026-03-31T12:00:00Z"),
    )
    since = fields.Date(
        load_default=None, metadata=about("No periods that begin before this day.", "2010-01-01")
    )
    until = fields.Date(
        load_default=None, metadata=about("No periods that end after this day.", "2024-12-31")
    )
    values = fields.Boolean(
        load_default=True, metadata=about("Whether measurements are told; `false` lists the series alone.")
    )
    limit = fields.Integer(
        load_default=DEFAULT_LIMIT,
        validate=validate.Range(min=1, max=LARGEST_LIMIT),
        metadata=about(f"How many series at most, 1 to {LARGEST_LIMIT}.", 300),
    )
    sort = sort_field(ORDERS, default="id")


class PlacedSeriesSchema(SeriesSchema):
    """A series, where it belongs, and its measurements."""

    project = fields.String(
        required=True, allow_none=True, metadata=about("Its project's slug; null for an area's.", "centre")
    )
    area = fields.String(
        required=True, allow_none=True, metadata=about("Its area's slug; null for a project's.")
    )
    definition = fields.String(required=True, metadata=about("Its definition's slug.", "safety"))


class SeriesListSchema(Schema):
    """A part of the series, by number."""

    series = fields.List(fields.Nested(PlacedSeriesSchema), required=True, metadata=about("The series."))
    next = next_field()


@resource.get("/series")
@needs(Action.SEE)
@resource.arguments(SeriesFilterForm, location="query", unknown=None)
@resource.response(200, SeriesListSchema, headers=TAG_TO_KEEP)
@resource.alt_response(304, "NOT_MODIFIED", success=True)
@resource.failing(422)
@resource.doc(operationId="list_series", parameters=[IF_NONE_MATCH])
def list_series(asked: dict[str, Any]) -> Response:
    """List series with their measurements.

    Of the indicators that the token may see, by number unless `sort` asks otherwise: a whole project,
    or everything under one definition, in one answer. `next` leads on.
    """
    wanted = SeriesFilter(
        **{name: asked[name] for name in NARROWING},
        indicator_ids=tuple(int(number) for number in filter(None, asked["indicators"].split(","))),
    )
    part = part_asked(asked, ORDERS)
    found = series_rows(current_session(), current_actor(), wanted, part)
    tag = _tag(found, part.limit)
    if is_known(tag):
        return answer(None, tag=tag)
    next_address = address_of_next(part.key_of_next(found))
    return answer_of_text(_text(found[: part.limit], asked, next_address), tag=tag)


def _text(rows: list[SeriesRow], asked: Mapping[str, Any], next_address: str | None) -> str:
    known_at: datetime | None = asked["known_at"]
    session, ids = current_session(), [row.id for row in rows]
    breaks = breaks_within(session, ids, known_at)
    points: Mapping[int, list[PlainPoint]] = {}
    if asked["values"]:
        points = plain_points(session, ids, known_at, since=asked["since"], until=asked["until"])
    texts = (
        series_text(row, [period.key() for period in breaks.get(row.id, ())], points.get(row.id, ()))
        for row in rows
    )
    return f'{{"series":[{",".join(texts)}],"next":{json.dumps(next_address)}}}'


def series_text(row: SeriesRow, breaks: list[str], points: Iterable[PlainPoint]) -> str:
    """A series as ``PlacedSeriesSchema`` would tell it, as JSON.

    Put together as text: of a dictionary for each measurement most of the time would be spent.
    """
    head = json.dumps(
        {
            "id": row.id,
            "indicator_id": row.indicator_id,
            "project": row.project,
            "area": row.area,
            "definition": row.definition,
            "disaggregation": row.disaggregation,
            "breaks": breaks,
        },
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return f'{head[:-1]},"measurements":[{",".join(map(_point_text, points))}]}}'


def _point_text(point: PlainPoint) -> str:
    """A measurement as JSON: numbers are finite, and what people wrote is quoted."""
    period, value, missing, status, n_observed, standard_error, comment = point
    return (
        f'{{"period":"{period}","value":{_number(value)},'
        f'"missing":{"null" if missing is None else quoted(missing)},"status":"{status}",'
        f'"n_observed":{_number(n_observed)},"standard_error":{_number(standard_error)},'
        f'"comment":{quoted(comment)}}}'
    )


def _number(number: float | None) -> str:
    return "null" if number is None else repr(number)


def _tag(found: list[SeriesRow], limit: int) -> str:
    """Another one when a series changes, comes or goes, and after each release."""
    told = json.dumps([__version__, limit, [list(vars(row).values()) for row in found]])
    return hashlib.sha256(told.encode()).hexdigest()[:32]
