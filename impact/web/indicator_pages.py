"""One indicator: chart, table of values, history, breaks and flags."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from impact.accounts.permissions import Action, Actor
from impact.charts.alt_text import alt_text
from impact.charts.content import IndicatorChart
from impact.errors import NotFound
from impact.language import Voice
from impact.monitoring.analysing import newest_analysis
from impact.monitoring.tables import Analysis
from impact.registry import access, lookup
from impact.registry.indicator_tables import TOTAL
from impact.registry.indicator_view import (
    definition_of,
    disaggregations_of,
    period_rows,
    place_name,
)
from impact.registry.lookup import SeriesPlace
from impact.registry.past_periods import period_rows_as_known, place_as_known
from impact.registry.units import unit_of
from impact.reporting.groups import group_words, name_of
from impact.reporting.many_pictures import sexes_of_indicator, sexes_split
from impact.reporting.picturing import picture_of
from impact.request_scope import current_actor, current_session, current_voice, now
from impact.semantics.period import ReportingPeriod
from impact.trend import sentences
from impact.trend.portfolio_words import among_all_words
from impact.web.addresses import chart_addresses, indicator_address, past_address
from impact.web.embed_pages import embedding_of
from impact.web.flag_rows import flag_rows
from impact.web.guards import needs
from impact.web.known_days import instant_of, known_day
from impact.web.period_table import history_items, period_table
from impact.web.picture_answers import asked_voice, picture_answer, pointed_values, shown_picture
from impact.web.progress_rows import progress_part
from impact.web.telling import change_text, latest_text

pages = Blueprint("indicators", __name__)


@pages.get("/indicators/<int:indicator_id>")
@needs(Action.SEE)
def show(indicator_id: int) -> str:
    """One indicator, in total or by the group that the address names."""
    session, actor, voice = current_session(), current_actor(), current_voice()
    group = request.args.get("group", TOTAL)
    known = known_day()
    known_at = instant_of(known)
    place = lookup.indicator_place(session, actor, indicator_id, group)
    if known_at is None:
        rows = period_rows(session, place, now=now())
    else:
        place = place_as_known(session, place, known_at)
        rows = period_rows_as_known(session, place, known_at)
    known_on = known.day if known else None
    version = definition_of(session, place.indicator)
    picture = picture_of(session, place, voice, known_at=known_at)
    unit = unit_of(version)
    name = name_of(version, group, voice)
    return render_template(
        "indicators/indicator.html",
        known=known.banner(voice) if known else None,
        name=name,
        place=voice.pick(*place_name(session, place)),
        project_href=_project_href(place),
        is_key=place.indicator.is_key,
        sentence=_sentence(picture),
        history_href=url_for("history.of_indicator", indicator_id=indicator_id),
        plan_href=None if known else _plan_address(place, actor),
        curve_href=indicator_address(place, "curves.show") if place.project and not known else None,
        past_href=past_address(place) if picture.analysis else None,
        files=[] if known else _files(place, voice),
        comparison=picture.comparison,
        among_all=_among_all(place, picture, voice, known_at),
        latest=latest_text(picture.series, voice),
        change=change_text(picture.series, voice),
        meta=_meta(picture),
        progress=progress_part(picture, voice),
        chart=chart_addresses(place, voice, known_on=known_on),
        alt=alt_text(picture),
        values=pointed_values(picture),
        snippet=None if known else embedding_of(place, picture),
        sexes=None if known else _sexes(place, voice),
        table=period_table(rows, unit, voice, None if known else _entry_base(place, actor), known_on),
        history=history_items(session, rows, unit, voice),
        flags=flag_rows(session, place.series.id, voice, known_at),
        breaks=_breaks(picture, voice),
        facts=_facts(place, picture, voice),
        groups=_groups(place, voice),
        invented=place.indicator.is_invented,
    )


def _plan_address(place: SeriesPlace, actor: Actor) -> str | None:
    """The page on which the indicator is planned, None for those who may only look."""
    if not access.may(current_session(), actor, Action.PLAN, place.indicator.id):
        return None
    return url_for("indicator_plans.show", indicator_id=place.indicator.id)


def _among_all(place: SeriesPlace, picture: IndicatorChart, voice: Voice, known_at: datetime | None) -> str:
    """Why the level is not that of the series alone; mostly it is."""
    alone = newest_analysis(current_session(), place.series.id, known_at)
    if alone is None or picture.analysis is None:
        return ""
    return among_all_words(alone.level, picture.analysis.level, voice)


@pages.get("/indicators/<int:indicator_id>/chart.<any(svg, png):form>")
@needs(Action.SEE)
def chart(indicator_id: int, form: str) -> Response:
    """The picture of an indicator, as SVG or as PNG at double size."""
    group = request.args.get("group", TOTAL)
    place = lookup.indicator_place(current_session(), current_actor(), indicator_id, group)
    known_at = _known_at(place)
    if "analysis" not in request.args and known_at is not None:
        place = place_as_known(current_session(), place, known_at)
    picture = picture_of(current_session(), place, asked_voice(), known_at=known_at)
    return picture_answer(picture, form)


def _known_at(place: SeriesPlace) -> datetime | None:
    """The end of the day, or when the analysis was made, that the address names; None is now.

    Raises:
        Invalid: it names no day.
        NotFound: it names no analysis of this series.
    """
    if "analysis" not in request.args:
        return instant_of(known_day())
    row = current_session().get(Analysis, request.args.get("analysis", 0, type=int))
    if row is None or row.series_id != place.series.id:
        raise NotFound("There is no such analysis.")
    return row.recorded_at


def _project_href(place: SeriesPlace) -> str | None:
    if place.project is None:
        return None
    return url_for("projects.show", slug=place.project.slug, known_at=request.args.get("known_at"))


def _sentence(picture: IndicatorChart) -> str:
    if picture.analysis is None:
        return ""
    return sentences.sentence(picture.analysis, picture.series, picture.indicator, picture.voice)


def _meta(picture: IndicatorChart) -> str:
    unit = picture.series.unit.name(picture.voice)
    return " · ".join(part for part in (unit, picture.direction_words, picture.certainty) if part)


def _entry_base(place: SeriesPlace, actor: Actor) -> int | None:
    """The series to enter values of, None for those who may only look."""
    allowed = access.may(current_session(), actor, Action.RECORD, place.indicator.id)
    return place.series.id if allowed else None


def _breaks(picture: IndicatorChart, voice: Voice) -> list[dict[str, str]]:
    return [{"period": period.label(voice), "reason": reason} for period, reason in picture.break_labels]


def _sexes(place: SeriesPlace, voice: Voice) -> dict[str, object] | None:
    """Both sexes side by side, where the total is shown and split so."""
    session, number = current_session(), place.indicator.id
    if place.series.disaggregation != TOTAL or not sexes_split(session, number):
        return None
    picture = sexes_of_indicator(session, current_actor(), number, voice)
    return shown_picture(picture, "pictures.of_sexes", voice, indicator_id=number)


def _files(place: SeriesPlace, voice: Voice) -> list[tuple[str, str]]:
    """The values as files, of what belongs to a project."""
    if place.project is None:
        return []
    words = {"xlsx": voice.gettext("Values for Excel"), "csv": voice.gettext("Values as CSV")}
    return [
        (label, url_for("exports.file", indicator=place.indicator.id, format=one))
        for one, label in words.items()
    ]


def _facts(place: SeriesPlace, picture: IndicatorChart, voice: Voice) -> list[tuple[str, object]]:
    version = definition_of(current_session(), place.indicator)
    unit = picture.series.unit
    baseline = picture.baseline

    def dated(period: ReportingPeriod, value: float) -> str:
        return f"{unit.value_text(value, voice)} ({period.label(voice)})"

    return [
        (voice.gettext("Definition"), _wide(voice.pick(version.text_sv, version.text_en))),
        (voice.gettext("Method"), _wide(voice.pick(version.method_sv, version.method_en))),
        (
            voice.gettext("Baseline"),
            dated(*baseline) if baseline else "",
        ),
        (
            voice.gettext("Target"),
            [
                f"{unit.stated_text(value, voice)} ({period.label(voice)})"
                for period, value in picture.targets
            ],
        ),
        (voice.gettext("Compared with"), picture.reference[0] if picture.reference else ""),
        (voice.gettext("Source"), picture.source),
    ]


def _wide(text: str) -> dict[str, object] | None:
    return {"wide": True, "text": text} if text else None


def _groups(place: SeriesPlace, voice: Voice) -> list[dict[str, Any]]:
    found: list[str] = disaggregations_of(current_session(), place.indicator.id)
    if len(found) < 2:
        return []
    return [
        {
            "words": group_words(group, voice) or voice.gettext("Total"),
            "href": url_for(
                "indicators.show",
                indicator_id=place.indicator.id,
                group=None if group == TOTAL else group,
                known_at=request.args.get("known_at"),
            ),
            "is_here": group == place.series.disaggregation,
        }
        for group in found
    ]
