"""A real web server in a process of its own, to be hurried and killed.

``python -m tests.trust.serving_process DATABASE_URL DATA_DIR [careless] [talkative]`` starts a server
for each line that it reads, by a fork, so that a trial that kills many waits for the imports once;
it tells the server's number and port. ``careless`` saves whatever version was seen: the protection
that a trial needs to miss. ``talkative`` logs whatever there is to log.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import waitress

from impact import logs
from impact.app import create_app
from impact.registry import lookup, recording
from impact.settings import Settings

N_THREADS = 8


def _careless() -> None:
    """Take whatever is stored for what the form was filled in from."""
    checked = recording.revise_measurement

    def unchecked(
        session: Any, actor: Any, series_id: int, measurement_id: int, _version: int, draft: Any, **more: Any
    ) -> Any:
        stored = lookup.measurement(session, series_id, measurement_id)
        return checked(session, actor, series_id, measurement_id, stored.version, draft, **more)

    recording.revise_measurement = unchecked


def serve(database_url: str, data_dir: str, log_level: str) -> None:
    """Tell number and port, and serve until killed."""
    settings = Settings.from_environment(
        {
            "IMPACT_DATABASE_URL": database_url,
            "IMPACT_DATA_DIR": data_dir,
            "IMPACT_LOG_LEVEL": log_level,
        }
    )
    logs.set_up(settings)
    server = waitress.create_server(create_app(settings), host="127.0.0.1", port=0, threads=N_THREADS)
    print(os.getpid(), server.effective_port, flush=True)
    server.run()


def main(database_url: str, data_dir: str, *more: str) -> None:
    """For each line that comes in, a server that is born ready, and its end awaited."""
    if "careless" in more:
        _careless()
    for _line in sys.stdin:
        child = os.fork()
        if not child:
            serve(database_url, data_dir, "DEBUG" if "talkative" in more else "INFO")
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
