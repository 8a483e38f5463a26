"""What a mail tells of one flag: the project, the finding, the picture, who answers for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from impact.charts.content import IndicatorChart
from impact.delivery.answering import address_as
from impact.language import Voice
from impact.monitoring.tables import Flag
from impact.registry.lookup import SeriesPlace
from impact.reporting.findings import Finding, finding_of_series
from impact.reporting.picturing import picture_of


@dataclass(frozen=True)
class FlagNews:
    """What a notice tells: the project, what was found, and when the flag was raised.

    ``comparison`` says whether the turn is the project's own; empty without a reference line.
    ``reply_to`` is whoever answers for the indicator.
    ``told_on`` is the day as of which it is told.
    """

    flag_id: int
    project_id: int
    project_title: str
    finding: Finding
    comparison: str
    raised_on: date
    told_on: date
    reply_to: Address | None = None


def news_of(
    session: Session, flag: Flag, place: SeriesPlace, voice: Voice, zone: ZoneInfo, *, now: datetime
) -> tuple[FlagNews, IndicatorChart]:
    """The news of a flag in a language, and what its picture is drawn from."""
    if place.project is None:
        raise ValueError("a flag belongs to a project")
    chart = picture_of(session, place, voice)
    news = FlagNews(
        flag_id=flag.id,
        project_id=place.project.id,
        project_title=voice.pick(place.project.short_sv, place.project.short_en),
        finding=finding_of_series(session, place, voice),
        comparison=chart.comparison,
        raised_on=flag.first_raised_at.astimezone(zone).date(),
        told_on=now.astimezone(zone).date(),
        reply_to=address_as(session, place.indicator.responsible_id),
    )
    return news, chart
