"""Workbooks: cells read as a person sees them, harm refused, text written as text."""

import io
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from impact.errors import Invalid
from impact.exchange.cells import Cell, Sheet
from impact.exchange.series_files import read_series
from impact.exchange.workbook import read_workbook
from impact.exchange.workbook_writing import write_workbook

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'

CONTENT = "http://schemas.openxmlformats.org/package/2006/content-types"


def workbook(*sheets: str, names: tuple[str, ...] = ("Blad1", "Blad2", "Blad3"), **parts: str) -> bytes:
    """A workbook with the given rows of XML, as a spreadsheet would lay it out."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(names[: len(sheets)], start=1)
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="/xl/worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    related += f'<Relationship Id="s" Type="{OFFICE}/styles" Target="styles.xml"/>'
    related += f'<Relationship Id="t" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    listed_parts = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{kind}.{what}+xml"/>'
        for name, what in [
            ("workbook", "sheet.main"),
            ("styles", "styles"),
            ("sharedStrings", "sharedStrings"),
            *((f"worksheets/sheet{n}", "worksheet") for n in range(1, len(sheets) + 1)),
        ]
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{CONTENT}"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{listed_parts}</Types>',
        "_rels/.rels": f'<Relationships {PACKAGE}><Relationship Id="a" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><workbookPr {parts.pop("book", "")}/>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships {PACKAGE}>{related}</Relationships>",
        "xl/styles.xml": f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm"/>'
        '<numFmt numFmtId="165" formatCode="0.0&quot; day&quot;"/></numFmts><cellXfs><xf numFmtId="0"/>'
        '<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f"<sst {MAIN}><si><t>Söder</t></si><si><r><t>Nor</t></r><r><t>ra</t></r>"
        '<rPh sb="0" eb="1"><t>x</t></rPh></si></sst>',
        **{f"xl/worksheets/sheet{n}.xml": sheet_of(rows) for n, rows in enumerate(sheets, start=1)},
        **parts,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def sheet_of(rows: str) -> str:
    # The dimension lies, as that of some programs does.
    return f'<worksheet {MAIN}><dimension ref="A1"/><sheetData>{rows}</sheetData></worksheet>'


def read(content: bytes) -> list[Sheet]:
    return list(read_workbook(content))


def cells(xml: str, book: str = "") -> tuple[Cell, ...]:
    ((_, row),) = read(workbook(f'<row r="7">{xml}</row>', book=book))[0].rows
    return row


WIDE = (
    '<row r="4"><c r="A4" t="inlineStr"><is><t>område</t></is></c><c r="B4"><v>2019</v></c>'
    '<c r="C4"><v>2020</v></c><c r="D4"><v>2021</v></c></row><row r="5"><c r="A5" t="s"><v>0</v></c>'
    '<c r="B5"><v>1.5</v></c><c r="D5"><v>0.1</v></c></row>'
)
NO_SERIES = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ('<c r="A7" t="s"><v>0</v></c><c r="C7" t="s"><v>1</v></c>', ("Söder", "", "Norra")),
        ('<c t="inlineStr"><is><t>a</t></is></c><c><v>2</v></c>', ("a", 2.0)),
        ('<c r="A7"><v>0.30000000000000004</v></c>', (0.3,)),
        ('<c r="A7" t="str"><f>B1</f><v>x</v></c><c r="B7"><f>1+1</f><v>2</v></c>', ("x", 2.0)),
        ('<c r="A7"><f>SUM(B1:B9)</f><v></v></c>', ("=SUM(B1:B9)",)),
        ('<c r="A7" t="e"><v>#N/A</v></c><c r="B7" t="b"><v>1</v></c>', ("#N/A", "TRUE")),
        ('<c r="A7" s="1"><v>42370</v></c><c r="B7" s="2"><v>42400.5</v></c>', ("2016-01-01", "2016-01-31")),
        ('<c r="A7" s="3"><v>42370</v></c>', (42370.0,)),
        ('<c r="A7" t="d"><v>2016-01-01</v></c>', ("2016-01-01",)),
    ],
)
def test_cells_are_read_as_a_person_sees_them(xml: str, expected: tuple[Cell, ...]) -> None:
    """Shared and inline text, numbers, dates by their style, errors, formulas by their value."""
    assert cells(xml) == expected


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    """The other epoch of old spreadsheets."""
    assert cells('<c r="A7" s="1"><v>40908</v></c>', book='date1904="true"') == ("2016-01-01",)


def test_rows_keep_the_numbers_that_the_spreadsheet_shows() -> None:
    """Empty rows are left out; the others are known by their number."""
    (sheet,) = read(workbook(WIDE))
    assert [line for line, _ in sheet.rows] == [4, 5]


def test_the_first_sheet_with_series_is_taken_unless_one_is_named() -> None:
    """Sheets of text are passed over; the table says which sheet it comes from."""
    content = workbook(NO_SERIES, WIDE, WIDE)
    assert read_series(content).table.sheet == "Blad2"
    assert read_series(content, "Blad3").table.sheet == "Blad3"
    (one,) = read_series(content).table.series
    assert (one.name, one.values[0], one.values[2]) == ("Söder", 1.5, 0.1)


@pytest.mark.parametrize(
    ("sheet", "sentence"),
    [
        ("Blad9", "There is no sheet Blad9; there are: Blad1, Blad2."),
        ("Blad1", "Sheet Blad1: No table of series was found"),
    ],
)
def test_says_which_sheets_there_are_when_the_named_one_will_not_do(sheet: str, sentence: str) -> None:
    """A wrong name and a sheet without series are told apart."""
    with pytest.raises(Invalid) as caught:
        read_series(workbook(NO_SERIES, WIDE), sheet)
    assert str(caught.value).startswith(sentence)


def test_a_cell_that_cannot_be_read_is_told_with_its_sheet_and_line() -> None:
    """A sheet of series with one bad cell is not passed over for the next."""
    with pytest.raises(Invalid) as caught:
        read_series(
            workbook(WIDE.replace('<c r="B5"><v>1.5</v></c>', '<c r="B5" t="str"><v>many</v></c>'), WIDE)
        )
    assert str(caught.value) == "Sheet Blad1: Line 5, column 2019: “many” is not a number."


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>' + sheet_of("<row><c t='str'><v>&a;</v></c></row>")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 and then nothing", "damaged"),
        (workbook(WIDE)[:-80], "damaged"),
        (workbook("<row><c t='s'><v>99</v></c></row>"), "damaged"),
        (workbook("<row><c><v>many</v></c></row>"), "damaged"),
        (workbook("<row><c></row>"), "damaged"),
        (workbook(WIDE, **{"xl/worksheets/sheet1.xml": BOMB}), "document type"),
        (workbook(WIDE, **{"xl/vbaProject.bin": ""}), "macros"),
        (workbook(WIDE, **{"xl/externalLinks/externalLink1.xml": ""}), "macros"),
        (workbook(WIDE, **{"xl/media/picture": "0" * 3_000_000}), "unpacks to more"),
        (workbook(WIDE, **{f"part{n}": "" for n in range(200)}), "unpacks to more"),
        (workbook('<row><c r="XFD1"><v>1</v></c></row>'), "more than 200000 rows or 200 columns"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old form .xls"),
    ],
)  # fmt: skip
def test_harm_and_damage_are_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    """Nothing that a stranger put into a file ends in anything but a sentence."""
    with pytest.raises(Invalid) as caught:
        read_series(content)
    assert sentence in str(caught.value)


def test_a_part_gives_no_more_than_the_directory_says() -> None:
    """Who writes a small size into the directory gets no more unpacked for it."""
    content = bytearray(workbook("".join(f"<row><c><v>{n}</v></c></row>" for n in range(2_000))))
    place = content.rindex(b"xl/worksheets/sheet1.xml") - 46 + 24
    assert int.from_bytes(content[place : place + 4], "little") > 5_000
    content[place : place + 4] = (100).to_bytes(4, "little")
    with pytest.raises(Invalid, match="damaged"):
        read(bytes(content))


FORMULAS = ["=1+1", "+46", "-1+1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "http://example.se"]


@settings(deadline=None, max_examples=50)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.text(min_size=1, max_size=20),
                st.floats(-1e300, 1e300).map(lambda x: float(f"{x:.15g}")),
            ),
            min_size=1,
            max_size=4,
        ),
        min_size=1,
        max_size=5,
    )
)
@example([FORMULAS])
@example([["_x0041_", "\x00\x1f", "&<>\"'", "  blanks  ", "å\N{NO-BREAK SPACE}ö"]])
@example([["<r><t>a</t></r>", "<r></row></r>", "{=1+1}", "\ufffe"]])
@example([[0.3, 1e-10, -1e15, 5e-324]])
def test_what_is_written_is_read_again(rows: list[list[Cell]]) -> None:
    """Text stays text to the letter and a number the number, formulas none."""
    (sheet,) = read(write_workbook(rows, "verdicts"))
    assert [list(row) for _, row in sheet.rows] == rows


def test_no_cell_is_a_formula_or_a_link_when_written() -> None:
    """Whatever a name says, the workbook holds text for it."""
    content = write_workbook([FORMULAS], "verdicts")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f" not in xml
    assert "hyperlink" not in xml
    assert xml.count('t="inlineStr"') == len(FORMULAS)
    assert 'state="frozen"' in xml


def test_the_same_rows_are_the_same_bytes_when_written_twice() -> None:
    """No clock and no chance in a workbook."""
    rows: list[list[Cell]] = [["a", "b"], ["x", 1.5]]
    assert write_workbook(rows, "verdicts") == write_workbook(rows, "verdicts")
