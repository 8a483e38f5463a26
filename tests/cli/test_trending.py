"""The detector on the command line."""

import csv
import json
from pathlib import Path

from click.testing import CliRunner

from impact.cli import main
from tests.builders import PEAK_2018

LINE = json.dumps({"id": "å", "t": list(PEAK_2018), "y": list(PEAK_2018.values()), "better": "up"})


def test_answers_lines_when_they_come_on_standard_input() -> None:
    """A line in, its verdict out."""
    result = CliRunner().invoke(main, ["trend", "screen", "--jsonl"], input=LINE + "\n\n")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert (answer["id"], answer["verdict"], answer["level"]) == ("å", "reversed_to_worse", "clear")


def test_ends_with_one_when_a_line_is_no_series() -> None:
    """Every line is answered, and the end says that one could not be."""
    result = CliRunner().invoke(main, ["trend", "screen", "--jsonl"], input=f"{LINE}\nnonsense\n{LINE}\n")
    assert result.exit_code == 1
    assert [("error" in json.loads(line)) for line in result.stdout.splitlines()] == [False, True, False]
    assert result.stderr == "Error: Lines that are no series: 1.\n"


def table_of(n_series: int) -> str:
    values = ",".join(map(str, PEAK_2018.values()))
    rows = "".join(f"S{n},{values}\n" for n in range(n_series))
    return f"id,{','.join(map(str, PEAK_2018))}\n{rows}"


def test_writes_a_table_of_verdicts_when_given_a_table(tmp_path: Path) -> None:
    """A wide table in, a row with the verdict for each series out."""
    file = tmp_path / "series.csv"
    file.write_text(table_of(3), encoding="utf-8")
    result = CliRunner().invoke(main, ["trend", "screen", str(file)])
    assert (result.exit_code, result.stderr) == (0, "")
    rows = list(csv.DictReader(result.stdout.removeprefix("\ufeff").splitlines()))
    assert [(row["id"], row["verdict"]) for row in rows] == [(f"S{n}", "turned") for n in range(3)]


def test_shows_progress_when_there_are_many_series() -> None:
    """Long work says how far it is, on standard error; verdicts stay in order."""
    result = CliRunner().invoke(main, ["trend", "screen"], input=table_of(4500))
    assert result.exit_code == 0
    ids = [row["id"] for row in csv.DictReader(result.stdout.removeprefix("\ufeff").splitlines())]
    assert ids == [f"S{n}" for n in range(4500)]


def test_tells_in_one_sentence_when_the_table_is_none() -> None:
    """What is no table of series ends with 1 and a sentence."""
    result = CliRunner().invoke(main, ["trend", "screen"], input="a;b\n1;2\n")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The table has neither")


def test_makes_the_same_tables_when_the_seed_is_the_same(tmp_path: Path) -> None:
    """Calibrating twice with one seed gives the same bytes."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        result = CliRunner().invoke(
            main, ["trend", "calibrate", "--n-each", "12", "--seed", "5", "--out", str(tmp_path / name)]
        )
        assert result.exit_code == 0
    files = [sorted((tmp_path / name).iterdir()) for name in ("one", "two")]
    assert [file.name for file in files[0]] == ["calibration.npz", "odds.npz", "together.npz"]
    assert [file.read_bytes() for file in files[0]] == [file.read_bytes() for file in files[1]]
