"""The yearly report set as a tagged PDF (PDF/UA-1) by Typst.

The source is constant; whatever people wrote goes in as data. The same report gives the
same bytes: the date in the file is the day as of which the report is.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, time
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from impact.charts.content import IndicatorChart
from impact.charts.indicator_chart import draw
from impact.charts.render import to_svg
from impact.charts.style import FACES, LIGHT
from impact.language import Voice
from impact.reporting.drawn import DrawnPictures, Watch
from impact.reporting.impact_report import ImpactReport
from impact.reporting.pdf_contents import contents_of

# Set somewhat smaller, to the width of the column: letters get as large as those around them.
PAPER = replace(LIGHT, width_inches=7.6, height_inches=3.4, title_size=14.0)
STANDARD = "ua-1"
CHILD = Path(__file__).with_name("setting_child.py")
# Fifty projects take two.
MOST_SECONDS = 120
# What letters are drawn with that the typeface lacks, and last of all a box that says which.
STAND_INS = ("DejaVuSans.ttf", "LastResortHE-Regular.ttf")


def set_pdf(
    report: ImpactReport, voice: Voice, *, drawn: DrawnPictures | None = None, watch: Watch = iter
) -> bytes:
    """The report as a PDF file: tagged, with title, language, bookmarks and page numbers.

    Args:
        drawn: pictures from before, among which each is looked for first.
        watch: passes the pictures on one by one, for whoever tells how far it is.
    """
    pictures = _pictures(report, drawn or DrawnPictures(), watch)
    contents = contents_of(report, pictures, voice)
    return _compiled(json.dumps(contents, ensure_ascii=False), _stamp(report))


def _pictures(report: ImpactReport, drawn: DrawnPictures, watch: Watch) -> dict[int, str]:
    """The charts with words that are words: set from the report's typefaces in half the time."""
    charts: dict[int, IndicatorChart] = {
        indicator.finding.series_id: indicator.chart
        for project in report.projects
        for indicator in project.indicators
        if indicator.chart is not None and indicator.latest is not None
    }
    pictures = drawn.pictures(charts, PAPER, "svg-words", _picture, watch)
    return {series_id: picture.decode() for series_id, picture in pictures.items()}


def _picture(chart: IndicatorChart) -> bytes:
    return to_svg(draw(chart, PAPER), is_outlined=False)


def _stamp(report: ImpactReport) -> datetime:
    return datetime.combine(report.day.known_on, time(), UTC)


def _compiled(contents: str, stamp: datetime) -> bytes:
    with tempfile.TemporaryDirectory(prefix="impact-typefaces-") as folder:
        _lay_out_typefaces(Path(folder))
        asked = {
            "source": (files("impact.reporting") / "impact_report.typ").read_text("utf-8"),
            "report": contents,
            "typefaces": folder,
            "standard": STANDARD,
            "stamp": stamp.isoformat(),
        }
        done = subprocess.run(  # noqa: S603 - our own interpreter and file
            [sys.executable, "-I", str(CHILD)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=MOST_SECONDS,
            env={"PATH": os.defpath},
            check=False,
        )
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF"):
        raise RuntimeError(f"the report could not be set: {_last_line(done.stderr)}")
    return done.stdout


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "nothing was said"


def _lay_out_typefaces(folder: Path) -> None:
    """The few faces that are used and no others: the wheels have many, in no fixed order."""
    wanted = [(_package("font_source_sans_pro") / "files", face) for face in FACES]
    wanted += [(_package("matplotlib") / "mpl-data" / "fonts" / "ttf", face) for face in STAND_INS]
    for place, face in wanted:
        shutil.copyfile(place / face, folder / face)


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"{name} is not installed")
    return Path(spec.submodule_search_locations[0])
