"""JSON lines through the detector: what comes out for what goes in."""

import json
import math
from itertools import islice

import numpy as np
import pytest

from impact.errors import Invalid
from impact.exchange import screening_lines
from impact.exchange.screening_lines import read_line, screen_lines
from impact.trend.screening import screen
from tests.builders import WINDING

YEARS = list(range(2010, 2025))
PEAK = [58.1, 59.4, 60.2, 61.5, 62.4, 63.7, 64.8, 66.1, 67.2, 65.9, 64.4, 63.1, 61.6, 60.5, 59.0]


def line(**given: object) -> str:
    return json.dumps({"id": "a", "t": YEARS, "y": PEAK, **given})


def answers(*lines: str) -> list[dict[str, object]]:
    return list(screen_lines(lines))


@pytest.mark.parametrize(
    ("better", "verdict"), [("up", "reversed_to_worse"), ("down", "reversed_to_better"), (None, "turned")]
)
def test_says_which_way_it_turned_when_told_what_is_better(better: str | None, verdict: str) -> None:
    """The same course is to the worse, to the better or neither."""
    (answer,) = answers(line(better=better))
    assert (answer["verdict"], answer["reversed"]) == (verdict, True)
    assert answer["turning_low"] <= 2018 <= answer["turning_high"]


def test_answers_in_order_when_lengths_are_mixed() -> None:
    """Answers come in the order of the lines, each for itself, whatever stands beside it."""
    rng = np.random.default_rng(5)
    lines = []
    for n in range(300):
        length = int(rng.integers(0, 25))
        values = [round(float(value), 3) for value in rng.normal(size=length)]
        lines.append(json.dumps({"id": n, "t": [2000 + i for i in range(length)], "y": values}))
    together = answers(*lines)
    assert [answer["id"] for answer in together] == list(range(300))
    for together_with_others, one in zip(together[::17], lines[::17], strict=True):
        (alone,) = answers(one)
        for name, cell in alone.items():
            is_number = isinstance(cell, float | list)
            assert together_with_others[name] == (pytest.approx(cell, rel=1e-9) if is_number else cell)


def test_says_what_the_engine_says_when_asked_directly() -> None:
    """Errors, breaks and the kind reach the engine as they stand in the line."""
    errors = [0.5] * len(PEAK)
    (answer,) = answers(line(se=errors, breaks=[2014], better="up", kind="percent"))
    result = screen(
        YEARS, [PEAK], standard_errors=[errors], breaks=[(2014,)], direction="increase", kind="share"
    )
    assert answer["p"] == result.p[0]
    assert answer["n_points"] == len(PEAK)
    (without,) = answers(line(better="up"))
    assert without["p"] != answer["p"]


def test_lists_the_earlier_turns_when_a_history_has_several() -> None:
    """The newest turn is the verdict's, the earlier ones come as times and nothing else."""
    (answer,) = answers(line(t=list(WINDING), y=list(WINDING.values()), better="up", kind="percent"))
    assert (answer["verdict"], round(answer["turning"])) == ("reversed_to_worse", 2016)
    assert answer["earlier_turns"] == pytest.approx([2002, 2009], abs=0.5)
    (once,) = answers(line(better="up"))
    assert once["earlier_turns"] == []
    for each in (answer, once):
        assert json.loads(json.dumps(each, allow_nan=False)) == each


def test_reads_times_in_any_order_when_they_are_mixed_up() -> None:
    """A series is ordered by its times before it is judged."""
    order = list(reversed(range(len(YEARS))))
    mixed = line(t=[YEARS[i] for i in order], y=[PEAK[i] for i in order])
    assert answers(mixed) == answers(line())


@pytest.mark.parametrize(("step", "season"), [(1, 1), (2, 1), (0.5, 2), (0.25, 4), (1 / 12, 12)])
def test_sees_the_season_in_the_times_when_not_told(step: float, season: int) -> None:
    """Quarters and months are seen in the distance of the times."""
    given = {"id": 1, "t": [2000 + round(step * i, 4) for i in range(30)], "y": [float(i) for i in range(30)]}
    assert read_line(json.dumps(given)).periods_per_year == season


def test_nothing_is_null_when_it_does_not_exist() -> None:
    """What does not exist is null, and so is a gap that goes in."""
    (answer,) = answers(json.dumps({"id": 7, "t": [2001, 2002], "y": [1, None]}))
    assert answer["turning"] is None
    assert answer["p"] is None
    assert answer["smallest_change"] is None
    assert answer["earlier_turns"] == []
    assert (answer["id"], answer["verdict"], answer["n_points"]) == (7, "too_short", 1)


@pytest.mark.parametrize(
    "broken",
    [
        "nonsense",
        "[1]",
        "[" * 100_000,
        '{"id": 1, "t": [1, 2]}',
        '{"id": 1, "t": [1, 2], "y": [1]}',
        '{"id": 1, "t": [1, 1], "y": [1, 2]}',
        '{"id": 1, "t": [1, null], "y": [1, 2]}',
        '{"id": 1, "t": [1, 2], "y": [1, Infinity]}',
        '{"id": 1, "t": [1, 2], "y": [1, 1e999]}',
        '{"id": 1, "t": [1, 2], "y": [1, true]}',
        '{"id": 1, "t": [1, 2], "y": [1, "2"]}',
        '{"id": 1, "t": "12", "y": "12"}',
        '{"id": 1, "t": [1, 2], "y": [1, 2], "kind": "colour"}',
        '{"id": 1, "t": [1, 2], "y": [1, 2], "better": ["up"]}',
        '{"id": 1, "t": [1, 2], "y": [1, 2], "bounds": [1]}',
        '{"id": 1, "t": [1, 2], "y": [1, 2], "periods_per_year": 3}',
        '{"id": 1, "t": [1, 2], "y": [1, %s]}' % ("9" * 400),
    ],
)  # fmt: skip
def test_tells_the_error_when_a_line_is_no_series(broken: str) -> None:
    """A bad line is answered with an error, and the others get their verdicts."""
    with pytest.raises(Invalid):
        read_line(broken)
    before, error, after = answers(line(), broken, line(better="up"))
    assert "error" in error
    assert (before["verdict"], after["verdict"]) == ("turned", "reversed_to_worse")


def test_reads_no_further_than_needed_when_lines_never_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are answered some at a time, so that memory stays flat."""
    monkeypatch.setattr(screening_lines, "AT_ONCE", 10)
    n_read = 0

    def endless() -> object:
        nonlocal n_read
        while True:
            n_read += 1
            yield line()

    assert len(list(islice(screen_lines(endless()), 25))) == 25
    assert n_read <= 30


def test_gaps_are_nan_when_null() -> None:
    """A null value is a gap; a NaN, which JSON does not know, is read as one too."""
    assert math.isnan(read_line('{"t": [1, 2], "y": [null, 2]}').values[0])
    assert math.isnan(read_line('{"t": [1, 2], "y": [NaN, 2]}').values[0])
