"""The yearly report's figures as a workbook by command."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from impact.db import Database
from tests.cli.conftest import Command
from tests.reporting.yearly import make_told


@pytest.fixture
def engine_name() -> str:
    """The command reads by the features' verbs, which are tried on both engines."""
    return "sqlite"


def test_writes_a_workbook_when_asked(command: Command, database: Database, tmp_path: Path) -> None:
    """In the language asked for; an unknown project is told and nothing is written."""
    with database.transaction() as session:
        make_told(session)
    out, none = tmp_path / "report.xlsx", tmp_path / "none.xlsx"
    result = command("report", "workbook", str(out), "--language", "en", "--project", "centre")
    assert (result.exit_code, result.stderr) == (0, f"Written to {out}.\n")
    assert load_workbook(out)["Indicators"]["I5"].value == 59
    result = command("report", "workbook", str(none), "--project", "none")
    assert (result.exit_code, result.stderr) == (1, "Error: There is no such project.\n")
    assert not none.exists()
