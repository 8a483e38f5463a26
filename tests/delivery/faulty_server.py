"""An SMTP server that misbehaves at one step of the dialogue, so often and no more."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

STEPS = (
    "connect", "ehlo", "starttls", "handshake", "auth", "mail", "rcpt", "data", "after data", "quit"
)  # fmt: skip
FAULTS = ("421", "451", "550", "hang", "close")
ANSWERS = {
    "connect": "220 ready",
    "ehlo": "250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN",
    "starttls": "220 go on",
    "auth": "235 welcome",
    "data": "354 go on",
    "quit": "221 good-bye",
}
# The mail is taken, and the connection is gone before the answer: nobody can know.
ANSWER_LOST = "answer lost"


class FaultyServer:
    """Speaks just enough SMTP; at ``step`` it commits ``fault`` the first ``n_times``.

    With ``tls`` it can be asked to encrypt, and then lets in only who signs in.
    """

    def __init__(self, step: str, fault: str, n_times: int = 1, tls: ssl.SSLContext | None = None) -> None:
        self.step, self.fault, self.n_times, self.tls = step, fault, n_times, tls
        self.accepted: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._over = threading.Event()

    @property
    def url(self) -> str:
        way = "smtp+starttls://impact:secret@" if self.tls else "smtp://"
        return f"{way}127.0.0.1:{self._listening.getsockname()[1]}"

    def serve(self) -> None:
        while not self._over.is_set():
            with suppress(OSError):
                connection, _ = self._listening.accept()
                with connection, suppress(OSError):
                    connection.settimeout(5)
                    self._talk(connection)

    def stop(self) -> None:
        self._over.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _talk(self, connection: socket.socket) -> None:
        if self._answer(connection, "connect") == "well":
            self._converse(connection)

    def _converse(self, connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        while line := lines.readline():
            verb = line.split()[0].decode().lower()
            answer = self._answer(connection, "ehlo" if verb == "helo" else verb)
            if answer == "well" and verb == "starttls":
                self._encrypt(connection)
                return
            if answer == "well" and verb == "data":
                answer = self._take(connection, b"".join(iter(lines.readline, b".\r\n")))
            if answer == "over" or verb == "quit":
                return

    def _encrypt(self, connection: socket.socket) -> None:
        assert self.tls is not None
        if self._is_now("handshake"):
            self._answer(connection, "handshake")
            return
        with self.tls.wrap_socket(connection, server_side=True) as encrypted:
            self._converse(encrypted)

    def _take(self, connection: socket.socket, content: bytes) -> str:
        if self._is_now("after data") and self.fault == ANSWER_LOST:
            self.n_times -= 1
            self.accepted.append(content)
            return "over"
        answer = self._answer(connection, "after data")
        if answer == "well":
            self.accepted.append(content)
        return answer

    def _is_now(self, step: str) -> bool:
        return step == self.step and self.n_times > 0

    def _answer(self, connection: socket.socket, step: str) -> str:
        """Answer a step: well, refused, or over (the server is gone)."""
        if not self._is_now(step):
            is_plain = step == "ehlo" and self.tls is None
            connection.sendall(f"{'250 ok' if is_plain else ANSWERS.get(step, '250 ok')}\r\n".encode())
            return "well"
        self.n_times -= 1
        if self.fault == "hang":
            while connection.recv(1000):
                """Silent until the other side has had enough."""
        elif self.fault != "close":
            connection.sendall(f"{self.fault} no luck\r\n".encode())
        return "refused" if self.fault in {"451", "550"} else "over"


@contextmanager
def faulty_server(
    step: str, fault: str, n_times: int = 1, tls: ssl.SSLContext | None = None
) -> Iterator[FaultyServer]:
    server = FaultyServer(step, fault, n_times, tls)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    yield server
    server.stop()
    thread.join(5)
