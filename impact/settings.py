"""Every setting: name, type, default, one sentence; read once; nonsense stops the start.

The fields of :class:`Settings` are the one table. ``docs/settings.md`` shows the same table
to administrators, and a test keeps the two equal.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from impact.errors import ImpactError
from impact.group_roles import read_group_roles
from impact.language import Language, mark
from impact.setting_addresses import (
    read_database_url,
    read_issuer,
    read_mail_address,
    read_public_url,
    read_smtp_url,
)
from impact.setting_choices import one_of, whole_number

PREFIX = "IMPACT_"
OF_THE_TEST_RUN = frozenset({"IMPACT_BROWSER_REQUIRED", "IMPACT_DRILL_SHARE"})
SECRET_KEY_LENGTH = 32
SECRET_KEY_DISTINCT = 10
SET = mark("(set)")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingsError(ImpactError):
    """A setting that makes no sense; the start stops with this sentence."""


def _text(text: str) -> str:
    return text


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _language(text: str) -> Language:
    return Language(one_of(*Language)(text))


def _zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("the name of a time zone such as Europe/Stockholm") from error


def _secret_key(text: str) -> str:
    if len(text) < SECRET_KEY_LENGTH or len(set(text)) < SECRET_KEY_DISTINCT:
        raise ValueError(f"at least {SECRET_KEY_LENGTH} characters that nobody can guess")
    return text


def _setting(
    key: str, read: Callable[[str], Any], default: str, sentence: str, *, is_secret: bool = False
) -> Any:
    return field(
        repr=not is_secret,
        metadata={"key": key, "read": read, "default": default, "sentence": sentence, "secret": is_secret},
    )


class Listed(NamedTuple):
    """A setting in force as people may read it, secrets left out."""

    key: str
    value: str
    sentence: str


@dataclass(frozen=True)
class Settings:
    """What an installation may decide; made by :meth:`from_environment`."""

    # A default may name an earlier setting in braces.
    data_dir: Path = _setting(
        "IMPACT_DATA_DIR",
        _path,
        "./var",
        mark("Folder of the database, the secret key and mails that were not sent."),
    )
    database_url: str = _setting(
        "IMPACT_DATABASE_URL",
        read_database_url,
        "sqlite:///{data_dir}/impact.sqlite",
        mark("Address of the database: SQLite on one machine, PostgreSQL beyond."),
        is_secret=True,
    )
    port: int = _setting("PORT", whole_number(1, 65535), "8000", mark("Port on which the pages are served."))
    public_url: str = _setting(
        "IMPACT_PUBLIC_URL",
        read_public_url,
        "http://localhost:{port}",
        mark("Address under which people reach the pages; with https, cookies and HSTS are secure too."),
    )
    trusted_proxies: int = _setting(
        "IMPACT_TRUSTED_PROXIES",
        whole_number(0, 9),
        "0",
        mark("Number of proxies in front whose forwarded headers are believed."),
    )
    secret_key: str = _setting(
        "IMPACT_SECRET_KEY",
        _secret_key,
        "",
        mark("Key that signs cookies and links; without it one is made and kept in the data folder."),
        is_secret=True,
    )
    session_hours: int = _setting(
        "IMPACT_SESSION_HOURS",
        whole_number(1, 720),
        "12",
        mark("Hours without a click after which a sign-in ends."),
    )
    sign_in_attempts: int = _setting(
        "IMPACT_SIGN_IN_ATTEMPTS",
        whole_number(1, 1000),
        "8",
        mark("Failed sign-ins after which a name or an address has to wait."),
    )
    sign_in_window_minutes: int = _setting(
        "IMPACT_SIGN_IN_WINDOW_MINUTES",
        whole_number(1, 1440),
        "15",
        mark("Minutes over which failed sign-ins are counted."),
    )
    oidc_issuer: str = _setting(
        "IMPACT_OIDC_ISSUER",
        read_issuer,
        "",
        mark("OpenID provider with which people may sign in; without it by name and password alone."),
    )
    oidc_client_id: str = _setting(
        "IMPACT_OIDC_CLIENT_ID", _text, "", mark("Name under which the OpenID provider knows Impact.")
    )
    oidc_client_secret: str = _setting(
        "IMPACT_OIDC_CLIENT_SECRET",
        _text,
        "",
        mark("Password under which the OpenID provider knows Impact."),
        is_secret=True,
    )
    oidc_groups_claim: str = _setting(
        "IMPACT_OIDC_GROUPS_CLAIM",
        _text,
        "groups",
        mark("What the OpenID provider calls the list of a person's groups."),
    )
    oidc_roles: str = _setting(
        "IMPACT_OIDC_ROLES",
        read_group_roles,
        "",
        mark("Role for everything that each group brings, as group=role; group=role."),
    )
    smtp_url: str = _setting(
        "IMPACT_SMTP_URL",
        read_smtp_url,
        "",
        mark("Address of the mail server; without it mails lie as files in the data folder."),
        is_secret=True,
    )
    mails_a_minute: int = _setting(
        "IMPACT_MAILS_A_MINUTE",
        whole_number(0, 100_000),
        "600",
        mark("Most emails that one clock hands over a minute; 0 is no limit."),
    )
    mail_from: str = _setting(
        "IMPACT_MAIL_FROM", read_mail_address, "Impact <impact@localhost>", mark("Sender of all mails.")
    )
    time_zone: ZoneInfo = _setting(
        "IMPACT_TIME_ZONE",
        _zone,
        "Europe/Stockholm",
        mark("Time zone of the pages and of new subscriptions."),
    )
    default_language: Language = _setting(
        "IMPACT_DEFAULT_LANGUAGE", _language, "sv", mark("Language for whoever has not chosen: sv or en.")
    )
    public_least_n: int = _setting(
        "IMPACT_PUBLIC_LEAST_N",
        whole_number(0, 1000),
        "10",
        mark("Fewest people behind a public value; 0 hides none."),
    )
    clock_tick_seconds: int = _setting(
        "IMPACT_CLOCK_TICK_SECONDS",
        whole_number(1, 3600),
        "30",
        mark("Seconds between two looks of the clock at what is due."),
    )
    migration_backups: int = _setting(
        "IMPACT_MIGRATION_BACKUPS",
        whole_number(0, 99),
        "3",
        mark("Backups taken before a migration that are kept; 0 takes none."),
    )
    log_format: str = _setting(
        "IMPACT_LOG_FORMAT",
        one_of("plain", "json"),
        "plain",
        mark("Lines for people (plain) or for machines (json)."),
    )
    log_level: str = _setting(
        "IMPACT_LOG_LEVEL",
        one_of(*LOG_LEVELS),
        "INFO",
        mark("Least weight of what is logged: DEBUG to ERROR."),
    )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """The settings that the environment gives; nonsense is a SettingsError."""
        _refuse_unknown(environ)
        read: dict[str, Any] = {}
        for one in fields(cls):
            read[one.name] = _read(one, _given(one, environ), read)
        if bool(read["oidc_issuer"]) != bool(read["oidc_client_id"] and read["oidc_client_secret"]):
            raise SettingsError(
                "Give IMPACT_OIDC_ISSUER, IMPACT_OIDC_CLIENT_ID and IMPACT_OIDC_CLIENT_SECRET together."
            )
        return cls(**read)

    @property
    def is_https(self) -> bool:
        """Whether people reach the pages over https."""
        return self.public_url.startswith("https:")

    def listed(self) -> Iterator[Listed]:
        """Key, value and sentence of every setting, secret values left out."""
        for one in fields(self):
            value = str(getattr(self, one.name))
            shown = _without_secret(value) if one.metadata["secret"] else value
            yield Listed(one.metadata["key"], shown, one.metadata["sentence"])


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {one.metadata["key"] for one in fields(Settings)} | _file_keys() | OF_THE_TEST_RUN
    unknown = sorted(key for key in environ if key.startswith(PREFIX) and key not in known)
    if unknown:
        raise SettingsError("There is no setting %(key)s; docs/settings.md lists them all.", key=unknown[0])


def _file_keys() -> set[str]:
    return {one.metadata["key"] + "_FILE" for one in fields(Settings) if one.metadata["secret"]}


def _given(one: Field[Any], environ: Mapping[str, str]) -> str:
    """The text given for a setting, also by way of a file for secrets; '' if none."""
    key = one.metadata["key"]
    text = environ.get(key, "").strip()
    file = environ.get(key + "_FILE", "").strip() if one.metadata["secret"] else ""
    if not file:
        return text
    if text:
        raise SettingsError("Give either %(key)s or %(key)s_FILE, not both.", key=key)
    try:
        text = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError("%(key)s_FILE names a file that cannot be read.", key=key) from error
    if not text:
        raise SettingsError("%(key)s_FILE names an empty file.", key=key)
    return text


def _read(one: Field[Any], given: str, earlier: Mapping[str, Any]) -> Any:
    text = given or one.metadata["default"].format(**earlier)
    if not text:
        return ""
    try:
        return one.metadata["read"](text)
    except ValueError as error:
        raise SettingsError("%(key)s must be %(wanted)s.", key=one.metadata["key"], wanted=error) from error


def _without_secret(value: str) -> str:
    """The address without name, password and options; anything that is no address is only told to be set."""
    if not value:
        return ""
    if "://" not in value:
        return SET
    # PostgreSQL takes a password among the options too.
    return re.sub(r"[?#].*", "?…", re.sub(r"://.*@", "://…@", value, flags=re.DOTALL), flags=re.DOTALL)
