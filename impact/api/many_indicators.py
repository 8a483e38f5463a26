"""The list of indicators with its filters."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.form import Text
from impact.api.paging import address_of_next, next_field, part_asked, sort_field
from impact.api.planned_rows import RowFilterForm, RowSchema, row_body
from impact.api.resource import Resource, answer
from impact.api.shapes import NAME_EXAMPLE, about
from impact.language import Voice
from impact.registry.many_indicators import ORDERS, IndicatorFilter, IndicatorRow, indicator_rows
from impact.registry.units import unit_of
from impact.request_scope import current_actor, current_session, current_voice
from impact.request_scope.admission import needs
from impact.request_scope.converters import LARGEST_NUMBER
from impact.semantics.direction import Direction
from impact.semantics.period import Frequency

resource = Resource("Many indicators", "The indicators of one project, one goal, one definition, or all.")

NARROWING = (
    "project", "area", "definition", "goal_id", "responsible_id", "is_key", "text", "withdrawn",
)  # fmt: skip


def _slug(words: str) -> Text:
    return Text(load_default="", validate=validate.Length(max=200), metadata=about(words))


def _number(words: str, example: int) -> fields.Integer:
    return fields.Integer(
        load_default=None,
        validate=validate.Range(min=1, max=LARGEST_NUMBER),
        metadata=about(words, example),
    )


class IndicatorFilterForm(RowFilterForm):
    """Which indicators are wanted."""

    project = _slug("Of this project, by its slug.")
    area = _slug("Of this area, by its slug: reference lines.")
    definition = _slug("Measured by this definition of the library, by its slug.")
    goal_id = _number("Of this goal.", 3)
    responsible_id = _number("For which this actor answers.", 4)
    is_key = fields.Boolean(load_default=None, metadata=about("Only key indicators, or only others.", True))
    text = Text(
        load_default="",
        validate=validate.Length(max=100),
        metadata=about("Only those in whose names these words are found.", "trygg"),
    )
    sort = sort_field(ORDERS, default="id")


class IndicatorLineSchema(RowSchema):
    """An indicator in few words."""

    name = fields.String(required=True, metadata=about("Its name.", NAME_EXAMPLE))
    project = fields.String(
        required=True, allow_none=True, metadata=about("Its project's slug; null for an area's.", "centre")
    )
    area = fields.String(
        required=True, allow_none=True, metadata=about("Its area's slug; null for a project's.")
    )
    goal_id = fields.Integer(
        required=True, allow_none=True, metadata=about("Its goal's number; null for an area's.", 3)
    )
    definition = fields.String(required=True, metadata=about("Its definition's slug.", "safety"))
    definition_version = fields.Integer(
        required=True, metadata=about("Which version of the definition it is measured by.", 2)
    )
    series_id = fields.Integer(required=True, metadata=about("The number of its total series.", 12))
    unit = fields.String(required=True, metadata=about("Its unit's name.", "%"))
    direction = fields.Enum(
        Direction, by_value=True, required=True, metadata=about("Which way is better; `context` is neither.")
    )
    frequency = fields.Enum(
        Frequency, by_value=True, required=True, metadata=about("How long a reporting period is.")
    )
    is_key = fields.Boolean(required=True, metadata=about("Whether it is a key indicator."))
    is_invented = fields.Boolean(required=True, metadata=about("Whether its figures are made up."))
    responsible_id = fields.Integer(
        required=True, allow_none=True, metadata=about("Who answers for it; null for nobody yet.", 4)
    )


class IndicatorListSchema(Schema):
    """A part of the indicators."""

    indicators = fields.List(
        fields.Nested(IndicatorLineSchema), required=True, metadata=about("The indicators.")
    )
    next = next_field()


@resource.get("/indicators")
@needs(Action.SEE)
@resource.arguments(IndicatorFilterForm, location="query", unknown=None)
@resource.response(200, IndicatorListSchema)
@resource.failing(422)
@resource.doc(operationId="list_indicators")
def list_indicators(asked: dict[str, Any]) -> Response:
    """List indicators.

    Those in use that the token may see, by number or by their place under their goals. `next` leads on.
    """
    part, voice = part_asked(asked, ORDERS), current_voice()
    wanted = IndicatorFilter(**{name: asked[name] for name in NARROWING})
    found = indicator_rows(current_session(), current_actor(), wanted, part)
    key = part.key_of_next([row.indicator for row in found])
    rows = [_line(row, voice) for row in found[: part.limit]]
    return answer({"indicators": rows, "next": address_of_next(key)})


def _line(row: IndicatorRow, voice: Voice) -> dict[str, Any]:
    indicator, version = row.indicator, row.version
    return {
        **row_body(indicator),
        "name": voice.pick(version.name_sv, version.name_en),
        "project": row.project,
        "area": row.area,
        "goal_id": indicator.goal_id,
        "definition": row.definition,
        "definition_version": version.number,
        "series_id": row.series_id,
        "unit": unit_of(version).name(voice),
        "direction": version.direction,
        "frequency": indicator.frequency,
        "is_key": indicator.is_key,
        "is_invented": indicator.is_invented,
        "responsible_id": indicator.responsible_id,
    }
