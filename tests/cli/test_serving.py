"""The one command that runs everything."""

import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from impact.db import Database
from impact.delivery.heartbeat import last_beat

CLOCK = r"clock started .*clock=\S+-(\d+)"


def is_running(pid):
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    return True


def is_gone_soon(pid):
    """Whether the process ends within some seconds."""
    for _ in range(200):
        if not is_running(pid):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_serves_pages_and_clock_and_ends_both(serve, how):
    """One command: address, names and passwords on the screen; Ctrl-C ends both with 0."""
    serving = serve("--sample")
    (clock,) = serving.wait_for(CLOCK)
    assert f"Impact is at http://localhost:{serving.port}\n" in serving.said
    names = re.findall(r"^    (\w+) +[a-z2-9]{5}(?:-[a-z2-9]{5}){3}$", serving.said, re.MULTILINE)
    assert names == ["administrator", "manager", "analyst", "viewer"]
    assert "Sign in" in serving.get("/sign-in") or "Logga in" in serving.get("/sign-in")
    assert serving.get("/readyz") == "ready\n"
    assert serving.end(how) == 0
    assert not is_running(clock)
    assert serving.said.endswith("Impact has ended.\n")
    assert "Traceback" not in serving.said
    assert "Fatal Python error" not in serving.said


def test_makes_only_an_administrator_once(serve):
    """Without the sample one person is made, at the first start alone; no password twice."""
    first = serve()
    assert len(first.wait_for(r"(?m)^    administrator +\S+$")) == 1
    assert "viewer" not in first.said
    assert first.end() == 0
    second = serve()
    second.wait_for("Ctrl-C ends it")
    assert "administrator" not in second.said
    assert second.end() == 0


def test_starts_the_clock_again_when_it_died(serve):
    """A clock that was killed is replaced."""
    serving = serve()
    (clock,) = serving.wait_for(CLOCK)
    os.kill(int(clock), signal.SIGKILL)
    serving.wait_for("clock died and is started again")
    serving.wait_for(CLOCK + r"[\s\S]*" + CLOCK)
    assert serving.end() == 0


def test_leaves_no_clock_behind_when_it_was_killed(serve):
    """However the web dies, its clock ends too."""
    serving = serve()
    (clock,) = serving.wait_for(CLOCK)
    serving.process.kill()
    assert is_gone_soon(clock)


def test_says_plainly_that_the_port_is_taken(serve):
    """Before anything is made, the other port is told."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        serving = serve("--port", str(port))
        assert serving.process.wait(30) == 1
        assert f"Port {port} is taken" in serving.said
    assert len(serving.said.splitlines()) == 1
    assert not (serving.folder / "var" / "impact.sqlite").exists()


def test_says_plainly_that_the_data_folder_cannot_be_written(serve, tmp_path):
    """A folder that is none is told with its name, in one line."""
    (tmp_path / "var").write_text("in the way")
    serving = serve()
    assert serving.process.wait(30) == 1
    assert serving.said.startswith(f"Error: The data folder {tmp_path / 'var'} cannot be written to")
    assert len(serving.said.splitlines()) == 1


def test_runs_the_clock_alone_until_it_is_told_to_end(tmp_path, database_url):
    """``impact clock`` shows that it lives and ends with 0."""
    environment = {**os.environ, "IMPACT_DATA_DIR": str(tmp_path), "IMPACT_DATABASE_URL": database_url}
    process = subprocess.Popen([sys.executable, "-m", "impact", "clock"], env=environment)
    database = Database(database_url)
    beat = None
    for _ in range(600):
        with database.reading() as session:
            beat = last_beat(session)
        if beat:
            break
        time.sleep(0.05)
    database.dispose()
    process.terminate()
    assert process.wait(30) == 0
    assert beat is not None


def test_serves_the_web_alone(tmp_path, database_url):
    """``impact web`` makes nothing and starts no clock."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {**os.environ, "IMPACT_DATA_DIR": str(tmp_path), "IMPACT_DATABASE_URL": database_url}
    process = subprocess.Popen(
        [sys.executable, "-m", "impact", "web", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline()
    process.terminate()
    rest = process.stdout.read()
    process.stdout.close()
    assert line == f"Impact is at http://localhost:{port}\n"
    assert rest == "Ctrl-C ends it.\n"
    assert process.wait(30) == 0
