"""The PDF of a yearly report is tagged, speaks the reader's language and shows what was typed."""

import tempfile
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from impact.language import speak
from impact.reporting import pdf
from impact.reporting.impact_report import (
    GoalChapter,
    ImpactReport,
    Moment,
    ProjectChapter,
    Revised,
    Said,
    Share,
    Summary,
)
from impact.reporting.pdf import set_pdf
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


def chapter(number: int, text: str) -> ProjectChapter:
    """A project in which every text is the same."""
    moment = Moment(text, text, text, is_reached=number % 2 == 0)
    goal = GoalChapter(text, text, text, "better", text, (), (moment,))
    return ProjectChapter(
        project_id=number,
        slug=f"p-{number}",
        title=text,
        short=text,
        summary=text,
        story=text,
        source=text,
        facts=((text, text), (text, [text, text])),
        goals=(goal,),
        milestones=(moment,),
        events=(moment,),
        notes=(moment,),
        shares=(Share(text, text, text),),
        share_words=text,
        late=(text,),
        revised=(Revised(text, text, text, text),),
    )


def test_shows_what_was_typed_when_it_looks_like_markup() -> None:
    """A hundred texts that mean something to programs are set as they were typed, in every field."""
    assert len(HOSTILE) >= 100
    shown = [text.strip() for text in HOSTILE if text.strip()]
    chapters = tuple(chapter(number, text) for number, text in enumerate(shown))
    said = tuple(Said(each.project_id, each.short, each.title) for each in chapters)
    summary = Summary((), said, said, said, said, said)
    reader = read(set_pdf(ImpactReport("T", "", day(), chapters, summary, is_portfolio=True), SV))
    headings = [str(entry.title) for entry in reader.outline if not isinstance(entry, list)]
    bare = [as_read(heading) for heading in headings]
    for text in shown:
        assert as_read(text) in bare, text
    page = "".join(text_of(reader).split())
    for text in (each for each in shown if each.isascii() and each.isprintable()):
        assert page.count("".join(text.split())) >= 20, text


def as_read(text: str) -> str:
    """A text without what leaves no trace on a page: controls, places of breaks, kinds of space."""
    gone = {*"\x07\ufeff\ufffe\u200b\u00ad"}
    return "".join(sign for sign in text if sign not in gone and not sign.isspace())
