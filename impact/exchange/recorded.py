"""What a project has recorded, read at once, for comparison with a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.db import Base
from impact.errors import Invalid
from impact.registry.indicator_tables import TOTAL, DefinitionVersion, Indicator, IndicatorSeries
from impact.registry.judging import Draft
from impact.registry.lookup import SeriesPlace
from impact.registry.measurement_tables import EvidenceLevel, Measurement, Revision
from impact.registry.project_tables import Project
from impact.semantics.series import Missing, Status

# Choices stand as the words in which they are kept, which are equal to them.
_CHOICES: Final[dict[str, type[Enum]]] = {
    "missing": Missing,
    "status": Status,
    "evidence_level": EvidenceLevel,
}
_PLACES: Final = {each.name: place for place, each in enumerate(fields(Draft))}


class Stored(NamedTuple):
    """The newest revision of a measurement, as far as a file can say the same."""

    measurement_id: int
    version: int
    draft: tuple[Any, ...]

    def says(self, said: Mapping[str, Any]) -> bool:
        """Whether all that is said is stored already."""
        return [self.draft[_PLACES[name]] for name in said] == list(said.values())

    def as_draft(self) -> Draft:
        """What is stored as the draft that would say it."""
        said: dict[str, Any] = dict(zip(_PLACES, self.draft, strict=True))
        for name, choice in _CHOICES.items():
            said[name] = None if said[name] is None else choice(said[name])
        return Draft(**said)


# One period of one series: number of the series, first and last day.
Key = tuple[int, date, date]


@dataclass(frozen=True)
class Recorded:
    """A project's series and measurements; the newest revision stands for a measurement."""

    project: Project
    versions: dict[int, DefinitionVersion]
    places: dict[tuple[int, str], SeriesPlace]
    measurements: dict[Key, Stored]
    _by_name: dict[str, set[int]]

    def place(self, indicator_id: str, name: str, disaggregation: str) -> SeriesPlace:
        """The series that a row names, by the indicator's number or by its name.

        Raises:
            Invalid: there is none in this project, or more than one.
        """
        found = self._indicator(indicator_id or name, by_name=not indicator_id)
        key = _sorted_pairs(disaggregation)
        if (found, key) not in self.places:
            raise Invalid(
                "The indicator has no disaggregation %(key)s.", field="disaggregation", key=disaggregation
            )
        return self.places[found, key]

    def _indicator(self, text: str, *, by_name: bool) -> int:
        if text.isascii() and text.isdigit() and (int(text), TOTAL) in self.places:
            return int(text)
        found = self._by_name.get(_key(text), set()) if by_name else set()
        if len(found) > 1:
            raise Invalid(
                "The project has several indicators called %(name)s; give the indicator's number.",
                field="indicator",
                name=text,
            )
        if not found:
            raise Invalid("The project has no indicator %(name)s.", field="indicator", name=text)
        return next(iter(found))


def recorded_in(session: Session, project: Project) -> Recorded:
    """Everything that a project has recorded, in three statements however much it is."""
    rows = session.execute(
        select(IndicatorSeries, Indicator, DefinitionVersion)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(DefinitionVersion, DefinitionVersion.id == Indicator.definition_version_id)
        .where(Indicator.project_id == project.id, Indicator.withdrawn_at.is_(None))
    ).all()
    names: dict[str, set[int]] = defaultdict(set)
    for _, indicator, version in rows:
        for name in filter(None, (version.name_sv, version.name_en)):
            names[_key(name)].add(indicator.id)
    return Recorded(
        project=project,
        versions={version.id: version for _, _, version in rows},
        places={
            (indicator.id, series.disaggregation): SeriesPlace(series, indicator, project)
            for series, indicator, _ in rows
        },
        measurements=_measurements(session, project),
        _by_name=dict(names),
    )


def _measurements(session: Session, project: Project) -> dict[Key, Stored]:
    """As plain rows: objects would take ten times as long, and choices as words a fifth more."""
    measurement, revision = (Base.metadata.tables[kind.__tablename__].c for kind in (Measurement, Revision))
    said = (
        sa.type_coerce(revision[name], sa.Text()) if name in _CHOICES else revision[name] for name in _PLACES
    )
    rows = session.execute(
        select(
            measurement.series_id,
            measurement.first_day,
            measurement.last_day,
            measurement.id,
            measurement.version,
            *said,
        )
        .join_from(
            Base.metadata.tables[Measurement.__tablename__],
            Base.metadata.tables[Revision.__tablename__],
            revision.id == measurement.newest_revision_id,
        )
        .where(
            measurement.series_id.in_(
                select(IndicatorSeries.id)
                .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
                .where(Indicator.project_id == project.id)
            )
        )
    )
    return {
        (series_id, first, last): Stored(number, version, tuple(said))
        for series_id, first, last, number, version, *said in rows
    }


def _sorted_pairs(text: str) -> str:
    """A disaggregation as series are keyed by it; an empty one is the total."""
    pairs = sorted(pair.strip() for pair in text.split(",") if pair.strip())
    return ",".join(pairs) if pairs else TOTAL


def _key(text: str) -> str:
    return " ".join(text.casefold().split())
