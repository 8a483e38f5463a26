"""Texts that no database can hold are refused at the door, whatever page they are for."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, request

from impact.errors import Invalid
from impact.request_scope.identity import is_for_programs


def refuse_unstorable_texts(app: Flask) -> None:
    """Let no text in that holds NUL or half a character; no keyboard makes them."""
    app.before_request(_check)


def _check() -> None:
    if is_for_programs():
        return
    for text in _texts():
        if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
            raise Invalid("The text has characters that cannot be stored.")


def _texts() -> Iterator[str]:
    yield from map(str, (request.view_args or {}).values())
    for given in (request.args, request.form):
        for name, texts in given.lists():
            yield name
            yield from texts
