"""The command line as a person meets it: in this process, or as a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result

from impact.cli import main

START_SECONDS = 60
Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, database_url: str) -> Command:
    """``command("user", "add", …)`` on an empty, migrated database, on each engine in turn."""
    environment = {"IMPACT_DATA_DIR": str(tmp_path / "var"), "IMPACT_DATABASE_URL": database_url}

    def run(*words: str, **more: str) -> Result:
        return CliRunner().invoke(main, words, env={**environment, **more})

    return run


class Serving:
    """``impact serve`` as a process of its own, with all that it says."""

    def __init__(self, folder: Path, *words: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self.out = folder / "out.txt"
        self.folder = folder
        environment = {**os.environ, "IMPACT_DATA_DIR": str(folder / "var"), "PORT": str(self.port)}
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "impact", "serve", *words], env=environment, stdout=out, stderr=out
            )

    @property
    def said(self) -> str:
        return self.out.read_text("utf-8")

    def wait_for(self, pattern: str) -> list[str]:
        """Everything the pattern found, as soon as it is said."""
        until = time.monotonic() + START_SECONDS
        while not re.findall(pattern, self.said):
            assert time.monotonic() < until, self.said
            assert self.process.poll() is None, self.said
            time.sleep(0.05)
        return re.findall(pattern, self.said)

    def get(self, path: str) -> str:
        with urlopen(f"http://localhost:{self.port}{path}", timeout=10) as answer:
            return str(answer.read().decode())

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(30)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Serving]]:
    """Starts ``impact serve`` in the test's folder; whatever still runs is killed at the end."""
    started = []

    def start(*words: str) -> Serving:
        started.append(Serving(tmp_path, *words))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()
