"""Start the web server of a trial, and fill in its forms over real connections."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.people import PASSWORD

BUSY = 503


@dataclass
class Server:
    """A web server that can be killed and started again."""

    parent: subprocess.Popen[str]
    log: Path
    port: int = 0
    child: int = 0

    def start(self) -> None:
        """Serve on a free port."""
        assert self.parent.stdin is not None
        assert self.parent.stdout is not None
        self.parent.stdin.write("start\n")
        self.parent.stdin.flush()
        told = self.parent.stdout.readline()
        assert told, self.log.read_text()
        self.child, self.port = map(int, told.split())

    def kill(self) -> None:
        """End it as a power cut would; nothing is said to it."""
        if self.child:
            os.kill(self.child, signal.SIGKILL)
            self.child = 0


@contextmanager
def serving(database_url: str, data_dir: Path, *more: str) -> Iterator[Server]:
    """A started server, killed at the end."""
    data_dir.mkdir(exist_ok=True)
    log = data_dir / "log"
    command = [sys.executable, "-m", "tests.trust.serving_process", database_url, str(data_dir), *more]
    with (
        log.open("ab") as errors,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as parent,
    ):
        server = Server(parent, log)
        try:
            server.start()
            yield server
        finally:
            server.kill()
            parent.kill()


@dataclass
class Visitor:
    """A browser of one person: one connection, its cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str) -> tuple[int, str]:
        """Status and page."""
        return self._ask("GET", path)

    def post(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        """Status and page after sending a form."""
        return self._ask("POST", path, urlencode(form))

    def sign_in(self, name: str, password: str = PASSWORD) -> Visitor:
        """This browser, signed in."""
        form = {**hidden(self.get("/sign-in")[1]), "name": name, "password": password}
        status, page = self.post("/sign-in", form)
        assert status == 303, page
        return self

    def close(self) -> None:
        """Hang up."""
        self.connection.close()

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self.port}",
            }
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, text


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's own form, which holds more than the token."""
    (form,) = re.findall(r'<main .*?<form class="form".*?>(.*?)</form>', page, re.DOTALL)
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def typed(page: str, name: str = "value") -> str:
    """What stands in a field of the page's form."""
    (value,) = re.findall(rf'<input id="{name}"[^>]* value="([^"]*)"', page)
    return unescape(value)
