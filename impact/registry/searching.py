"""Find projects, goals and indicators by a part of their names, as Swedes expect.

å, ä and ö are letters of their own: who types one finds that letter alone. Who types a, o
or e (perhaps for want of a Swedish keyboard) finds them with dots and accents too, after
what is written exactly so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.registry import access
from impact.registry.indicator_tables import DefinitionVersion, Indicator
from impact.registry.project_tables import Area, Goal, Project
from impact.registry.sorting import search_key

LONGEST: Final = 100
MOST_WORDS: Final = 8
# What stands in for a letter that a keyboard does not have.
BARE: Final = {
    "å": "a",
    "ä": "a",
    "æ": "a",
    "á": "a",
    "à": "a",
    "ö": "o",
    "ø": "o",
    "é": "e",
    "è": "e",
    "ü": "u",
}

Column = sa.ColumnElement[str] | sa.orm.InstrumentedAttribute[str]


@dataclass(frozen=True)
class FoundIndicator:
    """An indicator that was found, with its meaning and where it belongs."""

    indicator: Indicator
    version: DefinitionVersion
    project: Project | None
    area: Area | None


@dataclass(frozen=True)
class Found:
    """What was found, the best first in each group; ``has_more`` names cut groups."""

    projects: Sequence[Project] = ()
    goals: Sequence[tuple[Goal, Project]] = ()
    indicators: Sequence[FoundIndicator] = ()
    has_more: frozenset[str] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        return bool(self.projects or self.goals or self.indicators)


def words_of(text: str) -> list[str]:
    """The words that a search looks for; what cannot stand in a name is left out."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST])
    return search_key(printable).split()[:MOST_WORDS]


def search(session: Session, actor: Actor, text: str, *, limit: int = 20) -> Found:
    """The projects, goals and indicators that the actor may see and whose names hold every word.

    A goal or indicator is also found with a word of its project's name, if its own name
    holds another. Three statements.

    Args:
        limit: how many of each group at most.
    """
    words = words_of(text)
    if not words:
        return Found()
    projects = session.scalars(_projects(actor, words).limit(limit + 1)).all()
    goals = session.execute(_goals(actor, words).limit(limit + 1)).all()
    indicators = session.execute(_indicators(actor, words).limit(limit + 1)).all()
    groups = {"projects": projects, "goals": goals, "indicators": indicators}
    return Found(
        projects=projects[:limit],
        goals=[(goal, project) for goal, project in goals[:limit]],
        indicators=[FoundIndicator(*row) for row in indicators[:limit]],
        has_more=frozenset(name for name, rows in groups.items() if len(rows) > limit),
    )


def _projects(actor: Actor, words: Sequence[str]) -> sa.Select[Project]:
    seen = (access.within_reach(actor, Action.SEE), Project.withdrawn_at.is_(None))
    return (
        select(Project)
        .where(*seen, *_all_in(words, Project.search_key))
        .order_by(_exact_first(words, Project.search_key), Project.sort_key, Project.id)
    )


def _goals(actor: Actor, words: Sequence[str]) -> sa.Select[Goal, Project]:
    of_project = Goal.search_key + " " + Project.search_key
    return (
        select(Goal, Project)
        .join(Project, Project.id == Goal.project_id)
        .where(
            access.within_reach(actor, Action.SEE),
            Project.withdrawn_at.is_(None),
            Goal.withdrawn_at.is_(None),
            *_all_in(words, of_project),
            _any_in(words, Goal.search_key),
        )
        .order_by(_exact_first(words, of_project), Project.sort_key, Goal.position, Goal.id)
    )


def _indicators(
    actor: Actor, words: Sequence[str]
) -> sa.Select[Indicator, DefinitionVersion, Project | None, Area | None]:
    of_project = DefinitionVersion.search_key + " " + sa.func.coalesce(Project.search_key, "")
    return (
        select(Indicator, DefinitionVersion, Project, Area)
        .join(DefinitionVersion, DefinitionVersion.id == Indicator.definition_version_id)
        .outerjoin(Project, Project.id == Indicator.project_id)
        .outerjoin(Area, Area.id == Indicator.area_id)
        .where(
            access.indicators_within_reach(actor, Action.SEE),
            Indicator.withdrawn_at.is_(None),
            Project.withdrawn_at.is_(None),
            *_all_in(words, of_project),
            _any_in(words, DefinitionVersion.search_key),
        )
        .order_by(
            _exact_first(words, of_project),
            Indicator.is_key.desc(),
            DefinitionVersion.search_key,
            sa.func.coalesce(Project.sort_key, ""),
            Indicator.id,
        )
    )


def _all_in(words: Sequence[str], key: Column) -> list[sa.ColumnElement[bool]]:
    return [_holds(key, word) for word in words]


def _any_in(words: Sequence[str], key: Column) -> sa.ColumnElement[bool]:
    return sa.or_(sa.false(), *(_holds(key, word) for word in words))


def _holds(key: Column, word: str) -> sa.ColumnElement[bool]:
    """Whether the word stands in the key; a word of plain letters finds dotted ones too."""
    is_plain = not any(letter in BARE for letter in word)
    return (_bare(key) if is_plain else key).contains(word, autoescape=True)


def _exact_first(words: Sequence[str], key: Column) -> sa.ColumnElement[int]:
    exact = sa.and_(sa.true(), *(key.contains(word, autoescape=True) for word in words))
    return sa.case((exact, 0), else_=1)


def _bare(key: Column) -> sa.ColumnElement[str]:
    bare: sa.ColumnElement[str] = sa.type_coerce(key, sa.Text())
    for letter, plain in BARE.items():
        bare = sa.func.replace(bare, letter, plain, type_=sa.Text())
    return bare
