"""The yearly report as plain data for typesetting: texts, lists and pictures, nothing else."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from typing import Any

from impact.charts.style import LIGHT
from impact.language import Language, Voice
from impact.reporting.goal_words import STANDING_MEANINGS
from impact.reporting.impact_report import (
    Dated,
    GoalChapter,
    ImpactReport,
    IndicatorChapter,
    Moment,
    ProjectChapter,
    Said,
    Summary,
)
from impact.reporting.report_words import (
    about_words,
    report_words,
    revised_words,
    share_sentence,
    under_words,
)

Plain = dict[str, Any]
REGIONS = {Language.SWEDISH: "SE", Language.ENGLISH: "GB"}


def contents_of(report: ImpactReport, pictures: dict[int, str], voice: Voice) -> Plain:
    """Everything the typesetting needs, in words that it only has to set.

    Args:
        pictures: charts as SVG, by series.
    """
    words = report_words(report, voice)
    data = {
        "language": str(voice.language),
        "region": REGIONS[voice.language],
        "portfolio": report.is_portfolio,
        "title": report.title,
        "kicker": words["kicker"],
        "running": report.title if report.is_portfolio else report.projects[0].short,
        "author": words["author"],
        "description": words["description"],
        "foot": words["foot"],
        "lead": report.lead,
        "under": under_words(report, voice),
        "words": words,
        "summary": _summary(report.summary),
        "projects": [_project(project, pictures, report, voice) for project in report.projects],
        "about": about_words(report, voice),
    }
    plain: Plain = _plain(data)
    # Nobody typed the pictures: they are as they are, and long.
    return {**plain, "pictures": {str(series_id): svg for series_id, svg in pictures.items()}}


def _summary(summary: Summary) -> Plain:
    return {
        "figures": [vars(figure) for figure in summary.figures],
        **{
            name: [_said(each) for each in getattr(summary, name)]
            for name in ("worse", "better", "other", "reached", "late")
        },
        "sums": sum_rows(summary),
    }


def sum_rows(summary: Summary) -> list[list[str]]:
    """The table of what was added up: indicator, period, whole, change, pro rata, projects."""
    return [
        [
            f"{each.name} ({each.unit})" if each.unit else each.name,
            each.period,
            each.value,
            each.change,
            each.part or "\N{EN DASH}",
            each.n_projects,
        ]
        for each in summary.sums
    ]


def meta_of(indicator: IndicatorChapter) -> str:
    """Unit, which way is better, how sure the finding is and what was made of it, in one line."""
    finding = indicator.finding
    unit = "" if finding.unit.casefold() in finding.name.casefold() else finding.unit
    parts = (unit, indicator.direction, finding.certainty, finding.decision)
    return " · ".join(part for part in parts if part)


def unit_note(indicator: IndicatorChapter, voice: Voice) -> str:
    """The unit of an indicator's row, and that its figures are made up where they are."""
    invented = voice.gettext("invented figures") if indicator.finding.is_invented else ""
    return " · ".join(each for each in (indicator.finding.unit, invented) if each)


def _said(said: Said) -> Plain:
    return {"project": said.project, "text": said.text}


def _project(project: ProjectChapter, pictures: Collection[int], report: ImpactReport, voice: Voice) -> Plain:
    return {
        "title": project.title,
        "summary": project.summary,
        "story": project.story,
        "facts": [[label, _texts(value)] for label, value in project.facts],
        "goals": [_goal(goal, pictures, voice) for goal in project.goals],
        "milestones": _moments(project.milestones),
        "events": _moments(project.events),
        "notes": _moments(project.notes),
        "shares": [[share.what, share.whole, share.part] for share in project.shares],
        "share-words": share_sentence(project, voice),
        "revised-words": revised_words(project, report.day, voice),
        "revised": [[each.what, each.before, each.after, each.reason] for each in project.revised or ()],
    }


def _texts(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]


def _moments(moments: Iterable[Moment]) -> list[Plain]:
    return [
        {"title": each.title, "when": each.when, "detail": each.detail, "reached": each.is_reached}
        for each in moments
    ]


def _goal(goal: GoalChapter, pictures: Collection[int], voice: Voice) -> Plain:
    return {
        "title": goal.title,
        "level": goal.level,
        "progress": goal.progress,
        "meaning": goal.meaning,
        "description": goal.description,
        "indicators": [_indicator(each, pictures, voice) for each in goal.indicators],
        "milestones": _moments(goal.milestones),
    }


def _indicator(indicator: IndicatorChapter, pictures: Collection[int], voice: Voice) -> Plain:
    finding = indicator.finding
    standing = indicator.standing
    texts = (finding.sentence, finding.progress, indicator.comparison)
    return {
        "name": finding.name,
        "unit": unit_note(indicator, voice),
        "meta": meta_of(indicator),
        "headline": finding.headline,
        "baseline": _dated(indicator.baseline),
        "latest": _dated(indicator.latest),
        "target": _dated(indicator.target),
        "standing": indicator.standing_words[:1].upper() + indicator.standing_words[1:],
        "meaning": STANDING_MEANINGS.get(standing, "") if standing else "",
        "texts": [text for text in texts if text],
        "notes": [list(note) for note in indicator.notes],
        "chart": str(finding.series_id) if finding.series_id in pictures else None,
        "spark": indicator.spark.standing_alone(LIGHT) if indicator.latest else None,
        "alt": indicator.alt,
    }


def _dated(dated: Dated | None) -> Plain | None:
    return None if dated is None else {"value": dated.value, "period": dated.period}


def _plain(thing: Any) -> Any:
    """The same without signs that no page can show: control characters and what is no character."""
    if isinstance(thing, str):
        if thing.isprintable():
            return thing
        return "".join(filter(_is_shown, thing.replace("\t", " ").replace("\r\n", "\n")))
    if isinstance(thing, dict):
        return {key: _plain(value) for key, value in thing.items()}
    if isinstance(thing, list):
        return [_plain(each) for each in thing]
    return thing


def _is_shown(sign: str) -> bool:
    code = ord(sign)
    is_no_character = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or code == 0xFEFF
    return sign == "\n" or not (unicodedata.category(sign) in {"Cc", "Cs"} or is_no_character)
