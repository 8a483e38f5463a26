"""The yearly report as a file by command."""

from pathlib import Path

import pytest

from impact.db import Database
from tests.cli.conftest import Command
from tests.reporting.yearly import make_told, read


@pytest.fixture
def engine_name() -> str:
    """The command reads by the features' verbs, which are tried on both engines."""
    return "sqlite"


def test_writes_reports_of_portfolio_and_project_when_asked(
    command: Command, database: Database, tmp_path: Path
) -> None:
    """Both are PDF files in the language asked for; the portfolio has as many pictures as wanted."""
    with database.transaction() as session:
        make_told(session)
    out = tmp_path / "report.pdf"
    result = command("report", "pdf", str(out), "--language", "en", "--charts", "0")
    assert (result.exit_code, result.stdout) == (0, "")
    whole = read(out.read_bytes())
    assert whole.metadata.title == "The portfolio"
    assert whole.trailer["/Root"]["/Lang"] == "en-GB"
    result = command("report", "pdf", str(out), "--project", "centre", "--language", "sv")
    assert (result.exit_code, result.stderr) == (0, f"Written to {out}.\n")
    assert read(out.read_bytes()).metadata.title == "Ett centrum för alla"


def test_says_why_not_when_the_report_cannot_be_made(
    command: Command, database: Database, tmp_path: Path
) -> None:
    """Unknown projects and years that have not come are told in one sentence, and nothing is written."""
    del database
    out = tmp_path / "report.pdf"
    for words in (("--project", "none"), ("--year", "2999"), ("--known-at", "2999-01-01")):
        result = command("report", "pdf", str(out), *words)
        assert result.exit_code == 1
        assert result.stderr.startswith("Error: ")
    assert not out.exists()
