"""A file as people send it, told by its bytes: separated text, .xlsx, .ods or JSON."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Final

from impact.errors import Invalid
from impact.exchange.cells import MOST_BYTES, Sheet
from impact.exchange.csv_text import read_sheet
from impact.exchange.json_sheet import read_json
from impact.exchange.open_document import read_open_document
from impact.exchange.packed_parts import open_parts


class Kind(StrEnum):
    """How a file is written."""

    TEXT = "text"
    WORKBOOK = "workbook"
    OPEN_DOCUMENT = "open_document"
    JSON = "json"


@dataclass(frozen=True)
class Book:
    """A file's shown sheets; separated text is one sheet without a name."""

    kind: Kind
    sheets: tuple[Sheet, ...]


_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OTHERS: Final = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"{\\rtf": "RTF",
    b"\x7fELF": "ELF",
    b"MZ\x90": "EXE",
    b"SQLite format 3": "SQLite",
    b"PAR1": "Parquet",
}
_MARKUP: Final = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<svg")


def read_here(content: bytes) -> Book:
    """The sheets of a file, read in this process; :func:`read_book` reads in a limited one.

    Raises:
        Invalid: no such file, damaged, too large, or made to harm.
    """
    kind = kind_of(content)
    if kind is Kind.JSON:
        return Book(kind, (read_json(content),))
    if kind is Kind.TEXT:
        return Book(kind, (read_sheet(content),))
    sheets = tuple(sheet for sheet in _reader(kind)(content) if sheet.rows)
    if not sheets:
        raise Invalid("The file is empty.", field="file")
    return Book(kind, sheets)


def kind_of(content: bytes) -> Kind:
    """How the file is written, whatever its name says.

    Raises:
        Invalid: in a way that is not read.
    """
    if len(content) > MOST_BYTES:
        raise Invalid("The file is larger than %(n)s MB.", field="file", n=MOST_BYTES // 1_000_000)
    if not content.strip():
        raise Invalid("The file is empty.", field="file")
    if content.startswith(_OLD_EXCEL):
        raise Invalid(
            "The workbook is in the old form .xls or has a password; save it as .xlsx or CSV without one.",
            field="file",
        )
    if content.startswith(_ZIP):
        return _packed_kind(open_parts(content))
    for magic, name in _OTHERS.items():
        if content.startswith(magic):
            raise Invalid(
                "The file is of the kind %(kind)s; .xlsx, .ods and CSV are read.", field="file", kind=name
            )
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower().startswith(_MARKUP):
        raise Invalid(
            "The file is of the kind %(kind)s; .xlsx, .ods and CSV are read.", field="file", kind="HTML, XML"
        )
    return Kind.JSON if content.lstrip()[:1] in (b"{", b"[") else Kind.TEXT


def _packed_kind(archive: zipfile.ZipFile) -> Kind:
    names = set(archive.namelist())
    is_open = "content.xml" in names and "xl/workbook.xml" not in names
    return Kind.OPEN_DOCUMENT if is_open else Kind.WORKBOOK


def _reader(kind: Kind) -> Callable[[bytes], Iterator[Sheet]]:
    """What reads such a file; openpyxl is slow to start, and no text needs it."""
    if kind is Kind.WORKBOOK:
        workbook: Callable[[bytes], Iterator[Sheet]] = import_module("impact.exchange.workbook").read_workbook
        return workbook
    return read_open_document
