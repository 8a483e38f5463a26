"""A portfolio of 10,000 projects x 6 indicators x 20 years, written straight into the tables.

The rows are what the verbs would have written (the tests hold the verbs to that); going
through the verbs would take hours, and what is measured here is reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import numpy as np
import sqlalchemy as sa

import impact.schema as schema
from impact.db import Database
from impact.semantics.direction import Direction
from impact.semantics.period import Frequency
from impact.semantics.unit import Kind

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FIRST_YEAR, N_YEARS, N_INDICATORS = 2006, 20, 6
FLAGGED_EVERY = 10
# Out of the way of the numbers that the database gives.
ACTOR = 1_000_000
ROWS_AT_ONCE = 20_000


@dataclass(frozen=True)
class Size:
    """How many of each there are."""

    n_projects: int

    @property
    def n_series(self) -> int:
        """One series an indicator."""
        return self.n_projects * N_INDICATORS


def fill_large(database: Database, size: Size) -> None:
    """Fill an empty, migrated database."""
    values = np.random.default_rng(7).normal(60, 5, (size.n_series, N_YEARS)).round(1)
    with database.engine.begin() as connection:
        for table, rows in _tables(size, values):
            _insert(connection, table, rows)
        _point_at_revisions(connection)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _insert(connection: sa.Connection, name: str, rows: Iterable[dict[str, Any]]) -> None:
    table = schema.metadata.tables[name]
    rows = iter(rows)
    while some := list(islice(rows, ROWS_AT_ONCE)):
        connection.execute(table.insert(), some)


def _point_at_revisions(connection: sa.Connection) -> None:
    measurement = schema.metadata.tables["measurement"]
    connection.execute(
        measurement.update().values(
            newest_revision_id=measurement.c.id, approved_revision_id=measurement.c.id
        )
    )


def _tables(size: Size, values: Any) -> Iterator[tuple[str, Iterable[dict[str, Any]]]]:
    yield "actor", [{"id": ACTOR, "kind": "system", "created_at": NOW}]
    yield "category", [{"id": 1, "slug": "living", "name_sv": "Boende", "position": 1}]
    yield "definition", [{"id": 1, "slug": "safety"}]
    yield "definition_version", [_version()]
    yield "project", (_project(number) for number in range(1, size.n_projects + 1))
    yield (
        "goal",
        (
            {"id": number, "project_id": number, "position": 1, "title_sv": "Trygghet"}
            for number in range(1, size.n_projects + 1)
        ),
    )
    yield "indicator", (_indicator(number) for number in range(1, size.n_series + 1))
    yield "series", ({"id": number, "indicator_id": number} for number in range(1, size.n_series + 1))
    cells = [(series, year) for series in range(size.n_series) for year in range(N_YEARS)]
    yield (
        "measurement",
        (
            {"id": index + 1, "series_id": series + 1, **_year(FIRST_YEAR + year)}
            for index, (series, year) in enumerate(cells)
        ),
    )
    yield (
        "revision",
        (
            {
                "id": index + 1,
                "measurement_id": index + 1,
                "number": 1,
                "value": float(values[series, year]),
                "actor_id": ACTOR,
                "recorded_at": NOW,
                "digest": "0" * 64,
            }
            for index, (series, year) in enumerate(cells)
        ),
    )
    yield "analysis", (_analysis(number) for number in range(1, size.n_series + 1))
    yield "flag", (_flag(number) for number in range(1, size.n_series + 1) if _is_flagged(number))
    yield "series_summary", (_summary(number, values[number - 1]) for number in range(1, size.n_series + 1))


def _is_flagged(series: int) -> bool:
    return series % FLAGGED_EVERY == 0


def _year(year: int, prefix: str = "") -> dict[str, Any]:
    return {
        f"{prefix}first_day": date(year, 1, 1),
        f"{prefix}last_day": date(year, 12, 31),
        f"{prefix}frequency": Frequency.YEAR,
    }


def _version() -> dict[str, Any]:
    return {
        "id": 1,
        "definition_id": 1,
        "number": 1,
        "name_sv": "Trygga hyresgäster",
        "search_key": "trygga",
        "kind": Kind.SHARE,
        "unit_sv": "%",
        "decimals": 1,
        "direction": Direction.INCREASE,
        "recorded_at": NOW,
        "actor_id": ACTOR,
    }


def _project(number: int) -> dict[str, Any]:
    name = f"Projekt {number:05d}"
    return {
        "id": number,
        "slug": f"project-{number}",
        "title_sv": name,
        "short_sv": name,
        "sort_key": name.lower(),
        "search_key": name.lower(),
        "category_id": 1,
        "status": "ongoing",
        "visibility": "internal",
        "summary_sv": "En sammanfattning på några rader. " * 6,
        "story_sv": "Berättelsen bakom siffrorna. " * 30,
    }


def _indicator(number: int) -> dict[str, Any]:
    project = (number - 1) // N_INDICATORS + 1
    return {
        "id": number,
        "project_id": project,
        "goal_id": project,
        "definition_id": 1,
        "definition_version_id": 1,
        "position": number % N_INDICATORS,
        "is_key": number % N_INDICATORS == 0,
        "frequency": Frequency.YEAR,
        "first_day": date(FIRST_YEAR, 1, 1),
    }


def _analysis(series: int) -> dict[str, Any]:
    reversed_ = _is_flagged(series)
    return {
        "id": series,
        "series_id": series,
        "recorded_at": NOW,
        "fingerprint": "0" * 64,
        "detector_version": "1",
        "detector_settings": {},
        "verdict": "reversed_to_worse" if reversed_ else "flat",
        "level": "clear" if reversed_ else "none",
        "is_reversed": reversed_,
        "is_early": False,
        "n_points": N_YEARS,
        "p": 0.01 if reversed_ else 0.6,
        "probability": 0.95 if reversed_ else 0.05,
        **({"turning": 2018.0, "turning_low": 2017.0, "turning_high": 2019.0} if reversed_ else _no_turn()),
        "slope_before": 1.0,
        "slope_before_low": 0.5,
        "slope_before_high": 1.5,
        "slope_after": -1.0 if reversed_ else None,
        "slope_after_low": -1.5 if reversed_ else None,
        "slope_after_high": -0.5 if reversed_ else None,
    }


def _no_turn() -> dict[str, None]:
    return {"turning": None, "turning_low": None, "turning_high": None}


def _flag(series: int) -> dict[str, Any]:
    return {
        "id": series,
        "series_id": series,
        "direction": "to_worse",
        "state": "open",
        "raised_by_id": series,
        **_year(2018, "turning_"),
        "first_raised_at": NOW,
    }


def _summary(series: int, values: Any) -> dict[str, Any]:
    reversed_ = _is_flagged(series)
    return {
        "series_id": series,
        "project_id": (series - 1) // N_INDICATORS + 1,
        "n_measured": N_YEARS,
        **_year(FIRST_YEAR + N_YEARS - 1, "latest_"),
        "latest_value": float(values[-1]),
        "latest_status": "final",
        "change": float(values[-1] - values[-2]),
        "analysis_id": series,
        "verdict": "reversed_to_worse" if reversed_ else "flat",
        "level": "clear" if reversed_ else "none",
        "flag_id": series if reversed_ else None,
        "next_first_day": date(2026, 1, 1),
        "next_last_day": date(2026, 12, 31),
        "due_on": date(2027, 3, 31),
        "spark": [
            {"period": str(FIRST_YEAR + index), "value": float(value)} for index, value in enumerate(values)
        ],
        "refreshed_at": NOW,
    }
