"""How far long work is, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

import click

Thing = TypeVar("Thing")

SECONDS_BETWEEN: Final = 0.2
A_LINE_EACH: Final = 100_000


def told(things: Iterable[Thing], what: str, n_all: int | None = None) -> Iterator[Thing]:
    """The same things, their number told as they pass.

    On a terminal one line is kept up to date and taken away at the end, unless the verdicts
    go there too. Elsewhere there is a line for every hundred thousand.
    """
    is_seen = sys.stderr.isatty() and not sys.stdout.isatty()
    of_all = "" if n_all is None else f" of {n_all:,}"
    n, last = 0, time.monotonic()
    for n, thing in enumerate(things, start=1):
        yield thing
        if is_seen and time.monotonic() - last >= SECONDS_BETWEEN:
            click.echo(f"\r{n:,}{of_all} {what}", err=True, nl=False)
            last = time.monotonic()
        elif n % A_LINE_EACH == 0 and not is_seen:
            click.echo(f"{n:,}{of_all} {what}", err=True)
    if is_seen and n:
        click.echo("\r\x1b[K", err=True, nl=False)
