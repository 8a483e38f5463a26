"""An SMTP server that misbehaves at one step of the dialogue, so often and no more."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

STEPS = ("connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "after data", "quit")
FAULTS = ("421", "451", "550", "hang", "close")
ANSWERS = {
    "connect": "220 ready",
    # It can speak of TLS, not speak it.
    "starttls": "454 no TLS here",
    "auth": "235 welcome",
    "data": "354 go on",
    "quit": "221 good-bye",
}
# What the server says it can, where that is the step at which it fails.
OFFERS = {"starttls": "STARTTLS", "auth": "AUTH PLAIN"}


class FaultyServer:
    """Speaks just enough SMTP; at ``step`` it commits ``fault`` the first ``n_times``."""

    def __init__(self, step: str, fault: str, n_times: int = 1) -> None:
        self.step, self.fault, self.n_times = step, fault, n_times
        self.accepted: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()

    @property
    def url(self) -> str:
        scheme = "smtp+starttls" if self.step == "starttls" else "smtp"
        who = "impact:secret@" if self.step == "auth" else ""
        return f"{scheme}://{who}127.0.0.1:{self._listening.getsockname()[1]}"

    def serve(self) -> None:
        while not self._over.is_set():
            with suppress(OSError):
                connection, _ = self._listening.accept()
                with connection, suppress(OSError, ConnectionError):
                    connection.settimeout(5)
                    self._talk(connection)

    def stop(self) -> None:
        self._over.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _talk(self, connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        if self._answer(connection, "connect") == "over":
            return
        while line := lines.readline():
            verb = line.split()[0].decode().lower()
            answer = self._answer(connection, "ehlo" if verb == "helo" else verb)
            if answer == "well" and verb == "data":
                content = b"".join(iter(lines.readline, b".\r\n"))
                answer = self._answer(connection, "after data")
                if answer == "well":
                    self.accepted.append(content)
            if answer == "over" or verb == "quit":
                return

    def _answer(self, connection: socket.socket, step: str) -> str:
        """Answer a step: well, refused, or over (the server is gone)."""
        if step != self.step or self.n_times == 0:
            offer = (
                f"250-here\r\n250-{OFFERS[self.step]}\r\n" if step == "ehlo" and self.step in OFFERS else ""
            )
            connection.sendall(f"{offer}{ANSWERS.get(step, '250 ok')}\r\n".encode())
            return "well"
        self.n_times -= 1
        if self.fault == "hang":
            while connection.recv(1000):
                """Silent until the other side has had enough."""
        elif self.fault != "close":
            connection.sendall(f"{self.fault} no luck\r\n".encode())
        return "refused" if self.fault in {"451", "550"} else "over"


@contextmanager
def faulty_server(step: str, fault: str, n_times: int = 1) -> Iterator[FaultyServer]:
    server = FaultyServer(step, fault, n_times)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield server
    server.stop()
    thread.join(5)
