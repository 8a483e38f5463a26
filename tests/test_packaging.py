"""The wheel: built the same twice, complete, and at work far from the source."""

import hashlib
import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

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
