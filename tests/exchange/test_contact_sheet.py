"""The contact sheet: every flagged chart on one page that needs no other file."""

from html.parser import HTMLParser
from typing import Any

import pytest

from impact.exchange.contact_sheet import Card, contact_sheet, draw_cards, file_name
from impact.exchange.csv_text import read_sheet
from impact.exchange.screening_lines import screen_series
from impact.exchange.series_table import series_of_sheet
from impact.exchange.verdict_table import Judged
from impact.language import speak
from tests.builders import PEAK_2018

VOID = {"meta", "img", "br", "link", "hr", "input"}


class Page(HTMLParser):
    """What a page consists of; whatever is opened must be closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [facts for name, facts in self.elements if name == tag]


def judged(*names: str) -> list[Judged]:
    values = ",".join(map(str, PEAK_2018.values()))
    noisy = ",".join(str(value + (n % 3)) for n, value in enumerate(PEAK_2018.values()))
    rows = "".join(f'"{name}",{values if n else noisy}\n' for n, name in enumerate(names))
    table = series_of_sheet(read_sheet(f"name,{','.join(map(str, PEAK_2018))}\n{rows}".encode()))
    return list(zip(table.series, screen_series(table.series), strict=True))


def card(**said: Any) -> Card:
    facts: dict[str, Any] = {"name": "N", "file": "n.svg", "svg": b"<svg/>", "alt": "A", "sentence": "S."}
    return Card(**{**facts, "p": 0.01, **said})


def test_charts_come_surest_first() -> None:
    """Each card has its chart, its words, and a file of its own."""
    first, second = draw_cards(judged("Söder", "Norr & öster"), speak("sv"))
    assert [first.name, second.name] == ["Norr & öster", "Söder"]
    assert first.p < second.p
    assert [first.file, second.file] == ["norr-oster.svg", "soder.svg"]
    assert first.svg.startswith(b"<?xml") or first.svg.startswith(b"<svg")
    assert "2018" in first.alt
    assert first.sentence.startswith("Norr & öster steg 2010–2018")


def test_page_is_whole_and_needs_nothing_else() -> None:
    """Pictures stand in the page with their text; no script, nothing from elsewhere."""
    html = contact_sheet([card(), card(name="M", file="m.svg", p=0.0001)], speak("en"))
    page = Page(html)
    assert [(picture["alt"], str(picture["src"])[:26]) for picture in page.all("img")] == [
        ("A", "data:image/svg+xml;base64,")
    ] * 2
    assert page.all("html") == [{"lang": "en"}]
    assert not page.all("script")
    assert "2 series have turned" in html
    assert "p = 0.010" in html
    assert "p &lt; 0.001" in html
    assert "prefers-color-scheme: dark" in html


def test_names_are_text_on_the_page() -> None:
    """A name that looks like a tag is shown, not obeyed."""
    evil = '"><script>alert(1)</script>$title'
    html = contact_sheet([card(name=evil, alt=evil, sentence=evil)], speak("sv"))
    assert not Page(html).all("script")
    assert "$title" in html


def test_a_page_ends_somewhere() -> None:
    """Beyond three hundred the page says that the others are in their files."""
    html = contact_sheet([card(file=f"{n}.svg") for n in range(301)], speak("sv"))
    assert len(Page(html).all("img")) == 300
    assert "De 300 första av 301" in html


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("Borås kommun, Godkänt betyg", (), "boras-kommun-godkant-betyg.svg"),
        ("../../etc/passwd", (), "etc-passwd.svg"),
        ("CON", (), "series-con.svg"),
        ("Київ", (), "series.svg"),
        ("", (), "series.svg"),
        ("A b", ("a-b.svg", "a-b-2.svg"), "a-b-3.svg"),
        ("x" * 300, (), "x" * 80 + ".svg"),
    ],
)
def test_file_names_are_safe_everywhere(name: str, taken: tuple[str, ...], expected: str) -> None:
    """Small letters, figures and hyphens, no name twice, none that a system keeps for itself."""
    assert file_name(name, taken) == expected
