"""Organisations, areas and categories: what all projects share.

A sort more is a line in ``SORTS``.
"""

from __future__ import annotations

from typing import Any

from flask import url_for
from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.facts import any_facts, facts_of, loaded
from impact.api.form import Text
from impact.api.paging import address_of_next, next_field, part_asked, sort_field
from impact.api.planned_rows import (
    CHANGING,
    ReasonForm,
    RowFilterForm,
    RowSchema,
    hold,
    row_body,
    tag_of,
)
from impact.api.preconditions import IF_MATCH, TAG_TO_SEND
from impact.api.repeating import IDEMPOTENCY_KEY, done, repeatable
from impact.api.resource import Resource, answer
from impact.api.shapes import about
from impact.api.withdrawing import Withdrawing, offer_withdrawing
from impact.registry import editing
from impact.registry.project_tables import Area, Category, Organisation
from impact.registry.shared_plans import ORDERS, shared_part, shared_row
from impact.request_scope import commit, current_actor, current_session, now
from impact.request_scope.admission import needs

resource = Resource(
    "Shared plans", "Organisations, areas and categories, which all projects share; never deleted."
)

SORTS = {
    "organisations": facts_of(Organisation),
    "areas": facts_of(Area),
    "categories": facts_of(Category),
}
ROWS = f"/<any({', '.join(SORTS)}):shared>"
ROW = f"{ROWS}/<shared_slug>"
EXAMPLE = {"name": "Klockaretorpet", "kind": "district", "code": "0581R011"}
ANY_FACTS = any_facts(SORTS, EXAMPLE)


class SharedFilterForm(RowFilterForm):
    """Which organisations, areas or categories are wanted."""

    text = Text(
        load_default="",
        validate=validate.Length(max=100),
        metadata=about("Only those in whose names these words are found.", "klocka"),
    )
    sort = sort_field(ORDERS[Area], default="name")


class SharedFactsForm(ReasonForm):
    """What is said of an organisation, an area or a category."""

    facts = fields.Dict(keys=fields.String(), required=True, metadata=ANY_FACTS)


class SharedRowSchema(RowSchema):
    """An organisation, an area or a category."""

    slug = fields.String(required=True, metadata=about("Its name in addresses.", "klockaretorpet"))
    facts = fields.Dict(keys=fields.String(), required=True, metadata=ANY_FACTS)


class SharedRowsSchema(Schema):
    """A part of the organisations, areas or categories."""

    rows = fields.List(fields.Nested(SharedRowSchema), required=True, metadata=about("The rows."))
    next = next_field()


def _reach(shared: str, shared_slug: str) -> Any:
    """The organisation, area or category that the caller names.

    Raises:
        NotFound: there is none, or the caller may not see it.
    """
    return shared_row(current_session(), current_actor(), SORTS[shared].table, shared_slug)


@resource.get(ROWS)
@needs(Action.SEE)
@resource.arguments(SharedFilterForm, location="query", unknown=None)
@resource.response(200, SharedRowsSchema)
@resource.failing(404, 422)
@resource.doc(operationId="list_shared_rows")
def list_rows(asked: dict[str, Any], shared: str) -> Response:
    """List organisations, areas or categories.

    By name in Swedish order (categories by position), or by number; organisations are those of
    projects that the token may see. `next` leads on.
    """
    kind = SORTS[shared].table
    part = part_asked(asked, ORDERS[kind])
    found = shared_part(
        current_session(), current_actor(), kind, part, text=asked["text"], withdrawn=asked["withdrawn"]
    )
    rows = [_body(shared, row) for row in found[: part.limit]]
    return answer({"rows": rows, "next": address_of_next(part.key_of_next(found))})


@resource.post(ROWS)
@needs(Action.PLAN, everywhere=True)
@repeatable
@resource.arguments(SharedFactsForm, unknown=None, example={"facts": EXAMPLE})
@resource.response(201, SharedRowSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 415, 422)
@resource.doc(operationId="make_shared_row", parameters=[IDEMPOTENCY_KEY])
def make_row(said: dict[str, Any], shared: str) -> Response:
    """Make an organisation, an area or a category.

    Its name in addresses is made from its name; a category without a position goes last.
    """
    kind = SORTS[shared]
    facts = loaded(kind.form, said["facts"])
    row = editing.make(
        current_session(), current_actor(), kind.table, facts, now=now(), reason=said["reason"]
    )
    response = _answer(shared, row, 201)
    response.headers["Location"] = url_for("Shared plans.read_row", shared=shared, shared_slug=row.slug)
    return done(response)


@resource.get(ROW)
@needs(Action.SEE)
@resource.response(200, SharedRowSchema, headers=TAG_TO_SEND)
@resource.failing(404)
@resource.doc(operationId="read_shared_row")
def read_row(shared: str, shared_slug: str) -> Response:
    """Read an organisation, an area or a category.

    Also one that is out of use.
    """
    return _answer(shared, _reach(shared, shared_slug))


@resource.patch(ROW)
@needs(Action.PLAN, everywhere=True)
@resource.first(_reach)
@resource.arguments(SharedFactsForm, unknown=None, example={"facts": {"name": "Klockaretorpet"}})
@resource.response(200, SharedRowSchema, headers=TAG_TO_SEND)
@resource.failing(*CHANGING)
@resource.doc(operationId="change_shared_row", parameters=[IF_MATCH])
def change_row(said: dict[str, Any], shared: str, shared_slug: str) -> Response:
    """Change an organisation, an area or a category.

    The facts that are named; the rest stays as it was, and what was stays in the history.
    """
    row = _held(shared, shared_slug)
    facts = loaded(SORTS[shared].form, said["facts"])
    editing.change(
        current_session(), current_actor(), row, row.version, facts, now=now(), reason=said["reason"]
    )
    response = _answer(shared, row)
    commit()
    return response


def _held(shared: str, shared_slug: str) -> Any:
    row = _reach(shared, shared_slug)
    hold(row)
    return row


def _answer(shared: str, row: Any, status: int = 200) -> Response:
    return answer(_body(shared, row), status, tag=tag_of(row))


def _body(shared: str, row: Any) -> dict[str, Any]:
    return {**row_body(row), "slug": row.slug, "facts": SORTS[shared].of(row)}


offer_withdrawing(
    resource,
    Withdrawing(
        address=ROW,
        name="shared_row",
        schema=SharedRowSchema,
        reach=_reach,
        held=_held,
        answer=lambda row, shared, **_path: _answer(shared, row),
        withdraw_words=(
            "Take an organisation, an area or a category out of use.",
            "With a reason, and only when no plan needs it any more. It can be brought back.",
        ),
        restore_words=(
            "Bring back an organisation, an area or a category.",
            "It can be chosen in plans again.",
        ),
        is_for_all=True,
    ),
)
