"""What an import would do, as plain values: for programs, and for whoever keeps a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from impact.exchange.cells import column_letters
from impact.exchange.columns import Role
from impact.exchange.drafting import gone_beside
from impact.exchange.entries import Entry
from impact.exchange.importing import EntryPreview
from impact.exchange.understanding import Understood
from impact.registry.doubts import Doubt
from impact.registry.judging import Draft

_SAID = (
    *("value", "missing", "status", "n_observed", "standard_error", "response_rate", "numerator"),
    *("denominator", "comment", "evidence_level", "evidence_address"),
)


def understood_facts(understood: Understood) -> dict[str, Any]:
    """How a sheet was read: where its header stands, what its columns say, what period it has."""
    return {
        "sheet": understood.sheet.name,
        "encoding": understood.sheet.encoding,
        "delimiter": understood.sheet.delimiter,
        **_table_facts(understood),
        "further_tables": [_table_facts(table) for table in understood.further],
    }


def _table_facts(understood: Understood) -> dict[str, Any]:
    rows = understood.sheet.rows
    return {
        "header": [rows[understood.header.first][0], rows[understood.header.last][0]],
        "last_line": rows[understood.last][0],
        "period": understood.title_period,
        "columns": [
            {
                "column": column_letters(column.place),
                "name": column.name,
                "role": str(column.role),
                "period": column.period.key() if column.period else None,
                "decimal_mark": understood.marks.get(column.place),
            }
            for column in understood.columns
        ],
    }


def entry_facts(each: EntryPreview, understood: Understood, doubted: Sequence[Doubt] = ()) -> dict[str, Any]:
    """One value: where it stands, what it says, what it would do, and what looks wrong in it."""
    table = understood.holding(each.line, each.entry.place)
    value, stored = each.entry.value, each.stored.as_draft() if each.stored else None
    return {
        "line": each.line,
        "cell": f"{column_letters(each.entry.place)}{each.line}",
        "outcome": each.outcome.value,
        "name": each.entry.name,
        "labels": labels_of(each.entry, table),
        "header": table.columns[each.entry.place].name,
        "series": each.series_id,
        "period": each.period.key() if each.period else each.entry.period or None,
        "typed": value.typed,
        "value": value.number,
        "missing": value.missing,
        "new": draft_facts(each.draft or stored),
        "stored": draft_facts(stored),
        "not_kept": list(gone_beside(stored, each.draft)) if each.draft else [],
        "doubts": [doubt.message % doubt.facts for doubt in doubted],
        "rounded": each.rounded,
        "problem": str(each.problem or value.problem) if each.problem or value.problem else None,
        "column": each.problem.column if each.problem else None,
    }


def labels_of(entry: Entry, understood: Understood) -> dict[str, str]:
    """What the row is called, by the names of the columns that say so."""
    return {column.name: text for column, text in zip(understood.of(Role.LABEL), entry.labels, strict=True)}


def draft_facts(draft: Draft | None) -> dict[str, Any] | None:
    """What a draft says."""
    return {name: getattr(draft, name) for name in _SAID} if draft else None
