"""One's own tokens for the API: made, shown once, revoked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts import members
from impact.accounts.tables import ApiToken
from impact.accounts.tokens import make_token, revoke_token, tokens_of
from impact.errors import Invalid, NotFound
from impact.language import Voice
from impact.request_scope import (
    commit,
    current_actor,
    current_session,
    current_voice,
    installation,
    now,
    today,
)
from impact.request_scope.transaction import roll_back
from impact.web.guards import signed_in
from impact.web.letterheads import own_letterhead
from impact.web.moments import moment
from impact.web.people_words import SCOPES
from impact.web.token_form import read_token, typed_anew

pages = Blueprint("tokens", __name__)


@pages.get("/profile/tokens")
@signed_in
def show_all() -> str:
    """The reader's tokens, and the form for a new one."""
    return _page(typed_anew(today()), {})


@pages.post("/profile/tokens")
@signed_in
def make() -> str | tuple[str, int]:
    """Make a token and show it, this once."""
    voice, session, actor = current_voice(), current_session(), current_actor()
    entry = read_token(request.form, installation().settings.time_zone, voice)
    wanted = entry.wanted
    if wanted is None:
        return _page(entry.typed, entry.errors), 422
    user = members.user_by_id(session, actor.user_id or 0)
    try:
        token = make_token(
            session, actor, user, wanted.label, wanted.scope, expires_at=wanted.expires_at, now=now()
        )
    except Invalid as error:
        roll_back()
        field = {"expires_at": "ends_on"}.get(error.field or "", error.field or "label")
        return _page(entry.typed, {field: voice.gettext(error.message, **error.facts)}), error.status
    commit()
    example = f'curl -H "Authorization: Bearer {token}" {own_letterhead().link("/api/v1/projects")}'
    return render_template("profile/token.html", token=token, label=wanted.label, example=example)


@pages.post("/profile/tokens/<int:token_id>/revoke")
@signed_in
def revoke(token_id: int) -> Response:
    """End a token at once."""
    session, actor = current_session(), current_actor()
    found = next((one for one in tokens_of(session, actor, actor.user_id or 0) if one.id == token_id), None)
    if found is None:
        raise NotFound("There is no such token.")
    revoke_token(session, actor, found, now=now())
    commit()
    flash(current_voice().gettext("The token works no longer."), "message")
    return redirect(url_for("tokens.show_all"), 303)


def _page(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    voice, actor = current_voice(), current_actor()
    rows = tokens_of(current_session(), actor, actor.user_id or 0)
    return render_template(
        "profile/tokens.html",
        tokens=[_row(row, voice) for row in rows],
        typed=typed,
        errors=errors,
        scopes=[(scope.value, voice.gettext(SCOPES[scope]), None) for scope in SCOPES],
    )


def _row(row: ApiToken, voice: Voice) -> dict[str, Any]:
    if row.revoked_at is not None:
        state = voice.gettext("revoked %(moment)s", moment=moment(row.revoked_at, voice))
    elif row.expires_at <= now():
        state = voice.gettext("ended %(moment)s", moment=moment(row.expires_at, voice))
    else:
        state = voice.gettext("until %(moment)s", moment=moment(row.expires_at, voice))
    return {
        "id": row.id,
        "label": row.label,
        "scope": voice.gettext(SCOPES[row.scope]),
        "state": state,
        "is_alive": row.revoked_at is None and row.expires_at > now(),
        "used": moment(row.last_used_at, voice) if row.last_used_at else voice.gettext("never"),
    }
