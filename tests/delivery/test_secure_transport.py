"""SMTP over TLS against a real server: verified, signed in, one connection for many mails."""

import logging
import socket
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from impact.delivery.transports import SmtpTransport, TransportError
from tests.conftest import MailServer
from tests.delivery.test_transports import MAIL, READER, SENDER
from tests.delivery.tls_server import PASSWORD, USER, make_certificate, tls_server


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine."""
    return make_certificate(tmp_path_factory.mktemp("tls"), "localhost")


def address(server: MailServer, scheme: str, password: str = PASSWORD) -> str:
    return f"{scheme}://{USER}:{quote(password)}@localhost:{server.port}"


# With TLS at once the server does not know that it speaks it.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize(("scheme", "at_once"), [("smtp+starttls", False), ("smtps", True)])
def test_mail_arrives_by_verified_tls_when_signed_in(
    scheme: str, at_once: bool, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty mails by one connection; a wrong password or an unknown certificate lets none through."""
    with tls_server(certificate, at_once=at_once) as server:
        unknown = SmtpTransport(address(server, scheme))
        with pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED") as raised:
            unknown.send(MAIL, SENDER, READER)
        assert not raised.value.permanent
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with pytest.raises(TransportError, match="535") as raised:
            SmtpTransport(address(server, scheme, "guessed")).send(MAIL, SENDER, READER)
        assert not raised.value.permanent
        transport = SmtpTransport(address(server, scheme))
        assert {transport.send(MAIL, SENDER, READER) for _ in range(20)} == {"250 OK"}
        transport.close()
    assert [mail.content for mail in server.mails] == [MAIL] * 20


def test_mail_stays_when_the_certificate_is_of_another_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate that is known but bears another name is no good."""
    other = make_certificate(tmp_path, "elsewhere.example.se")
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    with tls_server(other) as server, pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED"):
        SmtpTransport(address(server, "smtp+starttls")).send(MAIL, SENDER, READER)
    assert server.mails == []


def test_connection_is_kept_for_the_next_mail_and_made_anew_when_lost(
    smtp_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten mails by one connection; one that the server dropped meanwhile costs no mail."""
    peers: list[object] = []

    async def noting(
        _self: object, _server: SMTP, session: Session, envelope: Envelope, sender: str, _options: list[str]
    ) -> str:
        peers.append(session.peer)
        envelope.mail_from = sender
        return "250 OK"

    monkeypatch.setattr(MailServer, "handle_MAIL", noting, raising=False)
    transport = SmtpTransport(smtp_server.url)
    for _ in range(10):
        transport.send(MAIL, SENDER, READER)
    assert len(set(peers)) == 1
    assert transport._client is not None
    assert transport._client.sock is not None
    transport._client.sock.shutdown(socket.SHUT_RDWR)
    transport.send(MAIL, SENDER, READER)
    transport.close()
    assert (len(smtp_server.mails), len(set(peers))) == (11, 2)


def test_no_word_of_a_mail_is_logged_when_it_is_sent(
    smtp_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither body nor subject nor recipient stands in a log."""
    caplog.set_level(logging.DEBUG)
    with closing(SmtpTransport(smtp_server.url)) as transport:
        transport.send(MAIL, SENDER, READER)
    said = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("mail"))
    assert "a dot first" not in said
    assert "Trygghet" not in said
