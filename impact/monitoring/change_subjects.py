"""What the entries of a trail are about, and what the numbers in them stand for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit.tables import AuditEntry
from impact.monitoring.tables import Flag
from impact.registry import archiving
from impact.registry.indicator_tables import DefinitionVersion, Indicator, IndicatorSeries
from impact.registry.measurement_tables import ImportBatch, Measurement, ReportingRound
from impact.registry.project_tables import Area, Category, Goal, Organisation
from impact.registry.schedules import stored_period
from impact.semantics.period import ReportingPeriod

KINDS: dict[str, Any] = archiving.KINDS | {
    kind.__tablename__: kind for kind in (Measurement, Flag, ReportingRound, ImportBatch, DefinitionVersion)
}
# Which field of an entry holds the number of what.
POINTING: dict[str, Any] = {
    "category_id": Category,
    "subtype_id": Category,
    "goal_id": Goal,
    "area_id": Area,
    "organisation_id": Organisation,
    "owner_id": Organisation,
    "definition_version_id": DefinitionVersion,
    "old_version_id": DefinitionVersion,
    "new_version_id": DefinitionVersion,
}
NAMES = ("title", "label", "name", "text", "reason")

Named = tuple[str, str]


@dataclass(frozen=True)
class Subject:
    """What an entry is about: names in both languages, the indicator's meaning, the period."""

    name: Named = ("", "")
    version: DefinitionVersion | None = None
    disaggregation: str = ""
    period: ReportingPeriod | None = None


@dataclass(frozen=True)
class Subjects:
    """The subjects of several entries, and the names that their numbers stand for."""

    by_object: dict[tuple[str, int], Subject]
    by_number: dict[tuple[str, int], Named]

    def of(self, entry: AuditEntry) -> Subject:
        """What the entry is about."""
        return self.by_object.get((entry.object_type, entry.object_id), Subject())

    def named(self, field: str, number: int) -> Named:
        """What the number in a field stands for; empty names where it is unknown."""
        return self.by_number.get((POINTING[field].__tablename__, number), ("", ""))


def subjects_of(session: Session, entries: Sequence[AuditEntry]) -> Subjects:
    """What all these entries are about, in at most one statement for each kind of thing."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        numbers[entry.object_type].add(entry.object_id)
    rows = {
        (entity, row.id): row for entity, ids in numbers.items() for row in _rows(session, KINDS[entity], ids)
    }
    pointed = _pointed(entries)
    for row in rows.values():
        for name in ("organisation_id", "area_id"):
            if getattr(row, name, None) is not None:
                pointed[POINTING[name]].add(getattr(row, name))
    by_number = {
        (kind.__tablename__, row.id): _name(row)
        for kind, ids in pointed.items()
        for row in _rows(session, kind, ids)
    }
    series = _series(session, {row.series_id for row in rows.values() if hasattr(row, "series_id")})
    versions = _versions(session, rows.values())
    return Subjects(
        {key: _subject(row, series, versions, by_number) for key, row in rows.items()},
        by_number,
    )


def _rows(session: Session, kind: Any, ids: Collection[int]) -> list[Any]:
    return list(session.scalars(select(kind).where(kind.id.in_(ids))))


def _pointed(entries: Sequence[AuditEntry]) -> dict[Any, set[int]]:
    pointed: dict[Any, set[int]] = defaultdict(set)
    for entry in entries:
        for said in (entry.before, entry.after):
            for field, kind in POINTING.items():
                if isinstance(said.get(field), int):
                    pointed[kind].add(said[field])
    return pointed


def _series(session: Session, ids: Collection[int]) -> dict[int, tuple[str, DefinitionVersion]]:
    rows = session.execute(
        select(IndicatorSeries.id, IndicatorSeries.disaggregation, DefinitionVersion)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(DefinitionVersion, DefinitionVersion.id == Indicator.definition_version_id)
        .where(IndicatorSeries.id.in_(ids))
    )
    return {series_id: (group, version) for series_id, group, version in rows}


def _versions(session: Session, rows: Collection[Any]) -> dict[tuple[str, int], DefinitionVersion]:
    """What indicators mean now, and the newest version of each definition."""
    definitions = {row.id for row in rows if row.__tablename__ == "definition"}
    numbers = {row.definition_version_id for row in rows if row.__tablename__ == "indicator"}
    found = session.scalars(
        select(DefinitionVersion)
        .where(DefinitionVersion.definition_id.in_(definitions) | DefinitionVersion.id.in_(numbers))
        .order_by(DefinitionVersion.number)
    ).all()
    by_version = {("definition_version", version.id): version for version in found}
    return {("definition", version.definition_id): version for version in found} | by_version


def _subject(
    row: Any,
    series: dict[int, tuple[str, DefinitionVersion]],
    versions: dict[tuple[str, int], DefinitionVersion],
    by_number: dict[tuple[str, int], Named],
) -> Subject:
    period = None
    if hasattr(row, "last_day"):
        period = stored_period(row.first_day, row.last_day, row.frequency)
    if hasattr(row, "series_id"):
        group, version = series[row.series_id]
        return Subject(version=version, disaggregation=group, period=period)
    if isinstance(row, DefinitionVersion):
        return Subject(version=row)
    if isinstance(row, Indicator):
        return Subject(version=versions.get(("definition_version", row.definition_version_id)))
    if row.__tablename__ == "definition":
        return Subject((row.slug, row.slug), version=versions.get(("definition", row.id)))
    for name in ("organisation_id", "area_id"):
        if getattr(row, name, None) is not None:
            return Subject(by_number.get((POINTING[name].__tablename__, getattr(row, name)), ("", "")))
    return Subject(_name(row), period=period)


def _name(row: Any) -> Named:
    if isinstance(row, ImportBatch):
        return row.file_name, row.file_name
    for name in NAMES:
        if hasattr(row, f"{name}_sv"):
            return getattr(row, f"{name}_sv"), getattr(row, f"{name}_en")
    return (row.name, row.name) if hasattr(row, "name") else ("", "")
