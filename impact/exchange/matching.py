"""Which series of a project the names of a table stand for."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.errors import Invalid
from impact.exchange.columns import Role, is_total
from impact.exchange.entries import Entry
from impact.exchange.mapping import Mapping
from impact.exchange.recorded import Recorded
from impact.exchange.rows import Column
from impact.exchange.understanding import BETWEEN, Understood
from impact.registry.indicator_tables import TOTAL
from impact.registry.lookup import SeriesPlace
from impact.registry.project_tables import Area, Organisation, ProjectArea, ProjectOrganisation

# What categories of splits by sex are called in files.
_WORDS: Final = {
    "women": frozenset({"women", "kvinnor", "kvinna", "k", "female", "flickor", "flicka", "girls"}),
    "men": frozenset({"men", "män", "man", "m", "male", "pojkar", "pojke", "boys"}),
}

_CODE_BEFORE: Final = re.compile(r"^\d{2,6} ")


class Matcher:
    """Finds the series of each name once, however many values it has."""

    def __init__(
        self, recorded: Recorded, understood: Understood, mapping: Mapping, own_names: frozenset[str]
    ) -> None:
        self._recorded, self._mapping = recorded, mapping
        labels = understood.of(Role.LABEL)
        self._tidy = {column.tidy: at for at, column in enumerate(labels) if column.tidy is not None}
        self._is_own = understood.is_own
        self._own_names = own_names
        self._by_id = {place.series.id: place for place in recorded.places.values()}
        self._found: dict[str, SeriesPlace | Invalid | None] = {}
        self._keys = _keys_of(recorded)

    def place(self, entry: Entry) -> SeriesPlace | None:
        """The series that an entry belongs to, None where it belongs to none.

        Raises:
            Invalid: it names a series that the project does not have.
        """
        if entry.name not in self._found:
            try:
                self._found[entry.name] = self._place(entry)
            except Invalid as error:
                self._found[entry.name] = error
        found = self._found[entry.name]
        if isinstance(found, Invalid):
            raise found
        return found

    def _place(self, entry: Entry) -> SeriesPlace | None:
        if entry.name in self._mapping.series:
            number = self._mapping.series[entry.name]
            if number and number not in self._by_id:
                raise Invalid("The project has no such series.", field="series")
            return self._by_id.get(number)
        if not self._is_own:
            return self._named(entry)
        slug = self._said(entry, Column.PROJECT)
        if slug and slug != self._recorded.project.slug:
            raise Invalid("The row belongs to the project %(slug)s.", field="project", slug=slug)
        return self._recorded.place(
            self._said(entry, Column.INDICATOR_ID),
            self._said(entry, Column.INDICATOR),
            self._said(entry, Column.DISAGGREGATION),
        )

    def _said(self, entry: Entry, column: Column) -> str:
        place = self._tidy.get(column)
        return entry.labels[place] if place is not None else ""

    def _named(self, entry: Entry) -> SeriesPlace | None:
        """The one series whose words are all that the name says besides whose figures they are."""
        parts = [part for part in entry.name.split(BETWEEN) if part]
        rest = frozenset(
            _key(part)
            for part in parts
            if not is_own_name(part, self._own_names) and not is_total([_key(part)])
        )
        found = self._keys.get(rest, set())
        return self._by_id[next(iter(found))] if len(found) == 1 else None


def is_own_name(text: str, own_names: frozenset[str]) -> bool:
    """Whether a text is a name of the project's own, with a code before it (0581 Norrköping) or not."""
    key = _key(text)
    return key in own_names or _CODE_BEFORE.sub("", key) in own_names


def own_names_of(session: Session, recorded: Recorded) -> frozenset[str]:
    """What the project, its areas and those who take part are called, as files may say it."""
    project = recorded.project
    areas = session.scalars(
        select(Area)
        .join(ProjectArea, ProjectArea.area_id == Area.id)
        .where(ProjectArea.project_id == project.id, ProjectArea.withdrawn_at.is_(None))
    )
    partners = session.scalars(
        select(Organisation)
        .join(ProjectOrganisation, ProjectOrganisation.organisation_id == Organisation.id)
        .where(ProjectOrganisation.project_id == project.id, ProjectOrganisation.withdrawn_at.is_(None))
    )
    names = [project.slug, project.title_sv, project.title_en, project.short_sv, project.short_en]
    keys = {_key(name) for name in (*names, *(each.name for each in (*areas, *partners))) if name}
    # Tables say Norrköping where the organisation is called Norrköpings kommun.
    bare = {key.removesuffix(" kommun") for key in keys if key.endswith(" kommun")}
    return frozenset({*keys, *bare, *(key.removesuffix("s") for key in bare)})


def _keys_of(recorded: Recorded) -> dict[frozenset[str], set[int]]:
    """The series by the words that name them: the indicator's, and those of its part."""
    found: dict[frozenset[str], set[int]] = defaultdict(set)
    for (_, disaggregation), place in recorded.places.items():
        version = recorded.versions[place.indicator.definition_version_id]
        for name in filter(None, (version.name_sv, version.name_en)):
            if disaggregation == TOTAL:
                found[frozenset({_key(name)})].add(place.series.id)
                continue
            categories = [pair.partition("=")[2] for pair in disaggregation.split(",")]
            for words in _spoken(categories):
                found[frozenset({_key(name), *words})].add(place.series.id)
    return dict(found)


def _spoken(categories: list[str]) -> list[frozenset[str]]:
    """The ways to say several categories."""
    ways = [frozenset[str]()]
    for category in categories:
        key = _key(category)
        words = next((each for each in _WORDS.values() if key in each), frozenset({key}))
        ways = [way | {word} for way in ways for word in words]
    return ways


def _key(text: str) -> str:
    return " ".join(text.casefold().split())
