"""The mail server fails at every step of the dialogue: each mail is sent or fails in view."""

import ssl
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from impact.db import Database
from impact.delivery.letters import Letterhead
from impact.delivery.outbox import LADDER, deliver_next
from impact.delivery.tables import Delivery, MessageState, OutboxMessage, Outcome
from impact.delivery.transports import SmtpTransport, Transport
from tests.delivery.conftest import NOW, Post
from tests.delivery.faulty_server import ANSWER_LOST, FAULTS, STEPS, faulty_server
from tests.delivery.tls_server import make_certificate

# Short where the server hangs, or the trial would; else long enough for a busy machine.
TIMEOUT_SECONDS, PATIENT_SECONDS = 0.15, 10.0
FOR_EVER = 100
# Where the server speaks of this one mail: only there does its "no" mean the mail.
OF_THE_MAIL = {"mail", "rcpt", "data", "after data"}
MAIL = b"To: reader@example.se\r\nSubject: Trygghet\r\n\r\n.a dot first\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server shows."""
    return make_certificate(tmp_path_factory.mktemp("certificate"), "localhost")


@pytest.fixture
def tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The server's side of encryption, which this process trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize("step", STEPS)
def test_mail_ends_sent_or_failed_when_the_server_fails_at_a_step(
    database: Database,
    head: Letterhead,
    post: Post,
    tls: ssl.SSLContext,
    trials: Callable[[int], int],
    step: str,
) -> None:
    """Each fault, once and, in the drill, for ever: never lost, never twice, told in its words."""
    for fault in FAULTS:
        for n_times in (1, FOR_EVER) if trials(10) == 10 else (1,):
            number = post(f"{step}-{fault}-{n_times}")
            patience = TIMEOUT_SECONDS if fault == "hang" else PATIENT_SECONDS
            with (
                faulty_server(step, fault, n_times, tls) as server,
                closing(SmtpTransport(server.url, timeout_seconds=patience)) as transport,
            ):
                _deliver(database, transport, head, number)
            state, attempts = _fate(database, number)
            refused = fault == "550" and step in OF_THE_MAIL
            is_away = n_times == FOR_EVER and step != "quit"
            assert state is (MessageState.FAILED if refused or is_away else MessageState.SENT)
            assert len(server.accepted) == (1 if state is MessageState.SENT else 0)
            assert len(attempts) <= (1 if refused else len(LADDER) + 1)
            if fault.isdigit() and step not in {"ehlo", "handshake", "quit"}:
                worse = Outcome.REFUSED if refused else Outcome.DEFERRED
                assert attempts[0] == (worse, f"{fault} no luck")


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_mail_arrives_twice_only_when_the_answer_was_lost(
    database: Database, head: Letterhead, post: Post, tls: ssl.SSLContext
) -> None:
    """Nobody knows whether it was taken, so the very same bytes go again."""
    number = post()
    with (
        faulty_server("after data", ANSWER_LOST, tls=tls) as server,
        closing(SmtpTransport(server.url)) as transport,
    ):
        _deliver(database, transport, head, number)
    first, second = server.accepted
    assert first == second
    state, attempts = _fate(database, number)
    assert (state, [outcome for outcome, _ in attempts]) == (
        MessageState.SENT,
        [Outcome.DEFERRED, Outcome.ACCEPTED],
    )


@pytest.mark.parametrize("fault", ["451", "550"])
def test_mail_is_sent_when_the_server_knows_only_the_old_greeting(fault: str) -> None:
    """A server that refuses EHLO is asked with HELO."""
    with faulty_server("ehlo", fault) as server, closing(SmtpTransport(server.url)) as transport:
        words = transport.send(MAIL, "impact@example.se", "reader@example.se")
    assert words == "250 ok"
    assert len(server.accepted) == 1


def _deliver(database: Database, transport: Transport, head: Letterhead, number: int) -> None:
    """Attempt after attempt, each when the ladder says so."""
    now, again = NOW, True
    while again:
        assert deliver_next(database, transport, head, now=now)
        with database.reading() as session:
            message = session.get_one(OutboxMessage, number)
            now, again = message.next_attempt_at, message.state is MessageState.WAITING
        assert now < NOW + timedelta(days=3)


def _fate(database: Database, number: int) -> tuple[MessageState, list[tuple[Outcome, str]]]:
    with database.reading() as session:
        rows = session.scalars(select(Delivery).where(Delivery.message_id == number).order_by(Delivery.id))
        attempts = [(row.outcome, row.server_words) for row in rows]
        return session.get_one(OutboxMessage, number).state, attempts
