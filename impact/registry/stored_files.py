"""Files as they are kept: of few kinds, of limited size, the same bytes once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from impact.errors import Invalid
from impact.registry.project_tables import StoredFile

MEGABYTES: Final = 10
LARGEST: Final = MEGABYTES * 1024 * 1024
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."
# Ending, media type, how such a file begins; text has no beginning of its own.
SORTS: Final[dict[str, tuple[str, bytes]]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "docx": (_OFFICE + "wordprocessingml.document", b"PK\x03\x04"),
    "xlsx": (_OFFICE + "spreadsheetml.sheet", b"PK\x03\x04"),
    "pptx": (_OFFICE + "presentationml.presentation", b"PK\x03\x04"),
    "odt": (_ODF + "text", b"PK\x03\x04"),
    "ods": (_ODF + "spreadsheet", b"PK\x03\x04"),
    "csv": ("text/csv", b""),
    "txt": ("text/plain", b""),
}


@dataclass(frozen=True)
class Download:
    """A stored file as it is handed out."""

    name: str
    media_type: str
    content: bytes


def keep_upload(session: Session, file_name: str, content: bytes, *, now: datetime) -> str:
    """The number under which somebody's file is kept.

    Raises:
        Invalid: the file is empty, too large, or none of the kinds that are kept.
    """
    return keep_file(session, content, _media_type(file_name, content), now=now)


def keep_file(session: Session, content: bytes, media_type: str, *, now: datetime) -> str:
    """The number under which the bytes are kept; the same bytes are kept once."""
    sha256 = hashlib.sha256(content).hexdigest()
    if session.get(StoredFile, sha256) is None:
        session.add(
            StoredFile(
                sha256=sha256, media_type=media_type, n_bytes=len(content), content=content, stored_at=now
            )
        )
        session.flush()
    return sha256


def ending_of(media_type: str) -> str:
    """How the name of a file of that media type ends."""
    return next((ending for ending, (kind, _) in SORTS.items() if kind == media_type), "bin")


def _media_type(file_name: str, content: bytes) -> str:
    ending = file_name.rpartition(".")[2].lower()
    if not content:
        raise Invalid("The file is empty.", field="file")
    if len(content) > LARGEST:
        raise Invalid("A file may have at most %(n)s megabytes.", field="file", n=MEGABYTES)
    sort = SORTS.get(ending)
    if sort is None or not content.startswith(sort[1]) or (not sort[1] and not _is_text(content)):
        raise Invalid(
            "Only PDF, Word, Excel, PowerPoint, OpenDocument, text, CSV and pictures (PNG, JPEG) are kept.",
            field="file",
        )
    return sort[0]


def _is_text(content: bytes) -> bool:
    if b"\0" in content:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        # Spreadsheets save text in the older code page, in which every byte but a few is a letter.
        return not any(byte < 9 for byte in content)
    return True
