"""Reporting rounds: what a project hands in for a period, and what becomes of it."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate
from werkzeug.wrappers import Response

from impact.accounts.names import names_of
from impact.accounts.permissions import Action
from impact.api.form import Form, Text
from impact.api.paging import PagingForm, next_field
from impact.api.planned_rows import CHANGING, LONGEST_REASON
from impact.api.preconditions import IF_MATCH, TAG_TO_SEND, require_version
from impact.api.repeating import IDEMPOTENCY_KEY, done, repeatable
from impact.api.resource import Resource, answer
from impact.api.shapes import about
from impact.api.short_lists import in_parts
from impact.errors import Conflict
from impact.monitoring.analysing import refresh_series
from impact.registry import handing_in, lookup, rounds
from impact.registry.handing_in import Expected, RoundView, Standing
from impact.registry.measurement_tables import RoundState
from impact.registry.rounds import RoundAct, Seen
from impact.request_scope import current_actor, current_session, now
from impact.request_scope.admission import needs
from impact.semantics.period import Frequency

resource = Resource("Rounds", "What a project hands in for a period: submitted, approved, closed.")

ROUNDS = "/projects/<slug>/rounds"
ROUND = f"{ROUNDS}/<any({', '.join(Frequency)}):frequency>/<path:period>"


class RoundFilterForm(PagingForm):
    """Which rounds are wanted."""

    state = fields.Enum(
        RoundState, by_value=True, load_default=None, metadata=about("Only those that stand so.", "submitted")
    )
    frequency = fields.Enum(
        Frequency, by_value=True, load_default=None, metadata=about("Only those of this kind of period.")
    )
    sort = fields.String(
        load_default="-period",
        validate=validate.OneOf(["period", "-period"]),
        metadata=about("Oldest first, or with `-` before it newest first.", "-period"),
    )


class ActForm(Form):
    """What is done to a round."""

    act = fields.Enum(RoundAct, by_value=True, required=True, metadata=about("What is done.", "submit"))
    remark = Text(
        load_default="",
        validate=validate.Length(max=LONGEST_REASON),
        metadata=about(
            "What is to be changed, or why; needed to return or unlock.", "Two values are missing."
        ),
    )


class RoundRowSchema(Schema):
    """A round in few words."""

    frequency = fields.Enum(Frequency, by_value=True, required=True, metadata=about("The kind of period."))
    period = fields.String(required=True, metadata=about("The reporting period.", "2025"))
    state = fields.Enum(
        RoundState,
        by_value=True,
        required=True,
        metadata=about("Where it stands; `open` until somebody acts."),
    )
    remark = fields.String(required=True, metadata=about("What was said of it last."))
    changed_at = fields.DateTime(
        required=True, allow_none=True, metadata=about("When somebody acted last; null before.")
    )
    changed_by = fields.String(
        required=True, allow_none=True, metadata=about("Who that was; null before, empty once erased.")
    )
    n_expected = fields.Integer(required=True, metadata=about("How many measurements it is to hold.", 12))
    n_recorded = fields.Integer(required=True, metadata=about("How many of them are recorded.", 9))
    n_late = fields.Integer(required=True, metadata=about("How many of them are late.", 1))


class ExpectedSchema(Schema):
    """A measurement that a round is to hold."""

    indicator_id = fields.Integer(required=True, metadata=about("The indicator's number.", 7))
    series_id = fields.Integer(required=True, metadata=about("The number of its total series.", 12))
    due_on = fields.Date(required=True, metadata=about("When it is due."))
    standing = fields.Enum(Standing, by_value=True, required=True, metadata=about("What came of it."))


class RoundSchema(RoundRowSchema):
    """A round with what it is to hold."""

    possible_acts = fields.List(
        fields.Enum(RoundAct, by_value=True),
        required=True,
        metadata=about("What can be done to it as it stands, by those who may."),
    )
    measurements = fields.List(
        fields.Nested(ExpectedSchema), required=True, metadata=about("What it is to hold.")
    )


class RoundListSchema(Schema):
    """A part of a project's rounds."""

    rounds = fields.List(fields.Nested(RoundRowSchema), required=True, metadata=about("The rounds."))
    next = next_field()


def _reach(slug: str, frequency: str, period: str) -> RoundView:
    """The round in which the caller wants to act.

    Raises:
        NotFound, NotAllowed: out of reach, or the project has no such period.
    """
    lookup.project(current_session(), current_actor(), slug, Action.RECORD)
    return _view(slug, frequency, period)


@resource.get(ROUNDS)
@needs(Action.SEE)
@resource.arguments(RoundFilterForm, location="query", unknown=None)
@resource.response(200, RoundListSchema)
@resource.failing(404, 422)
@resource.doc(operationId="list_rounds")
def list_rounds(asked: dict[str, Any], slug: str) -> Response:
    """List a project's rounds.

    Those until now, newest first. `next` leads on.
    """
    wanted = [
        view
        for view in handing_in.rounds_of(current_session(), current_actor(), slug, now=now())
        if asked["state"] in (None, view.state) and asked["frequency"] in (None, view.period.frequency)
    ]
    shown, next_address = in_parts(
        wanted, _key, asked, int, int, str, is_falling=asked["sort"].startswith("-")
    )
    names = _names(shown)
    return answer({"rounds": [_row(view, names) for view in shown], "next": next_address})


@resource.get(ROUND)
@needs(Action.SEE)
@resource.response(200, RoundSchema, headers=TAG_TO_SEND)
@resource.failing(404)
@resource.doc(operationId="read_round")
def read_round(slug: str, frequency: str, period: str) -> Response:
    """Read a round.

    Where it stands, what it is to hold, and what can be done to it.
    """
    return _answer(_view(slug, frequency, period))


@resource.post(ROUND)
@needs(Action.RECORD)
@resource.first(_reach)
@repeatable
@resource.arguments(ActForm, unknown=None, example={"act": "submit"})
@resource.response(200, RoundSchema, headers=TAG_TO_SEND)
@resource.failing(*CHANGING)
@resource.doc(operationId="act_on_round", parameters=[IF_MATCH, IDEMPOTENCY_KEY])
def act_on_round(said: dict[str, Any], slug: str, frequency: str, period: str) -> Response:
    """Act on a round.

    Hand it in, return it with a remark, approve it, close it, or unlock it with the reason. It has to
    hold what was read: a value that came since is another version.
    """
    session, actor, view = current_session(), current_actor(), _reach(slug, frequency, period)
    require_version(_tag(view))
    try:
        moved = rounds.move(
            session, actor, slug, view.period, said["act"], seen=_seen(view), remark=said["remark"], now=now()
        )
    except Conflict:
        # It was read again under its lock: either another version now, or one that bars this.
        require_version(_tag(_view(slug, frequency, period)))
        raise
    for series_id in sorted(moved.series_ids):
        refresh_series(session, series_id, now=now())
    return done(_answer(_view(slug, frequency, period)))


def _view(slug: str, frequency: str, period: str) -> RoundView:
    return handing_in.round_of(current_session(), current_actor(), slug, frequency, period, now=now())


def _key(view: RoundView) -> tuple[int, int, str]:
    period = view.period
    return period.last_day.toordinal(), period.first_day.toordinal(), period.frequency.value


def _seen(view: RoundView) -> Seen:
    newest = rounds.newest_revision_of(current_session(), view.project.id, view.period)
    return Seen(view.row.version if view.row else 0, newest)


def _tag(view: RoundView) -> str:
    seen = _seen(view)
    return f"{view.project.id}-{view.period.key()}-{seen.version}-{seen.revision_id}"


def _answer(view: RoundView) -> Response:
    body = {
        **_row(view, _names([view])),
        "possible_acts": rounds.possible_acts(view.state),
        "measurements": [_expected(each) for each in view.expected],
    }
    return answer(body, tag=_tag(view))


def _names(views: list[RoundView]) -> dict[int, str]:
    return names_of(current_session(), {view.row.changed_by_id for view in views if view.row})


def _row(view: RoundView, names: dict[int, str]) -> dict[str, Any]:
    row = view.row
    return {
        "frequency": view.period.frequency,
        "period": view.period.key(),
        "state": view.state,
        "remark": row.remark if row else "",
        "changed_at": row.changed_at.isoformat() if row else None,
        "changed_by": names.get(row.changed_by_id, "") if row else None,
        "n_expected": len(view.expected),
        "n_recorded": view.n_in(Standing.DONE, Standing.WAITING, Standing.RETURNED),
        "n_late": view.n_in(Standing.LATE),
    }


def _expected(each: Expected) -> dict[str, Any]:
    return {
        "indicator_id": each.indicator.id,
        "series_id": each.series_id,
        "due_on": each.due_on.isoformat(),
        "standing": each.standing,
    }
