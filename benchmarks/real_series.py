"""The detector on real series: verdicts, a contact sheet of the flagged, one of the nearly flagged.

    python -m benchmarks.real_series --shared ../shared --out DIR

The folder holds ``data/series/series.csv`` (a row a value) and ``series_index.csv`` with the mark
``turning_by_rule``, which is a convenience and not the truth; what disagrees is listed.
"""

import argparse
import csv
import sys
from pathlib import Path

from impact.exchange.contact_sheet import contact_sheet, draw_cards
from impact.exchange.csv_text import INTERNATIONAL, write_table
from impact.exchange.screening_lines import screen_series
from impact.exchange.series_files import read_series
from impact.exchange.series_table import SeriesTable
from impact.exchange.verdict_table import Judged, Tally, verdict_rows
from impact.language import speak

N_NEARLY = 24


def _pages(judged: list[Judged], out: Path, language: str) -> None:
    voice = speak(language)
    rest = sorted(
        (pair for pair in judged if not pair[1]["reversed"]), key=lambda pair: -(pair[1]["probability"] or 0)
    )
    for name, chosen in (
        ("flagged", [pair for pair in judged if pair[1]["reversed"]]),
        ("nearly", rest[:N_NEARLY]),
    ):
        html = contact_sheet(list(draw_cards(chosen, voice)), voice)
        (out / f"{name}.html").write_text(html, encoding="utf-8")


def _compared(table: SeriesTable, judged: list[Judged], marks: dict[str, str]) -> None:
    place = table.names.index("series_id")
    marked = {key for key, mark in marks.items() if mark == "yes"}
    flagged = {series.id[place] for series, answer in judged if answer["reversed"]}
    names = {series.id[place]: (series.name, answer["p"]) for series, answer in judged}
    n_both, n_others = len(marked & flagged), len(flagged - marked)
    print(f"turning by the rule {len(marked)}, flagged of them {n_both}, others flagged {n_others}")
    for words, keys in (("not flagged", marked - flagged), ("flagged, not by the rule", flagged - marked)):
        print(f"\n{words}:")
        for key in sorted(keys, key=lambda key: names[key][1]):
            print(f"  {key} p {names[key][1]:.3f} {names[key][0]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--language", default="sv", choices=("sv", "en"))
    given = parser.parse_args()
    folder = given.shared / "data" / "series"
    table = read_series((folder / "series.csv").read_bytes()).table
    with (folder / "series_index.csv").open(encoding="utf-8", newline="") as file:
        marks = {row["series_id"]: row["turning_by_rule"] for row in csv.DictReader(file)}
    tally = Tally()
    judged = list(tally.counting(zip(table.series, screen_series(table.series), strict=True)))
    given.out.mkdir(parents=True, exist_ok=True)
    rows = verdict_rows(table.names, judged, speak(given.language))
    (given.out / "verdicts.csv").write_bytes(b"".join(write_table(rows, INTERNATIONAL)))
    _pages(judged, given.out, given.language)
    _compared(table, judged, marks)
    print(tally.line(), file=sys.stderr)


if __name__ == "__main__":
    main()
