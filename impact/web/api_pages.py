"""The API explained to people: how to get a token, what there is, an example of each call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, current_app, render_template, request

from impact.errors import NotFound
from impact.web.api_recipes import recipes
from impact.web.document_reading import chapters
from impact.web.guards import public
from impact.web.letterheads import own_letterhead

pages = Blueprint("api_pages", __name__)
# Where the app keeps what makes the document.
DOCUMENT = "api document"


@pages.get("/api")
@public
def show() -> str:
    """What the API is and offers, or one chapter of it in full."""
    document: Callable[[], Mapping[str, Any]] = current_app.extensions[DOCUMENT]
    address = own_letterhead().link("").rstrip("/")
    found = chapters(document(), address)
    wanted = request.args.get("chapter")
    if wanted is None:
        return render_template("api/overview.html", chapters=found, recipes=recipes(address))
    chapter = next((each for each in found if each.name == wanted), None)
    if chapter is None:
        raise NotFound("There is no such chapter.")
    return render_template("api/chapter.html", chapter=chapter)
