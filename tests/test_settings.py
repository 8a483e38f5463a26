"""Settings: read once, nonsense stops the start with one plain sentence."""

import stat
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from impact.accounts.tables import Role
from impact.group_roles import ROLES, roles_by_group
from impact.language import Language
from impact.secret_key import signing_key
from impact.settings import Settings, SettingsError

GOOD_KEY = "0123456789abcdefghijklmnopqrstuv"


def test_installation_is_small_and_swedish_when_nothing_is_set() -> None:
    """Without any setting: SQLite under var/, port 8000, localhost, Swedish."""
    settings = Settings.from_environment({})
    assert settings.data_dir == Path("var").absolute()
    assert settings.database_url == f"sqlite:///{settings.data_dir}/impact.sqlite"
    assert (settings.port, settings.public_url) == (8000, "http://localhost:8000")
    assert settings.default_language is Language.SWEDISH
    assert str(settings.time_zone) == "Europe/Stockholm"
    assert not settings.is_https


def test_other_defaults_follow_when_folder_and_port_are_set(tmp_path: Path) -> None:
    """The database lies in the data folder, the public address has the port."""
    settings = Settings.from_environment({"IMPACT_DATA_DIR": f"{tmp_path}/{{x}}", "PORT": "9001"})
    assert settings.database_url == f"sqlite:///{tmp_path}/{{x}}/impact.sqlite"
    assert settings.public_url == "http://localhost:9001"


def test_default_counts_when_a_setting_is_empty() -> None:
    """An empty variable, as container files like to give, is no setting."""
    assert Settings.from_environment({"IMPACT_LOG_LEVEL": " "}).log_level == "INFO"


def test_start_stops_when_a_setting_is_unknown() -> None:
    """A misspelt name is told, not passed over."""
    with pytest.raises(SettingsError, match="no setting IMPACT_DATABSE_URL"):
        Settings.from_environment({"IMPACT_DATABSE_URL": "sqlite:///x"})


@pytest.mark.parametrize(
    ("key", "nonsense"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "8000.0"),
        ("PORT", "²"),
        ("IMPACT_DATABASE_URL", "mysql://host/impact"),
        ("IMPACT_DATABASE_URL", "postgresql://host/impact"),
        ("IMPACT_PUBLIC_URL", "impact.example.se"),
        ("IMPACT_PUBLIC_URL", "http://impact.example.se"),
        ("IMPACT_PUBLIC_URL", "https://impact.example.se/somewhere"),
        ("IMPACT_PUBLIC_URL", "https://impact.example.se:port"),
        ("IMPACT_PUBLIC_URL", "https://[impact"),
        ("IMPACT_TRUSTED_PROXIES", "-1"),
        ("IMPACT_SECRET_KEY", "secret"),
        ("IMPACT_SECRET_KEY", "a" * 64),
        ("IMPACT_SESSION_HOURS", "0"),
        ("IMPACT_SIGN_IN_ATTEMPTS", "many"),
        ("IMPACT_SIGN_IN_WINDOW_MINUTES", "0"),
        ("IMPACT_OIDC_ISSUER", "id.example.se"),
        ("IMPACT_OIDC_ISSUER", "http://id.example.se"),
        ("IMPACT_OIDC_ISSUER", "https://id.example.se?a=b"),
        ("IMPACT_OIDC_ISSUER", "https://name:password@id.example.se"),
        ("IMPACT_OIDC_ROLES", "staff"),
        ("IMPACT_OIDC_ROLES", "staff=owner"),
        ("IMPACT_OIDC_ROLES", "=viewer"),
        ("IMPACT_OIDC_ROLES", "staff=viewer; staff=manager"),
        ("IMPACT_SMTP_URL", "mail.example.se:25"),
        ("IMPACT_SMTP_URL", "smtp://"),
        ("IMPACT_SMTP_URL", "smtp://host:mail"),
        ("IMPACT_MAIL_FROM", "Impact"),
        ("IMPACT_MAIL_FROM", "a@b.se\nBcc: c@d.se"),
        ("IMPACT_TIME_ZONE", "Stockholm"),
        ("IMPACT_TIME_ZONE", "/etc/passwd"),
        ("IMPACT_DEFAULT_LANGUAGE", "svenska"),
        ("IMPACT_CLOCK_TICK_SECONDS", "0"),
        ("IMPACT_LOG_FORMAT", "xml"),
        ("IMPACT_LOG_LEVEL", "loud"),
    ],
)
def test_start_stops_when_a_setting_is_nonsense(key: str, nonsense: str) -> None:
    """One sentence names the setting and says what it must be."""
    with pytest.raises(SettingsError, match=rf"^{key} must be .+\.$"):
        Settings.from_environment({key: nonsense})


@pytest.mark.parametrize(
    ("address", "https"),
    [
        ("https://impact.example.se/", True),
        ("https://impact.example.se:8443", True),
        ("http://localhost:8000", False),
        ("http://[::1]:80", False),
    ],
)
def test_cookies_are_secure_when_the_public_address_is_https(address: str, https: bool) -> None:
    """Plain http is for the own machine alone."""
    settings = Settings.from_environment({"IMPACT_PUBLIC_URL": address})
    assert settings.is_https is https
    assert settings.public_url == address.rstrip("/")


@pytest.mark.parametrize("key", ["IMPACT_SECRET_KEY", "IMPACT_DATABASE_URL", "IMPACT_SMTP_URL"])
def test_secret_is_read_when_a_file_holds_it(key: str, tmp_path: Path) -> None:
    """Secrets may lie in files, as container hosts hand them over."""
    text = {
        "IMPACT_SECRET_KEY": GOOD_KEY,
        "IMPACT_DATABASE_URL": "sqlite:///x",
        "IMPACT_SMTP_URL": "smtp://h",
    }[key]
    file = tmp_path / "secret"
    file.write_text(text + "\n", encoding="utf-8")
    settings = Settings.from_environment({f"{key}_FILE": str(file)})
    assert text in (settings.secret_key, settings.database_url, settings.smtp_url)


def test_start_stops_when_a_secret_is_given_twice_or_its_file_gives_none(tmp_path: Path) -> None:
    """Which of two secrets counts is not left to chance."""
    with pytest.raises(SettingsError, match="not both"):
        Settings.from_environment({"IMPACT_SECRET_KEY": GOOD_KEY, "IMPACT_SECRET_KEY_FILE": "x"})
    with pytest.raises(SettingsError, match="cannot be read"):
        Settings.from_environment({"IMPACT_SECRET_KEY_FILE": str(tmp_path / "none")})
    (tmp_path / "empty").touch()
    with pytest.raises(SettingsError, match="empty file"):
        Settings.from_environment({"IMPACT_SECRET_KEY_FILE": str(tmp_path / "empty")})


def test_file_is_for_secrets_only() -> None:
    """What is no secret stands in the environment itself."""
    with pytest.raises(SettingsError, match="no setting"):
        Settings.from_environment({"IMPACT_LOG_LEVEL_FILE": "x"})


def test_secrets_are_left_out_when_settings_are_shown() -> None:
    """Neither the list for the administrator nor a log holds a password or key."""
    settings = Settings.from_environment(
        {
            "IMPACT_SECRET_KEY": GOOD_KEY,
            "IMPACT_DATABASE_URL": "postgresql+psycopg://impact:hu/sh@1@host/impact",
            "IMPACT_SMTP_URL": "smtps://impact:hush-2@host",
        }
    )
    listed = {key: value for key, value, _ in settings.listed()}
    assert listed["IMPACT_SECRET_KEY"] == "(set)"
    assert listed["IMPACT_DATABASE_URL"] == "postgresql+psycopg://…@host/impact"
    assert listed["IMPACT_SMTP_URL"] == "smtps://…@host"
    assert not any(secret in repr(settings) for secret in (GOOD_KEY, "hu/sh", "hush-2"))


def test_key_is_made_once_when_none_is_given(tmp_path: Path) -> None:
    """The first start makes the key, nobody else may read it, the next start finds it."""
    settings = Settings.from_environment({"IMPACT_DATA_DIR": str(tmp_path / "var")})
    key = signing_key(settings)
    (file,) = (tmp_path / "var").iterdir()
    assert len(key) >= 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert signing_key(settings) == key


def test_given_key_counts_when_there_is_one(settings: Settings) -> None:
    """A key in the settings is taken as it is and nothing is written."""
    assert signing_key(replace(settings, secret_key=GOOD_KEY)) == GOOD_KEY
    assert not settings.data_dir.exists()


def test_one_key_wins_when_processes_start_at_once(tmp_path: Path) -> None:
    """Web and clock started together sign with the same key."""
    settings = Settings.from_environment({"IMPACT_DATA_DIR": str(tmp_path)})
    with get_context("spawn").Pool(4) as pool:
        keys = pool.map(signing_key, [settings] * 16)
    assert len(set(keys)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret-key"]


def test_start_stops_when_the_key_cannot_be_kept(tmp_path: Path) -> None:
    """A data folder that is no folder is told in one sentence."""
    (tmp_path / "var").write_text("", encoding="utf-8")
    settings = Settings.from_environment({"IMPACT_DATA_DIR": str(tmp_path / "var")})
    with pytest.raises(SettingsError, match="cannot be kept"):
        signing_key(settings)


def test_start_stops_when_the_kept_key_is_damaged(settings: Settings) -> None:
    """A key file that lost its content is not taken for a key."""
    settings = replace(settings, secret_key="")
    settings.data_dir.mkdir()
    (settings.data_dir / "secret-key").touch()
    with pytest.raises(SettingsError, match="damaged"):
        signing_key(settings)


def test_start_stops_when_the_provider_is_named_in_part() -> None:
    """Issuer, client id and secret make sense together alone."""
    whole = {
        "IMPACT_OIDC_ISSUER": "https://id.example.se/realm",
        "IMPACT_OIDC_CLIENT_ID": "impact",
        "IMPACT_OIDC_CLIENT_SECRET": "canary",
    }
    assert Settings.from_environment(whole).oidc_issuer == "https://id.example.se/realm"
    for key in whole:
        with pytest.raises(SettingsError, match="together"):
            Settings.from_environment({**whole, key: ""})


def test_each_group_has_its_role_when_names_hold_signs() -> None:
    """Groups of a directory are called like CN=Impact,OU=Groups."""
    assert roles_by_group("CN=Impact,OU=Groups=viewer; owners = administrator;") == {
        "CN=Impact,OU=Groups": "viewer",
        "owners": "administrator",
    }
    assert list(ROLES) == [role.value for role in Role]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql+psycopg://name:canary@host/impact", "postgresql+psycopg://…@host/impact"),
        ("postgresql+psycopg://host/impact?user=name&password=canary", "postgresql+psycopg://host/impact?…"),
        ("sqlite:////srv/impact.sqlite", "sqlite:////srv/impact.sqlite"),
    ],
)
def test_address_is_listed_without_its_secrets_when_it_has_some(address: str, shown: str) -> None:
    """Neither name and password nor options of an address are listed."""
    listed = {
        one.key: one.value for one in Settings.from_environment({"IMPACT_DATABASE_URL": address}).listed()
    }
    assert listed["IMPACT_DATABASE_URL"] == shown
