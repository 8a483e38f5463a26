"""The lock files: what pyproject.toml asks for, each with its hashes."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNNING = PROJECT["project"]["dependencies"]
DEVELOPING = PROJECT["project"]["optional-dependencies"]["dev"]
COMPARING = PROJECT["project"]["optional-dependencies"]["bench"]
BUILDING = PROJECT["build-system"]["requires"]


def _locked(name: str) -> set[tuple[str, str, str]]:
    """Each package of a lock file with its version and what follows, hashes included."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return set(
        re.findall(r"^([a-z0-9-]+)==(\S+)((?:.*\n +--hash=sha256:[0-9a-f]{64})+)$", text, re.MULTILINE)
    )


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("requirements.lock", RUNNING),
        ("requirements-dev.lock", RUNNING + DEVELOPING),
        ("requirements-bench.lock", RUNNING + COMPARING),
        ("requirements-build.lock", BUILDING),
    ],
)
def test_lock_holds_what_the_project_asks_for(file: str, wanted: list[str]) -> None:
    """Each pinned dependency is locked at just that version, by hash."""
    locked = {f"{package}=={version}" for package, version, _ in _locked(file)}
    assert {re.sub(r"\[.*?\]|;.*", "", pin).strip() for pin in wanted} <= locked


@pytest.mark.parametrize("file", ["requirements.lock", "requirements-build.lock"])
def test_lock_for_tests_holds_the_other_lock(file: str) -> None:
    """What is tested is what is installed: the same versions, the same files."""
    assert _locked(file) <= _locked("requirements-dev.lock")


def test_lock_for_benchmarks_holds_what_runs() -> None:
    """What is measured is what is installed."""
    assert _locked("requirements.lock") <= _locked("requirements-bench.lock")


@pytest.mark.parametrize("part", ["", "-dev", "-bench", "-build"])
def test_lock_names_no_index(part: str) -> None:
    """Where packages come from is for whoever installs; every line is a package or its hash."""
    file = f"requirements{part}.lock"
    text = (ROOT / file).read_text(encoding="utf-8")
    assert "://" not in text
    lines = [line for line in text.splitlines() if not line.startswith("    --hash=sha256:")]
    assert len(lines) == len(_locked(file))
