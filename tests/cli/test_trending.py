"""The detector on the command line."""

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from impact.cli import main
from impact.exchange.workbook import read_workbook
from tests.builders import PEAK_2018, WINDING

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


def test_answers_are_json_when_a_history_turned_several_times() -> None:
    """What does not exist is left out of the list, which any JSON reader can read."""
    given = json.dumps({"id": 1, "t": list(WINDING), "y": list(WINDING.values()), "better": "up"})
    result = CliRunner().invoke(main, ["trend", "screen", "--jsonl"], input=f"{given}\n{LINE}\n")
    assert result.exit_code == 0
    several, once = (json.loads(line, parse_constant=pytest.fail) for line in result.stdout.splitlines())
    assert [round(at) for at in several["earlier_turns"]] == [2002, 2009]
    assert once["earlier_turns"] == []


def test_earlier_turns_are_read_as_the_file_writes_numbers() -> None:
    """A Swedish table has its decimal commas in a cell with several numbers too."""
    rows = ["id;riktning;" + ";".join(map(str, WINDING))]
    rows.append("a;up;" + ";".join(str(value).replace(".", ",") for value in WINDING.values()))
    result = screened(text="\n".join(rows) + "\n")
    (row,) = csv.DictReader(result.stdout.splitlines(), delimiter=";")
    assert [round(float(at.replace(",", "."))) for at in row["earlier_turns"].split("; ")] == [2002, 2009]
    assert "." not in row["earlier_turns"]
    assert "Tidigare vändningar: 2002, 2009." in row["sentence"]


def table_of(n_series: int) -> str:
    values = ",".join(map(str, PEAK_2018.values()))
    rows = "".join(f"S{n},{values}\n" for n in range(n_series))
    return f"id,{','.join(map(str, PEAK_2018))}\n{rows}"


def screened(*words: str, text: str | bytes = "") -> Result:
    return CliRunner().invoke(main, ["trend", "screen", *words], input=text)


def test_writes_a_table_of_verdicts_when_given_a_table(tmp_path: Path) -> None:
    """A wide table in, a row with the verdict for each series out, in the form of the input."""
    file = tmp_path / "series.csv"
    file.write_text(table_of(3), encoding="utf-8")
    result = screened(str(file))
    assert (result.exit_code, result.stderr) == (
        0,
        "3 series: 3 reversed (0 to worse), 0 early warnings, 0 too short.\n",
    )
    rows = list(csv.DictReader(result.stdout.splitlines()))
    assert [(row["id"], row["verdict"]) for row in rows] == [(f"S{n}", "turned") for n in range(3)]
    assert rows[0]["sentence"].startswith("S0 steg 2010–2018")
    swedish = screened(
        "--direction", "up", text=table_of(1).replace(".", ";").replace(",", "\t").replace(";", ",")
    )
    assert swedish.stdout.splitlines()[1].split(";")[:3] == ["S0", "15", "reversed_to_worse"]


def test_keeps_order_and_counts_all_when_there_are_many_series() -> None:
    """More series than are judged at once come out in their order."""
    result = screened(text=table_of(2100))
    assert result.exit_code == 0
    ids = [row["id"] for row in csv.DictReader(result.stdout.splitlines())]
    assert ids == [f"S{n}" for n in range(2100)]
    assert result.stderr.startswith("2,100 series: 2,100 reversed")


def test_writes_a_workbook_that_it_can_read_again(tmp_path: Path) -> None:
    """Verdicts as a workbook: text as text, numbers as numbers, the same as on standard output."""
    out = tmp_path / "verdicts.xlsx"
    assert screened("--out", str(out), "--language", "en", text=table_of(2)).exit_code == 0
    (sheet,) = read_workbook(out.read_bytes())
    header, first, _ = (dict(enumerate(cells)) for _, cells in sheet.rows)
    cells = {str(name): first.get(place) for place, name in header.items()}
    assert (cells["id"], cells["n_points"], cells["reversed"]) == ("S0", 15.0, "yes")
    assert str(cells["sentence"]).startswith("S0 rose 2010–2018")


def test_leaves_out_what_did_not_reverse_when_asked_to() -> None:
    """The table has the flagged series, the count has all."""
    text = table_of(1) + "flat" + ",1" * len(PEAK_2018) + "\n"
    result = screened("--only-flagged", text=text)
    assert [row["id"] for row in csv.DictReader(result.stdout.splitlines())] == ["S0"]
    assert result.stderr.startswith("2 series: 1 reversed")


def test_draws_the_flagged_series_when_given_a_folder(tmp_path: Path) -> None:
    """A chart for each series that reversed, and the page; verdicts come out all the same."""
    folder = tmp_path / "new" / "charts"
    text = table_of(2) + "flat" + ",1" * len(PEAK_2018) + "\n"
    result = screened("--plot", str(folder), text=text)
    assert result.exit_code == 0
    assert sorted(file.name for file in folder.iterdir()) == ["index.html", "s0.svg", "s1.svg"]
    assert len(result.stdout.splitlines()) == 4
    assert f"Charts: 2, in {folder / 'index.html'}." in result.stderr


@pytest.mark.parametrize(
    ("words", "text", "sentence"),
    [
        ((), "a;b\n1;2\n", "No table of series was found"),
        ((), LINE, "The file holds JSON lines; screen it with --jsonl."),
        ((), 'a,2019,2020,2021\nx,1,"1,234",3\n', "Use --decimal comma or --decimal point."),
        (("--sheet", "Blad1"), table_of(1), "The file has no sheets."),
        (("--out", "verdicts.pdf"), table_of(1), "ends neither with .csv nor with .xlsx"),
        (("--out", "no/such/folder/v.csv"), table_of(1), "cannot be written: No such file or directory."),
        (("--jsonl", "--sheet", "x", "--plot", "y"), LINE, "--sheet, --plot cannot stand beside --jsonl"),
    ],
)
def test_tells_in_one_sentence_what_to_do_when_it_cannot(
    words: tuple[str, ...], text: str, sentence: str
) -> None:
    """What cannot be done ends with an error's code and a sentence, and writes nothing."""
    result = screened(*words, text=text)
    assert result.exit_code != 0
    assert sentence in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


def test_leaves_what_was_there_when_the_table_cannot_be_read(tmp_path: Path) -> None:
    """An older file of verdicts stays whole."""
    out = tmp_path / "verdicts.csv"
    out.write_text("older", encoding="utf-8")
    assert screened("--out", str(out), text="a;b\n1;2\n").exit_code == 1
    assert [file.read_text(encoding="utf-8") for file in tmp_path.iterdir()] == ["older"]


def started(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "impact", "trend", "screen", *words],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_is_silent_when_whoever_reads_goes_away(tmp_path: Path) -> None:
    """A reader that has seen enough, such as head, is no error worth a word."""
    file = tmp_path / "series.csv"
    file.write_text(table_of(3000), encoding="utf-8")
    with started(str(file)) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"id,")
        process.stdout.close()
        assert process.stderr.read() == b""


def test_ends_in_one_sentence_when_it_is_interrupted(tmp_path: Path) -> None:
    """Ctrl-C while it works says so and shows no traceback."""
    file = tmp_path / "series.jsonl"
    file.write_text(f"{LINE}\n" * 6_000, encoding="utf-8")
    with started("--jsonl", str(file)) as process:
        assert process.stdout is not None
        # It stands still now, for nobody reads on.
        assert process.stdout.readline().startswith(b"{")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (1, b"Error: Stopped before the end.\n")


def test_makes_the_same_tables_when_the_seed_is_the_same(tmp_path: Path) -> None:
    """Calibrating twice with one seed gives the same bytes."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        result = CliRunner().invoke(
            main, ["trend", "calibrate", "--n-each", "12", "--seed", "5", "--out", str(tmp_path / name)]
        )
        assert result.exit_code == 0
    files = [sorted((tmp_path / name).iterdir()) for name in ("one", "two")]
    assert [file.name for file in files[0]] == [
        "calibration.npz",
        "odds.npz",
        "portfolio.npz",
        "together.npz",
    ]
    assert [file.read_bytes() for file in files[0]] == [file.read_bytes() for file in files[1]]
