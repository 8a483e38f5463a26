"""Long lists read in parts, in one of several orders: each part starts behind the one before.

A verb that lists offers its orders by name and takes a :class:`Part`; a face reads which one is
asked for. Rows that come or go meanwhile shift nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

# What stands for nothing where a column has none; whether there is something is compared first.
_IN_PLACE_OF_NONE: dict[type, Any] = {
    int: 0,
    float: 0.0,
    str: "",
    date: date.min,
    datetime: datetime(1, 1, 1, tzinfo=UTC),
}
Key = tuple[Any, ...]
Rows = TypeVar("Rows", bound=sa.Select[*tuple[Any, ...]])


@dataclass(frozen=True)
class ListOrder:
    """An order by columns of one table, of which the last tells any two rows apart.

    What has no value stands last, whether the order rises or falls.
    """

    columns: tuple[InstrumentedAttribute[Any], ...]
    is_falling: bool = False

    @property
    def kinds(self) -> list[tuple[type, bool]]:
        """Of each part of a key what it is, and whether it may be None."""
        return [(_kind(column), _may_be_none(column)) for column in self.columns]

    def key_of(self, row: Any) -> Key:
        """Where a row of the table stands in this order."""
        return tuple(getattr(row, column.key) for column in self.columns)

    def terms(self) -> list[sa.ColumnElement[Any]]:
        """What to order by."""
        terms = [term for column in self.columns for term in self._compared(column)]
        return [term.desc() for term in terms] if self.is_falling else terms

    def behind(self, key: Key) -> sa.ColumnElement[bool]:
        """The condition of rows that stand behind that key."""
        here = sa.tuple_(*(term for column in self.columns for term in self._compared(column)))
        there = sa.tuple_(
            *(
                term
                for column, value in zip(self.columns, key, strict=True)
                for term in self._told(column, value)
            )
        )
        return here < there if self.is_falling else here > there

    def _compared(self, column: InstrumentedAttribute[Any]) -> list[sa.ColumnElement[Any]]:
        if not _may_be_none(column):
            return [sa.type_coerce(column, column.type)]
        stand_in = sa.literal(_IN_PLACE_OF_NONE[_kind(column)], column.type)
        is_there = sa.case((column.is_(None), self._rank(None)), else_=self._rank(column))
        return [is_there, sa.func.coalesce(column, stand_in)]

    def _told(self, column: InstrumentedAttribute[Any], value: Any) -> list[sa.ColumnElement[Any]]:
        if not _may_be_none(column):
            return [sa.literal(value, column.type)]
        told = _IN_PLACE_OF_NONE[_kind(column)] if value is None else value
        return [sa.literal(self._rank(value)), sa.literal(told, column.type)]

    def _rank(self, value: Any) -> int:
        return int((value is None) != self.is_falling)


@dataclass(frozen=True)
class Part:
    """A part of a list: its order, the key behind which it starts, how many rows at most."""

    order: ListOrder
    limit: int
    after: Key | None = None

    def of(self, rows: Rows) -> Rows:
        """The rows of this part, and one more if there is any: it tells that the list goes on."""
        if self.after is not None:
            rows = rows.where(self.order.behind(self.after))
        return rows.order_by(*self.order.terms()).limit(self.limit + 1)

    def key_of_next(self, found: Sequence[Any]) -> Key | None:
        """The key behind which the next part starts; None at the end of the list."""
        return self.order.key_of(found[self.limit - 1]) if len(found) > self.limit else None


def _kind(column: InstrumentedAttribute[Any]) -> type:
    # A type of ours that wraps another one does not say by itself what it holds.
    inner = column.type.impl_instance if isinstance(column.type, sa.TypeDecorator) else column.type
    kind: type = inner.python_type
    return kind


def _may_be_none(column: InstrumentedAttribute[Any]) -> bool:
    return bool(column.property.columns[0].nullable)
