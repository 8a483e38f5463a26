"""What the trail tells of files of evidence: their names and sizes, by which they are found again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit.tables import AuditEntry
from impact.registry.measurement_tables import Measurement
from impact.registry.project_tables import StoredFile

# What the trail calls the file that supports a measurement.
EVIDENCE_FILE: Final = "evidence_file"
LONGEST_FILE_NAME: Final = 200
AT_ONCE: Final = 1000

# A measurement's number and the number of the bytes.
Key = tuple[int, str]
Told = dict[str, Any]


@dataclass(frozen=True)
class FileChange:
    """Another file, or none, where one was or was not; ``name`` is that of a new one."""

    measurement_id: int
    before: str | None
    after: str | None
    name: str = ""


def told_changes(session: Session, changes: Sequence[FileChange]) -> dict[int, tuple[Told, Told]]:
    """What the trail keeps of each measurement whose file changes, before and after."""
    changes = [change for change in changes if change.before != change.after]
    keys = {
        (change.measurement_id, sha256)
        for change in changes
        for sha256 in (change.before, change.after)
        if sha256 is not None
    }
    if not keys:
        return {}
    names, sizes = file_names(session, keys), _sizes(session, {sha256 for _, sha256 in keys})

    def told(change: FileChange, sha256: str | None, name: str = "") -> Told:
        if sha256 is None:
            return {}
        name = _plain(name) or names.get((change.measurement_id, sha256), "")
        return {EVIDENCE_FILE: {"name": name, "n_bytes": sizes.get(sha256, 0)}}

    return {
        change.measurement_id: (told(change, change.before), told(change, change.after, change.name))
        for change in changes
    }


def file_names(session: Session, keys: Collection[Key]) -> dict[Key, str]:
    """What the files of measurements were called when they were attached."""
    numbers = sorted({number for number, _ in keys})
    found: dict[Key, str] = {}
    for start in range(0, len(numbers), AT_ONCE):
        entries = (
            select(AuditEntry.object_id, AuditEntry.after)
            .where(
                AuditEntry.object_type == Measurement.__tablename__,
                AuditEntry.object_id.in_(numbers[start : start + AT_ONCE]),
            )
            .order_by(AuditEntry.id)
        )
        for number, after in session.execute(entries):
            if after.get(EVIDENCE_FILE):
                found[number, after["evidence_sha256"]] = str(after[EVIDENCE_FILE]["name"])
    return {key: found[key] for key in keys if key in found}


def _sizes(session: Session, wanted: set[str]) -> dict[str, int]:
    numbers = sorted(wanted)
    found: dict[str, int] = {}
    for start in range(0, len(numbers), AT_ONCE):
        some = StoredFile.sha256.in_(numbers[start : start + AT_ONCE])
        rows = session.execute(select(StoredFile.sha256, StoredFile.n_bytes).where(some))
        found |= {row.sha256: row.n_bytes for row in rows}
    return found


def _plain(name: str) -> str:
    """The name without folders and signs that nobody sees, its end kept: it says the kind."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip()[-LONGEST_FILE_NAME:]
