"""What a sheet says, however it is laid out: header, columns, periods, values, marks.

Nothing is guessed silently. What was found out can be looked at and said otherwise by a
:class:`Mapping`; a number that can be read in two ways is a problem until somebody tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from impact.errors import Invalid
from impact.exchange.book import Book
from impact.exchange.cells import Cell, Sheet
from impact.exchange.columns import Role, TableColumn, columns_of, is_own_form
from impact.exchange.mapping import Mapping
from impact.exchange.marks import mark_in
from impact.exchange.number_cells import decimal_mark_of, looks_like_a_number
from impact.exchange.period_cells import period_within, periods_in
from impact.exchange.row_names import with_told_rows
from impact.exchange.sheet_header import Header, find_header, header_at, names_of, valued_columns
from impact.exchange.table_layout import text_of
from impact.exchange.year_parts import part_of_year

SAMPLE: Final = 400
FILLED_DOWN: Final = 0.25
_TELLING: Final = (Role.LABEL, Role.CODE, Role.PERIOD, Role.QUARTER, Role.MONTH)
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
    """

    sheet: Sheet
    header: Header
    columns: tuple[TableColumn, ...]
    marks: dict[int, str | None]
    title_period: str
    filled_down: frozenset[int]
    last: int
    parts: dict[int, str] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """The place of the first row below the header."""
        return self.header.last + 1

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
        return (
            part_of_year(year, texts[part.place], is_month=part.role is Role.MONTH) if part and year else year
        )

    @cached_property
    def _said_periods(self) -> dict[str, str]:
        """The periods of rows that only all of them together tell, by their text."""
        year_place, _ = self._period_places
        if year_place is None or self.is_own:
            return {}
        alike = {text_of(cell) for cell in set(_column(self.sheet.rows[self.first :], year_place))}
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
    below = sheet.rows[header.last + 1 :]
    sample = _sampled([[text_of(cell) for cell in cells] for _, cells in _spread(below)])
    width = max(len(cells) for _, cells in sheet.rows[header.first : header.last + 1])
    width = max([width, *(len(row) for row in sample)])
    names = names_of(sheet, header, width)
    columns = columns_of(names, sample, valued_columns(sample), mapping.roles)
    if not is_own_form(columns):
        columns = with_told_rows(columns, sample, mapping.roles)
    if is_own_form(columns):
        _judge_own_form(columns, below)
    values = [column.place for column in columns if column.role is Role.VALUE]
    if not values:
        raise Invalid("No column of values was found.", field="table")
    filled_down = _filled_down(columns, sample)
    last = len(sheet.rows) - 1 if is_own_form(columns) else _last_row(sheet, header, values)
    return Understood(
        sheet,
        header,
        columns,
        {place: mapping.decimal_mark or decimal_mark_of(_column(below, place)) for place in values},
        _title_period(sheet, header),
        filled_down,
        last,
        {} if filled_down or is_own_form(columns) else _parts(sheet, header.last + 1, last, columns),
    )


def sheet_in(book: Book, name: str = "") -> Sheet:
    """The sheet of that name, or the first that holds a table of values.

    Raises:
        Invalid: there is no such sheet, or none with a table.
    """
    names = ", ".join(sheet.name for sheet in book.sheets)
    for sheet in book.sheets:
        if name and sheet.name != name:
            continue
        header = find_header(sheet)
        if name or len(book.sheets) == 1 or (header is not None and header.last + 1 < len(sheet.rows)):
            return sheet
    if name:
        raise Invalid(
            "There is no sheet %(name)s; there are: %(sheets)s.", field="sheet", name=name, sheets=names
        )
    raise Invalid("No table of values was found: it needs a header with values below.", field="table")


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


def _spread(rows: Sequence[tuple[int, tuple[Cell, ...]]]) -> Sequence[tuple[int, tuple[Cell, ...]]]:
    """The first rows, and some of all the others."""
    half = SAMPLE // 2
    return [*rows[:half], *rows[half :: max(1, (len(rows) - half) // half)]]


def _sampled(rows: list[list[str]]) -> list[list[str]]:
    """The rows that look like data: as many cells as most, or numbers among them."""
    filled = [row for row in rows if sum(map(bool, row)) > 2 or any(map(looks_like_a_number, row))]
    return filled or rows


def _column(rows: Sequence[tuple[int, tuple[Cell, ...]]], place: int) -> Iterator[Cell]:
    return (cells[place] for _, cells in rows if place < len(cells))


def _title_period(sheet: Sheet, header: Header) -> str:
    """The one period that is named above the table, or else in the sheet's name."""
    above = [
        text_of(cell)
        for _, cells in sheet.rows[: header.first]
        for cell in cells
        if cell != "" and not text_of(cell).startswith("http")
    ]
    for texts in (above, [sheet.name]):
        found = {period.key() for period in periods_in(texts) if period}
        found |= {within[0].key() for text in texts if (within := period_within(text))}
        if len(found) == 1:
            return found.pop()
    return ""


def _filled_down(columns: Sequence[TableColumn], rows: Sequence[Sequence[str]]) -> frozenset[int]:
    """The columns of merged cells: filled above, empty in rows that another column tells apart."""
    telling = [column.place for column in columns if column.role in _TELLING]
    found = set()
    for place in telling:
        later = [other for other in telling if other > place]
        cells = [(row[place] if place < len(row) else "", row) for row in rows]
        if not later or not cells or not cells[0][0]:
            continue
        empty = [row for text, row in cells if not text]
        told_apart = all(any(other < len(row) and row[other] for other in later) for row in empty)
        if told_apart and len(empty) >= FILLED_DOWN * len(cells):
            found.add(place)
    return frozenset(found)


def _parts(sheet: Sheet, first: int, last: int, columns: Sequence[TableColumn]) -> dict[int, str]:
    """Rows with a name alone, where rows below are called alike and only such a row tells them apart."""
    labels = [column.place for column in columns if column.role is Role.LABEL]
    telling = [column.place for column in columns if column.role in _TELLING]
    rows = sheet.rows[first : last + 1]
    if not labels or not any(_stands_alone(cells, labels[0]) for _, cells in rows[:SAMPLE]):
        return {}
    parts: dict[int, str] = {}
    alone, together = [], []
    part = ""
    for place, (_, cells) in enumerate(rows, first):
        if _stands_alone(cells, labels[0]):
            part = parts[place] = text_of(cells[labels[0]])
        elif any(cells):
            key = tuple(text_of(cells[each]) if each < len(cells) else "" for each in telling)
            alone.append(key)
            together.append((part, *key))
    return parts if len(set(alone)) < len(alone) and len(set(together)) == len(together) else {}


def _stands_alone(cells: Sequence[Cell], place: int) -> bool:
    filled = [each for each, cell in enumerate(cells) if cell is not None and cell != ""]
    return filled == [place] and not looks_like_a_number(text_of(cells[place]))


def _last_row(sheet: Sheet, header: Header, values: Sequence[int]) -> int:
    """The last row that has a value; what stands below are notes."""
    for place in range(len(sheet.rows) - 1, header.last, -1):
        cells = sheet.rows[place][1]
        texts = [text_of(cells[each]) for each in values if each < len(cells)]
        if any(
            looks_like_a_number(text) or text.startswith("=") or (text and mark_in(text) is not None)
            for text in texts
        ):
            return place
    return len(sheet.rows) - 1
