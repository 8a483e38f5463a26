"""The addresses of a series: its page and its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from flask import url_for

from impact.language import Voice
from impact.registry.indicator_tables import TOTAL
from impact.registry.lookup import SeriesPlace
from impact.registry.project_tables import Project
from impact.semantics.period import ReportingPeriod


def indicator_address(place: SeriesPlace, page: str = "indicators.show") -> str:
    """The page of a series, or another one about it."""
    return url_for(page, indicator_id=place.indicator.id, group=_group_of(place))


def past_address(place: SeriesPlace) -> str:
    """The page of what was said of a series before."""
    return url_for("past.show", indicator_id=place.indicator.id, group=_group_of(place))


def round_address(project: Project, period: ReportingPeriod) -> str:
    """The page of a project's reporting round."""
    return url_for("rounds.show", slug=project.slug, frequency=period.frequency.value, period=period.key())


def with_questions(address: str, asked: Mapping[str, str]) -> str:
    """The address with what another one asked, as it is written after a question mark."""
    kept = {name: text for name, text in asked.items() if text}
    return f"{address}?{urlencode(kept)}" if kept else address


def chart_addresses(
    place: SeriesPlace, voice: Voice, analysis_id: int | None = None, known_on: date | None = None
) -> dict[str, str]:
    """The pictures of a series in the reader's language: light and dark, and as PNG.

    Args:
        analysis_id: an analysis of the series; the pictures are as known when it was made.
        known_on: the day as of which the pictures are.
    """
    pictures = {
        "light": ("svg", "light"),
        "dark": ("svg", "dark"),
        "narrow": ("svg", "narrow"),
        "narrow_dark": ("svg", "narrow-dark"),
        "png": ("png", "light"),
    }
    return {
        name: url_for(
            "indicators.chart",
            indicator_id=place.indicator.id,
            form=form,
            look=look,
            language=voice.language,
            group=_group_of(place),
            analysis=analysis_id,
            known_at=known_on.isoformat() if known_on else None,
        )
        for name, (form, look) in pictures.items()
    }


def _group_of(place: SeriesPlace) -> str | None:
    # Left out of the address for the total.
    return None if place.series.disaggregation == TOTAL else place.series.disaggregation
