"""Files in and out on the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from impact.accounts.tables import Role
from impact.audit.tables import ActorKind, ActorRow
from impact.cli import main
from impact.db import Database
from impact.monitoring.analysing import analysis_of
from impact.registry.indicator_tables import IndicatorSeries
from impact.registry.measurement_tables import Measurement, Revision
from tests.builders import PEAK_2018, Ground, fill, make_ground
from tests.people import add_person


@pytest.fixture
def installation(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Database:
    """An installation with one project, which the environment points to."""
    monkeypatch.setenv("IMPACT_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("IMPACT_DATA_DIR", str(tmp_path / "var"))
    return database


@pytest.fixture
def ground(installation: Database) -> Ground:
    """A project with an empty indicator."""
    with installation.transaction() as session:
        return make_ground(session)


def file_of(folder: Path, *rows: str) -> str:
    file = folder / "in.csv"
    file.write_text("indikator;period;värde\n" + "".join(f"{row}\n" for row in rows), encoding="cp1252")
    return str(file)


def imported(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["import", "--project", "centre", *arguments])


def test_records_and_analyses_when_imported(installation: Database, ground: Ground, tmp_path: Path) -> None:
    """A file lands as one batch by the import actor, and its series is analysed."""
    rows = [f"Trygga hyresgäster;{year};{value:.1f}" for year, value in PEAK_2018.items()]
    result = imported(file_of(tmp_path, *(row.replace(".", ",") for row in rows)))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "15 new, 0 changed, 0 unchanged, 0 refused.\n"
    with installation.reading() as session:
        revisions = session.scalars(select(Revision)).all()
        assert [revision.value for revision in revisions] == list(PEAK_2018.values())
        (actor_id,) = {revision.actor_id for revision in revisions}
        assert session.get_one(ActorRow, actor_id).kind is ActorKind.IMPORT
        analysis = analysis_of(session, ground.series.id)
        assert analysis is not None
        assert analysis.reversed
        assert session.get_one(IndicatorSeries, ground.series.id).stale_since is None


def test_changes_nothing_when_only_tried(installation: Database, ground: Ground, tmp_path: Path) -> None:
    """A dry run tells the same and leaves nothing."""
    result = imported(file_of(tmp_path, "Trygga hyresgäster;2024;62,7"), "--dry-run", "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert (told["new"], told["dry_run"], told["batch"]) == (1, True, None)
    assert told["rows"][0]["new"]["value"] == 62.7
    assert told["rows"][0]["period"] == "2024"
    with installation.reading() as session:
        assert session.scalars(select(Measurement)).all() == []


def test_tells_each_change_when_only_tried(installation: Database, ground: Ground, tmp_path: Path) -> None:
    """A dry run says what every new and changed row would do; unchanged rows stay out of the way."""
    with installation.transaction() as session:
        fill(session, ground.planner, ground.series.id, {2022: 61.0, 2023: 62.0})
    name = "Trygga hyresgäster"
    file = file_of(tmp_path, f"{name};2022;61", f"{name};2023;62,7", f"{name};2024;63")
    assert imported(file, "--dry-run").stdout.splitlines() == [
        "Line 3: 2023: 62 becomes 62.7",
        "Line 4: 2024: 63 is new",
        "1 new, 1 changed, 1 unchanged, 0 refused. Nothing was changed.",
    ]


@pytest.mark.parametrize("option", [(), ("--dry-run",)])
def test_ends_with_one_when_a_row_is_refused(
    installation: Database, ground: Ground, tmp_path: Path, option: tuple[str, ...]
) -> None:
    """Every refused row is told with its line, nothing lands, and the end is not success."""
    file = file_of(tmp_path, "Trygga hyresgäster;2023;62,7", "Trygga hyresgäster;2024;hög")
    result = imported(file, *option)
    assert result.exit_code == 1
    assert "Line 3: “hög” is not a number.\n" in result.stderr
    with installation.reading() as session:
        assert session.scalars(select(Measurement)).all() == []


def test_is_unchanged_when_an_export_comes_back(
    installation: Database, ground: Ground, tmp_path: Path
) -> None:
    """What was exported is imported without any change."""
    with installation.transaction() as session:
        fill(session, ground.planner, ground.series.id, PEAK_2018)
    for form in ("swedish", "international"):
        out = tmp_path / f"{form}.csv"
        result = CliRunner().invoke(main, ["export", "--format", "csv", "--form", form, str(out)])
        assert result.exit_code == 0
        assert [file.name for file in tmp_path.glob(".*.csv*")] == []
        assert imported(str(out)).stdout.startswith("0 new, 0 changed, 15 unchanged, 0 refused.")


def test_needs_a_reason_when_values_are_corrected(
    installation: Database, ground: Ground, tmp_path: Path
) -> None:
    """A correction without a reason is refused, with one it is kept."""
    with installation.transaction() as session:
        fill(session, ground.planner, ground.series.id, {2024: 62.0})
    file = file_of(tmp_path, "Trygga hyresgäster;2024;62,7")
    assert imported(file).exit_code == 1
    assert imported(file, "--reason", "New weights").exit_code == 0
    with installation.reading() as session:
        newest = session.scalars(select(Revision).order_by(Revision.id.desc())).first()
        assert newest is not None
        assert (newest.value, newest.reason) == (62.7, "New weights")


def test_has_the_rights_of_the_person_when_one_is_named(
    installation: Database, ground: Ground, tmp_path: Path
) -> None:
    """Whoever is named imports with their own role, and is kept as the one who did."""
    with installation.transaction() as session:
        analyst = add_person(session, "analyst", Role.ANALYST)
        add_person(session, "viewer", Role.VIEWER)
    file = file_of(tmp_path, "Trygga hyresgäster;2024;62,7")
    assert imported(file, "--as", "viewer").exit_code == 1
    assert imported(file, "--as", "nobody").exit_code == 1
    assert imported(file, "--as", "Analyst").exit_code == 0
    with installation.reading() as session:
        (revision,) = session.scalars(select(Revision)).all()
        assert revision.actor_id == analyst.actor.id


def test_says_which_formats_there_are_when_asked_for_another(tmp_path: Path) -> None:
    """A format that is not there is refused before anything is opened."""
    result = CliRunner().invoke(main, ["export", "--format", "doc", str(tmp_path / "out.doc")])
    assert result.exit_code == 2
    assert "'doc' is not one of 'xlsx', 'csv', 'json'" in result.stderr


@pytest.mark.parametrize(("file_format", "beginning"), [("xlsx", b"PK"), ("json", b'{"measurements": [\n{')])
def test_writes_each_format_when_asked_for(
    installation: Database, ground: Ground, tmp_path: Path, file_format: str, beginning: bytes
) -> None:
    """A workbook and JSON come out of the same command, of the project that is named."""
    with installation.transaction() as session:
        fill(session, ground.planner, ground.series.id, {2024: 62.0})
    out = tmp_path / "out"
    asked = ["export", "--project", "centre", "--format", file_format, str(out)]
    assert CliRunner().invoke(main, asked).exit_code == 0
    assert out.read_bytes().startswith(beginning)


def test_leaves_the_old_file_when_the_project_is_unknown(
    installation: Database, ground: Ground, tmp_path: Path
) -> None:
    """An export that fails touches nothing."""
    out = tmp_path / "out.csv"
    out.write_text("old")
    result = CliRunner().invoke(main, ["export", "--project", "nowhere", "--format", "csv", str(out)])
    assert result.exit_code == 1
    assert out.read_text() == "old"
    assert list(tmp_path.glob(".out*")) == []


def test_says_so_when_the_folder_is_not_there(installation: Database, ground: Ground, tmp_path: Path) -> None:
    """A place that cannot be written to is told in one sentence."""
    result = CliRunner().invoke(main, ["export", "--format", "csv", str(tmp_path / "no" / "out.csv")])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert result.stderr.endswith("cannot be written: No such file or directory.\n")
