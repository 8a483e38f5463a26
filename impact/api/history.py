"""Who changed what, from what to what, and why: of a project, an indicator, one planning row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from impact.accounts.names import names_of
from impact.accounts.permissions import Action
from impact.api.paging import PagingForm, address_of_next, key_in, next_field
from impact.api.resource import Resource, answer
from impact.api.shapes import about
from impact.audit.tables import AuditEntry
from impact.monitoring import changes
from impact.registry import archiving
from impact.request_scope import current_actor, current_session
from impact.request_scope.admission import needs

resource = Resource("History", "Who changed what, from what to what, and why; only real changes.")

ENTITIES = sorted(archiving.KINDS)
# What follows from the rest, or says nothing to whoever reads it.
UNTOLD = frozenset({"sort_key", "search_key", "name_key", "file_sha256", "evidence_sha256", "digest"})
Reader = Callable[..., list[AuditEntry]]


class ChangeSchema(Schema):
    """A change."""

    id = fields.Integer(required=True, metadata=about("The change's number.", 812))
    recorded_at = fields.DateTime(required=True, metadata=about("When."))
    actor_id = fields.Integer(required=True, metadata=about("The number of who did it.", 4))
    actor = fields.String(
        required=True,
        allow_none=True,
        metadata=about("Their name; null where Impact did it itself, empty once erased.", "analyst"),
    )
    verb = fields.String(required=True, metadata=about("What was done.", "change"))
    entity = fields.String(required=True, metadata=about("What sort of thing.", "target"))
    entity_id = fields.Integer(required=True, metadata=about("The thing's number.", 3))
    before = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata=about("What was said before, of what changed; empty for something new.", {"value": 65.0}),
    )
    after = fields.Dict(
        keys=fields.String(), required=True, metadata=about("What is said since.", {"value": 62.5})
    )
    reason = fields.String(required=True, metadata=about("Why; empty where nobody said.", "The council."))


class ChangesSchema(Schema):
    """A part of the changes, newest first."""

    changes = fields.List(
        fields.Nested(ChangeSchema), required=True, metadata=about("The changes, newest first.")
    )
    next = next_field()


@resource.get("/projects/<slug>/history")
@needs(Action.SEE)
@resource.arguments(PagingForm, location="query", unknown=None)
@resource.response(200, ChangesSchema)
@resource.failing(404, 422)
@resource.doc(operationId="list_changes_of_project")
def of_project(asked: dict[str, Any], slug: str) -> Response:
    """List what was changed in a project.

    Newest first: its plan, its indicators, values, rounds and flags. `next` leads on.
    """
    return _part(asked, changes.changes_of_project, slug)


@resource.get("/indicators/<int:indicator_id>/history")
@needs(Action.SEE)
@resource.arguments(PagingForm, location="query", unknown=None)
@resource.response(200, ChangesSchema)
@resource.failing(404, 422)
@resource.doc(operationId="list_changes_of_indicator")
def of_indicator(asked: dict[str, Any], indicator_id: int) -> Response:
    """List what was changed of an indicator.

    Newest first: its plan, its targets, its values, its flags, what it means. `next` leads on.
    """
    return _part(asked, changes.changes_of_indicator, indicator_id)


@resource.get(f"/history/<any({', '.join(ENTITIES)}):entity>/<int:row_id>")
@needs(Action.SEE)
@resource.arguments(PagingForm, location="query", unknown=None)
@resource.response(200, ChangesSchema)
@resource.failing(404, 422)
@resource.doc(operationId="list_changes_of_row")
def of_row(asked: dict[str, Any], entity: str, row_id: int) -> Response:
    """List what was changed of one thing.

    Newest first: who changed the target, and why? `next` leads on.
    """
    return _part(asked, changes.changes_of_row, entity, row_id)


def _part(asked: Mapping[str, Any], read: Reader, *which: str | int) -> Response:
    """The part of the changes that is asked for; those of keys alone are nothing to a reader."""
    (before_id,) = key_in(asked["after"], int) or (None,)
    limit = asked["limit"]
    found = read(current_session(), current_actor(), *which, before_id=before_id, limit=limit + 1)
    shown = found[:limit]
    names = names_of(current_session(), {entry.actor_id for entry in shown})
    told = [_change(entry, names) for entry in shown]
    key = (shown[-1].id,) if len(found) > limit else None
    return answer(
        {"changes": [one for one in told if one["before"] or one["after"]], "next": address_of_next(key)}
    )


def _change(entry: AuditEntry, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "id": entry.id,
        "recorded_at": entry.recorded_at.isoformat(),
        "actor_id": entry.actor_id,
        "actor": names.get(entry.actor_id),
        "verb": entry.verb,
        "entity": entry.object_type,
        "entity_id": entry.object_id,
        "before": _told(entry.before),
        "after": _told(entry.after),
        "reason": entry.reason,
    }


def _told(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if name not in UNTOLD}
