"""Commands for reports by mail: look at one without sending, or send it now."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import click

from impact.cli.database import now, opened
from impact.db import Database
from impact.delivery.heartbeat import mailed_with, served_at
from impact.delivery.letters import Letter, Letterhead, freeze, letterhead
from impact.delivery.making import compose
from impact.delivery.outbox import deliver_next, outgoing
from impact.delivery.reports import send_now
from impact.delivery.transports import transport_for
from impact.delivery.unsubscribe_mails import token_in
from impact.delivery.unsubscribing import unsubscribe as stop_mails
from impact.secret_key import mail_mark, signing_key
from impact.settings import Settings, SettingsError

# The subject stands in the first lines of a mail.
LONGEST_MAIL = 1_000_000
MAIL_SETTINGS = (
    "IMPACT_SECRET_KEY",
    "IMPACT_DATA_DIR",
    "IMPACT_MAIL_FROM",
    "IMPACT_SMTP_URL",
    "IMPACT_TIME_ZONE",
)


@click.group()
def report() -> None:
    """Look at reports by mail, and send them."""


@report.command()
@click.argument("subscription", type=int)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder for the files."
)
def preview(subscription: int, out: Path) -> None:
    """Write the mails of SUBSCRIPTION (its number) as files, without sending.

    Readers who may see the same get the same, so there is one mail for each reach.
    """
    settings = Settings.from_environment()
    moment = now()
    with opened(settings) as database:
        head = _letterhead(settings, database)
        made = compose(database, head, subscription, now=moment)
    out.mkdir(parents=True, exist_ok=True)
    for number, (_, letters) in enumerate(made.finished, start=1):
        first = letters[0]
        name = f"report-{subscription}-{number}"
        mail = freeze(first.letter, head, f"preview:{name}", now=moment)
        (out / f"{name}.eml").write_bytes(outgoing(first.recipient.address, mail.mime))
        (out / f"{name}.html").write_text(_standing_alone(first.letter), encoding="utf-8")
        for file in first.letter.files:
            (out / f"{name}.{file.sub_type}").write_bytes(file.content)
        click.echo(f"{out / name}.eml")


@report.command()
@click.argument("subscription", type=int)
def send(subscription: int) -> None:
    """Send the report of SUBSCRIPTION (its number) now, outside its calendar.

    It needs the settings of the service: the key, or links in the mails would lead nowhere.
    """
    settings = Settings.from_environment()
    with opened(settings) as database:
        _require_settings_of_clock(settings, database)
        head = _letterhead(settings, database)
        n_mails = send_now(database, head, subscription, now=now())
        transport = transport_for(settings.smtp_url, settings.data_dir / "mail")
        try:
            for _ in range(n_mails):
                deliver_next(database, transport, head, now=now())
        finally:
            transport.close()
    put = "1 email was" if n_mails == 1 else f"{n_mails} emails were"
    click.echo(f"{put} put into the outbox; the mail log tells whether it went out.")


@report.command()
@click.argument("token", required=False)
def unsubscribe(token: str | None) -> None:
    """Stop the mails that somebody asked by mail to stop.

    Give the TOKEN that stands in the subject of that mail, or the whole mail on standard input.
    """
    settings = Settings.from_environment()
    wanted = token or token_in(sys.stdin.buffer.read(LONGEST_MAIL))
    with opened(settings) as database, database.transaction() as session:
        stop_mails(session, signing_key(settings), wanted, now=now())
    click.echo("These emails are stopped.")


def _letterhead(settings: Settings, database: Database) -> Letterhead:
    """The service's letterhead: under the address that its clock tells, whatever is set here."""
    with database.reading() as session:
        public_url = served_at(session) or settings.public_url
    return letterhead(settings.mail_from, public_url, signing_key(settings), settings.time_zone)


def _require_settings_of_clock(settings: Settings, database: Database) -> None:
    """Refuse to send what the service would not: unsubscribing by its links would not work.

    Raises:
        SettingsError: the clock makes mails with other settings than this command.
    """
    with database.reading() as session:
        told = mailed_with(session)
    if told and told != mail_mark(settings):
        raise SettingsError(
            "The clock sends mails with other settings than this command has. Run it with the clock's "
            "%(names)s.",
            names=", ".join(MAIL_SETTINGS),
        )


def _standing_alone(letter: Letter) -> str:
    """The HTML with its pictures inside, so that a browser shows it from a file."""
    html = letter.html
    for picture in letter.pictures:
        data = base64.b64encode(picture.png).decode("ascii")
        html = html.replace(f"cid:{picture.content_id}", f"data:image/png;base64,{data}")
    return html
