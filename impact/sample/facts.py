"""The sample portfolio's facts as they stand in the data files beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any, TypeVar

import sqlalchemy as sa

from impact.db import Base

Row = TypeVar("Row", bound=Base)
Facts = dict[str, Any]
LANGUAGES = {"sv", "en"}
# What a table of facts holds beside the columns of its own row.
BESIDE = {
    "areas", "baselines", "breaks", "category", "changes_definition", "definition", "documents",
    "events", "goals", "indicators", "later", "milestones", "notes", "organisations", "parent",
    "period", "references", "splits", "targets", "values",
}  # fmt: skip


@dataclass(frozen=True)
class Portfolio:
    """All files of the sample: what is shared, and one table of facts a project."""

    organisations: tuple[Facts, ...]
    categories: tuple[Facts, ...]
    areas: tuple[Facts, ...]
    definitions: tuple[Facts, ...]
    projects: tuple[Facts, ...]


def read_portfolio() -> Portfolio:
    """The facts of every file; projects in the order of their file names."""
    folder = files("impact.sample")
    shared: Facts = {}
    for name in ("organisations", "areas", "definitions"):
        shared |= tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    projects = sorted((folder / "projects").iterdir(), key=lambda file: file.name)
    return Portfolio(
        organisations=tuple(shared["organisations"]),
        categories=tuple(shared["categories"]),
        areas=tuple(shared["areas"]),
        definitions=tuple(shared["definitions"]),
        projects=tuple(tomllib.loads(file.read_text(encoding="utf-8")) for file in projects),
    )


def row_of(kind: type[Row], facts: Facts, **more: Any) -> Row:
    """A new row that says what the facts say.

    A text ``{sv, en}`` fills the two columns of its name; names in ``BESIDE`` are left to
    whoever asked.

    Raises:
        KeyError: a name that nobody knows, which is a slip in a data file.
    """
    columns = kind.__table__.columns
    said: dict[str, Any] = {}
    for name, value in facts.items():
        if isinstance(value, dict) and value.keys() <= LANGUAGES:
            said |= {f"{name}_{language}": text.strip() for language, text in value.items()}
        elif name not in BESIDE:
            said[name] = _typed(columns[name].type, value)
    return kind(**said, **more)


def _typed(column: Any, value: Any) -> Any:
    if isinstance(column, sa.Enum) and column.enum_class is not None:
        return column.enum_class(value)
    if isinstance(column, sa.Float):
        return float(value)
    if isinstance(column, sa.Date) and not isinstance(value, date):
        raise TypeError(f"{value!r} is no day")
    return value
