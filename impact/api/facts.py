"""What is said of a sort of row: fields made of the table's columns, with words.

``facts_of(Area)`` is all that a sort needs: a form that reads what programs send, and the same
facts of a row as JSON. A column that is new needs words in ``WORDS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.exceptions import UnprocessableEntity

from impact.api.form import Form, Number, Text
from impact.api.shapes import about
from impact.registry.editing import OWN
from impact.registry.plan_rules import LARGEST_AMOUNT, LONGEST_TEXT, LONGEST_TITLE, TITLES

# What follows from the address, from who calls or from how the row was made.
GIVEN = OWN | {"project_id", "author_id", "file_sha256", "slug"}
# What the document says of each column.
WORDS = {
    "address": "Where it lies, an address on the web.",
    "aliases": "Other spellings that mean the same.",
    "area_id": "The area's number.",
    "band_high": "The highest good value, where the direction is `band`.",
    "band_low": "The lowest good value, where the direction is `band`.",
    "benefits_plan_en": "How the benefits are to be had, in English.",
    "benefits_plan_sv": "How the benefits are to be had, in Swedish.",
    "category_id": "The number of its category.",
    "code": "RegSO or DeSO of a district, the official code otherwise.",
    "currency": "The currency of amounts, three letters.",
    "decimals": "How many decimals readers see, 0 to 6.",
    "description_en": "What it is about, in English.",
    "description_sv": "What it is about, in Swedish.",
    "direction": "Which way is better; `context` is neither.",
    "due_on": "When it is to be reached.",
    "ends_on": "Its last day.",
    "evidence_address": "Where the evidence lies, an address on the web.",
    "evidence_en": "What shows that it was reached, in English.",
    "evidence_sv": "What shows that it was reached, in Swedish.",
    "goal_id": "The goal's number; null for the project as a whole.",
    "happened_on": "On which day.",
    "highest": "The highest possible value; null where there is none.",
    "indicator_id": "The indicator that it is about; null for the project as a whole.",
    "investment_type_en": "The type of investment, in English.",
    "investment_type_sv": "The type of investment, in Swedish.",
    "is_public": "Whether everybody reads it who sees the project; else its own people alone.",
    "kind": "What sort it is.",
    "kolada_id": "Its number in Kolada.",
    "label_en": "A few words for charts, in English.",
    "label_sv": "A few words for charts, in Swedish.",
    "level": "How far along the chain of results.",
    "loan_amount": "The loan, in whole units of the currency.",
    "lowest": "The lowest possible value; null where there is none.",
    "method_en": "How it is measured, in English.",
    "method_sv": "How it is measured, in Swedish.",
    "n_target_population": "How many people it is meant for.",
    "name": "Its name.",
    "name_en": "Its name in English.",
    "name_sv": "Its name in Swedish.",
    "needs_approval": "Whether a manager approves values before readers see them.",
    "noted_on": "On which day.",
    "organisation_id": "The organisation's number.",
    "parent_id": "The number of what it lies within or belongs to; null where there is nothing.",
    "part": "What it is to the project.",
    "physical_investment_en": "What is built, in English.",
    "physical_investment_sv": "What is built, in Swedish.",
    "position": "Its place among the others.",
    "rate_base": "Per how many, for a rate; null otherwise.",
    "reached_on": "When it was reached; null as long as it was not.",
    "report_from_year": "The first year that is reported.",
    "report_to_year": "The last year that is reported.",
    "sdg_targets": "Global goals, `11`, or their targets, `11.1`.",
    "short_en": "Its short name for lists and charts, in English.",
    "short_sv": "Its short name for lists and charts, in Swedish.",
    "social_interventions": "What is done for people, each in both languages.",
    "source": "Where these facts come from.",
    "source_en": "Where the figures come from, in English.",
    "source_sv": "Where the figures come from, in Swedish.",
    "starts_on": "Its first day.",
    "status": "Where it stands.",
    "story_en": "The story behind the figures, in English.",
    "story_sv": "The story behind the figures, in Swedish.",
    "subtype_id": "The number of a category within its category.",
    "summary_en": "What it is about, in English.",
    "summary_sv": "What it is about, in Swedish.",
    "target_population_en": "For whom it is meant, in English.",
    "target_population_known_by_en": "How the number is known, in English.",
    "target_population_known_by_sv": "How the number is known, in Swedish.",
    "target_population_sv": "For whom it is meant, in Swedish.",
    "text_en": "The text in English.",
    "text_sv": "The text in Swedish.",
    "title_en": "Its title, in English.",
    "title_sv": "Its title, in Swedish.",
    "total_cost": "What it costs in all, in whole units of the currency.",
    "unit_en": "In what it is counted, in English.",
    "unit_sv": "In what it is counted, in Swedish.",
    "visibility": "Who may see it.",
}
EXAMPLES = {
    "title_sv": "Ökad trygghet",
    "title_en": "More safety",
    "level": "outcome",
    "currency": "SEK",
    "sdg_targets": ["11.1", "16.1"],
}
LONGEST_LIST = 100


class InterventionForm(Form):
    """Something that is done for people."""

    sv = Text(required=True, validate=validate.Length(max=LONGEST_TITLE), metadata=about("In Swedish."))
    en = Text(load_default="", validate=validate.Length(max=LONGEST_TITLE), metadata=about("In English."))


@dataclass(frozen=True)
class Facts:
    """A sort of rows: its table, its form, and its name in the document."""

    table: type[Any]
    form: type[Schema]
    component: str

    def of(self, row: Any) -> dict[str, Any]:
        """What a row says, as JSON has it."""
        return {name: _plain(getattr(row, name)) for name in self.form._declared_fields}


def facts_of(table: type[Any], given: frozenset[str] = GIVEN, *, component: str = "") -> Facts:
    """What is said of a table's rows: each column but those that nobody says."""
    columns = [column for column in table.__table__.columns if column.key not in given]
    name = component or f"{table.__name__}Facts"
    return Facts(table, Form.from_dict({each.key: _field(each) for each in columns}, name=name), name)


def any_facts(sorts: Mapping[Any, Facts], example: Mapping[str, Any]) -> dict[str, Any]:
    """What the document says of facts that depend on the sort of row."""
    return {
        **about("What it says; which facts there are depends on the sort.", dict(example)),
        "anyOf": [{"$ref": f"#/components/schemas/{facts.component}"} for facts in sorts.values()],
    }


def loaded(form: type[Schema], said: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that somebody sent, as verbs take them.

    Raises:
        UnprocessableEntity: there is no such fact, or it cannot be read.
    """
    try:
        facts: dict[str, Any] = form().load(said)
    except ValidationError as error:
        refused = UnprocessableEntity()
        refused.data = {"messages": {"json": {"facts": error.messages}}}  # type: ignore[attr-defined]
        raise refused from error
    return facts


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _field(column: Any) -> fields.Field[Any]:
    """The field of a column; whether it is needed is for the verbs to say."""
    said: dict[str, Any] = {
        "allow_none": column.nullable,
        "metadata": about(WORDS[column.key], EXAMPLES.get(column.key)),
    }
    kind, choices = column.type.python_type, getattr(column.type, "enum_class", None)
    if choices is not None:
        return fields.Enum(choices, by_value=True, **said)
    if kind is bool:
        return fields.Boolean(truthy={True}, falsy={False}, **said)
    if kind is int:
        return fields.Integer(strict=True, validate=validate.Range(min=0, max=_most(column)), **said)
    if kind is float:
        return Number(**said)
    if kind is date:
        return fields.Date(**said)
    if kind is not str:
        return _list(column.key, said)
    longest = LONGEST_TITLE if column.key in TITLES else LONGEST_TEXT
    return Text(validate=validate.Length(max=longest), **said)


def _most(column: Any) -> int:
    """The largest number that the column and every JSON reader hold."""
    if column.key in ("loan_amount", "total_cost"):
        return LARGEST_AMOUNT
    return 2**53 - 1 if column.key.endswith("_id") else 2**31 - 1


def _list(name: str, said: dict[str, Any]) -> fields.Field[Any]:
    """A list that has no table of its own."""
    inner: fields.Field[Any] = Text(validate=validate.Length(max=LONGEST_TITLE))
    if name == "social_interventions":
        inner = fields.Nested(InterventionForm)
    return fields.List(inner, validate=validate.Length(max=LONGEST_LIST), **said)
