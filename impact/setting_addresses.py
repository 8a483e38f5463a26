"""Addresses among the settings, each read from text; nonsense is a ValueError.

The error says what is wanted, as it goes on after "must be".
"""

from __future__ import annotations

import re
from email.utils import parseaddr
from urllib.parse import SplitResult, urlsplit

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
SMTP_SCHEMES = ("smtp", "smtp+starttls", "smtps")


def read_public_url(text: str) -> str:
    """The address of the pages, https but for this very machine, without its last stroke."""
    wanted = "an address such as https://impact.example.se, with nothing behind the host"
    try:
        parts = _split(text)
    except ValueError as error:
        raise ValueError(wanted) from error
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("http", "https") or not parts.hostname or not bare:
        raise ValueError(wanted)
    if parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS:
        raise ValueError("an https address; plain http is for localhost alone")
    return text.rstrip("/")


def read_database_url(text: str) -> str:
    """The address of a database of a kind that we use."""
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("an address that begins with sqlite:/// or postgresql+psycopg://")
    return text


def read_smtp_url(text: str) -> str:
    """The address of a mail server."""
    wanted = "an address such as smtp+starttls://name:password@host:587 (or smtp://, smtps://)"
    try:
        parts = _split(text)
    except ValueError as error:
        raise ValueError(wanted) from error
    if parts.scheme not in SMTP_SCHEMES or not parts.hostname:
        raise ValueError(wanted)
    if parts.scheme == "smtp" and parts.password and parts.hostname not in LOCAL_HOSTS:
        raise ValueError("smtp+starttls:// or smtps:// where there is a password, so that nobody reads it")
    return text


def read_issuer(text: str) -> str:
    """The address that an OpenID provider calls itself, to the letter."""
    wanted = (
        "the address of an OpenID provider such as https://id.example.se; plain http is for localhost alone"
    )
    try:
        parts = _split(text)
    except ValueError as error:
        raise ValueError(wanted) from error
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL_HOSTS)
    if not is_safe or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError(wanted)
    return text


def read_mail_address(text: str) -> str:
    """A mail address, with a name before it or without."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(text)[1]) or not text.isprintable():
        raise ValueError("a mail address such as Impact <impact@example.se>")
    return text


def _split(text: str) -> SplitResult:
    """The parts of an address; a port outside 0 to 65535 makes no address."""
    parts = urlsplit(text)
    _ = parts.port
    return parts
