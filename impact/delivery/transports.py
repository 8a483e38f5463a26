"""How a mail leaves the house: over SMTP, or as a file where there is no mail server."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from contextlib import suppress
from datetime import UTC
from email import policy
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import uuid4

TIMEOUT_SECONDS = 30.0
DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
# What goes on the wire as it is: no line end, no blank, nothing beyond ASCII.
ADDRESS = re.compile(r"[!-;=?A-~]+@[!-;=?A-~]+")
GOOD_BYE_SECONDS = 2.0
FIRST_REFUSAL = 500
N_LETTERS_KEPT = 500


class TransportError(Exception):
    """A mail that was not handed over; ``words`` are the server's or the system's.

    Permanent means that the server refused this mail and asking again is no use.
    """

    def __init__(self, words: str, *, permanent: bool) -> None:
        super().__init__(words)
        self.words = words[:N_LETTERS_KEPT]
        self.permanent = permanent


class Transport(Protocol):
    """Hands one mail over, or says why it could not."""

    def send(self, mail: bytes, sender: str, recipient: str) -> str:
        """Hand a mail over to the next server; returns its words."""
        ...


class SmtpTransport:
    """Hands mails over to an SMTP server, with verified TLS where the address says so.

    Each mail has a connection of its own: a mail that a server chokes on spoils no other.
    """

    def __init__(self, address: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._server: SplitResult = urlsplit(address)
        self._timeout_seconds = timeout_seconds

    def send(self, mail: bytes, sender: str, recipient: str) -> str:
        """Hand a mail over; returns the server's words at acceptance.

        Raises:
            TransportError: not accepted, or nobody knows whether it was.
        """
        if not ADDRESS.fullmatch(recipient):
            raise TransportError(f"no address that can be written to: {recipient!r}", permanent=True)
        try:
            client = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            # Whatever is wrong before the mail is spoken of is no fault of the mail's.
            raise TransportError(_words(error), permanent=False) from error
        try:
            return _hand_over(client, mail, sender, recipient)
        except smtplib.SMTPDataError as error:
            raise TransportError(_words(error), permanent=error.smtp_code >= FIRST_REFUSAL) from error
        except (smtplib.SMTPException, OSError) as error:
            raise TransportError(_words(error), permanent=False) from error
        finally:
            _part(client, min(GOOD_BYE_SECONDS, self._timeout_seconds))

    def _connect(self) -> smtplib.SMTP:
        server, scheme = self._server, self._server.scheme
        host, port = server.hostname or "localhost", server.port or DEFAULT_PORTS[scheme]
        if scheme == "smtps":
            verified = ssl.create_default_context()
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=self._timeout_seconds, context=verified
            )
        else:
            client = smtplib.SMTP(host, port, timeout=self._timeout_seconds)
        try:
            client.ehlo_or_helo_if_needed()
            if scheme == "smtp+starttls":
                client.starttls(context=ssl.create_default_context())
            if server.username:
                client.login(unquote(server.username), unquote(server.password or ""))
        except BaseException:
            client.close()
            raise
        return client


class FileTransport:
    """Puts mails as files into a folder, where people can read them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: bytes, sender: str, recipient: str) -> str:  # noqa: ARG002 - part of the contract
        """Write the mail to a file named after it; the same mail is the same file.

        Raises:
            TransportError: the folder cannot be written to.
        """
        file = self._folder / _file_name(mail)
        unfinished = file.with_name(f".{file.name}-{uuid4().hex}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as stream:
                stream.write(mail)
                stream.flush()
                os.fsync(stream.fileno())
            unfinished.replace(file)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink()
            raise TransportError(_words(error), permanent=False) from error
        return file.name


def transport_for(smtp_url: str, mail_folder: Path) -> Transport:
    """The way out that the settings ask for: a mail server, or files without one."""
    return SmtpTransport(smtp_url) if smtp_url else FileTransport(mail_folder)


def _hand_over(client: smtplib.SMTP, mail: bytes, sender: str, recipient: str) -> str:
    """The dialogue about one mail; anything but a clear acceptance is an error."""
    _expect(client.mail(sender, [f"SIZE={len(mail)}"] if client.has_extn("size") else []))
    _expect(client.rcpt(recipient))
    return _expect(client.data(mail))


def _expect(answer: tuple[int, bytes]) -> str:
    code, said = answer
    words = f"{code} {said.decode('utf-8', 'replace')}"
    if code in (250, 251):
        return words[:N_LETTERS_KEPT]
    raise TransportError(words, permanent=code >= FIRST_REFUSAL)


def _part(client: smtplib.SMTP, seconds: float) -> None:
    """Say good-bye; whatever the server answers changes nothing any more."""
    with suppress(smtplib.SMTPException, OSError):
        if client.sock:
            client.sock.settimeout(seconds)
        client.quit()
    client.close()


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {text}"
    return f"{type(error).__name__}: {error}"


def _file_name(mail: bytes) -> str:
    headers = BytesHeaderParser(policy=policy.compat32).parsebytes(mail)
    written = parsedate_to_datetime(headers["Date"]).astimezone(UTC)
    name = headers["Message-ID"].strip("<>").partition("@")[0]
    kept = "".join(letter for letter in name if letter.isalnum() or letter in "-_")
    return f"{written:%Y%m%d-%H%M%S}-{kept}.eml"
