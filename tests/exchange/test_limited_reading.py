"""Files read in a process of their own: what is in them, or a sentence and nothing worse."""

import io
import zipfile

import pytest

from impact.errors import Invalid
from impact.exchange import limited_reading
from impact.exchange.book import Kind
from impact.exchange.limited_reading import read_book

NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
)
CELL = '<table:table-cell office:value-type="{kind}" {value}><text:p>{text}</text:p></table:table-cell>'


def spreadsheet(tables: str, doctype: str = "") -> bytes:
    """A spreadsheet as LibreOffice packs it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?>{doctype}<office:document-content {NAMES}><style:style style:name="ta2">'
            '<style:table-properties table:display="false"/></style:style><office:body><office:spreadsheet>'
            f"{tables}</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def test_cells_of_an_open_document_are_read_as_a_person_sees_them() -> None:
    """Numbers by their value, days as text, repeats written out, hidden sheets left out."""
    row = (
        CELL.format(kind="string", value="", text="Söder<text:s text:c='2'/>ut")
        + '<table:table-cell table:number-columns-repeated="2"/>'
        + CELL.format(kind="percentage", value='office:value="0.125"', text="12,5 %")
        + CELL.format(kind="date", value='office:date-value="2023-01-01T00:00:00"', text="1 jan")
        + '<table:table-cell table:formula="of:=SUM([.A1])"/>'
        + '<table:table-cell table:number-columns-repeated="16379"/>'
    )
    book = read_book(
        spreadsheet(
            '<table:table table:name="Blad1"><table:table-row table:number-rows-repeated="2"/>'
            f'<table:table-row table:number-rows-repeated="2">{row}</table:table-row>'
            '<table:table-row table:number-rows-repeated="1048572"/></table:table>'
            f'<table:table table:name="Dolt" table:style-name="ta2"><table:table-row>{row}</table:table-row>'
            "</table:table>"
        )
    )
    cells = ("Söder  ut", "", "", 0.125, "2023-01-01", "=of:=SUM([.A1])")
    assert book.kind is Kind.OPEN_DOCUMENT
    assert [(sheet.name, sheet.rows) for sheet in book.sheets] == [("Blad1", ((3, cells), (4, cells)))]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7 hello", "of the kind PDF"),
        (b"\xef\xbb\xbf<!DOCTYPE html><table>", "of the kind HTML"),
        (spreadsheet("", '<!DOCTYPE x [<!ENTITY a "b">]>'), "document type"),
        (spreadsheet("<table:table>"), "damaged"),
        (spreadsheet('<table:table table:name="x"><table:table-row table:number-rows-repeated="999999">'
                     '<table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
                     "</table:table>"), "more than 200000 rows"),
        (("1;" * 199 + "1\n").encode() * 11_000, "more than 2000000 cells"),
    ],
)  # fmt: skip
def test_says_why_when_a_file_is_not_read(content: bytes, sentence: str) -> None:
    """The sentence of the process that read is the sentence of whoever asked."""
    with pytest.raises(Invalid) as caught:
        read_book(content)
    assert sentence in str(caught.value)
    assert caught.value.field == "file"


@pytest.mark.parametrize(
    "child", ["import os; os.abort()", "x = bytearray(1); x *= 10**12", "while True: pass"]
)
def test_is_a_sentence_when_the_reading_process_dies(monkeypatch: pytest.MonkeyPatch, child: str) -> None:
    """Neither a crash nor a process without end reaches whoever asked."""
    monkeypatch.setattr(limited_reading, "_CHILD", child)
    monkeypatch.setattr(limited_reading, "MOST_SECONDS", 1)
    with pytest.raises(Invalid, match="more time or memory"):
        read_book(b"a;b\n1;2\n")


def test_knows_nothing_of_ours_when_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that reads has no secret of the installation to tell."""
    monkeypatch.setenv("IMPACT_SECRET_KEY", "canary")
    monkeypatch.setattr(
        limited_reading,
        "_CHILD",
        "import os, json; print(json.dumps({'message': str(os.environ), 'field': '', 'facts': {}}))",
    )
    with pytest.raises(Invalid) as caught:
        read_book(b"a;b\n1;2\n")
    assert "canary" not in str(caught.value)
