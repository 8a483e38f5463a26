"""The PDF of a yearly report is tagged, speaks the reader's language and shows what was typed."""

import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from impact.charts.sparkline import Sparkline
from impact.language import speak
from impact.registry.indicator_tables import Indicator, IndicatorSeries
from impact.registry.lookup import SeriesPlace
from impact.reporting import pdf
from impact.reporting.findings import Finding
from impact.reporting.impact_report import (
    Dated,
    GoalChapter,
    ImpactReport,
    IndicatorChapter,
    Moment,
    ProjectChapter,
    Revised,
    Said,
    Share,
    Summary,
)
from impact.reporting.pdf import set_pdf
from impact.semantics.direction import Direction
from impact.semantics.progress import Standing
from impact.semantics.series import Series
from impact.semantics.unit import Kind, Unit
from tests.reporting.hostile_texts import HOSTILE
from tests.reporting.yearly import day, elements, gathered, make_told, read, text_of

SV, EN = speak("sv"), speak("en")


@pytest.fixture
def engine_name() -> str:
    """Setting a page has nothing to do with the database."""
    return "sqlite"


def test_says_language_and_title_and_tags_everything_when_read_back(session: Session) -> None:
    """Another library finds language, title, headings, tables with heads and alternative texts."""
    report = gathered(session, make_told(session), SV)
    reader = read(set_pdf(report, SV))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "sv-SE"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Ett centrum för alla"
    assert "pdfuaid" in reader.xmp_metadata.stream.get_data().decode()
    tags = [str(element["/S"]) for element in elements(reader)]
    assert {"/Title", "/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/Figure", "/P"} <= set(tags)
    alts = [str(element["/Alt"]) for element in elements(reader) if element["/S"] == "/Figure"]
    indicators = list(report.projects[0].indicators)
    told = [indicator.alt for indicator in indicators]
    assert alts == [*(indicator.finding.headline for indicator in indicators), *told]
    assert told[0].startswith("Trygga hyresgäster steg 2010–2018")


def test_has_bookmarks_and_page_numbers_when_opened(session: Session) -> None:
    """The bookmarks are the headings in their order; each page says which of how many it is."""
    reader = read(set_pdf(gathered(session, make_told(session), SV), SV))
    outline = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert outline[:3] == ["I korthet", "Resultat", "Om projektet"]
    n_pages = len(reader.pages)
    for number, page in enumerate(reader.pages, start=1):
        assert f"Sida {number} av {n_pages}" in page.extract_text()
    text = text_of(reader)
    for said in ("Lånefinansierad andel 80 %", "58,1 %", "Barn i föreningar, 2024", "1 204 barn", "963 barn"):
        assert said in text


def test_gives_the_same_bytes_when_nothing_changed(session: Session) -> None:
    """The same report is the same file; another language is another one."""
    ground = make_told(session)
    first, second = (set_pdf(gathered(session, ground, SV), SV) for _ in range(2))
    assert first == second
    assert set_pdf(gathered(session, ground, EN), EN) != first


def test_says_so_when_the_page_cannot_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What Typst refuses is an error with its words, never half a file; no folder stays behind."""
    monkeypatch.setattr(pdf, "STANDARD", "ua-99")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    report = ImpactReport("T", "", day(), (), Summary((), (), (), (), (), ()), is_portfolio=True)
    with pytest.raises(RuntimeError, match="could not be set: while"):
        set_pdf(report, SV)
    assert not list(tmp_path.iterdir())


def indicator(text: str, number: int) -> IndicatorChapter:
    """An indicator without a picture of which every text is the same."""
    texts = {field.name: text for field in fields(Finding) if field.type == "str"}
    finding = Finding(
        **texts,
        series_id=number,
        indicator_id=number,
        is_key=False,
        is_invented=True,
        is_early=False,
        flag_id=None,
        flag_direction=None,
        flag_state=None,
        analysis_id=None,
        revision_ids=(),
    )
    unit, dated = Unit(Kind.COUNT, text), Dated(text, text)
    return IndicatorChapter(
        place=SeriesPlace(IndicatorSeries(), Indicator(), None),
        finding=finding,
        direction=text,
        baseline=dated,
        latest=dated,
        target=dated,
        standing=Standing.BEHIND,
        standing_words=text,
        comparison=text,
        spark=Sparkline(Series((), unit, Direction.CONTEXT)),
        notes=((text, text),),
        chart=None,
        alt=text,
    )


def chapter(texts: list[str]) -> ProjectChapter:
    """A project in which every list has each of the texts in each of its fields."""
    moments = tuple(Moment(text, text, text) for text in texts)
    return ProjectChapter(
        project_id=1,
        slug="p",
        title="T",
        short=texts[0],
        summary="\n\n".join(texts),
        story="\n\n".join(texts),
        facts=tuple((text, [text, text]) for text in texts),
        goals=tuple(
            GoalChapter(
                text, text, text, "better", text, (indicator(text, number),), moments[number : number + 1]
            )
            for number, text in enumerate(texts)
        ),
        milestones=moments,
        events=moments,
        notes=moments,
        shares=tuple(Share(text, text, text) for text in texts),
        share_words=texts[0],
        late=tuple(texts),
        revised=tuple(Revised(text, text, text, text) for text in texts),
    )


def test_shows_what_was_typed_when_it_looks_like_markup() -> None:
    """A hundred texts that mean something to programs are set as they were typed, in every field."""
    assert len(HOSTILE) >= 100
    shown = [text.strip() for text in HOSTILE if text.strip()]
    told = chapter(shown)
    said = tuple(Said(1, text, text) for text in shown)
    summary = Summary((), said, said, said, said, said)
    report = ImpactReport("T", told.summary, day(), (told,), summary, is_portfolio=False)
    reader = read(set_pdf(report, SV))
    headings = [as_read(heading) for heading in bookmarks(reader.outline)]
    for text in shown:
        assert headings.count(as_read(text)) >= 2, text
    page = "".join(text_of(reader).split())
    for text in (each for each in shown if each.isascii() and each.isprintable()):
        assert page.count("".join(text.split())) >= 50, text


def bookmarks(outline: list[Any]) -> Iterator[str]:
    """The titles of all bookmarks, those within others too."""
    for entry in outline:
        if isinstance(entry, list):
            yield from bookmarks(entry)
        else:
            yield str(entry.title)


def as_read(text: str) -> str:
    """A text without what leaves no trace on a page: controls, places of breaks, kinds of space."""
    gone = {*"\x07\ufeff\ufffe\u200b\u00ad"}
    return "".join(sign for sign in text if sign not in gone and not sign.isspace())
