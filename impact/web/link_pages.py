"""Choosing a password by a one-time link, and asking for one when it was forgotten."""

from __future__ import annotations

from collections.abc import Mapping

import flask
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts import passwords, signing_in
from impact.accounts.links import Holder, holder_of, use_link
from impact.accounts.tables import LinkPurpose
from impact.delivery.account_mails import mail_asked_links
from impact.errors import Invalid, NotFound
from impact.language import Language
from impact.request_scope import commit, current_session, current_visitor, current_voice, installation, now
from impact.request_scope.identity import TOKEN_KEY
from impact.request_scope.transaction import roll_back
from impact.web.guards import public
from impact.web.language_pages import remember
from impact.web.letterheads import own_letterhead

pages = Blueprint("links", __name__)


@pages.get("/password/<token>")
@public
def open_link(token: str) -> str | tuple[str, int]:
    """The form in which whoever holds the link chooses a password; looking uses nothing up."""
    try:
        return _form(token, holder_of(current_session(), token, now=now()), {})
    except NotFound as error:
        return _dead(error)


@pages.post("/password/<token>")
@public
def choose_password(token: str) -> Response | str | tuple[str, int]:
    """Set the password and sign its person in, here alone."""
    try:
        # A hash takes long, and nobody else should have to wait to write meanwhile.
        with installation().database.reading() as session:
            holder = holder_of(session, token, now=now())
        try:
            password_hash = chosen_hash(holder.name)
        except Invalid as error:
            told = {error.field or "password": current_voice().gettext(error.message, **error.facts)}
            return _form(token, holder, told), error.status
        user = use_link(current_session(), token, password_hash, now=now())
        earlier = current_visitor()
        if earlier is not None:
            signing_in.sign_out(current_session(), earlier, now=now())
    except NotFound as error:
        roll_back()
        return _dead(error)
    key = signing_in.start_session(current_session(), user, user_agent=request.user_agent.string, now=now())
    language = Language(user.language)
    commit()
    flask.session.clear()
    flask.session[TOKEN_KEY] = key
    flash(current_voice().gettext("Your password is set, and you are signed in."), "message")
    response = redirect(url_for("profile.show"), 303)
    remember(response, language)
    return response


@pages.get("/forgotten")
@public
def ask_for_link() -> str:
    """The form in which somebody who forgot the password says who they are."""
    return render_template("people/forgotten.html", is_asked=False, problem="")


@pages.post("/forgotten")
@public
def send_link() -> str | tuple[str, int]:
    """Send a link to whoever that is; the answer is the same whether there is anybody."""
    typed = request.form.get("name", "").strip()[:300]
    if not typed or not typed.isprintable():
        problem = current_voice().gettext("Type your name or your email address.")
        return render_template("people/forgotten.html", is_asked=False, problem=problem), 422
    mail_asked_links(
        installation().database,
        own_letterhead(),
        typed,
        address=request.remote_addr or "",
        now=now(),
    )
    return render_template("people/forgotten.html", is_asked=True, problem="")


def chosen_hash(name: str) -> passwords.PasswordHash:
    """The hash of the password that was typed twice in this form.

    Raises:
        Invalid: the two differ, or it is too short, too long or easily guessed.
    """
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        raise Invalid("The two passwords are not the same.", field="again")
    return passwords.hash_new(password, name=name)


def _form(token: str, holder: Holder, errors: Mapping[str, str]) -> str:
    return render_template(
        "people/choose_password.html",
        action=url_for("links.choose_password", token=token),
        token=token,
        name=holder.name,
        is_invited=holder.purpose is LinkPurpose.INVITATION,
        shortest=passwords.SHORTEST,
        errors=errors,
    )


def _dead(error: NotFound) -> tuple[str, int]:
    told = current_voice().gettext(error.message, **error.facts)
    return render_template("people/dead_link.html", told=told), error.status
