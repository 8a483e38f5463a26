"""How a mail leaves the house: over SMTP, or as a file where there is no mail server."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
import time
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
# Servers end connections that idle, and some count the mails of one.
IDLE_SECONDS, MOST_IN_A_ROW = 20.0, 100
ACCEPTED = 250
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

    def close(self) -> None:
        """End what is kept open between mails."""
        ...


class SmtpTransport:
    """Hands mails over to an SMTP server, with verified TLS where the address says so.

    One connection serves many mails, one after the other. Whatever goes wrong ends it: a
    mail that a server chokes on spoils no other. One thread at a time.
    """

    def __init__(self, address: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._server: SplitResult = urlsplit(address)
        self._timeout_seconds = timeout_seconds
        self._client: smtplib.SMTP | None = None
        self._n_sent = 0
        self._used_at = 0.0

    def send(self, mail: bytes, sender: str, recipient: str) -> str:
        """Hand a mail over; returns the server's words at acceptance.

        Raises:
            TransportError: not accepted, or nobody knows whether it was.
        """
        _judge(recipient)
        client = self._connected()
        try:
            words = _hand_over(client, mail, sender, recipient)
        except smtplib.SMTPDataError as error:
            self.close()
            raise TransportError(_words(error), permanent=error.smtp_code >= FIRST_REFUSAL) from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise TransportError(_words(error), permanent=False) from error
        except TransportError:
            self.close()
            raise
        self._n_sent, self._used_at = self._n_sent + 1, time.monotonic()
        return words

    def close(self) -> None:
        """Say good-bye to the server, if there is a connection."""
        client, self._client, self._n_sent = self._client, None, 0
        if client is not None:
            _part(client, min(GOOD_BYE_SECONDS, self._timeout_seconds))

    def _connected(self) -> smtplib.SMTP:
        """The connection: that of the mail before, if it is still good, or a new one."""
        if self._client is not None:
            is_old = time.monotonic() - self._used_at > IDLE_SECONDS or self._n_sent >= MOST_IN_A_ROW
            if is_old or not _is_alive(self._client):
                self.close()
        if self._client is None:
            try:
                self._client = self._connect()
            except (smtplib.SMTPException, OSError) as error:
                # Whatever is wrong before the mail is spoken of is no fault of the mail's.
                raise TransportError(_words(error), permanent=False) from error
        return self._client

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
                client.ehlo_or_helo_if_needed()
            if server.username:
                client.login(unquote(server.username), unquote(server.password or ""))
        except BaseException:
            client.close()
            raise
        return client


def _is_alive(client: smtplib.SMTP) -> bool:
    """Whether the server still listens, and has forgotten the mail before."""
    try:
        return bool(client.rset()[0] == ACCEPTED)
    except (smtplib.SMTPException, OSError):
        return False


class FileTransport:
    """Puts mails as files into a folder, where people can read them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: bytes, sender: str, recipient: str) -> str:  # noqa: ARG002 - part of the contract
        """Write the mail to a file named after it; the same mail is the same file.

        Raises:
            TransportError: the folder cannot be written to, or the address is none.
        """
        _judge(recipient)
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

    def close(self) -> None:
        """Nothing is kept open."""


def transport_for(smtp_url: str, mail_folder: Path) -> Transport:
    """The way out that the settings ask for: a mail server, or files without one."""
    return SmtpTransport(smtp_url) if smtp_url else FileTransport(mail_folder)


def _judge(recipient: str) -> None:
    """Refuse what would be more than an address once it stands in a mail's head."""
    if not ADDRESS.fullmatch(recipient):
        raise TransportError(f"no address that can be written to: {recipient!r}", permanent=True)


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
