"""How somebody says that a file is to be read; what is not said is found out."""

from __future__ import annotations

from collections.abc import Mapping as Lookup
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from impact.errors import Invalid

Words = dict[str, str]


@dataclass(frozen=True)
class Mapping:
    """How a file is to be read. Empty where nobody said, and then it is found out.

    Attributes:
        sheet: the name of the sheet.
        header: first and last line of the header; None finds it.
        roles: what a column says, by its name.
        period: what the values are about where the table does not say.
        decimal_mark: what stands between whole and part, in all columns.
        marks: what a mark instead of a number means.
        rows: only the rows that say so, by the name of a column.
        series: the series that a name of the table stands for, 0 for none.
        factors: what the values of a name are multiplied by.
    """

    sheet: str = ""
    header: tuple[int, int] | None = None
    roles: Words = field(default_factory=dict)
    period: str = ""
    decimal_mark: str = ""
    marks: Words = field(default_factory=dict)
    rows: Words = field(default_factory=dict)
    series: dict[str, int] = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)

    def over(self, proposed: Mapping) -> Mapping:
        """The same on top of another, which counts where this one says nothing."""
        said: dict[str, Any] = {}
        for each in fields(self):
            mine, other = getattr(self, each.name), getattr(proposed, each.name)
            said[each.name] = {**other, **mine} if isinstance(mine, dict) else mine or other
        return Mapping(**said)

    def as_json(self) -> dict[str, Any]:
        """The mapping as it is kept."""
        return {name: value for name, value in asdict(self).items() if value}


def mapping_from(kept: Lookup[str, Any]) -> Mapping:
    """A mapping as it was kept.

    Raises:
        Invalid: no such thing.
    """
    try:
        given = {each.name: kept[each.name] for each in fields(Mapping) if each.name in kept}
        if given.get("header"):
            first, last = map(int, given["header"])
            given["header"] = (first, last)
        for name, kind in (
            ("series", int),
            ("factors", float),
            ("roles", str),
            ("marks", str),
            ("rows", str),
        ):
            given[name] = {str(key): kind(value) for key, value in dict(given.get(name, {})).items()}
        for name in ("sheet", "period", "decimal_mark"):
            given[name] = str(given.get(name, ""))
        return Mapping(**given)
    except (TypeError, ValueError) as error:
        raise Invalid("The mapping cannot be read.", field="mapping") from error
