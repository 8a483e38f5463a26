"""``python -m impact.clock``: the clock alone.

With ``--attached`` it ends when its standard input does: the web process that started it
holds the other end, so that no clock outlives it, however it died.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from impact import logs
from impact.clock.process import run
from impact.errors import ImpactError
from impact.settings import Settings


def main() -> int:
    """Run until SIGTERM or Ctrl-C; 0 if the clock ended as it was told to."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if "--attached" in sys.argv[1:]:
        threading.Thread(target=_end_with_parent, args=(stop,), daemon=True).start()
    try:
        settings = Settings.from_environment()
        logs.set_up(settings)
        run(settings, stop)
    except ImpactError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    return 0


def _end_with_parent(stop: threading.Event) -> None:
    # Past the buffer of sys.stdin: a thread that waits in it while Python ends makes Python abort.
    while os.read(0, 1024):
        pass
    stop.set()


if __name__ == "__main__":
    raise SystemExit(main())
