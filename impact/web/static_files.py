"""Style sheets, scripts and the typeface; kept by browsers until they change."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory

from impact.web.guards import public
from impact.web.headers import YEAR

FOLDER = Path(__file__).parents[1] / "static"
TYPEFACE_PACKAGE = "font_source_sans_pro"
WEEK = 7 * 24 * 3600
pages = Blueprint("static_files", __name__)


def static_url(name: str) -> str:
    """The address of a file of ours; it changes with the content."""
    file = FOLDER / name
    return f"/static/{name}?v={_digest(file, file.stat().st_mtime_ns)}"


@pages.get("/static/<path:name>")
@public
def static_file(name: str) -> Response:
    """One of our style sheets, scripts or pictures."""
    response = send_from_directory(FOLDER, name)
    is_current = request.args.get("v") is not None and request.full_path == static_url(name)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if is_current else "no-cache"
    return response


@pages.get("/typeface/<name>")
@public
def typeface(name: str) -> Response:
    """One file of the typeface, out of its wheel."""
    response = send_from_directory(_typeface_folder(), name)
    response.headers["Cache-Control"] = f"public, max-age={WEEK}"
    return response


@cache
def _digest(file: Path, _changed_at: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


@cache
def _typeface_folder() -> Path:
    """Where the wheel lies; importing it would read every font's name for nothing."""
    spec = find_spec(TYPEFACE_PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"the package {TYPEFACE_PACKAGE} is not installed")
    return Path(spec.origin).parent / "files"
