"""What rows of boards and lists say of a value."""

import pytest

from impact.language import Language, speak
from impact.semantics.direction import Direction
from impact.semantics.period import year_period
from impact.semantics.series import Point, Series
from impact.semantics.unit import Kind, Unit
from impact.web.telling import latest_text


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        (Kind.COUNT, 67_209_753.0, "67.2 million"),
        (Kind.COUNT, 999_999.0, "999,999"),
        (Kind.INDEX, 2_000_000.0, "2,000,000"),
    ],
)
def test_tells_millions_when_a_value_is_huge(kind: Kind, value: float, told: str) -> None:
    """Counts from a million on are told in millions, with one decimal."""
    series = Series((Point(year_period(2024), value),), Unit(kind, "barn"), Direction.INCREASE)
    assert latest_text(series, speak(Language.ENGLISH)) == told
