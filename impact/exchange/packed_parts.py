"""Packed parts of XML, as office files have them, read without trust.

What the directory says of sizes is checked before anything is unpacked; no part gives more
than it says there, for zipfile stops there and finds the checksum wrong.
"""

from __future__ import annotations

import io
import zipfile
from typing import Final

from impact.errors import Invalid
from impact.exchange.cells import MOST_BYTES

MOST_PARTS: Final = 200
MOST_UNPACKED: Final = 50_000_000
MOST_RATIO: Final = 100
_UNWANTED: Final = (".zip", ".xlsx", ".xlsm", ".jar", ".7z", ".gz", ".rar", "vbaproject.bin")


def open_parts(content: bytes) -> zipfile.ZipFile:
    """The parts of an office file, none of them unpacked yet.

    Raises:
        Invalid: damaged, too large when unpacked, or with macros, archives or links to
            other files inside.
    """
    if len(content) > MOST_BYTES:
        raise Invalid("The file is larger than %(n)s MB.", field="file", n=MOST_BYTES // 1_000_000)
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise Invalid(
            "The workbook is damaged; open it, save it anew, and try again.", field="file"
        ) from error
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > min(MOST_UNPACKED, MOST_RATIO * max(len(content), 1)):
        raise too_large()
    names = {part.filename.lower() for part in parts}
    if any("externallinks/" in name or name.endswith(_UNWANTED) for name in names):
        raise Invalid(
            "The workbook holds macros or links to other files; save it as .xlsx without them.", field="file"
        )
    if len(names) < len(parts):
        raise Invalid("The workbook is damaged; open it, save it anew, and try again.", field="file")
    return archive


def too_large() -> Invalid:
    """The refusal of what unpacks to more than is read."""
    return Invalid(
        "The workbook unpacks to more than is read; save the sheet that counts as CSV.", field="file"
    )
