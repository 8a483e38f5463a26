"""Rows taken out of use and brought back: two addresses, alike for every sort of row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.api.planned_rows import CHANGING, REASON_EXAMPLE, ReasonForm
from impact.api.preconditions import IF_MATCH, TAG_TO_SEND
from impact.api.repeating import IDEMPOTENCY_KEY, done, repeatable
from impact.api.resource import Resource
from impact.errors import Invalid
from impact.registry import archiving
from impact.request_scope import current_actor, current_session, now
from impact.request_scope.admission import needs


@dataclass(frozen=True)
class Withdrawing:
    """What a sort of rows needs to be taken out of use and brought back.

    The callables get the parts of the address by name: ``reach`` looks up what the caller may plan,
    ``held`` is the row at the version that was read, ``answer`` tells it afterwards. Words are a
    line and what else the document says.
    """

    address: str
    name: str
    schema: type[Schema]
    reach: Callable[..., object]
    held: Callable[..., Any]
    answer: Callable[..., Response]
    withdraw_words: tuple[str, str]
    restore_words: tuple[str, str]
    is_for_all: bool = False


def offer_withdrawing(resource: Resource, sort: Withdrawing) -> None:
    """Put ``/withdraw`` and ``/restore`` behind the address of a row.

    Each takes a reason, which withdrawing needs, and answers with the row.
    """
    _offer(resource, sort, "withdraw", _withdraw, sort.withdraw_words)
    _offer(resource, sort, "restore", _bring_back, sort.restore_words)


def _offer(
    resource: Resource, sort: Withdrawing, act: str, do: Callable[[Any, str], None], words: tuple[str, str]
) -> None:
    def view(said: dict[str, Any], **path: Any) -> Response:
        row = sort.held(**path)
        do(row, said["reason"])
        return done(sort.answer(row, **path))

    # The endpoint's name and its words in the document.
    view.__name__, view.__doc__ = f"{act}_{sort.name}", "\n\n".join(words)
    told = resource.doc(operationId=view.__name__, parameters=[IF_MATCH, IDEMPOTENCY_KEY])(view)
    told = resource.failing(*CHANGING)(told)
    told = resource.response(200, sort.schema, headers=TAG_TO_SEND)(told)
    told = resource.arguments(ReasonForm, unknown=None, example=REASON_EXAMPLE)(told)
    told = resource.first(sort.reach)(repeatable(told))
    resource.post(f"{sort.address}/{act}")(needs(Action.PLAN, everywhere=sort.is_for_all)(told))


def _withdraw(row: Any, reason: str) -> None:
    """Take a row that is held out of use.

    Raises:
        Invalid, NotAllowed, Conflict: as ``archiving.withdraw_row``.
    """
    try:
        archiving.withdraw_row(current_session(), current_actor(), row, row.version, now=now(), reason=reason)
    except Invalid as error:
        # Pages have another name for the field.
        error.field = "reason" if error.field == "withdraw_reason" else error.field
        raise


def _bring_back(row: Any, reason: str) -> None:
    archiving.bring_back(current_session(), current_actor(), row, now=now(), reason=reason)
