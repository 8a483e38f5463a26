"""The file of a backup: a ZIP of one text file a table, sealed with a SHA-256 at its end.

The last 64 characters, which ZIP calls a comment, are the SHA-256 of everything before
them: a file that was cut off, or of which one bit was changed, is never read.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from impact.errors import Invalid
from impact.safekeeping.rows import Lines, TableSum

FORMAT = 1
MANIFEST = "manifest.json"
SHA256_LENGTH = 64
MARK = b"Impact backup, sha256 "
PIECE = 1 << 20
FASTEST = 1


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    format: int
    version: str
    engine: str
    revision: str
    taken_at: str
    left_out: tuple[str, ...]
    tables: tuple[TableSum, ...]

    @property
    def n_rows(self) -> int:
        """The rows of all tables together."""
        return sum(table.n_rows for table in self.tables)


class Writing:
    """A backup that is being written into an open file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=FASTEST)

    def add(self, name: str, lines: Lines) -> TableSum:
        """Write all rows of a table."""
        with self._zip.open(f"tables/{name}.jsonl", "w", force_zip64=True) as member:
            for piece in lines:
                member.write(piece)
        return lines.total

    def end(self, manifest: Manifest) -> None:
        """Write what the backup says of itself; nothing may follow but the seal."""
        self._zip.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1, ensure_ascii=False))
        self._zip.comment = MARK + b"0" * SHA256_LENGTH
        self._zip.close()


def seal(file: IO[bytes]) -> None:
    """Put the SHA-256 of the file to its end, and the file onto the disk."""
    place = file.seek(0, os.SEEK_END) - SHA256_LENGTH
    digest = _sha256(file, place)
    file.seek(place)
    file.write(digest.encode("ascii"))
    file.flush()
    os.fsync(file.fileno())


class Reading:
    """A backup whose every byte was compared with its seal."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip = archive
        self.manifest = manifest

    def rows(self, table: TableSum) -> Iterator[list[Any]]:
        """The rows of a table, as they were written."""
        with self._zip.open(f"tables/{table.name}.jsonl") as member:
            for line in member:
                yield json.loads(line)


@contextmanager
def opened(path: Path) -> Iterator[Reading]:
    """A backup to read from, after every byte of it was checked.

    Raises:
        Invalid: it is no backup, or not as it was written.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise Invalid("%(file)s cannot be read: %(reason)s.", file=path, reason=error.strerror) from error
    with file:
        _require_whole(path, file)
        with zipfile.ZipFile(file) as archive:
            yield Reading(archive, _manifest(path, archive))


def _require_whole(path: Path, file: IO[bytes]) -> None:
    length = file.seek(0, os.SEEK_END)
    place = length - SHA256_LENGTH
    file.seek(max(0, place - len(MARK)))
    ending = file.read()
    if not ending.startswith(MARK) or ending[len(MARK) :] != _sha256(file, place).encode("ascii"):
        raise Invalid(
            "%(file)s is no whole backup: it was cut off or changed, or is something else. "
            "Nothing was restored.",
            file=path,
        )


def _manifest(path: Path, archive: zipfile.ZipFile) -> Manifest:
    told = json.loads(archive.read(MANIFEST))
    if told["format"] != FORMAT:
        raise Invalid(
            "%(file)s was made by another version of Impact (%(version)s); restore it with that version.",
            file=path,
            version=told["version"],
        )
    tables = tuple(TableSum(**{**each, "columns": tuple(each["columns"])}) for each in told.pop("tables"))
    return Manifest(**{**told, "left_out": tuple(told["left_out"])}, tables=tables)


def _sha256(file: IO[bytes], n_bytes: int) -> str:
    """The SHA-256 of the first bytes of a file."""
    digest = hashlib.sha256()
    file.seek(0)
    left = n_bytes
    while left > 0 and (piece := file.read(min(PIECE, left))):
        digest.update(piece)
        left -= len(piece)
    return digest.hexdigest()


def names(tables: Iterable[TableSum]) -> set[str]:
    """What the tables are called."""
    return {table.name for table in tables}
