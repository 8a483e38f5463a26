"""Packed parts of XML, as office files have them, read without trust.

What the directory says of sizes is checked before anything is unpacked; no part gives more
than it says there, for zipfile stops there and finds the checksum wrong. A document type,
with which a small file can be made to unfold, is refused.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Final
from xml.parsers import expat

from impact.errors import Invalid
from impact.exchange.csv_text import MOST_BYTES

MOST_PARTS: Final = 200
MOST_UNPACKED: Final = 50_000_000
MOST_RATIO: Final = 100
PIECE: Final = 65_536


def open_parts(content: bytes) -> zipfile.ZipFile:
    """The parts of a workbook, none of them unpacked yet.

    Raises:
        Invalid: damaged, too large when unpacked, or with macros or links to other files.
    """
    if len(content) > MOST_BYTES:
        raise Invalid("The file is larger than %(n)s MB.", field="file", n=MOST_BYTES // 1_000_000)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise Invalid(
            "The workbook is damaged; open it, save it anew, and try again.", field="file"
        ) from error
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names and "_rels/.rels" not in names:
        raise Invalid("The file is no workbook of the kind .xlsx; save it as .xlsx or CSV.", field="file")
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > min(MOST_UNPACKED, MOST_RATIO * max(len(content), 1)):
        raise _too_large()
    if any("externalLinks/" in name or name.endswith((".zip", "vbaProject.bin")) for name in names):
        raise Invalid("The workbook holds macros or links to other files; save it as .xlsx without them.")
    return archive


def parse(
    archive: zipfile.ZipFile,
    part: str,
    begin: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] = lambda name: None,  # noqa: ARG005
    say: Callable[[str], None] = lambda text: None,  # noqa: ARG005
) -> None:
    """Hands on the elements of a part by their bare names, namespaces left out."""

    def refuse(*_: object) -> None:
        raise Invalid("The workbook holds a document type, which no spreadsheet writes.", field="file")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, facts: begin(
        name.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in facts.items()}
    )
    parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
    parser.CharacterDataHandler = say
    with archive.open(part) as packed:
        while piece := packed.read(PIECE):
            parser.Parse(piece, False)
    parser.Parse(b"", True)


def _too_large() -> Invalid:
    return Invalid(
        "The workbook unpacks to more than is read; save the sheet that counts as CSV.", field="file"
    )
