"""What docs/detector.md shows and states is what the program draws, says and does."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks import detector_pictures, detector_rates
from impact.trend.synthetic import QUIET_SHAPES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "detector.md").read_text(encoding="utf-8")
PICTURES = {picture.file: picture for picture in detector_pictures.pictures()}
INDEPENDENT = "errors unknown, autocorrelation 0, "
# Rounding, and machines whose arithmetic differs in the last bit of a few series.
TOLERANCE = 0.15


@pytest.mark.parametrize("file", PICTURES)
def test_quotes_the_product_when_a_picture_is_shown(file: str) -> None:
    """The sentence beside each picture is what the product says of that very series."""
    assert PICTURES[file].sentence.replace("\N{NO-BREAK SPACE}", " ") in PAGE.replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_shows_every_picture_that_is_made_and_no_other() -> None:
    """The page and the command that makes its pictures name the same files."""
    assert set(re.findall(r"\(images/([^)]+)\)", PAGE)) == set(PICTURES)


def test_states_the_rates_that_are_measured_when_series_have_six_points() -> None:
    """The first column of the false alarms comes from the seeded command."""
    measured = detector_rates.quiet_shapes(np.random.default_rng([4242, 0, 6]), 6, 2000)
    for shape in QUIET_SHAPES:
        stated = re.search(rf"^\| {re.escape(shape)} \| ([\d.]+) (?:\| [\d.]+ ){{6}}\|$", PAGE, re.MULTILINE)
        assert stated is not None, shape
        assert float(stated[1]) == pytest.approx(measured[INDEPENDENT + shape], abs=TOLERANCE), shape
