"""The detector on the command line: series in, verdicts out, no database."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final

import click

from impact.cli.progress import told
from impact.cli.whole_files import write_whole
from impact.errors import Invalid
from impact.exchange.cells import MOST_BYTES, Cell
from impact.exchange.contact_sheet import contact_sheet, draw_cards
from impact.exchange.csv_text import INTERNATIONAL, SWEDISH, Form, write_table
from impact.exchange.screening_lines import KINDS, screen_lines, screen_series
from impact.exchange.series_files import SeriesFile, read_series
from impact.exchange.series_table import NamedSeries, TableOptions
from impact.exchange.verdict_table import Judged, Tally, verdict_rows
from impact.exchange.workbook_writing import write_workbook
from impact.language import Language, Voice, speak
from impact.trend import calibration
from impact.trend.table_making import N_STEPS, make_tables

AT_ONCE: Final = 2000
MARKS: Final = {"comma": ",", "point": "."}
BETTER: Final = {"up": "up", "down": "down", "none": None}


@click.group()
def trend() -> None:
    """Judge trends; needs no database."""


@trend.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option(
    "--jsonl", is_flag=True, help="JSON lines in and out: {id, t, y, se?, n?, better?, kind?, breaks?}."
)
@click.option("--sheet", help="A workbook's sheet; without it the first that holds series.")
@click.option("--decimal", type=click.Choice(list(MARKS)), help="The decimal mark, if 1,234 leaves a doubt.")
@click.option("--direction", type=click.Choice(list(BETTER)), help="Which way is better, if no column says.")
@click.option(
    "--kind", type=click.Choice([*filter(None, KINDS)]), help="What the values are, if no column says."
)
@click.option("--bounds", type=float, nargs=2, metavar="LOW HIGH", help="Lowest and highest possible value.")
@click.option("--break", "breaks", multiple=True, metavar="PERIOD", help="First period of a new definition.")
@click.option(
    "--language",
    type=click.Choice([str(language) for language in Language]),
    default="sv",
    help="That of the sentences.",
    show_default=True,
)
@click.option("--only-flagged", is_flag=True, help="Leave out series that did not reverse.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A .csv or .xlsx file to write.")
@click.option(
    "--plot",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for charts of the series that reversed, with index.html to look them through.",
)
@click.pass_context
def screen(context: click.Context, /, file: IO[bytes], *, jsonl: bool, **options: Any) -> None:
    """Judge every series in FILE, or in what comes in on standard input.

    FILE is a table, CSV or a workbook (.xlsx). Each of these forms is known by its header,
    above which lines may stand:

    \b
      tidy    a row for each value: period, value, and columns that name the series
      wide    a row for each series, a column for each period
      across  a row for each period, a column for each series

    Beside those it may have the columns standard error, n, direction (up or down), kind,
    unit, source and breaks. A year is 2024, 2023/24, 2024-Q1 or 2024-03. An empty cell, a
    point or two, a dash and NA are gaps, and so is ~100. Out comes a table of verdicts, in
    the form of the input, with what names each series and a sentence.

    With --jsonl each line out answers the line in that has its id. A line that is no series
    is answered with an error, and the command ends with 1 after the last.
    """  # noqa: D301 - the sign itself is meant
    try:
        if jsonl:
            _refuse_table_options(context)
            _screen_lines(file)
        else:
            _screen_table(file, **options)
    except KeyboardInterrupt as interrupt:
        raise click.ClickException("Stopped before the end.") from interrupt


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
    """Make the tables anew by which the detector turns scores into p-values.

    The same seed gives the same tables. All of them take some minutes.
    """
    steps = make_tables(out, seed, n_each)
    with click.progressbar(steps, N_STEPS, "Simulating", item_show_func=_said, file=sys.stderr) as bar:
        for _ in bar:
            pass
    click.echo(f"Written to {out}.")


def _said(step: str | None) -> str:
    return step or ""


def _refuse_table_options(context: click.Context) -> None:
    given = [
        parameter.opts[0]
        for parameter in context.command.params
        if parameter.name not in {"file", "jsonl"}
        and parameter.name
        and context.get_parameter_source(parameter.name) is click.core.ParameterSource.COMMANDLINE
    ]
    if given:
        raise click.UsageError(
            f"{', '.join(given)} cannot stand beside --jsonl: each line says such things itself."
        )


def _screen_lines(file: IO[bytes]) -> None:
    n_refused = 0
    answers = screen_lines(line.decode("utf-8-sig", errors="replace") for line in file)
    for answer in told(answers, "series"):
        n_refused += "error" in answer
        click.echo(json.dumps(answer, ensure_ascii=False, allow_nan=False))
    if n_refused:
        raise click.ClickException(f"Lines that are no series: {n_refused}.")


def _screen_table(
    file: IO[bytes],
    *,
    sheet: str | None,
    decimal: str | None,
    direction: str | None,
    kind: str | None,
    bounds: tuple[float, float] | None,
    breaks: tuple[str, ...],
    language: str,
    only_flagged: bool,
    out: Path | None,
    plot: Path | None,
) -> None:
    if out is not None and out.suffix.lower() not in {".csv", ".xlsx"}:
        raise click.UsageError(f"{out} ends neither with .csv nor with .xlsx.")
    options = TableOptions(MARKS.get(decimal or ""), BETTER[direction or "none"], kind, bounds, breaks)
    read = _read(file, sheet, options)
    voice, tally, flagged = speak(language), Tally(), list[Judged]()
    judged = tally.counting(_judged(read.table.series))
    if plot is not None:
        judged = _keeping_flagged(judged, flagged)
    if only_flagged:
        judged = (pair for pair in judged if pair[1]["reversed"])
    form = read.form or _form_of(voice)
    _write(verdict_rows(read.table.names, judged, voice, form.decimal_mark), out, form)
    if plot is not None:
        _draw(flagged, plot, voice)
    click.echo(tally.line(), err=True)


def _read(file: IO[bytes], sheet: str | None, options: TableOptions) -> SeriesFile:
    content = file.read(MOST_BYTES + 1)
    try:
        read = read_series(content, sheet, options)
    except Invalid as error:
        raise click.ClickException(_with_way_out(error, content)) from error
    table = read.table
    if table.sheet:
        click.echo(f"Sheet {table.sheet}.", err=True)
    if table.n_approximate:
        click.echo(f"Approximate values (such as ~100) taken for gaps: {table.n_approximate}.", err=True)
    if table.n_passed_over:
        click.echo(f"Lines without any value passed over: {table.n_passed_over}.", err=True)
    return read


def _with_way_out(error: Invalid, content: bytes) -> str:
    """The error's sentence with the option that helps, where there is one."""
    if content.lstrip()[:1] == b"{":
        return "The file holds JSON lines; screen it with --jsonl."
    if len(content) > MOST_BYTES:
        return f"{error} Split it, or screen it as JSON lines (--jsonl), which has no limit."
    return f"{error} Use --decimal comma or --decimal point." if error.field == "decimal" else str(error)


def _judged(many: Sequence[NamedSeries]) -> Iterator[Judged]:
    def each() -> Iterator[Judged]:
        for start in range(0, len(many), AT_ONCE):
            some = many[start : start + AT_ONCE]
            yield from zip(some, screen_series(some), strict=True)

    return told(each(), "series", len(many))


def _keeping_flagged(judged: Iterable[Judged], kept: list[Judged]) -> Iterator[Judged]:
    for pair in judged:
        if pair[1]["reversed"]:
            kept.append(pair)
        yield pair


def _form_of(voice: Voice) -> Form:
    return SWEDISH if voice.language is Language.SWEDISH else INTERNATIONAL


def _write(rows: Iterator[list[Cell]], out: Path | None, form: Form) -> None:
    if out is None:
        for piece in write_table(rows, form, marked=False):
            sys.stdout.buffer.write(piece)
        sys.stdout.flush()
    elif out.suffix.lower() == ".xlsx":
        write_whole(out, [write_workbook(rows, "verdicts")])
    else:
        write_whole(out, write_table(rows, form))


def _draw(flagged: list[Judged], folder: Path, voice: Voice) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Invalid(
            "%(file)s cannot be written: %(reason)s.", file=folder, reason=error.strerror
        ) from error
    cards = []
    for card in told(draw_cards(flagged, voice), "charts", len(flagged)):
        write_whole(folder / card.file, [card.svg])
        cards.append(card)
    write_whole(folder / "index.html", [contact_sheet(cards, voice).encode()])
    click.echo(f"Charts: {len(cards)}, in {folder / 'index.html'}.", err=True)
    if len(cards) < len(flagged):
        click.echo(f"Not drawn, as their times are no periods: {len(flagged) - len(cards)}.", err=True)
