"""Many numbers as a short text, and back."""

from __future__ import annotations

from typing import Final

LONGEST_RUN: Final = 100_000


def packed(numbers: frozenset[int]) -> str:
    """Numbers as first and last of each run: 3-7,9."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(f"{first}-{last}" if last > first else f"{first}" for first, last in runs)


def unpacked(text: str) -> frozenset[int]:
    """The numbers that :func:`packed` wrote; a run that nobody wrote is left out."""
    found: set[int] = set()
    for run in text.split(","):
        first, _, last = run.partition("-")
        if (
            first.isdecimal()
            and (last or first).isdecimal()
            and 0 <= int(last or first) - int(first) < LONGEST_RUN
        ):
            found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)
