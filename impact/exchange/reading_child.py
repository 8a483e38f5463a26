"""The process in which a file is read: limited, alone, and gone afterwards.

Takes the file's bytes on its standard input and writes one line of JSON: the sheets, or the
sentence that says why there are none. Whatever happens to it happens to nobody else.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from typing import Any, Final

from impact.errors import Invalid
from impact.exchange.book import read_here
from impact.exchange.cells import Sheet

MOST_MEMORY: Final = 448 * 1024 * 1024
MOST_SECONDS: Final = 20


def main() -> None:
    """Read what stands on the standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    gc.disable()  # Nothing is garbage before the end.
    content = sys.stdin.buffer.read()
    said: dict[str, Any]
    try:
        book = read_here(content)
        said = {"kind": book.kind, "sheets": [_plain(each) for each in book.sheets]}
    except Invalid as error:
        said = {"message": error.message, "field": error.field, "facts": error.facts}
    except (MemoryError, RecursionError):
        said = {"kind": None}
    sys.stdout.buffer.write(json.dumps(said, separators=(",", ":")).encode("utf-8", "surrogatepass"))
    sys.stdout.flush()
    os._exit(0)  # At once: nothing has to be taken apart.


def _plain(sheet: Sheet) -> list[Any]:
    """The sheet with its lines and its cells apart, which is written and read sooner than pairs."""
    lines, cells = [line for line, _ in sheet.rows], [cells for _, cells in sheet.rows]
    return [sheet.name, sheet.delimiter, sheet.encoding, lines, cells]
