"""Addresses with texts that no database can hold are refused at the door."""

from __future__ import annotations

from flask import Flask, request

from impact.errors import Invalid
from impact.request_scope.identity import is_for_programs


def refuse_unstorable_addresses(app: Flask) -> None:
    """Let no address in that holds NUL or half a character; a form's fields tell their own."""
    app.before_request(_check)


def _check() -> None:
    if is_for_programs():
        return
    texts = [str(text) for text in (request.view_args or {}).values()]
    for _name, given in request.args.lists():
        texts += given
    for text in texts:
        if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
            raise Invalid("The text has characters that cannot be stored.")
