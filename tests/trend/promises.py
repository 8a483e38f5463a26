"""What the door promises of every answer, whatever came in."""

from __future__ import annotations

import json
from dataclasses import fields

import numpy as np

from impact.trend.screening import Screening
from impact.trend.verdict import REVERSALS, Level, Verdict
from tests.trend.cases import ESTIMATES

REFUSED = frozenset({Verdict.TOO_SHORT, Verdict.NOT_COMPARABLE})
TURNING = REVERSALS | {Verdict.LEVELLED_OFF}


def assert_promises_kept(found: Screening, times: np.ndarray, values: np.ndarray) -> None:
    """Every row of an answer says what it may and nothing that contradicts itself."""
    times = np.broadcast_to(times, values.shape)
    for row in range(len(values)):
        one = {each.name: getattr(found, each.name)[row].tolist() for each in fields(Screening)}
        assert json.loads(json.dumps(one)).keys() == one.keys()
        measured = times[row][~np.isnan(values[row])]
        assert one["n_points"] == len(measured)
        verdict, level = Verdict(one["verdict"]), Level(one["level"])
        if verdict in REFUSED:
            _says_nothing(one, level)
        else:
            _agrees_with_itself(one, verdict, level)
            _has_numbers(one, verdict, measured)


def _says_nothing(one: dict, level: Level) -> None:
    assert level is Level.NONE
    assert not one["reversed"]
    assert not one["early"]
    numbers = ["p", "probability", "smallest_change"]
    numbers += [name + end for name in ESTIMATES for end in ("", "_low", "_high")]
    assert all(np.isnan(one[name]) for name in numbers)


def _agrees_with_itself(one: dict, verdict: Verdict, level: Level) -> None:
    assert 0 < one["p"] <= 1
    assert 0 < one["probability"] < 1
    assert one["reversed"] == (level is Level.CLEAR) == (one["p"] <= 0.05)
    assert (verdict in REVERSALS) == (level in {Level.CLEAR, Level.LIKELY})
    if level is Level.LIKELY:
        assert one["p"] <= 0.10
    if level is Level.EARLY_WARNING:
        assert one["early"]
    if level is Level.NONE:
        assert not one["early"]


def _has_numbers(one: dict, verdict: Verdict, measured: np.ndarray) -> None:
    assert 0 <= one["smallest_change"] < np.inf
    for name in ESTIMATES:
        value, low, high = (one[name + end] for end in ("", "_low", "_high"))
        spoken_of = name == "slope_before" or verdict in TURNING
        assert np.isfinite([value, low, high]).tolist() == [spoken_of] * 3, name
        assert not spoken_of or low <= value <= high, (name, low, value, high)
    if verdict in TURNING:
        assert measured[0] < one["turning_low"] <= one["turning_high"] < measured[-1]
    rising = one["slope_before"] > 0
    if verdict in REVERSALS:
        assert one["slope_before"] * one["slope_after"] <= 0
    if verdict in {Verdict.RISING, Verdict.FALLING}:
        assert rising == (verdict is Verdict.RISING)
