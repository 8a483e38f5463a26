"""Commands that serve: web and clock together, or each alone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from types import FrameType

import click
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from impact import logs
from impact.app import create_app
from impact.cli.checking import require_writable
from impact.cli.clock_child import COMMAND, ClockChild
from impact.cli.database import opened, upgrade_safely
from impact.cli.first_start import MadeUp, add_first_people
from impact.cli.sampling import load_where_empty
from impact.errors import Conflict
from impact.settings import Settings

# Whoever shall be reached from elsewhere has a proxy with a certificate in front.
HOST = "127.0.0.1"
THREADS = 8
LARGEST_BODY = 30 * 1024 * 1024


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the pages (PORT, 8000).")
@click.option("--sample", is_flag=True, help="Load the sample portfolio if the database is empty.")
def serve(port: int | None, sample: bool) -> None:
    """Run web and clock together on this machine."""
    settings = _settings(port)
    require_writable(settings.data_dir)
    _require_free(settings.port)
    upgrade_safely(settings)
    with opened(settings) as database:
        made_up = add_first_people(database, with_sample=sample)
        if sample:
            load_where_empty(database)
    server = _server(settings)
    clock = ClockChild()
    try:
        _run(server, settings, made_up)
    finally:
        clock.end()
    click.echo("Impact has ended.")


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the pages (PORT, 8000).")
def web(port: int | None) -> None:
    """Run the web alone."""
    settings = _settings(port)
    require_writable(settings.data_dir)
    _require_free(settings.port)
    with opened(settings):
        server = _server(settings)
    _run(server, settings, [])


@click.command()
def clock() -> None:
    """Run the clock alone; any number may run, on any number of machines."""
    with opened(Settings.from_environment()):
        pass
    if os.name == "posix":
        sys.stdout.flush()
        os.execv(COMMAND[0], COMMAND)  # noqa: S606 - our own command, in place of this process
    raise SystemExit(subprocess.call(COMMAND))  # noqa: S603 - our own command


def _settings(port: int | None) -> Settings:
    """The settings in force; the port counts for the clock, which is a child, as well."""
    if port is not None:
        os.environ["PORT"] = str(port)
    settings = Settings.from_environment()
    logs.set_up(settings)
    return settings


def _require_free(port: int) -> None:
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        raise Conflict(
            "Port %(port)d is taken; choose another, for example with PORT=%(other)d.",
            port=port,
            other=port + 1 if port < 65535 else port - 1,
        ) from error


def _server(settings: Settings) -> BaseWSGIServer | MultiSocketServer:
    return create_server(
        create_app(settings),
        listen=f"{HOST}:{settings.port}",
        threads=THREADS,
        ident=None,
        max_request_body_size=LARGEST_BODY,
        # Waitress would take away what the app is told to believe.
        clear_untrusted_proxy_headers=not settings.trusted_proxies,
    )


def _run(server: BaseWSGIServer | MultiSocketServer, settings: Settings, made_up: list[MadeUp]) -> None:
    """Answer requests until SIGTERM or Ctrl-C; those under way are finished."""
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    _tell(settings, made_up)
    server.run()
    server.close()


def _end(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise SystemExit(0)


def _tell(settings: Settings, made_up: list[MadeUp]) -> None:
    lines = [f"Impact is at {settings.public_url}"]
    if made_up:
        lines += ["Sign in with one of these names. The passwords are shown only now:", ""]
        lines += [f"    {each.name:<15} {each.password}" for each in made_up]
        lines += [""]
    click.echo("\n".join([*lines, "Ctrl-C ends it."]))
