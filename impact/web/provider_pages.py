"""Signing in by way of an OpenID provider: there and back again."""

from __future__ import annotations

import flask
from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from impact.accounts.links import take_invitation
from impact.accounts.provider import Vouched, link, sign_in_vouched
from impact.accounts.signing_in import SignedIn, Visitor, sign_out
from impact.accounts.tables import Role
from impact.errors import Conflict, Invalid, NotFound
from impact.group_roles import roles_by_group
from impact.request_scope import current_visitor, current_voice, installation, now
from impact.request_scope.identity import TOKEN_KEY
from impact.request_scope.transaction import roll_back
from impact.web.guards import public, safe_next
from impact.web.identity_provider import has_provider, vouched_for, way_to_provider
from impact.web.language_pages import chosen_before_sign_in, remember
from impact.web.sign_in_pages import sign_in_form

NEXT_KEY, INVITATION_KEY = "next", "invitation"
pages = Blueprint("provider", __name__)


@pages.get("/sign-in/provider")
@public
def go() -> Response:
    """The way to the provider, which sends the person back to the page below."""
    _need_provider()
    settings = installation().settings
    flask.session[NEXT_KEY] = safe_next(request.args.get("next"))
    flask.session[INVITATION_KEY] = request.args.get("invitation", "")
    return way_to_provider(settings, f"{settings.public_url}/sign-in/provider/return")


@pages.get("/sign-in/provider/return")
@public
def come_back() -> Response | tuple[str, int]:
    """Sign in whom the provider vouches for, and go on to the page that was wanted."""
    _need_provider()
    wanted = safe_next(flask.session.pop(NEXT_KEY, None))
    invitation = flask.session.pop(INVITATION_KEY, "")
    earlier = current_visitor()
    roll_back()  # Our own reading would keep SQLite from writing.
    try:
        vouched = vouched_for(installation().settings)
        if invitation:
            _accept(invitation, vouched)
        found = _signed_in(vouched)
    except (Invalid, NotFound, Conflict) as error:
        problem = current_voice().gettext(error.message, **error.facts)
        return sign_in_form(wanted, problem=problem), error.status
    return _entered(found, earlier, wanted)


def _need_provider() -> None:
    if not has_provider():
        raise Invalid("There is no sign-in service here.")


def _accept(invitation: str, vouched: Vouched) -> None:
    """Join the account of the invitation with the one that the provider vouches for."""
    with installation().database.transaction() as session:
        link(session, take_invitation(session, invitation, now=now()), vouched, now=now())


def _signed_in(vouched: Vouched) -> SignedIn:
    installed = installation()
    roles = {group: Role(role) for group, role in roles_by_group(installed.settings.oidc_roles).items()}
    return sign_in_vouched(
        installed.database, vouched, roles, user_agent=request.user_agent.string, now=now()
    )


def _entered(found: SignedIn, earlier: Visitor | None, wanted: str) -> Response:
    """The redirect of a browser that holds the new sign-in and nothing of before."""
    if earlier is not None:
        with installation().database.transaction() as session:
            sign_out(session, earlier, now=now())
    language = chosen_before_sign_in() or found.language
    flask.session.clear()
    flask.session[TOKEN_KEY] = found.token
    response = redirect(wanted, 303)
    remember(response, language)
    return response
