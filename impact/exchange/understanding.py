"""What a sheet says, however it is laid out: header, columns, periods, values, marks.

Nothing is guessed silently. What was found out can be looked at and said otherwise by a
:class:`Mapping`; a number that can be read in two ways is a problem until somebody tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Final

from impact.errors import Invalid
from impact.exchange.book import Book
from impact.exchange.cells import Cell, Sheet, column_of
from impact.exchange.columns import Role, TableColumn, columns_of, is_own_form
from impact.exchange.mapping import Mapping
from impact.exchange.number_columns import SAMPLE, columns_with_values, sample_of
from impact.exchange.period_cells import periods_in
from impact.exchange.ragged import squared
from impact.exchange.row_names import with_told_rows
from impact.exchange.sheet_header import (
    Header,
    find_header,
    header_at,
    names_of,
)
from impact.exchange.table_layout import text_of
from impact.exchange.table_rows import (
    decimal_marks_of,
    filled_down_of,
    last_row_of,
    parts_of,
    title_period_of,
)
from impact.exchange.tables import tables_of, title_of
from impact.exchange.year_parts import part_named, part_of_year

BETWEEN: Final = " | "


@dataclass(frozen=True)
class Understood:
    """A sheet as it was understood.

    Attributes:
        header: the places of the header's rows among the sheet's rows.
        columns: what each column says.
        marks: the decimal mark of each column of values, None where it is not known.
        title_period: what the values are about by what stands above the table.
        filled_down: columns whose empty cells stand for the one above, as merged cells do.
        last: the place of the last row of values.
        parts: the headings between the rows, by their places, where only they tell rows apart.
        title: what stands above the table, where only that tells its names from another table's.
        further: the other tables of the sheet, below or beside.
    """

    sheet: Sheet
    header: Header
    columns: tuple[TableColumn, ...]
    marks: dict[int, str | None]
    title_period: str
    filled_down: frozenset[int]
    last: int
    parts: dict[int, str] = field(default_factory=dict)
    title: str = ""
    further: tuple[Understood, ...] = ()

    @property
    def first(self) -> int:
        """The place of the first row below the header."""
        return self.header.last + 1

    @property
    def tables(self) -> tuple[Understood, ...]:
        """The sheet's tables, this one first."""
        return (self, *self.further)

    def holding(self, line: int, place: int) -> Understood:
        """The table that has a cell, by its line and its column's place."""
        return next((table for table in self.further if table._holds(line, place)), self)

    def _holds(self, line: int, place: int) -> bool:
        rows = self.sheet.rows
        is_value = place < len(self.columns) and self.columns[place].role is Role.VALUE
        return is_value and rows[self.header.first][0] <= line <= rows[self.last][0]

    def of(self, role: Role) -> tuple[TableColumn, ...]:
        """The columns of a role, from the left."""
        return tuple(column for column in self.columns if column.role is role)

    @cached_property
    def is_own(self) -> bool:
        """Whether it is a tidy file as we write them, which names our indicators."""
        return is_own_form(self.columns)

    def rows(self) -> Iterator[tuple[int, list[str], Sequence[Cell]]]:
        """Line, texts as many as columns, and cells of each row down to the last value."""
        width = len(self.columns)
        above = [""] * width
        parts, part = self.parts, ""
        named = self.of(Role.LABEL)[0].place if parts else 0
        for row, (line, cells) in enumerate(self.sheet.rows[self.first : self.last + 1], self.first):
            texts = [
                # Most cells are plain text, and there are millions of them.
                cell.strip() if cell.__class__ is str and "\N{NO-BREAK SPACE}" not in cell else text_of(cell)
                for cell in cells
            ]
            if len(texts) < width:
                texts += [""] * (width - len(texts))
            for place in self.filled_down:
                texts[place] = above[place] = texts[place] or above[place]
            if parts:
                part = parts.get(row, part)
                texts[named] = BETWEEN.join(filter(None, (part, texts[named])))
            yield line, texts, cells

    @property
    def has_parts(self) -> bool:
        """Whether a column of the rows, or one of values, says which part of a year it is about."""
        return self._period_places[1] is not None or any(column.part for column in self.columns)

    def period_of(self, texts: Sequence[str]) -> str:
        """The period that a row's cells name, empty where none does."""
        year_place, _ = self._period_places
        return "" if year_place is None else self._said_periods.get(texts[year_place], texts[year_place])

    def part_of(self, texts: Sequence[str], year: str) -> str:
        """The part of a year that a row's cells name with it."""
        _, part = self._period_places
        if not part or not year or self.whole_named(texts):
            return year
        return part_of_year(year, texts[part.place], is_month=part.role is Role.MONTH)

    def whole_named(self, texts: Sequence[str]) -> str:
        """What a row says where others say a part of a year: the whole of it, or their mean."""
        _, part = self._period_places
        said = texts[part.place] if part else ""
        return "" if part_named(said) or any(map(str.isdigit, said)) else said

    @cached_property
    def _said_periods(self) -> dict[str, str]:
        """The periods of rows that only all of them together tell, by their text."""
        year_place, _ = self._period_places
        if year_place is None or self.is_own:
            return {}
        alike = {text_of(cell) for cell in set(column_of(self.sheet.rows[self.first :], year_place))}
        texts = [text for text in alike if text]
        return {
            text: period.key()
            for text, period in zip(texts, periods_in(texts), strict=True)
            if period is not None
        }

    @cached_property
    def _period_places(self) -> tuple[int | None, TableColumn | None]:
        """The column of periods, and the one that says which part of the year."""
        years, parts = self.of(Role.PERIOD), (*self.of(Role.QUARTER), *self.of(Role.MONTH))
        return (years[0].place if years else None), (parts[0] if parts else None)


def understand(sheet: Sheet, mapping: Mapping | None = None) -> Understood:
    """What a sheet says.

    Raises:
        Invalid: no table of values was found in it.
    """
    mapping = mapping or Mapping()
    header = header_at(sheet, mapping.header) if mapping.header else find_header(sheet)
    if header is None or header.last + 1 >= len(sheet.rows):
        raise Invalid("No table of values was found: it needs a header with values below.", field="table")
    found: list[Understood] = []
    trouble: list[Invalid] = []
    for table in tables_of(sheet, header, is_only=mapping.header is not None):
        try:
            found.append(_table(*table, mapping))
        except Invalid as error:  # Words beside a table need not be another.
            trouble.append(error)
    if not found:
        raise trouble[0]
    return _with_further(found[0], found[1:]) if len(found) > 1 else found[0]


def _with_further(first: Understood, further: Sequence[Understood]) -> Understood:
    """The first table with the others, their names told apart by what stands above each."""
    seen: set[tuple[str, str]] = set()
    n_names = 0
    for table in (first, *further):
        names = _names(table)
        n_names += len(names)
        seen |= names
    if len(seen) < n_names:
        first, *further = (
            replace(table, title=title_of(table.sheet, table.header)) for table in (first, *further)
        )
    said = first.title_period
    return replace(
        first, further=tuple(replace(table, title_period=table.title_period or said) for table in further)
    )


def _names(table: Understood) -> set[tuple[str, str]]:
    """What some of a table's values are called."""
    labels = table.of(Role.LABEL)
    measures = [column.measure for column in table.of(Role.VALUE)]
    rows = islice(table.rows(), SAMPLE)
    called = {BETWEEN.join(texts[label.place] for label in labels) for _, texts, _ in rows}
    return {(name, measure) for name in called for measure in measures}


def _table(sheet: Sheet, header: Header, mapping: Mapping) -> Understood:
    """What one table says.

    Raises:
        Invalid: it has no column of values, or contradicts itself.
    """
    sheet = squared(sheet, header)
    below = sheet.rows[header.last + 1 :]
    sample = sample_of(below)
    width = max(len(cells) for _, cells in sheet.rows[header.first : header.last + 1])
    width = max([width, *(len(row) for row in sample)])
    names = names_of(sheet, header, width)
    columns = columns_of(names, sample, columns_with_values(sample), mapping.roles)
    if not is_own_form(columns):
        columns = with_told_rows(columns, sample, mapping.roles)
    if is_own_form(columns):
        _judge_own_form(columns, below)
    values = [column.place for column in columns if column.role is Role.VALUE]
    if not values:
        raise Invalid("No column of values was found.", field="table")
    filled_down = filled_down_of(columns, sample)
    last = len(sheet.rows) - 1 if is_own_form(columns) else last_row_of(sheet, header, values)
    return Understood(
        sheet,
        header,
        columns,
        decimal_marks_of(columns, below, mapping.decimal_mark),
        title_period_of(sheet, header),
        filled_down,
        last,
        {} if is_own_form(columns) else parts_of(sheet, header.last + 1, last, columns, filled_down),
    )


def sheet_in(book: Book, name: str = "") -> Sheet:
    """The sheet of that name, or the first that holds values and says of what period they are.

    Where none says so it is the first that holds a table of values; lists of contents look like one.

    Raises:
        Invalid: there is no such sheet, or none with a table.
    """
    names = ", ".join(sheet.name for sheet in book.sheets)
    found: list[Sheet] = []
    for sheet in book.sheets:
        if name and sheet.name != name:
            continue
        header = find_header(sheet)
        if name or len(book.sheets) == 1:
            return sheet
        if header is not None and header.last + 1 < len(sheet.rows):
            found.append(sheet)
            if _has_periods(sheet):
                return sheet
    if found:
        return found[0]
    if name:
        raise Invalid(
            "There is no sheet %(name)s; there are: %(sheets)s.", field="sheet", name=name, sheets=names
        )
    raise Invalid("No table of values was found: it needs a header with values below.", field="table")


def _has_periods(sheet: Sheet) -> bool:
    """Whether the sheet's table says what its values are about."""
    try:
        understood = understand(sheet)
    except Invalid:
        return False
    is_told = understood.title_period or understood.of(Role.PERIOD)
    return bool(is_told) or any(column.period for column in understood.columns)


def _judge_own_form(columns: Sequence[TableColumn], rows: Sequence[tuple[int, tuple[Cell, ...]]]) -> None:
    """Return if a tidy file contradicts itself nowhere: nobody could tell which is which."""
    seen = set()
    for column in columns:
        if column.tidy is not None and column.tidy in seen:
            raise Invalid("Two columns are called %(name)s.", field="file", name=column.name)
        seen.add(column.tidy)
    n_named = max(column.place for column in columns if column.parts) + 1
    for line, cells in rows:
        if len(cells) > n_named and any(cells[n_named:]):
            raise Invalid("Line %(line)s has more cells than the header.", field="file", line=line)
