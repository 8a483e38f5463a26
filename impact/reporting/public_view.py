"""What everybody may see: public projects, approved values, nothing that rests on few people.

Read as nobody, so that whoever is signed in sees on these pages what the public sees.
Notes, flags, decisions, comments and people are left out; a value that is hidden takes
its trend along, since the words about the trend would tell it.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from impact.accounts.permissions import NOBODY
from impact.charts.content import IndicatorChart
from impact.errors import NotFound
from impact.language import Voice
from impact.monitoring.cards import SeriesCard
from impact.monitoring.project_view import ProjectView, project_view
from impact.monitoring.promises import progress_of_cards
from impact.registry import lookup
from impact.registry.indicator_tables import TOTAL
from impact.reporting.picturing import picture_of
from impact.reporting.small_bases import without_small_bases
from impact.trend import sentences


def public_view(session: Session, slug: str, least_n: int) -> ProjectView:
    """A public project with what everybody may see of it.

    Raises:
        NotFound: there is no such project, or it is internal or withdrawn.
    """
    view = project_view(session, NOBODY, slug)
    if view.project.withdrawn_at is not None:
        raise NotFound("There is no such project.")
    cards = [card for goal in view.goals for card in goal.cards]
    for card in cards:
        _hide_few(card, least_n)
    progress = progress_of_cards(session, cards)
    goals = [replace(goal, progress=progress) for goal in view.goals]
    return replace(view, goals=goals, notes=[])


def _hide_few(card: SeriesCard, least_n: int) -> None:
    """Take the values that fewer people stand behind out of a card, and with them its trend."""
    shown = without_small_bases(card.series, least_n)
    if shown != card.series:
        card.series, card.analysis = shown, None


def has_hidden(card: SeriesCard) -> bool:
    """Whether values of a card are hidden, so that nothing is said of its trend."""
    return card.analysis is None and card.analysis_row is not None


def public_picture(
    session: Session, slug: str, indicator_id: int, voice: Voice, least_n: int
) -> IndicatorChart:
    """The chart of an indicator as everybody may see it: no flag, no value that rests on few.

    Raises:
        NotFound: there is no such indicator of a public project.
    """
    place = lookup.indicator_place(session, NOBODY, indicator_id, TOTAL)
    project = place.project
    if project is None or project.slug != slug or project.withdrawn_at or place.indicator.withdrawn_at:
        raise NotFound("There is no such indicator.")
    picture = picture_of(session, place, voice)
    # Whether it was flagged, and what people made of that, is their own affair.
    found = picture.analysis
    certainty = sentences.level_words(found.level, found.probability, voice) if found else ""
    picture = replace(picture, certainty=certainty)
    if picture.reference is not None:
        label, series = picture.reference
        picture = replace(picture, reference=(label, without_small_bases(series, least_n)))
    shown = without_small_bases(picture.series, least_n)
    if shown == picture.series:
        return picture
    return replace(picture, series=shown, title=picture.indicator, analysis=None, comparison="", certainty="")
