"""What looks wrong in values: told where it can be, never where nobody could know."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.registry.doubts import doubts
from impact.registry.indicator_tables import IndicatorSeries
from impact.registry.judging import Draft
from impact.registry.sheet import sheet_of
from impact.semantics.period import year_period
from impact.semantics.unit import Kind
from tests.builders import NOW, fill, make_ground, make_indicator, make_version

PARTS = ("sex=boys", "sex=girls")


@pytest.mark.parametrize(
    ("kind", "total", "told"),
    [
        (Kind.NUMBER, {2021: 30.1, 2022: 32.0}, True),  # amounts, rounded: they always added up
        (Kind.NUMBER, {2021: 15.0, 2022: 16.0}, False),  # means: they never did
        (Kind.NUMBER, {2022: 32.0}, False),  # once is chance
        (Kind.COUNT, {}, True),
        (Kind.SHARE, {2021: 30.0, 2022: 32.0}, False),
    ],
)
def test_asks_about_a_sum_when_categories_add_up(
    session: Session, kind: Kind, total: dict[int, float], told: bool
) -> None:
    """Counts must make their total; amounts are known by having done so before."""
    ground = make_ground(session)
    version = make_version(
        session, ground.planner, "amount", kind=kind, unit_sv="kr", lowest=0, highest=None, decimals=1
    )
    indicator, whole = make_indicator(session, ground.planner, ground.goal, version, disaggregations=PARTS)
    parts = session.scalars(select(IndicatorSeries).where(IndicatorSeries.indicator_id == indicator.id)).all()
    series = {one.disaggregation: one.id for one in parts}
    fill(session, ground.planner, whole.id, total)
    for part in PARTS:
        fill(session, ground.planner, series[part], {2021: 15.0, 2022: 16.0, 2023: 17.0})
    lines = sheet_of(session, ground.planner, "centre", now=NOW).lines
    found = doubts(lines, {(whole.id, year_period(2023)): Draft(value=40.0)})
    assert ("sum" in [doubt.code for doubt in found]) is told
