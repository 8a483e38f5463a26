"""An example of every answer, made of what its schema says of each field."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

# What stands where a field has no example of its own; texts stay empty.
PLAIN: dict[type, Any] = {
    fields.Boolean: False,
    fields.Integer: 1,
    fields.Float: 1.0,
    fields.DateTime: "2026-03-31T12:00:00+00:00",
    fields.Date: "2026-03-31",
    fields.Dict: {},
}


def example_of(schema: type[Schema] | Schema) -> dict[str, Any]:
    """An answer of this shape, with the examples of its fields."""
    known = schema() if isinstance(schema, type) else schema
    return {field.data_key or name: _example(field) for name, field in known.fields.items()}


def _example(field: fields.Field[Any]) -> Any:
    if "example" in field.metadata:
        return field.metadata["example"]
    if isinstance(field, fields.List):
        return [_example(field.inner)]
    if isinstance(field, fields.Nested):
        return example_of(field.schema)
    if isinstance(field, fields.Enum):
        return next(choice.value for choice in field.enum)
    if field.allow_none:
        return None
    return next((value for kind, value in PLAIN.items() if isinstance(field, kind)), "")
