"""The clock as a child of the web process: started, started again, ended."""

from __future__ import annotations

import subprocess
import sys
import threading

import structlog

COMMAND = [sys.executable, "-m", "impact.clock"]
# A clock that dies at once is tried again ever more slowly.
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 60.0
END_SECONDS = 15
log = structlog.get_logger()


class ClockChild:
    """A clock that lives as long as this process does."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._process = self._start()
        self._watcher = threading.Thread(target=self._watch, name="clock watcher", daemon=True)
        self._watcher.start()

    def end(self) -> None:
        """End the clock, letting it finish what it is doing."""
        self._ending.set()
        process = self._process
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("clock did not end in time and was killed")
            process.kill()
            process.wait()
        self._watcher.join(END_SECONDS)

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*COMMAND, "--attached"], stdin=subprocess.PIPE)  # noqa: S603 - our own

    def _watch(self) -> None:
        wait = FIRST_WAIT_SECONDS
        while True:
            code = self._process.wait()
            if self._process.stdin:
                self._process.stdin.close()
            if self._ending.wait(wait):
                return
            log.warning("clock died and is started again", code=code)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)
            self._process = self._start()
