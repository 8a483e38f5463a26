"""Measurements as a file: the same rows as the export of the pages."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.examples import example_of
from impact.api.form import Form, Text
from impact.api.resource import Resource, answer_of_file
from impact.api.shapes import about
from impact.exchange.csv_text import INTERNATIONAL, SWEDISH
from impact.exchange.exporting import MEDIA_TYPES, FileFormat, Selection, export_to, file_name
from impact.request_scope import current_actor, current_session, today
from impact.request_scope.admission import needs
from impact.request_scope.downloads import download

resource = Resource("Measurement files", "Approved measurements as a file.")

FORMS: Final = {"swedish": SWEDISH, "international": INTERNATIONAL}
NARROWING: Final = ("project", "category", "organisation", "definition")
_BYTES: Final = {"type": "string", "format": "binary"}
_FILES: Final = (FileFormat.XLSX, FileFormat.CSV)


class FileForm(Form):
    """Which measurements are wanted, and how they are written."""

    format = fields.Enum(
        FileFormat, by_value=True, load_default=FileFormat.JSON, metadata=about("Of the file.")
    )
    form = Text(
        load_default="international",
        validate=validate.OneOf(list(FORMS)),
        metadata=about(
            "Codes, in CSV comma and decimal point; or Swedish words, in CSV semicolon and decimal comma."
        ),
    )
    project = Text(
        load_default="",
        validate=validate.Length(max=200),
        metadata=about("Only of this project, by its slug.", "klockaretorpet"),
    )
    category = Text(
        load_default="",
        validate=validate.Length(max=200),
        metadata=about("Only of projects of this category, by its slug."),
    )
    organisation = Text(
        load_default="",
        validate=validate.Length(max=200),
        metadata=about("Only of projects in which this organisation takes part, by its slug."),
    )
    definition = Text(
        load_default="",
        validate=validate.Length(max=200),
        metadata=about("Only under this definition of the library, by its slug."),
    )
    indicator = fields.Integer(
        load_default=None,
        validate=validate.Range(min=1, max=2**53 - 1),
        metadata=about("Only of this indicator, by its number.", 7),
    )


class ExportedSchema(Schema):
    """One row of the file."""

    project = fields.String(required=True, metadata=about("The project's slug.", "klockaretorpet"))
    goal = fields.String(required=True, allow_none=True, metadata=about("The goal's title."))
    indicator_id = fields.Integer(required=True, metadata=about("The indicator's number.", 7))
    indicator = fields.String(required=True, allow_none=True, metadata=about("The indicator's name."))
    disaggregation = fields.String(
        required=True, metadata=about("`total`, or pairs of dimension and category.", "total")
    )
    period = fields.Raw(required=True, metadata=about("The reporting period; a year is a number.", 2024))
    value = fields.Float(
        required=True, allow_none=True, metadata=about("The value; null where it is missing.", 59.0)
    )
    missing = fields.String(required=True, allow_none=True, metadata=about("Why there is no value."))
    status = fields.String(required=True, allow_none=True, metadata=about("The observation status.", "final"))
    n = fields.Float(required=True, allow_none=True, metadata=about("How many answers it rests on.", 412))
    standard_error = fields.Float(
        required=True, allow_none=True, metadata=about("Its standard error, in the unit.", 1.2)
    )
    response_rate = fields.Float(
        required=True, allow_none=True, metadata=about("How many of those asked answered, in per cent.", 61.5)
    )
    numerator = fields.Float(required=True, allow_none=True, metadata=about("What was divided.", 243))
    denominator = fields.Float(required=True, allow_none=True, metadata=about("By what.", 412))
    comment = fields.String(required=True, allow_none=True, metadata=about("What was said of it."))
    evidence_level = fields.String(
        required=True, allow_none=True, metadata=about("How well it is supported.", "documented")
    )
    evidence_address = fields.String(
        required=True, allow_none=True, metadata=about("Where the evidence lies.")
    )
    unit = fields.String(required=True, allow_none=True, metadata=about("What the number counts.", "%"))
    direction = fields.String(
        required=True, allow_none=True, metadata=about("Which way is better.", "increase")
    )
    source = fields.String(required=True, allow_none=True, metadata=about("Where it comes from."))
    invented = fields.String(required=True, metadata=about("Whether it was made up, for show.", "no"))


class ExportedListSchema(Schema):
    """All rows of the file."""

    measurements = fields.List(
        fields.Nested(ExportedSchema), required=True, metadata=about("The measurements.")
    )


@resource.get("/measurements")
@needs(Action.SEE)
@resource.arguments(FileForm, location="query", unknown=None)
@resource.response(200, ExportedListSchema)
@resource.failing(404, 422)
@resource.doc(
    operationId="export_measurements",
    # Beside what a schema can describe; the library takes one type an answer.
    responses={
        200: {
            "content": {
                "application/json": {
                    "schema": ExportedListSchema,
                    "example": example_of(ExportedListSchema),
                },
                **{MEDIA_TYPES[one].partition(";")[0]: {"schema": _BYTES} for one in _FILES},
            }
        }
    },
)
def export_measurements(asked: dict[str, Any]) -> Response:
    """Export approved measurements as a file.

    One row for each indicator, period and category, as JSON, CSV or a workbook: everything that the token
    may see, or what the parameters leave. `impact import` and the import page read each of them again.
    """
    selection = Selection(**{name: asked[name] for name in NARROWING}, indicator_id=asked["indicator"])
    session, actor, file_format = current_session(), current_actor(), asked["format"]
    response = download(
        lambda out: export_to(out, session, actor, selection, file_format, FORMS[asked["form"]]),
        file_name(selection, file_format, today()),
        MEDIA_TYPES[file_format],
    )
    return answer_of_file(response)
