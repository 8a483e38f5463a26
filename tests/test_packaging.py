"""The wheel: built the same twice, complete, and at work far from the source."""

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import sysconfig
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import pytest

ROOT = Path(__file__).parent.parent
START_SECONDS = 60


@dataclass(frozen=True)
class Built:
    """What one build made."""

    wheel: Path
    sdist: Path
    straight_wheel: Path


def _build(out: Path, *what: str) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), *what, str(ROOT)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000"}
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A source archive, the wheel made from it, and a wheel made straight from the tree."""
    out = tmp_path_factory.mktemp("built")
    _build(out)
    _build(out / "straight", "--wheel")
    (wheel,), (sdist,), (straight,) = (
        out.glob("*.whl"),
        out.glob("*.tar.gz"),
        (out / "straight").glob("*.whl"),
    )
    return Built(wheel, sdist, straight)


def _files(folder: str) -> set[str]:
    """The files of a folder of the tree, as their paths in it."""
    return {
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_wheel_is_the_same_when_built_twice(built: Built) -> None:
    """By way of the source archive or straight from the tree, the bytes are equal."""
    first, second = (
        hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in (built.wheel, built.straight_wheel)
    )
    assert first == second


def test_wheel_holds_all_that_runs_and_nothing_else(built: Built) -> None:
    """Code, static files, catalogues, templates and migrations; no module beside the package."""
    with zipfile.ZipFile(built.wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    beside = {f"impact/{name}" for folder in ("templates", "migrations") for name in _files(folder)}
    assert held == _files("impact") | beside


def test_source_archive_holds_what_a_builder_needs(built: Built) -> None:
    """Who gets the archive can build, test and read about it."""
    with tarfile.open(built.sdist) as archive:
        held = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"LICENSE", "README.md", "Makefile", "requirements.lock", "tests/conftest.py", "wsgi.py"} <= held
    assert not any(name.startswith((".venv", "var/", ".git/")) for name in held)


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel in an environment of its own; the libraries are those of this one."""
    place = tmp_path_factory.mktemp("installed") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    python = place / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    subprocess.run(
        [*pip, "install", "--quiet", "--no-index", "--no-deps", str(built.wheel)],
        check=True,
    )
    (site_packages,) = place.glob("lib/python*/site-packages")
    libraries = sysconfig.get_paths()["purelib"]
    (site_packages / "libraries.pth").write_text(libraries + "\n", encoding="utf-8")
    return place


@dataclass(frozen=True)
class Installation:
    """An installed program with a data folder of its own, started from the root folder."""

    place: Path
    environment: dict[str, str]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.place / "bin" / "impact"), *words],
            cwd="/",
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.environment['PORT']}"

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(urljoin(self.address, path), timeout=10) as answer:
            return bytes(answer.read())


@pytest.fixture
def installation(installed: Path, tmp_path: Path) -> Installation:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "TMPDIR")}
    return Installation(
        installed, {**kept, "PORT": str(port), "IMPACT_DATA_DIR": str(tmp_path / "data folder")}
    )


@pytest.fixture
def served(installation: Installation, tmp_path: Path) -> Iterator[Installation]:
    """The installed program at work: its pages answer."""
    assert installation.run("db", "upgrade").returncode == 0
    log = tmp_path / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [str(installation.place / "bin" / "impact"), "serve"],
            cwd="/",
            env=installation.environment,
            stdout=stream,
            stderr=stream,
        )
    try:
        _wait_until_alive(installation, process, log)
        yield installation
    finally:
        process.send_signal(signal.SIGINT)
        returned = process.wait(timeout=30)
    assert returned == 0, log.read_text(encoding="utf-8")


def _wait_until_alive(installation: Installation, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            installation.get("/healthz")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    pytest.fail("the pages did not come: " + log.read_text(encoding="utf-8"))


def test_installed_code_is_what_runs_when_the_source_is_elsewhere(installed: Path) -> None:
    """The tests below are about the wheel, not about the tree."""
    where = subprocess.run(
        [str(installed / "bin" / "python"), "-c", "import impact; print(impact.__file__)"],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(installed))


def test_database_is_laid_out_when_upgraded_from_the_wheel(installation: Installation) -> None:
    """The migrations are in the wheel; a second upgrade finds nothing to do."""
    for _ in range(2):
        done = installation.run("db", "upgrade")
        assert done.returncode == 0, done.stdout + done.stderr
    assert installation.run("db", "check").returncode == 0


def test_swedish_is_spoken_when_the_catalogue_comes_from_the_wheel(installation: Installation) -> None:
    """The catalogue is in the wheel and is found."""
    said = subprocess.run(
        [
            str(installation.place / "bin" / "python"),
            "-c",
            "from impact.language import speak; print(ascii(speak('sv').gettext('Improving')))",
        ],
        cwd="/",
        env=installation.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == ascii("Förbättras")


def test_pages_and_all_they_need_come_when_served_from_the_wheel(served: Installation) -> None:
    """The sign-in page is there, and so is every file that it names."""
    page = served.get("/sign-in").decode()
    assert 'lang="sv"' in page
    named = re.findall(r'(?:href|src)="([^"#]+\.(?:css|js|svg|png|woff2))[^"]*"', page)
    assert any(name.endswith(".css") for name in named)
    for name in named:
        assert served.get(name), name


def test_port_is_told_plainly_when_it_is_taken(served: Installation) -> None:
    """A second start on the same port ends with one sentence, not with a traceback."""
    second = served.run("serve")
    assert second.returncode != 0
    assert served.environment["PORT"] in second.stderr
    assert "Traceback" not in second.stderr


def test_application_is_made_when_a_server_loads_the_deployment(tmp_path: Path) -> None:
    """`gunicorn wsgi:app` finds an application set up by the environment."""
    said = subprocess.run(
        [sys.executable, "-c", "import wsgi; print(wsgi.app.config['SESSION_COOKIE_NAME'])"],
        cwd=ROOT,
        env={
            **os.environ,
            "IMPACT_DATA_DIR": str(tmp_path),
            "IMPACT_PUBLIC_URL": "https://impact.example.se",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout.strip() == "__Host-impact", said.stderr
