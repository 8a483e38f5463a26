"""The detector on the command line."""

import json

from click.testing import CliRunner

from impact.cli.trending import trend
from tests.builders import PEAK_2018

LINE = json.dumps({"id": "å", "t": list(PEAK_2018), "y": list(PEAK_2018.values()), "better": "up"})


def test_answers_lines_when_they_come_on_standard_input() -> None:
    """A line in, its verdict out."""
    result = CliRunner().invoke(trend, ["screen", "--jsonl"], input=LINE + "\n\n")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert (answer["id"], answer["verdict"], answer["level"]) == ("å", "reversed_to_worse", "clear")


def test_ends_with_one_when_a_line_is_no_series() -> None:
    """Every line is answered, and the end says that one could not be."""
    result = CliRunner().invoke(trend, ["screen", "--jsonl"], input=f"{LINE}\nnonsense\n{LINE}\n")
    assert result.exit_code == 1
    assert [("error" in json.loads(line)) for line in result.stdout.splitlines()] == [False, True, False]
    assert result.stderr == "Error: 1 lines could not be read as series.\n"
