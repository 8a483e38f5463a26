"""Lists that are read as a whole, told in parts like those that are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from impact.api.paging import address_of_next, key_in

One = TypeVar("One")
Key = tuple[str | int, ...]


def in_parts(
    rows: Iterable[One],
    key: Callable[[One], Key],
    asked: Mapping[str, Any],
    *kinds: type,
    is_falling: bool = False,
) -> tuple[list[One], str | None]:
    """The part that ``limit`` and ``after`` ask for, by key, and the address of the next one.

    Args:
        key: tells any two rows apart; numbers in it are not negative.
        kinds: of which types its parts are.

    Raises:
        Invalid: ``after`` is of no such list.
    """
    after = key_in(asked["after"], *kinds)
    found = sorted(rows, key=key, reverse=is_falling)
    if after is not None:
        found = [row for row in found if (key(row) < after if is_falling else key(row) > after)]
    shown = found[: asked["limit"]]
    return shown, address_of_next(key(shown[-1]) if len(found) > len(shown) else None)
