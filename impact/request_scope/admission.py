"""What each endpoint asks of whoever calls it: said at the view, denied where nothing is said.

``@public``, ``@signed_in`` or ``@needs(Action.RECORD)`` stands under the route. Which things an
actor reaches is decided in the query: what may not be seen is not found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, request

from impact.accounts.permissions import NOBODY, Action, require_everywhere, require_somewhere
from impact.errors import ImpactError, NotAllowed
from impact.request_scope.identity import current_actor
from impact.request_scope.transaction import READING

MARK = "admission"
View = TypeVar("View", bound=Callable[..., Any])


class NotSignedIn(ImpactError):
    """Nobody is signed in, and the endpoint is not for everybody (401)."""

    status = 401


@dataclass(frozen=True)
class Requirement:
    """What an endpoint asks: nothing, a sign-in, or that something is allowed somewhere or everywhere."""

    is_public: bool = False
    action: Action | None = None
    is_everywhere: bool = False


def public(view: View) -> View:
    """Mark a view as open to everybody."""
    setattr(view, MARK, Requirement(is_public=True))
    return view


def signed_in(view: View) -> View:
    """Mark a view as open to everybody who is signed in, whatever their role."""
    setattr(view, MARK, Requirement())
    return view


def needs(action: Action, *, everywhere: bool = False) -> Callable[[View], View]:
    """Mark a view as open to those who may do this in some project at least, or everywhere."""

    def mark(view: View) -> View:
        setattr(view, MARK, Requirement(action=action, is_everywhere=everywhere))
        return view

    return mark


def requirement_of(app: Flask, endpoint: str, method: str) -> Requirement | None:
    """What an endpoint asks of a caller with this method; None where it says nothing."""
    view: Any = app.view_functions[endpoint]
    if hasattr(view, "view_class"):
        name = "get" if method == "HEAD" else method.lower()
        view = getattr(view.view_class, name, None)
    found: Requirement | None = getattr(view, MARK, None)
    return found


def guard(app: Flask) -> None:
    """Let nobody in whom an endpoint does not ask for; refuse an app with a silent one."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"OPTIONS"}:
            if requirement_of(app, rule.endpoint, method) is None:
                raise RuntimeError(f"{method} {rule.rule} does not say who may come in")
    app.before_request(_check)


def _check() -> None:
    """Return where the caller may come in.

    Raises:
        NotSignedIn: somebody has to be, and nobody is.
        NotAllowed: the actor may not do this anywhere.
    """
    if request.url_rule is None or request.method == "OPTIONS":
        return  # Flask answers itself: no such address, no such method, or which there are.
    requirement = requirement_of(current_app, request.url_rule.endpoint, request.method)
    if requirement is None:
        raise RuntimeError(f"{request.url_rule.rule} does not say who may come in")
    if requirement.is_public:
        return
    actor = current_actor()
    if actor == NOBODY:
        raise NotSignedIn("Sign in to see this.")
    if requirement.action is not None:
        (require_everywhere if requirement.is_everywhere else require_somewhere)(actor, requirement.action)
    elif request.method not in READING and not actor.may_write:
        raise NotAllowed("Your role does not allow this.")
