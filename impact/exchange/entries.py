"""The values of a sheet one by one: what each is called, its period, its number or why none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Lookup
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from impact.errors import Invalid
from impact.exchange.cells import Cell
from impact.exchange.columns import BESIDE, NUMBERS_BESIDE, Role, TableColumn
from impact.exchange.csv_text import number_text
from impact.exchange.mapping import Mapping
from impact.exchange.marks import EMPTY, LEFT_OUT, PROPOSED, ZERO, mark_in
from impact.exchange.notes import without_flag, without_note
from impact.exchange.number_cells import number_in
from impact.exchange.period_cells import periods_in
from impact.exchange.rows import EVIDENCE_LEVELS, RowProblem, missing_of, status_of
from impact.exchange.table_layout import text_of
from impact.exchange.understanding import BETWEEN, Understood
from impact.exchange.year_parts import with_part
from impact.language import mark
from impact.registry.measurement_tables import EvidenceLevel
from impact.semantics.numbers import AmbiguousNumber, NumberError, simple_number
from impact.semantics.series import Missing, Status

# What a draft calls the same by another name.
_DRAFT_NAMES: Final = {Role.N_OBSERVED: "n_observed"}
_UNIT_BEHIND: Final = re.compile(r"([-+\N{MINUS SIGN}]?[\d\s'.,]*\d)\s*([^\W\d_][^\d]{0,20}|%)")
_FORMULA: Final = "="
_UNWORKED: Final = mark("The formula was never worked out; open the file in a spreadsheet and save it.")


class Value(NamedTuple):
    """A number or why there is none, with the text as it stands in the file.

    ``unit`` stands behind the number in the cell itself, ``status`` is what the cell or its header says
    of it. ``left_out`` says nothing.
    """

    typed: str
    number: float | None = None
    missing: Missing | None = None
    unit: str = ""
    rounded: bool = False
    status: Status | None = None
    left_out: bool = False
    problem: RowProblem | None = None


@dataclass(frozen=True)
class Beside:
    """What a row says beside its value: parts of a draft, one for each column that there is."""

    said: Lookup[str, Any] = field(default_factory=dict)
    problem: RowProblem | None = None


class Entry(NamedTuple):
    """One cell of values: where it stands, what it is called, what it is about and says."""

    line: int
    place: int
    name: str
    period: str
    value: Value
    beside: Beside | None = None
    labels: tuple[str, ...] = ()


def entries_of(understood: Understood, mapping: Mapping) -> Iterator[Entry]:
    """Every value of a sheet from the top, those with a problem among them.

    Rows that the mapping leaves out do not come. A cell that says nothing comes, marked so.
    """
    for table in understood.tables:
        yield from _Reader(table, mapping).entries()


class _Reader:
    """The cells of one sheet being read."""

    def __init__(self, understood: Understood, mapping: Mapping) -> None:
        self._it, self._mapping = understood, mapping
        self._meanings = {**PROPOSED, **mapping.marks}
        self._labels = [column.place for column in understood.of(Role.LABEL)]
        self._values = understood.of(Role.VALUE)
        self._beside = {role: columns[0] for role in BESIDE if (columns := understood.of(role))}
        self._beside_places = [column.place for column in self._beside.values()]
        self._rows = {
            column.place: mapping.rows[column.name]
            for column in understood.columns
            if mapping.rows.get(column.name)
        }
        self._known: dict[int, dict[str, Value]] = {column.place: {} for column in self._values}
        # By the cells as they are: what it says, and the reason for a missing value.
        self._besides: dict[tuple[Cell, ...], tuple[Beside, str]] = {}
        self._periods = self._fixed_periods()
        # So are files of Eurostat headed.
        self._is_flagged = any("\\time" in column.name.casefold() for column in understood.columns)

    def entries(self) -> Iterator[Entry]:
        """All of them."""
        rows, labels, values = self._rows, self._labels, self._values
        known, fixed = self._known, self._periods
        period_of = self._it.period_of if self._it.of(Role.PERIOD) else None
        is_alone = len(values) == 1
        keys: dict[tuple[str, ...], str] = {}
        title = self._it.title
        has_parts = self._it.has_parts
        for line, texts, cells in self._it.rows():
            if rows and any(texts[place] != text for place, text in rows.items()):
                continue
            if not self._it.is_own and self._is_no_row(texts):
                continue
            named = tuple([texts[place] for place in labels])
            whole = self._it.whole_named(texts) if has_parts else ""
            key = keys.get((*named, whole))
            if key is None:
                key = keys[*named, whole] = BETWEEN.join(filter(None, (title, *named, whole)))
            period = period_of(texts) if period_of else ""
            beside, reason = self._said_beside(cells) if self._beside else (None, "")
            for column in values:
                place = column.place
                text = texts[place]
                value = known[place].get(text)
                if value is None:
                    value = self._value(column, text, cells[place] if place < len(cells) else "")
                    known[place][text] = value
                if beside is not None and (reason or beside.problem is not None):
                    value = self._with_reason(value, reason, beside)
                name = key if is_alone and key != title else self._named(key, column)
                said = fixed[place] or period
                if has_parts and said:
                    said = with_part(self._it.part_of(texts, said), column.part)
                yield Entry(line, place, name, said, value, beside, named)

    def _is_no_row(self, texts: list[str]) -> bool:
        """A note, a heading of a part, or the header once more."""
        said = [texts[column.place] for column in self._values]
        if not any(said):
            # A row of a period is one, though it says nothing.
            return Role.MISSING not in self._beside and not any(periods_in([self._it.period_of(texts)]))
        return all(text in column.parts for text, column in zip(said, self._values, strict=True) if text)

    def _fixed_periods(self) -> dict[int, str]:
        """The period of a column where the header, the title or somebody says it."""
        whole = "" if self._it.of(Role.PERIOD) else self._mapping.period or self._it.title_period
        named = periods_in([whole])[0]
        told = named.key() if named else whole
        return {column.place: column.period.key() if column.period else told for column in self._values}

    def _named(self, key: str, column: TableColumn) -> str:
        return BETWEEN.join(filter(None, (key, column.measure)))

    def _value(self, column: TableColumn, text: str, cell: Cell) -> Value:
        # A number that the spreadsheet holds as one can be read in one way only.
        if isinstance(cell, float):
            value = Value(text, cell)
        else:
            number = None if text in self._mapping.marks else simple_number(text)
            value = self._read(column, text) if number is None else Value(text, number)
        if column.preliminary and value.status is None:
            value = value._replace(status=Status.PRELIMINARY)
        return value

    def _read(self, column: TableColumn, text: str) -> Value:
        sign = text if text in self._mapping.marks else None if text[:1].isdigit() else mark_in(text)
        if sign is not None:
            return self._marked(text, sign)
        if text.startswith(_FORMULA):
            return Value(text, problem=RowProblem(_UNWORKED, {}, "value"))
        figure = without_note(text)
        bare = figure.rstrip("*").rstrip()
        status = Status.PRELIMINARY if bare != figure else None
        if self._is_flagged and (flagged := without_flag(bare)):
            bare, status = flagged
        try:
            number, rounded = self._number(bare, column.place)
        except Invalid as error:
            return Value(text, problem=RowProblem.of(error))
        return Value(text, number[0], None, number[1], rounded, status)

    def _marked(self, text: str, sign: str) -> Value:
        meaning = self._meanings.get(sign, LEFT_OUT)
        if meaning == LEFT_OUT:
            # A tidy file of ours has a column for the reason: empty cells are judged with it.
            return Value(text, left_out=not (self._it.is_own and sign == EMPTY))
        return Value(text, 0.0) if meaning == ZERO else Value(text, missing=Missing(meaning))

    @staticmethod
    def _with_reason(value: Value, reason: str, beside: Beside) -> Value:
        """The value with what the row says beside it of a reason, and with its trouble."""
        if beside.problem is not None:
            return value._replace(problem=value.problem or beside.problem)
        try:
            return value._replace(missing=missing_of(reason), left_out=False)
        except Invalid as error:
            return value._replace(problem=RowProblem.of(error))

    def _number(self, text: str, place: int) -> tuple[tuple[float, str], bool]:
        decimal = self._it.marks.get(place) or self._mapping.decimal_mark or None
        try:
            number, rounded = number_in(text, (), decimal)
            return (number, ""), rounded
        except AmbiguousNumber as error:
            raise _ambiguous(text) from error
        except NumberError as error:
            behind = _UNIT_BEHIND.fullmatch(text)
            if behind is None:
                raise Invalid(error.message, field="value", **error.facts) from error
        try:
            number, rounded = number_in(behind.group(1), (), decimal)
        except AmbiguousNumber as error:
            raise _ambiguous(text) from error
        except NumberError as error:
            raise Invalid(error.message, field="value", **error.facts) from error
        return (number, behind.group(2).strip()), rounded

    def _said_beside(self, cells: Sequence[Cell]) -> tuple[Beside, str]:
        """What the row says beside its values, and its reason for a missing one."""
        n_cells = len(cells)
        key = tuple([cells[place] if place < n_cells else "" for place in self._beside_places])
        known = self._besides.get(key)
        if known is None:
            said = {
                # A comment is kept to the letter, blanks and all.
                role: str(cell) if role is Role.COMMENT and isinstance(cell, str) else _as_typed(cell)
                for role, cell in zip(self._beside, key, strict=True)
            }
            known = self._besides[key] = self._read_beside(said), said.get(Role.MISSING, "")
        return known

    def _read_beside(self, said: dict[Role, str]) -> Beside:
        try:
            return Beside(
                {
                    _DRAFT_NAMES.get(role, role.value): self._part(role, said[role])
                    for role in said
                    if role is not Role.MISSING
                }
            )
        except Invalid as error:
            return Beside(problem=RowProblem.of(error))

    def _part(self, role: Role, text: str) -> Any:
        """What a cell beside a value says, as it stands in a draft."""
        if role in NUMBERS_BESIDE:
            return self._number_beside(role, text)
        if role is Role.STATUS:
            return status_of(text)
        return _evidence_level(text) if role is Role.EVIDENCE_LEVEL else text

    def _number_beside(self, role: Role, text: str) -> float | None:
        if not text or mark_in(text) is not None:
            return None
        # A rate may carry its sign.
        bare = text.removesuffix("%").rstrip() if role is Role.RESPONSE_RATE else text
        try:
            return self._number(bare, self._beside[role].place)[0][0]
        except Invalid as error:
            raise Invalid(error.message, field=role.value, **error.facts) from error


def _evidence_level(text: str) -> EvidenceLevel | None:
    """How well a value is supported by what a cell names; None for an empty cell."""
    level = EVIDENCE_LEVELS.get(text.casefold())
    if text and level is None:
        raise Invalid(
            "%(text)s is no level of evidence; choose stated, documented or verified.",
            field=Role.EVIDENCE_LEVEL.value,
            text=text,
        )
    return level


def _as_typed(cell: Cell) -> str:
    return number_text(cell, ".") if isinstance(cell, float) else text_of(cell)


def _ambiguous(text: str) -> Invalid:
    return Invalid(
        "%(text)s can be read in two ways; say which decimal mark the file has.", field="value", text=text
    )
