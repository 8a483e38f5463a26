"""Files read in a child process with limits on memory, time and what it can do.

A reader of other people's files is the likeliest part to be led astray: a small workbook can
be made to unfold to gigabytes, or to end the process that reads it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from impact.collecting import without_collecting
from impact.errors import Invalid
from impact.exchange.book import Book, Kind
from impact.exchange.cells import MOST_BYTES, Sheet

MOST_SECONDS: Final = 28
MOST_ANSWER: Final = 150_000_000
# openpyxl takes numpy where it finds it, which no cell needs and which is slow to start.
_CHILD: Final = (
    "import sys; sys.modules['numpy'] = None; from impact.exchange.reading_child import main; main()"
)
_HOME: Final = str(Path(__file__).resolve().parents[2])


@dataclass(frozen=True)
class _Refusal:
    """Why the child read nothing, for the catalogue."""

    message: str
    field: str | None
    facts: dict[str, Any]


@without_collecting()
def read_book(content: bytes) -> Book:
    """The sheets of a file, read in a limited process.

    Raises:
        Invalid: no such file, damaged, too large, made to harm, or too much work.
    """
    if len(content) > MOST_BYTES:
        raise Invalid("The file is larger than %(n)s MB.", field="file", n=MOST_BYTES // 1_000_000)
    said = _said(content)
    if "message" in said:
        refusal = _Refusal(**said)
        raise Invalid(refusal.message, field=refusal.field, **refusal.facts)
    if said["kind"] is None:
        raise _too_much()
    sheets = (
        Sheet(tuple(zip(lines, map(tuple, cells), strict=True)), delimiter, encoding, name)
        for name, delimiter, encoding, lines, cells in said["sheets"]
    )
    return Book(Kind(said["kind"]), tuple(sheets))


def _said(content: bytes) -> dict[str, Any]:
    """What the child wrote; a child that ends without a word has had too much of it."""
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, nothing of the file
            [sys.executable, "-c", _CHILD],
            input=content,
            capture_output=True,
            timeout=MOST_SECONDS,
            cwd=_HOME,
            # Nothing of ours that it could tell: neither the database's address nor a secret.
            env={"PATH": os.defpath, "PYTHONPATH": _HOME, "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_much() from error
    if done.returncode != 0 or len(done.stdout) > MOST_ANSWER:
        raise _too_much()
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _too_much() -> Invalid:
    return Invalid(
        "The file takes more time or memory than is given to one file; save the sheet that counts as CSV.",
        field="file",
    )
