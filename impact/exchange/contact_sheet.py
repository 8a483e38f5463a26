"""Charts of the series that turned, and one page on which all can be looked through."""

from __future__ import annotations

import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from string import Template
from typing import Final

from impact.charts import indicator_chart, render
from impact.charts.alt_text import alt_text
from impact.charts.content import IndicatorChart
from impact.exchange.verdict_table import Judged, analysis_of, measured_series
from impact.language import Voice
from impact.trend import sentences

MOST_ON_A_PAGE: Final = 300
LONGEST_NAME: Final = 80
# Names that Windows keeps for itself, whatever stands behind the point.
_KEPT: Final = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)))
)

_PAGE = Template("""<!DOCTYPE html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light dark;
  --page: #f4f6f8; --card: #ffffff; --ink: #16212b; --soft: #5a6876; --line: #e1e6ea; }
@media (prefers-color-scheme: dark) {
  :root { --page: #0e151b; --card: #000000; --ink: #eef2f5; --soft: #a3b0bc; --line: #2a343e; }
  img { filter: invert(1) hue-rotate(180deg); }
}
body { margin: 1.5rem; background: var(--page); color: var(--ink);
  font: 1rem/1.45 "Source Sans Pro", system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
p { margin: .25rem 0; }
.soft { color: var(--soft); }
ol { list-style: none; margin: 1rem 0 0; padding: 0; display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); }
li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .75rem; break-inside: avoid; }
h2 { font-size: 1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
img { display: block; width: 100%; height: auto; }
a { color: inherit; }
</style>
</head>
<body>
<h1>$title</h1>
<p class="soft">$order</p>
<ol>
$cards</ol>
</body>
</html>
""")
_CARD = Template("""<li>
<h2>$name</h2>
<img src="data:image/svg+xml;base64,$data" width="800" height="450" alt="$alt">
<p>$sentence</p>
<p class="soft"><a href="$file">$file</a> · $p</p>
</li>
""")


@dataclass(frozen=True)
class Card:
    """One series on the page: its chart, what it says, and the name of its file."""

    name: str
    file: str
    svg: bytes
    alt: str
    sentence: str
    p: float


def draw_cards(flagged: Iterable[Judged], voice: Voice) -> Iterator[Card]:
    """A card for each series, surest first; series whose times are no periods are left out."""
    taken: set[str] = set()
    for series, answer in sorted(flagged, key=lambda pair: pair[1]["p"]):
        measured, analysis = measured_series(series), analysis_of(answer)
        if measured is None:
            continue
        chart = IndicatorChart(
            voice=voice,
            title=sentences.headline(analysis, measured, voice).rstrip("."),
            indicator=series.name,
            series=measured,
            analysis=analysis,
            source=series.source,
            certainty=sentences.level_words(analysis.level, analysis.probability, voice),
            direction_words=sentences.direction_words(measured.direction, voice),
        )
        file = file_name(series.name, taken)
        taken.add(file)
        yield Card(
            series.name,
            file,
            render.to_svg(indicator_chart.draw(chart)),
            alt_text(chart),
            sentences.sentence(analysis, measured, series.name, voice),
            answer["p"],
        )


def contact_sheet(cards: Sequence[Card], voice: Voice) -> str:
    """The page: every chart with its sentence, one file that needs no other."""
    n = len(cards)
    shown = cards[:MOST_ON_A_PAGE]
    order = voice.gettext("Surest first.")
    if n > len(shown):
        order += " " + voice.gettext(
            "The first %(shown)s of %(n)s; the others are in their files.", shown=len(shown), n=n
        )
    return _PAGE.substitute(
        language=escape(str(voice.language)),
        title=escape(voice.ngettext("%(n)s series has turned", "%(n)s series have turned", n)),
        order=escape(order),
        cards="".join(_card(card, voice) for card in shown),
    )


def file_name(name: str, taken: Iterable[str] = ()) -> str:
    """A file's name for a series: small letters, figures and hyphens, and not taken yet."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].strip("-")
    if not stem or stem in _KEPT:
        stem = f"series-{stem}".rstrip("-")
    known, number = set(taken), 1
    while (file := f"{stem}{'' if number == 1 else f'-{number}'}.svg") in known:
        number += 1
    return file


def _card(card: Card, voice: Voice) -> str:
    return _CARD.substitute(
        name=escape(card.name),
        data=b64encode(card.svg).decode("ascii"),
        alt=escape(card.alt),
        sentence=escape(card.sentence),
        file=escape(card.file),
        p=f"p &lt; {voice.number(0.001, 3)}" if card.p < 0.001 else f"p = {voice.number(card.p, 3)}",
    )
