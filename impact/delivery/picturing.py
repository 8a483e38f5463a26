"""Charts as mails carry them: PNG at twice the size, with words for those who see none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from impact.charts.alt_text import alt_text
from impact.charts.content import IndicatorChart
from impact.charts.indicator_chart import draw
from impact.charts.render import to_png
from impact.charts.style import LIGHT
from impact.delivery.letters import Picture
from impact.reporting.drawn import DrawnPictures

# As wide as the column of a mail, so that letters keep their size.
MAIL = replace(LIGHT, width_inches=5.92, height_inches=3.7)
SHARPNESS = 2


@dataclass(frozen=True)
class ShownPicture:
    """A picture with its place in the HTML: size on the page and alternative text."""

    picture: Picture
    width: int
    height: int
    alt: str

    @property
    def content_id(self) -> str:
        """What the HTML calls it."""
        return self.picture.content_id


def draw_for_mail(
    charts: Mapping[int, IndicatorChart], host: str, drawn: DrawnPictures | None = None
) -> dict[int, ShownPicture]:
    """The charts of series, drawn for a mail; the same figures as on their pages.

    Args:
        drawn: pictures from before, among which they are looked for first.
    """
    pictures = (drawn or DrawnPictures()).pictures(charts, MAIL, f"png@{SHARPNESS}", _picture)
    return {
        series_id: ShownPicture(
            Picture(f"chart-{series_id}@{host}", f"{chart.indicator}.png", pictures[series_id]),
            round(MAIL.width),
            round(MAIL.height),
            alt_text(chart),
        )
        for series_id, chart in charts.items()
    }


def _picture(chart: IndicatorChart) -> bytes:
    return to_png(draw(chart, MAIL), SHARPNESS)
