"""The yearly report set as a tagged PDF (PDF/UA-1) by Typst.

The source is constant; whatever people wrote goes in as data. The same report gives the
same bytes: the date in the file is the day as of which the report is.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

from impact.charts.content import IndicatorChart
from impact.charts.indicator_chart import draw
from impact.charts.render import to_svg
from impact.charts.style import FACES, LIGHT
from impact.language import Voice
from impact.reporting.impact_report import ImpactReport
from impact.reporting.pdf_contents import contents_of

# Set somewhat smaller, to the width of the column: letters get as large as those around them.
PAPER = replace(LIGHT, width_inches=7.6, height_inches=3.4, title_size=14.0)
STANDARD = "ua-1"
# What letters are drawn with that the typeface lacks, and last of all a box that says which.
STAND_INS = ("DejaVuSans.ttf", "LastResortHE-Regular.ttf")
Watch = Callable[[Sequence[Any]], Iterable[Any]]
_one_at_a_time = Lock()


def set_pdf(report: ImpactReport, voice: Voice, *, watch: Watch = iter) -> bytes:
    """The report as a PDF file: tagged, with title, language, bookmarks and page numbers.

    Args:
        watch: passes the pictures on one by one, for whoever tells how far it is.
    """
    pictures = _pictures(report, watch)
    contents = contents_of(report, pictures, voice)
    return _compiled(json.dumps(contents, ensure_ascii=False), _stamp(report))


def _pictures(report: ImpactReport, watch: Watch) -> dict[int, str]:
    charts: list[tuple[int, IndicatorChart]] = [
        (indicator.finding.series_id, indicator.chart)
        for project in report.projects
        for indicator in project.indicators
        if indicator.chart is not None and indicator.latest is not None
    ]
    return {series_id: to_svg(draw(chart, PAPER)).decode() for series_id, chart in watch(charts)}


def _stamp(report: ImpactReport) -> datetime:
    return datetime.combine(report.day.known_on, time(), UTC)


def _compiled(contents: str, stamp: datetime) -> bytes:
    compiler = _compiler()
    with _one_at_a_time:
        pdf: bytes = compiler.compile(
            _source(),
            format="pdf",
            sys_inputs={"report": contents},
            pdf_standards=[STANDARD],
            timestamp=stamp,
        )
    return pdf


@cache
def _source() -> bytes:
    return (files("impact.reporting") / "impact_report.typ").read_bytes()


@cache
def _compiler() -> Any:
    """Typst with our typefaces and no others, so that every machine sets the same page."""
    import typst

    folder = str(_typefaces())
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    # What it could read besides its source are the typefaces, and nothing else of the machine.
    return typst.Compiler(font_paths=fonts, root=folder)


@cache
def _typefaces() -> Path:
    """A folder with the few faces that are used: the wheels have many, in no fixed order."""
    folder = Path(tempfile.mkdtemp(prefix="impact-type-"))
    wanted = [(_package("font_source_sans_pro") / "files", face) for face in FACES]
    wanted += [(_package("matplotlib") / "mpl-data" / "fonts" / "ttf", face) for face in STAND_INS]
    for place, face in wanted:
        shutil.copyfile(place / face, folder / face)
    return folder


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"{name} is not installed")
    return Path(spec.submodule_search_locations[0])
