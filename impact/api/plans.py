"""A project's plan, row by row: goals, milestones, events, documents, notes, partners, areas."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.exceptions import UnprocessableEntity
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.form import LONGEST_TEXT, Form, Text
from impact.api.paging import PagingForm, address_of_next, key_in, next_field
from impact.api.plan_facts import SORTS, Sort
from impact.api.preconditions import IF_MATCH, TAG_TO_SEND, require_version
from impact.api.repeating import IDEMPOTENCY_KEY, done, repeatable
from impact.api.resource import Resource, answer
from impact.api.shapes import about
from impact.errors import Invalid
from impact.registry import archiving, editing, lookup
from impact.registry.plan_reading import plan_part, plan_row
from impact.registry.project_tables import Project
from impact.request_scope import commit, current_actor, current_session, now
from impact.request_scope.admission import needs

resource = Resource(
    "Plans", "What a project plans: rows of several sorts, never deleted, with their history."
)

ROWS = f"/projects/<slug>/plan/<any({', '.join(Sort)}):sort>"
ROW = f"{ROWS}/<int:row_id>"
EXAMPLE = {"title_sv": "Ökad trygghet", "title_en": "More safety", "level": "outcome"}
ANY_FACTS = {
    **about("What it says; which facts there are depends on the sort.", EXAMPLE),
    "oneOf": [{"$ref": f"#/components/schemas/{facts.component}"} for facts in SORTS.values()],
}


class PlanFilterForm(PagingForm):
    """Which rows of a plan are wanted."""

    withdrawn = fields.Boolean(
        load_default=False, metadata=about("Those out of use instead of those in use.", False)
    )


class ReasonForm(Form):
    """Why something is withdrawn or brought back."""

    reason = Text(
        load_default="",
        validate=validate.Length(max=LONGEST_TEXT),
        metadata=about("Why; whoever asks later needs it.", "Decided by the council in May."),
    )


class FactsForm(ReasonForm):
    """What is said of a row of a plan."""

    facts = fields.Dict(keys=fields.String(), required=True, metadata=ANY_FACTS)


class PlanRowSchema(Schema):
    """A row of a project's plan."""

    id = fields.Integer(required=True, metadata=about("Its number.", 3))
    sort = fields.Enum(Sort, by_value=True, required=True, metadata=about("What sort of row.", "goals"))
    withdrawn_at = fields.DateTime(
        required=True, allow_none=True, metadata=about("Since when it is out of use; null in use.")
    )
    facts = fields.Dict(keys=fields.String(), required=True, metadata=ANY_FACTS)


class PlanRowsSchema(Schema):
    """A part of the rows of one sort, by number."""

    rows = fields.List(fields.Nested(PlanRowSchema), required=True, metadata=about("The rows."))
    next = next_field()


def _reach(slug: str, **_path: object) -> Project:
    """The project that the caller wants to plan.

    Raises:
        NotFound, NotAllowed: out of reach.
    """
    return lookup.project(current_session(), current_actor(), slug, Action.PLAN)


def _reach_row(slug: str, sort: str, row_id: int, action: Action = Action.PLAN) -> Any:
    """The row that the caller wants to change.

    Raises:
        NotFound, NotAllowed: out of reach.
    """
    session = current_session()
    project = lookup.project(session, current_actor(), slug, action)
    return plan_row(session, current_actor(), SORTS[Sort(sort)].table, project.id, row_id)


@resource.get(ROWS)
@needs(Action.SEE)
@resource.arguments(PlanFilterForm, location="query", unknown=None)
@resource.response(200, PlanRowsSchema)
@resource.failing(404, 422)
@resource.doc(operationId="list_plan_rows")
def list_rows(asked: dict[str, Any], slug: str, sort: str) -> Response:
    """List the rows of one sort.

    Those of a project's plan, by number; `withdrawn=true` lists those out of use. `next` leads on.
    """
    session, limit = current_session(), asked["limit"]
    project = lookup.project(session, current_actor(), slug)
    (after_id,) = key_in(asked["after"], int) or (0,)
    found = plan_part(
        session,
        current_actor(),
        SORTS[Sort(sort)].table,
        project.id,
        withdrawn=asked["withdrawn"],
        after_id=after_id,
        limit=limit + 1,
    )
    shown = found[:limit]
    key = (shown[-1].id,) if len(found) > limit else None
    return answer({"rows": [_body(sort, row) for row in shown], "next": address_of_next(key)})


@resource.post(ROWS)
@needs(Action.PLAN)
@resource.first(_reach)
@repeatable
@resource.arguments(FactsForm, unknown=None, example={"facts": EXAMPLE})
@resource.response(201, PlanRowSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 415, 422)
@resource.doc(operationId="make_plan_row", parameters=[IDEMPOTENCY_KEY])
def make_row(said: dict[str, Any], slug: str, sort: str) -> Response:
    """Add a row to a plan.

    What is not said stays empty; a goal without a position goes last.
    """
    project, kind = _reach(slug), SORTS[Sort(sort)]
    facts = {**_facts(said, sort), "project_id": project.id}
    row = editing.make(
        current_session(), current_actor(), kind.table, facts, now=now(), reason=said["reason"]
    )
    return done(_answer(sort, row, 201))


@resource.get(ROW)
@needs(Action.SEE)
@resource.response(200, PlanRowSchema, headers=TAG_TO_SEND)
@resource.failing(404)
@resource.doc(operationId="read_plan_row")
def read_row(slug: str, sort: str, row_id: int) -> Response:
    """Read a row of a plan.

    Also one that is out of use.
    """
    return _answer(sort, _reach_row(slug, sort, row_id, Action.SEE))


@resource.patch(ROW)
@needs(Action.PLAN)
@resource.first(_reach_row)
@resource.arguments(FactsForm, unknown=None, example={"facts": {"title_sv": "Tryggare centrum"}})
@resource.response(200, PlanRowSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 412, 415, 422, 428)
@resource.doc(operationId="change_plan_row", parameters=[IF_MATCH])
def change_row(said: dict[str, Any], slug: str, sort: str, row_id: int) -> Response:
    """Change a row of a plan.

    The facts that are named; the rest stays as it was, and what was stays in the history.
    """
    row = _locked(slug, sort, row_id)
    facts = _facts(said, sort)
    editing.change(
        current_session(), current_actor(), row, row.version, facts, now=now(), reason=said["reason"]
    )
    response = _answer(sort, row)
    commit()
    return response


@resource.post(f"{ROW}/withdraw")
@needs(Action.PLAN)
@resource.first(_reach_row)
@repeatable
@resource.arguments(ReasonForm, unknown=None, example={"reason": "Decided by the council in May."})
@resource.response(200, PlanRowSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 412, 415, 422, 428)
@resource.doc(operationId="withdraw_plan_row", parameters=[IF_MATCH, IDEMPOTENCY_KEY])
def withdraw_row(said: dict[str, Any], slug: str, sort: str, row_id: int) -> Response:
    """Take a row of a plan out of use.

    With a reason; a goal takes its indicators and milestones with it. It can be brought back.
    """
    row, session = _locked(slug, sort, row_id), current_session()
    if not said["reason"].strip():
        # The verb says the same of the field that pages have for it.
        raise Invalid("Say why, so that others understand it later.", field="reason")
    archiving.withdraw_row(session, current_actor(), row, row.version, now=now(), reason=said["reason"])
    return done(_answer(sort, row))


@resource.post(f"{ROW}/restore")
@needs(Action.PLAN)
@resource.first(_reach_row)
@repeatable
@resource.arguments(ReasonForm, unknown=None, example={"reason": "Decided anew."})
@resource.response(200, PlanRowSchema, headers=TAG_TO_SEND)
@resource.failing(400, 404, 409, 412, 415, 422, 428)
@resource.doc(operationId="restore_plan_row", parameters=[IF_MATCH, IDEMPOTENCY_KEY])
def restore_row(said: dict[str, Any], slug: str, sort: str, row_id: int) -> Response:
    """Bring back a row of a plan.

    With what went together with it.
    """
    row = _locked(slug, sort, row_id)
    archiving.bring_back(current_session(), current_actor(), row, now=now(), reason=said["reason"])
    return done(_answer(sort, row))


def _locked(slug: str, sort: str, row_id: int) -> Any:
    """The row as it is now, held against others; the caller has read this version of it.

    Raises:
        PreconditionRequired, ChangedInBetween: no version, or another one.
    """
    row = _reach_row(slug, sort, row_id)
    current_session().refresh(row, with_for_update=True)
    require_version(_tag(row))
    return row


def _facts(said: dict[str, Any], sort: str) -> dict[str, Any]:
    """The facts as the table keeps them.

    Raises:
        UnprocessableEntity: the sort has no such fact, or it cannot be read.
    """
    try:
        loaded: dict[str, Any] = SORTS[Sort(sort)].form().load(said["facts"])
    except ValidationError as error:
        refused = UnprocessableEntity()
        refused.data = {"messages": {"json": {"facts": error.messages}}}  # type: ignore[attr-defined]
        raise refused from error
    return loaded


def _answer(sort: str, row: Any, status: int = 200) -> Response:
    return answer(_body(sort, row), status, tag=_tag(row))


def _body(sort: str, row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "sort": sort,
        "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
        "facts": SORTS[Sort(sort)].of(row),
    }


def _tag(row: Any) -> str:
    return f"{row.__tablename__}-{row.id}-{row.version}"
