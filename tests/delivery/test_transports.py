"""Mail leaves by SMTP or as a file; what goes wrong is told with its words."""

from contextlib import closing
from email import message_from_bytes
from pathlib import Path

import pytest

from impact.delivery.transports import FileTransport, SmtpTransport, TransportError, transport_for
from tests.conftest import MailServer
from tests.delivery.faulty_server import faulty_server

MAIL = (
    b"To: reader@example.se\r\nSubject: Trygghet\r\nDate: Mon, 23 Nov 2026 07:00:00 +0000\r\n"
    b"Message-ID: <3f2a@impact.example.se>\r\n\r\n.a dot first\r\n"
)
SENDER, READER = "impact@example.se", "reader@example.se"


def test_mail_arrives_unchanged_when_the_server_accepts(smtp_server: MailServer) -> None:
    """The server gets envelope and content as they are; its words come back."""
    with closing(SmtpTransport(smtp_server.url)) as transport:
        words = transport.send(MAIL, SENDER, READER)
    (received,) = smtp_server.mails
    assert words == "250 OK"
    assert (received.sender, received.recipients, received.content) == (SENDER, [READER], MAIL)


def test_sending_waits_for_better_times_when_nobody_listens() -> None:
    """A server that is away is no fault of the mail's."""
    with faulty_server("quit", "close") as server:
        address = server.url
    with pytest.raises(TransportError) as raised:
        SmtpTransport(address, timeout_seconds=0.2).send(MAIL, SENDER, READER)
    assert not raised.value.permanent


@pytest.mark.parametrize("address", ["a@example.se\r\nRCPT TO:<b@example.se>", "å@example.se"])
def test_address_is_refused_when_it_cannot_be_put_on_the_wire(
    address: str, smtp_server: MailServer, tmp_path: Path
) -> None:
    """Nothing of such a mail reaches the server, nor becomes a file with a line more in its head."""
    for transport in (SmtpTransport(smtp_server.url), FileTransport(tmp_path / "mail")):
        with pytest.raises(TransportError) as raised:
            transport.send(MAIL, SENDER, address)
        assert raised.value.permanent
    assert smtp_server.mails == []
    assert not (tmp_path / "mail").exists()


def test_nothing_is_sent_when_the_server_cannot_encrypt(smtp_server: MailServer) -> None:
    """STARTTLS that is asked for and not offered stops the mail."""
    address = smtp_server.url.replace("smtp:", "smtp+starttls:")
    with pytest.raises(TransportError, match="STARTTLS"):
        SmtpTransport(address).send(MAIL, SENDER, READER)
    assert smtp_server.mails == []


def test_mail_becomes_a_file_when_there_is_no_server(tmp_path: Path) -> None:
    """The file is the mail; handing the same mail over again makes no second file."""
    transport = transport_for("", tmp_path / "mail")
    assert isinstance(transport, FileTransport)
    names = {transport.send(MAIL, SENDER, READER) for _ in range(2)}
    assert [file.name for file in (tmp_path / "mail").iterdir()] == list(names)
    assert names == {"20261123-070000-3f2a.eml"}
    assert message_from_bytes((tmp_path / "mail" / names.pop()).read_bytes())["To"] == READER


def test_file_is_refused_for_now_when_the_folder_cannot_be_written(tmp_path: Path) -> None:
    """A disk that is full or gone is tried again later."""
    blocked = tmp_path / "mail"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(TransportError) as raised:
        FileTransport(blocked).send(MAIL, SENDER, READER)
    assert not raised.value.permanent
