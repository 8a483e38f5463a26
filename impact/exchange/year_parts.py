"""Parts of a year as cells and headers name them: months, quarters, halves and school terms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "ma[jy]", "jun", "jul", "aug", "sep", "o[kc]t", "nov", "dec")
_NAMED_MONTH: Final = tuple(re.compile(rf"{name}[a-zåäö]*\.?", re.IGNORECASE) for name in _MONTHS)
_MONTHS_LETTERS: Final = 9  # of September, the longest
_QUARTER: Final = re.compile(r"(?:kv|kvartal|k|q|quarter)\.? ?([1-4])", re.IGNORECASE)
_HALF: Final = re.compile(r"(?:halvår|h) ?([12])", re.IGNORECASE)
_TERMS: Final = {
    **dict.fromkeys(("vt", "vår", "våren", "vårtermin", "vårterminen", "spring term"), "H1"),
    **dict.fromkeys(("ht", "höst", "hösten", "hösttermin", "höstterminen", "autumn term"), "H2"),
    **dict.fromkeys(("första halvåret", "första halvår", "first half"), "H1"),
    **dict.fromkeys(("andra halvåret", "andra halvår", "second half"), "H2"),
}
_SPAN: Final = re.compile(r"([a-zåäö.]+) ?[-\N{EN DASH}] ?([a-zåäö.]+)", re.IGNORECASE)
_SPANS: Final = {(1, 3): "Q1", (4, 6): "Q2", (7, 9): "Q3", (10, 12): "Q4", (1, 6): "H1", (7, 12): "H2"}


def part_named(text: str) -> str:
    """The part of a year that a text names, as periods write it: 03, Q1, H2; empty for none."""
    number = month_named(text)
    if number:
        return f"{number:02d}"
    for letter, form in (("Q", _QUARTER), ("H", _HALF)):
        if found := form.fullmatch(text):
            return f"{letter}{found[1]}"
    if span := _SPAN.fullmatch(text):
        return _SPANS.get((month_named(span[1]), month_named(span[2])), "")
    return _TERMS.get(text.casefold(), "")


def are_parts(texts: Iterable[str]) -> bool:
    """Whether the texts are several parts of a year of one kind, and nothing else."""
    named = {text: part_named(text) for text in texts}
    # 03 begins with a figure, Q1 and H1 with what they are.
    kinds = {part[:1].isdigit() or part[:1] for part in named.values()}
    return len(named) > 1 and len(kinds) == 1 and "" not in kinds and len(set(named.values())) == len(named)


def with_part(year: str, part: str) -> str:
    """Year and part as one period's text; the year alone if it is none that could have a part."""
    return f"{year}-{part}" if part and re.fullmatch(r"\d{4}", year) else year


def part_of_year(year: str, part: str, *, is_month: bool) -> str:
    """Year and quarter or month from two cells as one text; the year alone if there is no part."""
    part = part.strip()
    if named := part_named(part):
        return with_part(year, named)
    number = re.search(r"\d{1,2}", part)
    if not number:
        return f"{year} {part}" if part else year
    return f"{year}-{int(number.group()):02d}" if is_month else f"{year}-Q{int(number.group())}"


def month_named(text: str) -> int:
    """The number of the month whose name, or its beginning, the text is; 0 for none."""
    if len(text) > _MONTHS_LETTERS:
        return 0
    return next((n for n, name in enumerate(_NAMED_MONTH, start=1) if name.fullmatch(text)), 0)
