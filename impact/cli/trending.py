"""The detector on the command line: series in, verdicts out, no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import click

from impact.errors import ImpactError
from impact.exchange.csv_text import INTERNATIONAL, SWEDISH, read_table, write_table
from impact.exchange.screening_lines import TimedSeries, screen_lines, screen_series
from impact.exchange.series_table import series_of_table, verdict_rows
from impact.trend import calibration, odds, together_table

AT_ONCE = 2000
MARKS = {"comma": ",", "point": "."}


@click.group()
def trend() -> None:
    """Judge trends; needs no database."""


@trend.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option(
    "--jsonl", is_flag=True, help="JSON lines in and out: {id, t, y, se?, n?, better?, kind?, breaks?}."
)
@click.option("--decimal", type=click.Choice(list(MARKS)), help="Which mark 1,234 has in a table.")
def screen(file: IO[bytes], jsonl: bool, decimal: str | None) -> None:
    """Judge every series in FILE, or in what comes in on standard input.

    With --jsonl each line out answers the line in that has its id. A line that is no series
    is answered with an error, and the command ends with 1 after the last.

    Otherwise FILE is a table as CSV: tidy (period, value, and columns that name the series)
    or wide (a column for each period). Out comes a table of verdicts.
    """
    if jsonl:
        _screen_lines(file)
    else:
        _screen_table(file.read(), MARKS.get(decimal or ""))


@trend.command()
@click.option("--seed", default=calibration.SEED, show_default=True, help="Starts the random numbers.")
@click.option(
    "--n-each", default=calibration.N_EACH, show_default=True, help="Series for each shape and length."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    default=calibration.TABLE.parent,
    help="Folder of the tables; without it those of the detector are replaced.",
)
def calibrate(seed: int, n_each: int, out: Path) -> None:
    """Make the tables anew by which the detector turns scores into p-values."""
    click.echo("Simulating; this takes some minutes.", err=True)
    calibration.save(calibration.build(seed, n_each=n_each), out / calibration.TABLE.name)
    # These are made with the detector, so with the table that has just been saved.
    odds.save_odds(odds.build_odds(seed), out / odds.TABLE.name)
    together_table.save_table(
        together_table.build_table(seed, n_each=max(10, n_each // 20)), out / together_table.TABLE.name
    )
    click.echo(f"Written to {out}.")


def _screen_lines(file: IO[bytes]) -> None:
    n_refused = 0
    for answer in screen_lines(line.decode("utf-8-sig", errors="replace") for line in file):
        n_refused += "error" in answer
        click.echo(json.dumps(answer, ensure_ascii=False, allow_nan=False))
    if n_refused:
        raise click.ClickException(f"Lines that are no series: {n_refused}.")


def _screen_table(content: bytes, decimal_mark: str | None) -> None:
    try:
        table = read_table(content)
        names, many = series_of_table(table, decimal_mark)
    except ImpactError as error:
        raise click.ClickException(str(error)) from error
    form = INTERNATIONAL if table.delimiter == "," else SWEDISH
    for piece in write_table(verdict_rows(names, list(_answers(many))), form):
        sys.stdout.buffer.write(piece)


def _answers(many: Sequence[TimedSeries]) -> Iterator[dict[str, Any]]:
    """The verdicts, with a bar on standard error while there are many to come."""
    with click.progressbar(length=len(many), file=sys.stderr, hidden=len(many) <= AT_ONCE) as bar:
        for start in range(0, len(many), AT_ONCE):
            some = many[start : start + AT_ONCE]
            yield from screen_series(some)
            bar.update(len(some))
