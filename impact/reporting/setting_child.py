"""Sets one report in a process of its own: data in by standard input, the PDF out.

Typst keeps what it has set for the life of its process; a web process would grow by each
report. Run as a file, this needs nothing of the project, only Typst.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

import typst


def main() -> None:
    """Read source, data, typefaces and date as JSON and write the PDF."""
    asked = json.load(sys.stdin.buffer)
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[asked["typefaces"]]
    )
    # What it could read besides its source are the typefaces, and nothing else of the machine.
    pdf: Any = typst.Compiler(font_paths=fonts, root=asked["typefaces"]).compile(
        asked["source"].encode(),
        format="pdf",
        sys_inputs={"report": asked["report"]},
        pdf_standards=[asked["standard"]],
        timestamp=datetime.fromisoformat(asked["stamp"]),
    )
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
