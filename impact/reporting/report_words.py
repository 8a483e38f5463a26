"""The headings and standing sentences of the yearly report, for page and PDF alike."""

from __future__ import annotations

from impact import __version__
from impact.language import Voice, mark
from impact.reporting.impact_report import ImpactReport, ProjectChapter
from impact.reporting.report_days import ReportDay

# What the report calls its parts, by the name that templates know them by.
_WORDS = {
    "field": mark("Field"),
    "content": mark("Content"),
    "in-short": mark("In short"),
    "summary": mark("Summary"),
    "contents": mark("Projects"),
    "facts": mark("The project"),
    "results": mark("Results"),
    "goals": mark("Goals and indicators"),
    "milestones": mark("Milestones"),
    "events": mark("What happened"),
    "story": mark("The story behind the figures"),
    "shares": mark("Whole project and share financed"),
    "revised": mark("Revised since the report before"),
    "about": mark("About this report"),
    "worse": mark("Turned for the worse"),
    "better": mark("Turned for the better"),
    "other": mark("Turned, neither better nor worse"),
    "reached": mark("Reached"),
    "late": mark("Late"),
    "quiet": mark("Nothing has turned, nothing was reached and nothing is late."),
    "sums": mark("Added up"),
    "sums-meaning": mark(
        "Counts of the same indicator, added up over projects in different places, for the newest "
        "period that all of them have."
    ),
    "unmeasured": mark("Nothing is measured for this goal yet."),
    "when": mark("When"),
    "what": mark("What"),
    "indicator": mark("Indicator"),
    "course": mark("Course"),
    "baseline": mark("Baseline"),
    "latest": mark("Newest value"),
    "target": mark("Target"),
    "standing": mark("Against the target"),
    "figure": mark("Figure"),
    "whole": mark("Whole project"),
    "part": mark("Pro rata"),
    "period": mark("Period"),
    "projects": mark("Projects"),
    "before": mark("Before"),
    "now": mark("Now"),
    "reason": mark("Reason"),
}


def report_words(report: ImpactReport, voice: Voice) -> dict[str, str]:
    """What the report calls its parts."""
    words = {name: voice.gettext(_WORDS[name]) for name in _WORDS}
    return {
        **words,
        "change": voice.pgettext("of a value", "Change"),
        "kicker": voice.gettext("Impact report %(year)s", year=report.day.year),
        "author": "Impact",
        "description": " ".join(under_words(report, voice)),
        "foot": voice.gettext("As known on %(day)s", day=voice.day(report.day.known_on)),
        "page": voice.gettext("Page {n} of {all}"),
    }


def under_words(report: ImpactReport, voice: Voice) -> list[str]:
    """What stands under the title: as known when, and whether figures are made up."""
    texts = [voice.gettext("As known on %(day)s.", day=voice.day(report.day.known_on))]
    if report.has_invented_figures:
        texts.append(voice.gettext("Invented figures, for show, stand in this report; each says so."))
    return texts


def about_words(report: ImpactReport, voice: Voice) -> list[str]:
    """How the report was made, in a few sentences."""
    texts = [
        voice.gettext(
            "All figures are approved values as they were known on %(day)s. A value that was corrected "
            "later has its old one kept.",
            day=voice.day(report.day.known_on),
        ),
        voice.gettext(
            "Whether a trend has turned is judged by a method that has been tried on simulated series; "
            "the sentences say how sure it is. Nothing is compared across a change of definition, and a "
            "change of a percentage is told in percentage points."
        ),
        voice.gettext(
            "Figures are of the whole project unless they are called pro rata. Pro rata is the whole "
            "project's figure times the share of the total cost that the loan finances; it does not say "
            "what the loan has caused."
        ),
    ]
    if report.is_portfolio:
        texts.append(
            voice.gettext(
                "Pictures are of what has turned and of key indicators; the report on each project shows "
                "all its indicators, with notes on their method."
            )
        )
    texts.append(voice.gettext("Made with Impact %(version)s.", version=__version__))
    return texts


def share_sentence(project: ProjectChapter, voice: Voice) -> str:
    """What the loan finances, before the figures pro rata; empty where it is unknown."""
    if not project.share_words:
        return ""
    return voice.gettext(
        "The loan finances %(share)s of the total cost. Pro rata is that share of the whole project's "
        "figure.",
        share=project.share_words,
    )


def revised_words(project: ProjectChapter, day: ReportDay, voice: Voice) -> str:
    """What is said before the list of what was revised, or instead of it."""
    since = voice.day(day.since_on)
    if project.revised is None:
        return voice.gettext(
            "Nothing was known of the project on %(day)s: this is its first report.", day=since
        )
    if not project.revised:
        return voice.gettext("No value, baseline or target was changed since %(day)s.", day=since)
    return voice.gettext("Changed since %(day)s; new periods are not listed.", day=since)
