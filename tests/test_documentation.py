"""What is written about the program is so: settings, commands, links, decisions."""

import doctest
import importlib
import re
from dataclasses import fields
from pathlib import Path

import pytest

from impact.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
# What has an example of how it is used from Python.
EXAMPLES = sorted(
    path.relative_to(ROOT)
    for path in (*PAGES, *(ROOT / "impact").rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
)
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def _documented_settings(page: str) -> list[tuple[str, str, str]]:
    """Key, default and meaning of each row of the table."""
    return re.findall(r"^\| `(\w+)` \| (?:`(.*)`)? ?\| (.+) \|$", page, re.MULTILINE)


def _settings() -> list[tuple[str, str, str]]:
    keys = {one.name: f"{{{one.metadata['key']}}}" for one in fields(Settings)}
    return [
        (one.metadata["key"], one.metadata["default"].format(**keys), one.metadata["sentence"])
        for one in fields(Settings)
    ]


def test_every_setting_is_documented_as_it_is() -> None:
    """The table of docs/settings.md and the table of the program are one."""
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert _documented_settings(page) == _settings()


def test_missing_row_is_seen_when_a_setting_is_not_documented() -> None:
    """Taking any row out of the page is noticed."""
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for key, _, _ in _settings():
        shorter = "\n".join(line for line in page.splitlines() if not line.startswith(f"| `{key}`"))
        assert _documented_settings(shorter) != _settings()


def test_settings_in_texts_exist() -> None:
    """No page speaks of a setting that there is not."""
    known = {key for key, _, _ in _settings()}
    known |= {one.metadata["key"] + "_FILE" for one in fields(Settings) if one.metadata["secret"]}
    known |= {"IMPACT_BROWSER_REQUIRED", "IMPACT_DRILL_SHARE"}
    unknown = [
        f"{page.relative_to(ROOT)}: {key}"
        for page in PAGES
        for key in re.findall(r"\bIMPACT_[A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8"))
        if key not in known
    ]
    assert not unknown


def test_make_commands_in_texts_exist() -> None:
    """Every `make something` that a page names is there to be run."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        command
        for page in PAGES
        for code in re.findall(r"`{3}.*?`{3}|`[^`\n]+`", page.read_text(encoding="utf-8"), re.DOTALL)
        for command in re.findall(r"(?:^|`|\s)make ([a-z]+)", code)
    }
    assert named <= targets
    assert {"run", "test", "install"} <= named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """A link to another file of the project finds that file."""
    for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8")):
        assert "://" in target or target.startswith("mailto:") or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_decision_tells_context_choice_and_consequence(page: Path) -> None:
    """A decision says what was asked, what was chosen and what follows."""
    assert re.fullmatch(r"\d{4}(-[a-z0-9]+)+", page.stem)
    headings = re.findall(
        r"^## (Context|Choice|Consequence)s?$", page.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert headings == ["Context", "Choice", "Consequence"]


def test_decisions_have_numbers_of_their_own() -> None:
    """Two decisions never share a number."""
    numbers = [page.name[:4] for page in DECISIONS]
    assert len(numbers) == len(set(numbers))


def _tried(path: Path) -> doctest.TestResults:
    """The examples of a page or of a module's docstrings, each run as it stands."""
    if path.suffix == ".md":
        return doctest.testfile(str(ROOT / path), module_relative=False, encoding="utf-8")
    return doctest.testmod(importlib.import_module(".".join(path.with_suffix("").parts)))


@pytest.mark.parametrize("path", EXAMPLES, ids=str)
def test_examples_say_what_comes_out(path: Path) -> None:
    """Whoever types an example sees what the page shows."""
    tried = _tried(path)
    assert tried.attempted
    assert not tried.failed


def test_the_detector_is_shown_in_three_lines() -> None:
    """The README and the engine show how it is used from Python."""
    assert {Path("README.md"), Path("impact/trend/screening.py")} <= set(EXAMPLES)
