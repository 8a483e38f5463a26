"""Pictures of many indicators for tests: small charts, dots, a strip."""

from __future__ import annotations

from impact.charts.dots import DotChart, DotRow
from impact.charts.heat_strip import Course, HeatStrip, StripRow
from impact.charts.panel import Panel
from impact.charts.pictures import Picture
from impact.charts.small_multiples import SmallMultiples
from impact.charts.style import Meaning
from impact.language import Voice, speak
from tests.charts.examples import COUNT, SHARE, diverse_charts

LONG = "Anmälda brott per 1 000 invånare i hela kommunen utom i centrum och vid stationen"
NAMES = ("safety", "better", "break", "gaps", "five", "levelled", "all_missing", "huge", "estimated")


def multiples(voice: Voice | None = None, **more) -> SmallMultiples:
    """A page of small charts of many sorts, with a gap, a break, no values and huge ones."""
    voice = voice or speak("sv")
    charts = diverse_charts(voice)
    panels = [
        Panel(
            LONG if name == "better" else charts[name].indicator,
            charts[name].series,
            "% · högre är bättre",
            "Vänt till det sämre 2018" if name == "safety" else "",
            Meaning.WORSE if name == "safety" else Meaning.NEITHER,
            charts[name].analysis,
            charts[name].baseline,
            charts[name].targets,
        )
        for name in NAMES
    ]
    facts = {"voice": voice, "title": "Klockaretorpet: en sämre av nio", "panels": tuple(panels)}
    return SmallMultiples(**{**facts, "source": "hyresgästenkät", "invented": True, **more})


def dots(voice: Voice | None = None, **more) -> DotChart:
    """Rows that are on their way, met, going the wrong way and unchanged."""
    rows = (
        DotRow("Andel trygga", SHARE, (61.0, "2014"), (62.7, "2022"), (72.0, "2024"), "% · högre är bättre",
               "15 % av vägen", Meaning.BETTER, preliminary=True),
        DotRow(LONG, COUNT, (161, "2013"), (118, "2018"), (100, "2024"), "lägre är bättre", "70 % av vägen"),
        DotRow("Barn", COUNT, (1204, "2014"), (1100, "2022"), (1300, "2024"), "", "bort från målet",
               Meaning.WORSE),
        DotRow("Index", COUNT, (60, "2014"), (79, "2022"), (75, "2024"), "", "målet är nått", Meaning.BETTER),
        DotRow("Behöriga", SHARE, (80.0, "2014"), (80.0, "2022"), (90.0, "2024"), "", "oförändrat"),
        DotRow("Kronor", COUNT, (2e9, "2014"), (3e9, "2022"), (2.5e9, "2024"), "", "målet är nått"),
    )  # fmt: skip
    facts = {"voice": voice or speak("sv"), "title": "Två av sex mål är nådda", "rows": rows}
    return DotChart(**{**facts, "n_left_out": 2, "invented": True, **more})


def strip(voice: Voice | None = None, **more) -> HeatStrip:
    """Two projects with indicators that turned, have gaps or are not known."""
    turned = {year: Course.BETTER if year < 2018 else Course.WORSE for year in range(2010, 2025)}
    gaps = {year: Course.UNKNOWN if year % 4 == 0 else Course.NEITHER for year in range(2006, 2025)}
    rows = (
        StripRow("Andel trygga", "Klockaretorpet", turned),
        StripRow(LONG, "Klockaretorpet", gaps),
        StripRow("Barn", "Eriksberg", dict.fromkeys(range(2020, 2025), Course.UNKNOWN)),
    )
    facts = {"voice": voice or speak("sv"), "title": "Av tre indikatorer blir en sämre", "rows": rows}
    return HeatStrip(**{**facts, "subtitle": ("trendens riktning för varje år",), "n_left_out": 12, **more})


def sexes(voice: Voice | None = None) -> SmallMultiples:
    """Women and men side by side, to one scale."""
    panels = multiples(voice).panels
    pair = tuple(
        Panel(name, panel.series, analysis=panel.analysis)
        for name, panel in (("Kvinnor", panels[0]), ("Män", panels[3]))
    )
    return multiples(voice, panels=pair, common_scale=True, n_columns=2)


def kinds(voice: Voice | None = None) -> dict[str, Picture]:
    """One picture of each kind that shows many series."""
    return {"multiples": multiples(voice), "dots": dots(voice), "strip": strip(voice), "sexes": sexes(voice)}
