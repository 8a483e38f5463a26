"""A table of series for the detector, however it is laid out: the same series come out.

Whatever names a series comes out beside its verdict. Nothing is guessed: a total is a
series as any other, and a number that can be read in two ways is asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

from impact.errors import Invalid
from impact.exchange.cells import Cell, Sheet
from impact.exchange.csv_text import number_text
from impact.exchange.number_cells import CellReader, decimal_mark_of, is_gap
from impact.exchange.period_cells import periods_in
from impact.exchange.screening_lines import TimedSeries, series_from
from impact.exchange.table_layout import Layout, layout_of, text_of
from impact.semantics.period import ReportingPeriod

_BETTER: Final = {
    **dict.fromkeys(("up", "higher", "increase", "högre", "högre är bättre", "upp"), "up"),
    **dict.fromkeys(("down", "lower", "decrease", "lägre", "lägre är bättre", "ner"), "down"),
    **dict.fromkeys(("band", "context", "none", "inom ett intervall", "ingen riktning"), None),
}
_NUMBERS: Final = ("se", "n", "beside")
_SHARES: Final = ("%", "procent", "percent", "per cent")


@dataclass(frozen=True)
class TableOptions:
    """What a table cannot say of itself; a column that says it wins.

    Attributes:
        decimal_mark: what stands between whole and part; None where nobody told.
        better: "up", "down" or None for neither.
        kind: what sort of numbers these are, as in a JSON line.
        bounds: lowest and highest possible value.
        breaks: first periods under a new definition, in all series.
    """

    decimal_mark: str | None = None
    better: str | None = None
    kind: str | None = None
    bounds: tuple[float, float] | None = None
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True)
class NamedSeries(TimedSeries):
    """A series of a table; ``id`` are its cells in the naming columns.

    ``name`` is what readers call it; a period is None where the table has a bare time.
    """

    name: str = ""
    unit: str = ""
    source: str = ""
    periods: tuple[ReportingPeriod | None, ...] = ()


@dataclass(frozen=True)
class SeriesTable:
    """The series of a table and what was passed over in it.

    Attributes:
        names: the columns that name a series.
        sheet: the sheet's name, empty for a file without sheets.
        n_approximate: values such as ~100, which are taken for gaps.
        n_passed_over: lines without any value below the header, such as footnotes.
    """

    names: tuple[str, ...]
    series: tuple[NamedSeries, ...]
    sheet: str = ""
    n_approximate: int = 0
    n_passed_over: int = 0


@dataclass
class _Collected:
    """The cells of one series as its rows come by."""

    cells: list[str]
    line: int
    measure: str = ""
    times: dict[float, int] = field(default_factory=dict)
    points: list[tuple[float, ReportingPeriod | None, float | None, float | None, float | None]] = field(
        default_factory=list
    )
    said: dict[str, str] = field(default_factory=dict)


def series_of_sheet(sheet: Sheet, options: TableOptions | None = None) -> SeriesTable:
    """The series of a sheet, in the order in which they first appear.

    Raises:
        Invalid: no table of series, or a cell that cannot be read, with its line.
    """
    return _Reader(sheet, layout_of(sheet), options or TableOptions()).table()


class _Reader:
    """One sheet being read by its layout."""

    def __init__(self, sheet: Sheet, layout: Layout, options: TableOptions) -> None:
        self._layout, self._options, self._name = layout, options, sheet.name
        self._valued = [layout.places["value"]] if layout.is_tidy else [*layout.measures, *layout.periods]
        measuring = {*self._valued, *(layout.places[name] for name in _NUMBERS if name in layout.places)}
        rows = sheet.rows[layout.first :]
        mark = options.decimal_mark or decimal_mark_of(
            cells[place] for _, cells in rows for place in measuring if place < len(cells)
        )
        self._cells = CellReader(layout.header, mark)
        self._rows = [(line, self._texts(cells, measuring, mark or ".")) for line, cells in rows]

    def table(self) -> SeriesTable:
        """The whole table."""
        rows = list(self._with_values())
        collected = self._by_rows(rows) if self._layout.periods else self._by_series(rows)
        if not collected:
            raise Invalid(
                "The table has a header on line %(line)s but no series below.",
                field="table",
                line=self._layout.line,
            )
        naming = self._naming(collected)
        names = tuple(self._layout.header[place] for place in naming)
        return SeriesTable(
            (*names, "indicator") if self._layout.measures else names,
            tuple(self._built(one, naming) for one in collected),
            self._name,
            self._cells.n_approximate,
            len(self._rows) - len(rows),
        )

    def _texts(self, cells: Sequence[Cell], measuring: set[int], mark: str) -> list[str]:
        """A row as texts as long as the header; a number is written so that it reads in one way."""
        texts = [
            number_text(cell, mark) if isinstance(cell, float) and place in measuring else text_of(cell)
            for place, cell in enumerate(cells)
        ]
        return texts + [""] * (len(self._layout.header) - len(texts))

    def _with_values(self) -> Iterator[tuple[int, list[str]]]:
        """The rows but for those that have neither value nor period, and what stands at the end."""
        last = max((place for place, (_, row) in enumerate(self._rows) if self._has_value(row)), default=-1)
        for place, (line, row) in enumerate(self._rows):
            is_text = sum(bool(cell) for cell in row) <= 2 and not self._has_value(row)
            if self._layout.periods:
                if place <= last or not is_text:
                    yield line, row
            elif row[self._layout.places["period"]] and (place <= last or not is_text):
                yield line, row
            elif any(not is_gap(row[place]) for place in self._valued):
                raise Invalid("Line %(line)s has a value but no period.", line=line)

    def _has_value(self, row: list[str]) -> bool:
        return any(re.search(r"\d", row[place]) for place in self._valued)

    def _by_rows(self, rows: list[tuple[int, list[str]]]) -> list[_Collected]:
        """A wide table: each row is a series."""
        found = []
        for line, row in rows:
            one = _Collected(row, line)
            for place, period in self._layout.periods.items():
                self._add(one, (line, place), period.position, period, self._cells.value(row, place, line))
            self._say(one, row)
            found.append(one)
        return found

    def _by_series(self, rows: list[tuple[int, list[str]]]) -> list[_Collected]:
        """A row for each period: of one series, or of one for each measure."""
        naming = self._layout.ids or self._layout.naming
        place = self._layout.places["period"]
        periods = periods_in([row[place] for _, row in rows])
        found: dict[tuple[str, ...], _Collected] = {}
        for (line, row), period in zip(rows, periods, strict=True):
            time = period.position if period else self._cells.time(row[place], line)
            for valued in self._valued:
                measure = self._layout.header[valued] if self._layout.measures else ""
                key = (*(row[each] for each in naming), measure)
                one = found.setdefault(key, _Collected(row, line, measure))
                for each in self._layout.naming:
                    # What changes within a series does not name it.
                    one.cells[each] = one.cells[each] if one.cells[each] == row[each] else "\0"
                self._add(
                    one,
                    (line, valued),
                    time,
                    period,
                    self._cells.value(row, valued, line),
                    *self._beside(row, line),
                )
                self._say(one, row)
        return list(found.values())

    def _add(
        self,
        one: _Collected,
        where: tuple[int, int],
        time: float,
        period: ReportingPeriod | None,
        value: float | None,
        error: float | None = None,
        n: float | None = None,
    ) -> None:
        line, place = where
        if time in one.times:
            if self._layout.periods:
                raise Invalid(
                    "The column %(name)s stands for the same time as one before it; leave one out.",
                    name=self._layout.header[place],
                )
            raise Invalid(
                "Line %(line)s has a time that line %(first)s already has, and nothing tells them apart.",
                line=line,
                first=one.times[time],
            )
        one.times[time] = line
        one.points.append((time, period, value, error, n))

    def _say(self, one: _Collected, row: list[str]) -> None:
        for name in ("better", "kind", "unit", "source", "breaks"):
            if name in self._layout.places and row[self._layout.places[name]]:
                one.said[name] = row[self._layout.places[name]]

    def _beside(self, row: list[str], line: int) -> tuple[float | None, float | None]:
        """Standard error and number of answers, from columns of their own or from one for both."""
        found = {}
        for name in ("se", "n"):
            place = self._layout.places.get(name)
            found[name] = None if place is None else self._cells.value(row, place, line)
        place = self._layout.places.get("beside")
        told = re.fullmatch(r"(se|n) ?= ?(.+)", row[place].casefold()) if place is not None else None
        if told:
            found[told.group(1)] = self._cells.number(told.group(2), line, place or 0)
        return found["se"], found["n"]

    def _naming(self, collected: list[_Collected]) -> list[int]:
        """The naming columns that say one thing all through each series."""
        return [place for place in self._layout.naming if all(one.cells[place] != "\0" for one in collected)]

    def _built(self, one: _Collected, naming: list[int]) -> NamedSeries:
        points = sorted(one.points, key=lambda point: point[0])
        times, periods, values, errors, ns = (list(column) for column in zip(*points, strict=True))
        given: dict[str, Any] = {"t": times, "y": values, **self._told(one)}
        given |= {key: column for key, column in (("se", errors), ("n", ns)) if any(column)}
        cells = [one.cells[place] for place in naming]
        try:
            read = series_from({"id": (*cells, one.measure) if one.measure else tuple(cells), **given})
        except Invalid as error:
            raise Invalid("Line %(line)s: %(problem)s", line=one.line, problem=str(error)) from error
        words = [cell for cell in cells if re.search(r"[^\W\d_]", cell)]
        ids = {one.cells[place] for place in self._layout.ids}
        spoken = [word for word in words if word not in ids] or cells
        return NamedSeries(
            **{each.name: getattr(read, each.name) for each in fields(TimedSeries)},
            name=", ".join(filter(None, [*spoken, one.measure])),
            unit=one.said.get("unit", ""),
            source=one.said.get("source", ""),
            periods=tuple(periods),
        )

    def _told(self, one: _Collected) -> dict[str, Any]:
        options, said = self._options, one.said
        better = said.get("better")
        if better is not None and _key(better) not in _BETTER:
            raise Invalid(
                "Line %(line)s: %(text)s is not a direction; choose up, down or none.",
                line=one.line,
                text=better,
            )
        is_share = _key(said.get("unit", "")) in _SHARES
        kind = _key(said.get("kind", "")) or options.kind or ("share" if is_share else None)
        told: dict[str, Any] = {
            "better": options.better if better is None else _BETTER[_key(better)],
            "kind": kind,
            "bounds": list(options.bounds) if options.bounds else None,
        }
        texts = [*options.breaks, *re.split(r"[;,\s]+", said.get("breaks", ""))]
        told["breaks"] = [
            period.position if period else self._cells.time(text, one.line)
            for text, period in zip(texts, periods_in(texts), strict=True)
            if text
        ]
        return told


def _key(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())
