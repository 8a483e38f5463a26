"""Figures beside what was wanted, and how they are printed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure of a bar.

    ``allowance`` is twice the standard error where chance is allowed for; ``ok`` is None
    for what is only told. ``note`` says how often or on what.
    """

    bar: str
    name: str
    value: float
    wanted: str = ""
    ok: bool | None = None
    twice_error: float | None = None
    note: str = ""
    unit: str = "%"


def at_most(bar: str, name: str, value: float, limit: float, n: int = 0, **more: str) -> Figure:
    """A figure that must not pass a limit; a share in per cent of ``n`` series."""
    error = twice_error(value, n)
    more = {"note": _of(n), **more}
    return Figure(bar, name, value, f"<= {limit:g}", bool(value <= limit), error, **more)


def at_least(
    bar: str, name: str, value: float, limit: float, n: int = 0, *, by_chance: bool = False, **more: str
) -> Figure:
    """A figure that must reach a limit, with ``by_chance`` but for twice its error."""
    error = twice_error(value, n)
    enough = bool(limit - value <= ((error or 0.0) if by_chance else 0.0))
    return Figure(bar, name, value, f">= {limit:g}", enough, error, **{"note": _of(n), **more})


def between(bar: str, name: str, value: float, low: float, high: float, n: int = 0) -> Figure:
    """A share in per cent that must lie between two limits."""
    ok = bool(low <= value <= high)
    low, high = max(low, 0.0), min(high, 100.0)
    return Figure(bar, name, value, f"{low:g} to {high:g}", ok, twice_error(value, n), _of(n))


def told(bar: str, name: str, value: float, n: int = 0, **more: str) -> Figure:
    """A figure that nothing is wanted of."""
    return Figure(bar, name, value, twice_error=twice_error(value, n), **{"note": _of(n), **more})


def twice_error(percent: float, n: int) -> float | None:
    """Twice the standard error of a share in per cent; None where nothing was counted."""
    if not n or not 0 <= percent <= 100:
        return None
    share = min(max(percent / 100, 0.5 / n), 1 - 0.5 / n)
    return 200 * math.sqrt(share * (1 - share) / n)


def table(figures: Sequence[Figure]) -> str:
    """The figures as lines ``bar | figure | measured | wanted | ok``."""
    width = max((len(figure.name) for figure in figures), default=0)
    lines = [f"{'bar':6s} {'figure':{width}s} {'measured':>16s} {'2 se':>6s} {'wanted':>12s}  ok"]
    for figure in figures:
        error = "" if figure.twice_error is None else f"{figure.twice_error:.1f}"
        ok = "" if figure.ok is None else ("yes" if figure.ok else "NO")
        value = f"{_number(figure)} {figure.unit}"
        line = (
            f"{figure.bar:6s} {figure.name:{width}s} {value:>16s} {error:>6s} {figure.wanted:>12s}  {ok:3s}"
        )
        lines.append(f"{line} {figure.note}".rstrip())
    return "\n".join(lines)


def failures(figures: Sequence[Figure]) -> str:
    """One sentence on how many bars hold, and the names of those that do not."""
    judged = [figure for figure in figures if figure.ok is not None]
    failed = [f"{figure.bar} {figure.name}" for figure in judged if not figure.ok]
    said = f"{len(judged) - len(failed)} of {len(judged)} hold."
    return said if not failed else f"{said} Not: {'; '.join(failed)}."


def _number(figure: Figure) -> str:
    if figure.unit == "%":
        return f"{figure.value:.1f}"
    return f"{figure.value:,.0f}" if abs(figure.value) >= 1000 else f"{figure.value:.3g}"


def _of(n: int) -> str:
    return f"n={n}" if n else ""
