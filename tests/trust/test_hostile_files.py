"""Five hundred files made to harm: a sentence each, no crash, in bounded memory and time."""

from __future__ import annotations

import io
import random
import resource
import time
import zipfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from impact.errors import Invalid
from impact.exchange.limited_reading import read_book

N_FILES = 500
MOST_MEGABYTES = 512
MOST_SECONDS = 30
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SPREADSHEET}"/></Types>'
)


def workbook(sheet: str, n_sheets: int = 1, **parts: str | bytes) -> bytes:
    """A workbook whose sheets are all this one, with more parts or others."""
    listed = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r1"/>' for n in range(1, n_sheets + 1))
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships {PACKAGE}><Relationship Id="a" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships {PACKAGE}><Relationship Id="r1" '
        f'Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData>{sheet}</sheetData></worksheet>",
        **parts,
    }
    return packed(files)


def packed(files: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def any_cell(chance: random.Random) -> str:
    letters = chance.choice(["A", "XFD", "ZZZ", "AAAA", "å"])
    line = chance.choice([0, 1, 1_048_576, 10**12])
    value = chance.choice(["1", "1e999", "nan", "-inf", "=1", "9" * 400, "\N{SNOWMAN}"])
    kind = chance.choice(["n", "s", "d", "b", "e", "inlineStr", "x"])
    return f'<row r="{line}"><c r="{letters}{line}" t="{kind}"><v>{value}</v></c></row>'


def laughs(chance: random.Random) -> str:
    entities = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol" * chance.randint(1, 9)}">' for n in range(9)
    )
    cell = '<row><c t="str"><v>&l8;</v></c></row>'
    return f"<!DOCTYPE x [{entities}]><worksheet {MAIN}><sheetData>{cell}</sheetData></worksheet>"


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
SHEET = "xl/worksheets/sheet1.xml"
BEGINNINGS = (b"%PDF-", b"\x89PNG", b"MZ\x90", b"\xd0\xcf\x11\xe0", b"<html>", b"\x1f\x8b")
SORTS: list[Callable[[random.Random], bytes]] = [
    lambda chance: workbook("".join(any_cell(chance) for _ in range(chance.randint(1, 50)))),
    lambda _: workbook(FAR),
    lambda chance: workbook("<row>" + "<c><v>1</v></c>" * chance.randint(201, 20_000) + "</row>"),
    lambda chance: workbook("<row><c><v>1</v></c></row>" * chance.randint(200_001, 260_000)),
    lambda chance: workbook("", **{SHEET: laughs(chance)}),
    lambda _: workbook("", **{SHEET: '<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet/>'}),
    lambda chance: workbook("", **{"xl/media/bomb.bin": bytes(chance.randint(5, 60) * 1_000_000)}),
    lambda _: workbook("", **{"xl/embeddings/inner.zip": packed({"a": bytes(9_000)})}),
    lambda chance: workbook("<row/>", n_sheets=chance.randint(1_000, 20_000)),
    lambda chance: workbook("", **{f"part{n}": "" for n in range(chance.randint(200, 3_000))}),
    lambda chance: workbook("<row>" + "<x>" * chance.randint(1_000, 100_000)),
    lambda chance: workbook("<row><c><v>1</v></c></row>")[: chance.randint(4, 900)],
    lambda chance: b"PK\x03\x04" + chance.randbytes(chance.randint(0, 5_000)),
    lambda chance: packed({"content.xml": laughs(chance)}),
    lambda chance: packed({"content.xml": "<a>" * chance.randint(10_000, 300_000)}),
    lambda chance: chance.choice(BEGINNINGS) + chance.randbytes(2_000),
    lambda chance: chance.randbytes(chance.randint(1, 20_000)),
    lambda chance: b"a;b\n" + b"\0" * chance.randint(1, 100_000),
    lambda _: "a;b\n1;2\n".encode("utf-16") + b"\xd8",
    lambda chance: b'a;"b\n' * chance.randint(1, 50_000),
    lambda chance: b";" * chance.randint(201, 3_000_000),
    lambda chance: b"a;b\n" * chance.randint(200_001, 1_000_000),
    lambda chance: b"a;" + b"9" * chance.randint(32_768, 5_000_000),
    lambda chance: b"[" * chance.randint(1_000, 900_000),
    lambda chance: b'[{"a": 1e999}, {"a": [1]}]' * chance.randint(1, 3),
]  # fmt: skip


def read_all(n_files: int) -> tuple[list[str], float, float]:
    """The sentences told, the longest time in seconds, and the most megabytes of what reads."""
    chance, sentences, slowest = random.Random(20_261_123), [], 0.0
    for number in range(n_files):
        content = SORTS[number % len(SORTS)](chance)
        start = time.monotonic()
        try:
            read_book(content)
        except Invalid as error:
            sentences.append(str(error))
        slowest = max(slowest, time.monotonic() - start)
    return sentences, slowest, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def test_every_hostile_file_is_a_sentence(trials: Callable[[int], int]) -> None:
    """Read or refused with a sentence; the process that reads stays within its limits."""
    # One of each sort where time is short.
    n_files = N_FILES if trials(N_FILES) == N_FILES else len(SORTS)
    # In a process of its own, whose children are those that read and nobody else.
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as alone:
        sentences, slowest, most_megabytes = alone.submit(read_all, n_files).result()
    assert len(sentences) > n_files // 10
    assert all(sentences)
    assert slowest < MOST_SECONDS
    assert most_megabytes < MOST_MEGABYTES
