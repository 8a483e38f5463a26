"""Files that a request makes and hands out, whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from io import BytesIO
from typing import IO, Final

from flask import send_file
from werkzeug.wrappers import Response

# What is larger waits on the disk, so that a long file takes no more memory than a short one.
IN_MEMORY: Final = 2_000_000


def download(write: Callable[[IO[bytes]], None], name: str, media_type: str) -> Response:
    """A file to be kept by whoever asked, under that name.

    It is written before the answer begins: what fails is told as an error, and no reader
    with a slow line keeps the database waiting.
    """
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed below
    try:
        write(file)
        is_small = file.tell() <= IN_MEMORY
        file.seek(0)
        if is_small:
            with file:
                file = BytesIO(file.read())
        response = send_file(file, mimetype=media_type, as_attachment=True, download_name=name)
    except BaseException:
        file.close()
        raise
    response.headers["Cache-Control"] = "no-store"  # Flask would let caches keep it and ask again.
    response.call_on_close(file.close)
    return response


def kept_file(content: bytes, name: str, media_type: str) -> Response:
    """A file that somebody else brought, to be kept by whoever asked and never shown in the browser."""
    response = send_file(BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
