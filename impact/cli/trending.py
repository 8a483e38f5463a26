"""The detector on the command line: series in, verdicts out, no database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

import click

from impact.exchange.screening_lines import screen_lines


@click.group()
def trend() -> None:
    """Judge trends; needs no database."""


@trend.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option(
    "--jsonl",
    is_flag=True,
    required=True,
    help="JSON lines in and out: {id, t, y, se?, n?, better?, kind?, breaks?}.",
)
def screen(file: IO[bytes], jsonl: bool) -> None:  # noqa: ARG001
    """Judge every series in FILE, or in what comes in on standard input.

    Each line out answers the line in that has its id. A line that is no series is answered
    with an error, and the command ends with 1 after the last.
    """
    n_refused = 0
    for answer in screen_lines(_lines(file)):
        n_refused += "error" in answer
        click.echo(json.dumps(answer, ensure_ascii=False, allow_nan=False))
    if n_refused:
        raise click.ClickException(f"{n_refused} lines could not be read as series.")


def _lines(file: IO[bytes]) -> Iterator[str]:
    for line in file:
        yield line.decode("utf-8-sig", errors="replace")
