"""The fixtures of conftest.py keep what they promise."""

import smtplib
from collections.abc import Callable
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from impact.db import Base, Database
from tests.conftest import MailServer


@pytest.mark.parametrize("turn", [1, 2])
def test_database_is_migrated_and_fresh(database: Database, turn: int) -> None:
    """What one test commits the next one does not see."""
    names = set(sa.inspect(database.engine).get_table_names())
    assert set(Base.metadata.tables) <= names
    with database.transaction() as session:
        session.execute(sa.text("CREATE TABLE left_behind (n integer)"))


@pytest.mark.parametrize("turn", [1, 2])
def test_session_is_rolled_back_when_the_test_commits(session: Session, turn: int) -> None:
    """What one test commits through its session the next one does not see."""
    session.execute(sa.text("CREATE TABLE left_behind (n integer)"))
    session.commit()


def test_session_is_on_the_database_when_the_test_asks_for_both(session: Session, database: Database) -> None:
    """Session and database are the same database."""
    connection = session.get_bind()
    assert isinstance(connection, sa.Connection)
    assert connection.engine is database.engine


def test_mail_server_keeps_the_envelope_and_the_mail(smtp_server: MailServer) -> None:
    """A refused mail is not kept, an accepted one is, with sender and recipients."""
    mail = EmailMessage()
    mail["Subject"] = "Åtgärd"
    mail.set_content("text")
    smtp_server.answers.append("451 try again later")
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
        with pytest.raises(smtplib.SMTPDataError):
            client.send_message(mail, "from@example.se", ["to@example.se"])
        client.send_message(mail, "from@example.se", ["to@example.se"])
    (received,) = smtp_server.mails
    assert (received.sender, received.recipients) == ("from@example.se", ["to@example.se"])
    assert received.message["Subject"] == "Åtgärd"


def test_browser_shows_a_page(browser: Browser) -> None:
    """The browser that was found works without a window."""
    page = browser.new_page()
    page.set_content("<title>Impact</title>")
    assert page.title() == "Impact"
    page.close()


def test_trials_run_a_share_of_the_rounds(trials: Callable[[int], int]) -> None:
    """However small the share, one round is run."""
    assert 1 <= trials(1) <= trials(1000) <= 1000
