"""Alive and ready, in plain words."""

from dataclasses import replace

from impact.app import create_app


def readiness(settings, url):
    app = create_app(replace(settings, database_url=url))
    client = app.test_client()
    answers = [client.get(path) for path in ("/healthz", "/readyz")]
    app.extensions["impact"].database.dispose()
    return [(answer.status_code, answer.text.strip()) for answer in answers]


def test_is_alive_and_ready_when_the_database_is_in_order(settings, database_url):
    """All is well."""
    assert readiness(settings, database_url) == [(200, "alive"), (200, "ready")]


def test_is_alive_but_not_ready_when_the_database_is_blank(settings, blank_url):
    """A database without tables is told, with the command that helps."""
    assert readiness(settings, blank_url) == [
        (200, "alive"),
        (503, "The database is not migrated: run impact db upgrade."),
    ]


def test_is_alive_but_not_ready_when_the_database_is_gone(settings, tmp_path):
    """A database out of reach is told, without its address."""
    for url in (
        f"sqlite:///{tmp_path}/no/such/folder/impact.sqlite",
        "postgresql+psycopg://canary:canary@127.0.0.1:9/none",
    ):
        assert readiness(settings, url) == [(200, "alive"), (503, "The database does not answer.")]
