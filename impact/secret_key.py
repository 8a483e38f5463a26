"""The key that signs cookies and links: given by a setting, or made and kept in a file."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from impact.settings import SECRET_KEY_LENGTH, Settings, SettingsError

FILE_NAME = "secret-key"


def signing_key(settings: Settings) -> str:
    """The given key, or the one kept in the data folder, made if there is none."""
    if settings.secret_key:
        return settings.secret_key
    file = settings.data_dir / FILE_NAME
    try:
        key = _kept_key(file) or _make_key(file)
    except OSError as error:
        raise SettingsError(
            "The secret key cannot be kept in %(folder)s; is the folder writable?", folder=file.parent
        ) from error
    if len(key) < SECRET_KEY_LENGTH:
        raise SettingsError(
            "The secret key in %(file)s is damaged; delete the file and start again.", file=file
        )
    return key


def mail_mark(settings: Settings) -> str:
    """What tells the key, sender, server and zone of mails from others, without giving them away."""
    told = "\n".join((settings.mail_from, settings.smtp_url, str(settings.time_zone)))
    return hmac.digest(signing_key(settings).encode(), told.encode(), hashlib.sha256).hex()[:32]


def _kept_key(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii")
    except FileNotFoundError:
        return ""


def _make_key(file: Path) -> str:
    """Make the key in one step, so that of two processes starting at once one wins."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(48))
        os.link(unfinished, file)
    except FileExistsError:
        pass  # The other process was first; its key counts.
    finally:
        unfinished.unlink()
    return _kept_key(file)
