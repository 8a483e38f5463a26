"""What a series is called, in its picture, its findings and on pages."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.language import Language, speak
from impact.monitoring import analysing
from impact.registry import lookup
from impact.registry.indicator_tables import IndicatorSeries
from impact.reporting.findings import finding_of_series
from impact.reporting.picturing import picture_of
from tests.builders import NOW, PEAK_2018, fill, make_ground, make_indicator


@pytest.mark.parametrize(
    ("disaggregation", "name"),
    [
        ("total", "Safe tenants"),
        ("sex=women", "Safe tenants, women"),
        ("age=65+,sex=men", "Safe tenants, 65+, men"),
    ],
)
def test_names_the_part_when_a_series_is_of_one(session: Session, disaggregation: str, name: str) -> None:
    """A picture and a finding say of whom they speak; of the total they say nothing more."""
    ground = make_ground(session)
    indicator, _ = make_indicator(
        session,
        ground.planner,
        ground.goal,
        ground.version,
        disaggregations=("age=65+,sex=men", "sex=women"),
    )
    series = session.scalars(
        select(IndicatorSeries).where(
            IndicatorSeries.indicator_id == indicator.id, IndicatorSeries.disaggregation == disaggregation
        )
    ).one()
    fill(session, ground.planner, series.id, PEAK_2018)
    analysing.refresh_series(session, series.id, now=NOW)
    place, voice = lookup.series_place(session, ground.planner, series.id), speak(Language.ENGLISH)
    assert picture_of(session, place, voice).indicator == name
    assert finding_of_series(session, place, voice).name == name
