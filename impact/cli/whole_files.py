"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from impact.errors import Invalid


def write_whole(out: Path, pieces: Iterable[bytes]) -> None:
    """The file whole, or as it was before.

    Raises:
        Invalid: the file cannot be written.
    """
    try:
        handle, unfinished = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    except OSError as error:
        raise Invalid("%(file)s cannot be written: %(reason)s.", file=out, reason=error.strerror) from error
    try:
        with closing(os.fdopen(handle, "wb")) as file:
            file.writelines(pieces)
        Path(unfinished).chmod(0o666 & ~_umask())
        Path(unfinished).replace(out)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
