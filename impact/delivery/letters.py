"""A letter as people read it becomes a frozen MIME message as servers pass it on."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import parseaddr
from typing import cast
from urllib.parse import quote, urlsplit
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from impact.language import Language

LONGEST_SUBJECT = 200
REPLY_TO = b"Reply-To: "
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Letterhead:
    """What all mails of an installation share: sender, address of the pages, zone, key."""

    sender: Address
    public_url: str
    secret_key: str
    zone: ZoneInfo

    @property
    def host(self) -> str:
        """The name under which message numbers are unique."""
        return urlsplit(self.public_url).hostname or "localhost"

    def link(self, path: str) -> str:
        """A page's whole address."""
        return f"{self.public_url}{path}"


def letterhead(mail_from: str, public_url: str, secret_key: str, zone: ZoneInfo) -> Letterhead:
    """The letterhead that the settings give."""
    name, address = parseaddr(mail_from)
    return Letterhead(Address(name, addr_spec=address), public_url.rstrip("/"), secret_key, zone)


@dataclass(frozen=True)
class Picture:
    """A PNG shown in a letter's HTML under its content id."""

    content_id: str
    file_name: str
    png: bytes


@dataclass(frozen=True)
class Attachment:
    """A file that a mail brings along, with the two parts of its media type."""

    file_name: str
    main_type: str
    sub_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """One mail as its reader gets it, before it is frozen.

    Attributes:
        sender: whose name stands in From; None is the installation's.
        thread: Message-IDs of the mails that this one follows, oldest first.
    """

    subject: str
    text: str
    html: str
    language: Language
    pictures: tuple[Picture, ...] = ()
    reply_to: Address | None = None
    unsubscribe_token: str = ""
    files: tuple[Attachment, ...] = ()
    sender: Address | None = None
    thread: tuple[str, ...] = ()


@dataclass(frozen=True)
class FrozenMail:
    """A mail that will not change any more; the recipient's address is not in it.

    The checksum is taken without the Reply-To line, which is removed with the addresses.
    """

    message_id: str
    subject: str
    mime: bytes
    checksum: str


def freeze(letter: Letter, head: Letterhead, dedupe_key: str, *, now: datetime) -> FrozenMail:
    """The letter as MIME; the same letter, key and instant give the same bytes."""
    mark = uuid5(NAMESPACE_URL, f"{head.public_url}/{dedupe_key}")
    message_id = f"<{mark}@{head.host}>"
    subject = one_line(letter.subject)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _whole_line("Subject", _encoded(subject))
    message["From"] = letter.sender or head.sender
    message["Date"] = now.astimezone(UTC).replace(microsecond=0)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    if letter.thread:
        message["In-Reply-To"] = letter.thread[-1]
        message["References"] = _whole_line("References", " ".join(letter.thread))
    if letter.unsubscribe_token:
        _add_unsubscribing(message, letter.unsubscribe_token, head)
    _add_bodies(message, letter)
    # Last, or the body would take the header along into one of its parts.
    message["Content-Language"] = letter.language
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{mark.hex}_{number}")
    mime = message.as_bytes()
    checksum = hashlib.sha256(mime).hexdigest()
    if letter.reply_to is not None:
        mime = _reply_to_line(letter.reply_to) + mime
    return FrozenMail(message_id, subject, mime, checksum)


def without_addresses(mime: bytes) -> bytes:
    """A frozen mail without its Reply-To line; its checksum is that of these bytes."""
    while mime.startswith((REPLY_TO, b" ", b"\t")):
        mime = mime.partition(b"\r\n")[2]
    return mime


def one_line(text: str) -> str:
    """The text as a header can hold it: one line, nothing that is no text, not too long."""
    line = " ".join(_NO_TEXT.sub(" ", text).split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def address_of(name: str, email: str | None) -> Address | None:
    """A person's mail address with the name before it; None where it cannot be written."""
    if not email:
        return None
    try:
        return Address(one_line(name), addr_spec=email)
    except (ValueError, IndexError, AttributeError):  # the last for "a@[x", by a slip of the library
        return None


def _encoded(subject: str) -> str:
    """The subject as it goes on the wire: as it is, or as encoded words throughout.

    The library folds words of both sorts in one line with a blank too many or too few.
    """
    if subject.isascii() and "=?" not in subject:
        return subject
    return Header(subject, "utf-8", header_name="Subject").encode(linesep="\r\n")


class _WholeLine(str):
    """A header's value that stays as it is: folding it anew would break it."""

    __slots__ = ("name",)
    name: str

    def fold(self, *, policy: EmailPolicy) -> str:
        """Name and value as they are."""
        return f"{self.name}: {self}{policy.linesep}"


def _whole_line(name: str, value: str) -> _WholeLine:
    line = _WholeLine(value)
    line.name = name
    return line


def _add_unsubscribing(message: EmailMessage, token: str, head: Letterhead) -> None:
    by_mail = f"mailto:{head.sender.addr_spec}?subject={quote(f'unsubscribe {token}')}"
    ways = f"<{head.link(f'/unsubscribe/{token}')}>, <{by_mail}>"
    message["List-Unsubscribe"] = _whole_line("List-Unsubscribe", ways)
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _add_bodies(message: EmailMessage, letter: Letter) -> None:
    message.set_content(_body(letter.text), cte="quoted-printable")
    message.add_alternative(_body(letter.html), subtype="html", cte="quoted-printable")
    html_part = cast("EmailMessage", list(message.iter_parts())[1])
    for picture in letter.pictures:
        html_part.add_related(
            picture.png,
            "image",
            "png",
            cid=f"<{picture.content_id}>",
            filename=one_line(picture.file_name),
            disposition="inline",
        )
    for file in letter.files:
        message.add_attachment(file.content, file.main_type, file.sub_type, filename=one_line(file.file_name))


def _body(text: str) -> str:
    return _NO_TEXT.sub("", text).strip("\n") + "\n"


def _reply_to_line(address: Address) -> bytes:
    header = EmailMessage(policy=SMTP)
    header["Reply-To"] = address
    return header.as_bytes().partition(b"\r\n\r\n")[0] + b"\r\n"
