"""The administrator's pages: what needs attention, settings, database, a test mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from impact import __version__
from impact.accounts.permissions import Action, require_everywhere
from impact.delivery.tables import MessageState
from impact.language import Voice
from impact.request_scope import commit, current_actor, current_session, current_voice, installation, now
from impact.settings import SET, Settings
from impact.upkeep.attempts import waiting
from impact.upkeep.condition import Condition, condition
from impact.upkeep.sizes import database_size, n_bytes
from impact.upkeep.trial_mail import post_trial_mail
from impact.web.attention import attention
from impact.web.guards import needs
from impact.web.letterheads import own_letterhead
from impact.web.moments import moment
from impact.web.sign_in_pages import sign_in_limits
from impact.web.sizes import bytes_words

# Where the app keeps what it knows of migrations.
MIGRATIONS = "impact_migrations"
KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
pages = Blueprint("admin", __name__)


@dataclass(frozen=True)
class Migrations:
    """At which revision a database stands, and which one this code wants."""

    revision_of: Callable[[Session], str | None]
    head: Callable[[], str]


@pages.before_request
def refuse_others() -> None:
    """Let nobody in who administers a part of the installation only."""
    require_everywhere(current_actor(), Action.ADMINISTER)


@pages.get("/administration")
@needs(Action.ADMINISTER)
def show() -> str:
    """What needs attention first, how the installation does, and the way to each page."""
    voice, session = current_voice(), current_session()
    found = condition(session, now=now())
    refused = waiting(session, current_actor(), limits=sign_in_limits(), now=now())
    revision, head = _revisions(session)
    return render_template(
        "admin/overview.html",
        attention=attention(
            found,
            voice,
            n_refused=len(refused),
            is_migrated=revision == head,
            has_mail_server=bool(installation().settings.smtp_url),
        ),
        facts=_facts(found, voice, n_bytes(session)),
    )


@pages.get("/administration/settings")
@needs(Action.ADMINISTER)
def show_settings() -> str:
    """Every setting in force, secrets left out."""
    return render_template(
        "admin/settings.html", settings=_settings(installation().settings, current_voice())
    )


@pages.get("/administration/database")
@needs(Action.ADMINISTER)
def show_database() -> str:
    """Kind and size of the database, its largest tables, its migrations, our version."""
    voice, session = current_voice(), current_session()
    size = database_size(session, current_actor())
    revision, head = _revisions(session)
    return render_template(
        "admin/database.html",
        is_migrated=revision == head,
        facts=[
            (voice.gettext("Version of Impact"), __version__),
            (voice.gettext("Database"), f"{KINDS.get(size.kind, size.kind)} {size.version}"),
            (voice.gettext("Size"), bytes_words(size.n_bytes, voice)),
            (voice.gettext("State of migration"), revision or voice.gettext("not migrated")),
            (voice.gettext("This version needs"), head),
        ],
        tables=[[name, voice.number(n, 0)] for name, n in size.n_rows],
    )


@pages.post("/administration/test-mail")
@needs(Action.ADMINISTER)
def send_test_mail() -> Response:
    """Send a mail to oneself, and show what becomes of it."""
    message = post_trial_mail(current_session(), current_actor(), own_letterhead(), now=now())
    commit()
    flash(
        current_voice().gettext("The test email waits for the clock. Reload the page in a minute."), "message"
    )
    return redirect(url_for("mails.show", message_id=message.id), 303)


def _facts(found: Condition, voice: Voice, size: int) -> list[tuple[str, str]]:
    waiting_mails = found.messages[MessageState.WAITING]
    return [
        (
            voice.gettext("Clock last alive"),
            moment(found.beat_at, voice) if found.beat_at else voice.gettext("never"),
        ),
        (
            voice.gettext("Emails waiting"),
            voice.gettext(
                "%(n)s, the oldest since %(moment)s",
                n=voice.number(waiting_mails, 0),
                moment=moment(found.waiting_since, voice),
            )
            if found.waiting_since
            else voice.number(0, 0),
        ),
        (voice.gettext("Emails that failed"), voice.number(found.messages[MessageState.FAILED], 0)),
        (voice.gettext("Series that wait for analysis"), voice.number(found.n_stale, 0)),
        (voice.gettext("Size of the database"), bytes_words(size, voice)),
        (voice.gettext("Version of Impact"), __version__),
    ]


def _settings(settings: Settings, voice: Voice) -> list[tuple[str, str, str]]:
    return [
        (one.key, voice.gettext(SET) if one.value == SET else one.value, voice.gettext(one.sentence))
        for one in settings.listed()
    ]


def _revisions(session: Session) -> tuple[str | None, str]:
    migrations: Migrations = current_app.extensions[MIGRATIONS]
    return migrations.revision_of(session), migrations.head()
