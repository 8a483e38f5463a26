"""Pictures of a project, of a portfolio and of one definition, as an actor may see them.

``known_at`` is the instant as of which everything is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.charts.dots import DotChart
from impact.charts.heat_strip import HeatStrip
from impact.charts.small_multiples import SmallMultiples
from impact.language import Voice
from impact.monitoring.cards import SeriesCard, cards
from impact.monitoring.past_cards import past_cards
from impact.monitoring.portfolio import Filters, portfolio
from impact.registry import access, lookup
from impact.registry.indicator_tables import Definition, Indicator
from impact.registry.library import definition_by_slug, versions_of
from impact.registry.project_tables import Category, Project
from impact.reporting.many_pictures import dots_of_cards, multiples_of_cards
from impact.reporting.portfolio_strip import strip_of_cards

# More small charts than that nobody compares.
MOST_PANELS: Final = 36


def project_picture(
    session: Session,
    actor: Actor,
    slug: str,
    what: str,
    voice: Voice,
    *,
    known_at: datetime | None = None,
) -> SmallMultiples | DotChart:
    """A project's indicators as small charts (``charts``) or between baseline and target (``dots``).

    Raises:
        NotFound: there is no such project, or the actor may not see it.
    """
    project = lookup.project(session, actor, slug, known_at=known_at)
    if known_at is None:
        found = cards(session, Project.id == project.id)
    else:
        found = past_cards(session, [project.id], known_at)
    name = voice.pick(project.short_sv, project.short_en)
    make = multiples_of_cards if what == "charts" else dots_of_cards
    return make(session, found, name, voice, known_at=known_at)


def portfolio_picture(
    session: Session,
    actor: Actor,
    filters: Filters,
    what: str,
    voice: Voice,
) -> SmallMultiples | DotChart | HeatStrip:
    """The indicators of the projects that the filters leave: ``strip`` by year, ``charts`` or ``dots``."""
    ids = [row.project.id for row in portfolio(session, actor, filters)]
    found = cards(session, Project.id.in_(ids))
    if what == "strip":
        return strip_of_cards(session, found, voice)
    make = multiples_of_cards if what == "charts" else dots_of_cards
    return make(session, _most_telling(found), _name_of(session, filters, voice), voice)


def definition_picture(
    session: Session,
    actor: Actor,
    slug: str,
    what: str,
    voice: Voice,
) -> SmallMultiples | DotChart:
    """The same indicator in each project that the actor may see, to one scale: ``charts`` or ``dots``.

    Raises:
        NotFound: there is no such definition.
    """
    definition: Definition = definition_by_slug(session, slug)
    newest = versions_of(session, definition.id)[0]
    found = cards(
        session,
        Indicator.definition_id == definition.id,
        Project.id.in_(access.project_ids(actor, Action.SEE)),
    )
    name = voice.pick(newest.name_sv, newest.name_en)
    make = multiples_of_cards if what == "charts" else dots_of_cards
    return make(session, _most_telling(found), name, voice, by_project=True)


def _most_telling(found: Sequence[SeriesCard]) -> list[SeriesCard]:
    """Key indicators first where there are too many, in the order in which they came."""
    if len(found) <= MOST_PANELS:
        return list(found)
    chosen = sorted(found, key=lambda card: not card.indicator.is_key)[:MOST_PANELS]
    numbers = {card.summary.series_id for card in chosen}
    return [card for card in found if card.summary.series_id in numbers]


def _name_of(session: Session, filters: Filters, voice: Voice) -> str:
    """What the projects that the filters leave have in common."""
    category = session.scalars(select(Category).where(Category.slug == filters.category)).first()
    if category is None:
        return voice.gettext("All projects")
    return voice.pick(category.name_sv, category.name_en)
