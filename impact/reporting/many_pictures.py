"""Pictures of many indicators: of a project, a category, one definition, both sexes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.charts.dots import DotChart
from impact.charts.small_multiples import Panel, SmallMultiples
from impact.charts.style import Meaning
from impact.db import local_day
from impact.language import Voice
from impact.monitoring.analysing import analysis_of
from impact.monitoring.cards import SeriesCard
from impact.monitoring.promises import progress_of_cards
from impact.registry.indicator_tables import TOTAL
from impact.registry.indicator_view import definition_of, disaggregations_of
from impact.registry.lookup import SeriesPlace, indicator_place
from impact.registry.promised import promises_of
from impact.registry.series import series_of
from impact.reporting.card_words import card_meaning, card_words, under_words
from impact.reporting.dot_rows import dots_title, row_of
from impact.reporting.groups import group_words
from impact.trend import sentences

SEXES = (("sex=girls", "sex=boys"), ("sex=women", "sex=men"))


def multiples_of_cards(
    session: Session,
    cards: Sequence[SeriesCard],
    place: str,
    voice: Voice,
    *,
    by_project: bool = False,
    known_at: datetime | None = None,
) -> SmallMultiples:
    """A page of small charts, one for each card.

    Args:
        cards: the series, in reading order.
        place: the project, category or indicator that they have in common.
        by_project: each is headed by its project and all are drawn to one scale, as for the
            same indicator in several projects; else each is headed by its indicator.
        known_at: the instant as of which the cards are.
    """
    promises = promises_of(session, [card.summary.series_id for card in cards], known_at)
    several = len({card.project.id for card in cards if card.project}) > 1
    panels = []
    for card in cards:
        baseline, targets = promises.get(card.summary.series_id, (None, ()))
        project = voice.pick(card.project.short_sv, card.project.short_en) if card.project else ""
        name = voice.pick(card.version.name_sv, card.version.name_en)
        panels.append(
            Panel(
                heading=project if by_project else name,
                series=card.series,
                under=under_words(card.series, voice, project if several and not by_project else "", name),
                words=card_words(card, voice),
                meaning=card_meaning(card),
                analysis=card.analysis,
                baseline=baseline,
                targets=targets,
            )
        )
    shared = {panel.under for panel in panels} if by_project else set()
    if len(shared) == 1:
        panels = [replace(panel, under="") for panel in panels]
    return SmallMultiples(
        voice=voice,
        title=turns_title(place, cards, voice),
        panels=tuple(panels),
        subtitle=tuple(filter(None, shared)) if len(shared) == 1 else (),
        common_scale=by_project and len({card.series.unit for card in cards}) == 1,
        invented=any(card.indicator.is_invented for card in cards),
        known_on=local_day(session, known_at) if known_at else None,
    )


def dots_of_cards(
    session: Session,
    cards: Sequence[SeriesCard],
    place: str,
    voice: Voice,
    *,
    by_project: bool = False,
    known_at: datetime | None = None,
) -> DotChart:
    """Baseline, newest value and target of each card that has them; arguments as for multiples."""
    promises = promises_of(session, [card.summary.series_id for card in cards], known_at)
    progress = progress_of_cards(session, cards, known_at)
    several = len({card.project.id for card in cards if card.project}) > 1
    found = [
        row_of(
            card,
            promises,
            progress.get(card.summary.series_id),
            voice,
            by_project=by_project,
            with_project=several,
        )
        for card in cards
    ]
    rows = tuple(row for row in found if row is not None)
    units = {row.unit for row in rows}
    return DotChart(
        voice=voice,
        title=dots_title(place, list(progress.values()), voice),
        rows=rows,
        unit=next(iter(units)) if by_project and len(units) == 1 else None,
        n_left_out=len(progress) - len(rows),
        invented=any(card.indicator.is_invented for card in cards),
        known_on=local_day(session, known_at) if known_at else None,
    )


def sexes_of_indicator(
    session: Session,
    actor: Actor,
    indicator_id: int,
    voice: Voice,
    *,
    known_at: datetime | None = None,
) -> SmallMultiples:
    """The series of both sexes side by side, to one scale; the total where it is not split by sex.

    Raises:
        NotFound: there is no such indicator, or the actor may not see it.
    """
    pair = sexes_split(session, indicator_id) or (TOTAL,)
    places = [indicator_place(session, actor, indicator_id, group) for group in pair]
    version = definition_of(session, places[0].indicator, known_at)
    panels = tuple(_panel_of_sex(session, place, voice, known_at) for place in places)
    return SmallMultiples(
        voice=voice,
        title=voice.pick(version.name_sv, version.name_en),
        panels=panels,
        subtitle=(under_words(panels[0].series, voice, ""), _newest_words(panels, voice)),
        common_scale=True,
        n_columns=2,
        source=voice.pick(places[0].indicator.source_sv, places[0].indicator.source_en),
        invented=places[0].indicator.is_invented,
        known_on=local_day(session, known_at) if known_at else None,
    )


def sexes_split(session: Session, indicator_id: int) -> tuple[str, ...]:
    """The two series of an indicator that is split by sex; none otherwise."""
    found = set(disaggregations_of(session, indicator_id))
    return next((pair for pair in SEXES if found.issuperset(pair)), ())


def _panel_of_sex(session: Session, place: SeriesPlace, voice: Voice, known_at: datetime | None) -> Panel:
    series = series_of(session, place.series.id, known_at)
    analysis = analysis_of(session, place.series.id, known_at)
    promises = promises_of(session, [place.series.id], known_at)
    baseline, targets = promises.get(place.series.id, (None, ()))
    return Panel(
        heading=group_words(place.series.disaggregation, voice) or voice.gettext("Total"),
        series=series,
        words=sentences.headline(analysis, series, voice) if analysis else "",
        meaning=Meaning.NEITHER,
        analysis=analysis,
        baseline=baseline,
        targets=targets,
    )


def _newest_words(panels: Sequence[Panel], voice: Voice) -> str:
    """The newest period that both have: 2025: girls 41, boys 52."""
    by_period = [{point.period: point for point in panel.series.measured} for panel in panels]
    shared = set(by_period[0]).intersection(*by_period[1:])
    if not shared or len(panels) < 2:
        return ""
    newest = max(shared)
    said = ", ".join(
        f"{panel.heading.lower()} {panel.series.unit.value_text(points[newest].value or 0.0, voice)}"
        for panel, points in zip(panels, by_period, strict=True)
    )
    return f"{newest.label(voice)}: {said}"


def turns_title(place: str, cards: Sequence[SeriesCard], voice: Voice) -> str:
    """What turned among so many indicators, in a sentence without its end."""
    meanings = [card_meaning(card) for card in cards]
    count: Callable[[Meaning], int] = meanings.count
    n_worse, n_better = count(Meaning.WORSE), count(Meaning.BETTER)
    if not cards:
        return place
    if not n_worse and not n_better:
        return voice.ngettext(
            "%(place)s: no clear change in the one indicator",
            "%(place)s: no clear change in any of %(n)s indicators",
            len(cards),
            place=place,
        )
    return voice.ngettext(
        "%(place)s: %(better)s better and %(worse)s worse of one indicator",
        "%(place)s: %(better)s better and %(worse)s worse of %(n)s indicators",
        len(cards),
        place=place,
        better=voice.number(n_better, 0),
        worse=voice.number(n_worse, 0),
    )
