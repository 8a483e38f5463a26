"""A gathered report becomes the letter that one recipient reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address

from impact.delivery.letters import Attachment, Letter, Letterhead
from impact.delivery.picturing import ShownPicture
from impact.delivery.tables import Content, Rhythm
from impact.delivery.wording import word
from impact.language import Voice, mark
from impact.monitoring.tables import FlagDirection
from impact.reporting.findings import Finding
from impact.reporting.gathering import Report

RHYTHMS = {
    Rhythm.WEEKLY: mark("every week"),
    Rhythm.MONTHLY: mark("every month"),
    Rhythm.QUARTERLY: mark("every quarter"),
    Rhythm.YEARLY: mark("every year"),
    Rhythm.ROUND_CLOSED: mark("when a reporting round is closed"),
}

# So many missed dates are named; more would only be noise.
MOST_NAMED = 5
# Some mail programs cut HTML at 100 kB; so many rows are tried until it is shorter.
LONGEST_HTML = 98_000
MOST_LISTED = (50, 40, 30, 20, 10, 5)
MOST_REVISED = 20


@dataclass(frozen=True)
class Occasion:
    """Why a report comes now, and from whom: what its foot says.

    ``missed`` are due dates that were skipped because no clock was running.
    """

    name: str
    rhythm: Rhythm
    content: Content
    owner_name: str
    published_on: date
    missed: tuple[date, ...]
    next_on: date | None
    reply_to: Address | None
    is_test: bool = False


def report_letter(
    report: Report,
    occasion: Occasion,
    pictures: Mapping[int, ShownPicture],
    voice: Voice,
    head: Letterhead,
    *,
    has_account: bool,
    unsubscribe_token: str,
    files: tuple[Attachment, ...] = (),
    sender: Address | None = None,
) -> Letter:
    """The report as one recipient gets it; whatever is missing is an error, never a blank.

    Raises:
        ValueError: even with the fewest rows the HTML is longer than mail programs show.
    """
    facts = {
        **_said(report, occasion, voice, head),
        "comparisons": {series_id: chart.comparison for series_id, chart in report.charts.items()},
        "shown": _shown(report, pictures),
        "early": [finding for finding in report.early if finding.series_id not in pictures],
        "file_name": files[0].file_name if files else "",
        "why": _why(occasion, voice, has_account=has_account),
        "pictures": pictures,
        "link": head.link,
        "unsubscribe_link": head.link(f"/unsubscribe/{unsubscribe_token}") if unsubscribe_token else "",
    }
    for most in MOST_LISTED:
        wording = word("report", voice, listed=_listed(report, occasion.content, most), **facts)
        if len(wording.html.encode()) <= LONGEST_HTML:
            return Letter(
                wording.subject,
                wording.text,
                wording.html,
                voice.language,
                tuple(shown.picture for shown in pictures.values()),
                occasion.reply_to,
                unsubscribe_token,
                files,
                sender,
            )
    raise ValueError(f"the HTML is longer than the {LONGEST_HTML} bytes that mail programs show")


def _said(report: Report, occasion: Occasion, voice: Voice, head: Letterhead) -> dict[str, object]:
    """What the report says to everybody alike."""
    turned, content = report.turned, occasion.content
    return {
        "report": report,
        "occasion": occasion,
        "worse": [finding for finding in turned if finding.flag_direction is FlagDirection.TO_WORSE],
        "better": [finding for finding in turned if finding.flag_direction is FlagDirection.TO_BETTER],
        "is_full": content is Content.FULL,
        "is_changes": content is Content.CHANGES,
        "is_nothing_new": content is Content.CHANGES and not (report.findings or report.revised),
        "revised": report.revised[:MOST_REVISED],
        "n_more_revised": max(0, len(report.revised) - MOST_REVISED),
        "since": _day(report.since, head),
        "lead": _lead(report),
        "statement": _statement(report, occasion, voice, head),
        "extent": _extent(report, occasion, voice),
        "skipped": _skipped(occasion, voice),
        "then": f"?known_at={occasion.published_on.isoformat()}",
    }


def _shown(report: Report, pictures: Mapping[int, ShownPicture]) -> list[tuple[object, object]]:
    """What gets a section of its own, project by finding: in the order of the pictures."""
    places = {
        finding.series_id: (project, finding) for project in report.projects for finding in project.findings
    }
    return [places[series_id] for series_id in pictures]


def _listed(report: Report, content: Content, most: int) -> dict[int, list[Finding]]:
    """The rows of each project's table: what turned, may have turned or is key, or all of them.

    Where they are too many for a mail it is what matters most of them.
    """
    found = [
        finding
        for finding in report.findings
        if content in (Content.FULL, Content.CHANGES)
        or finding.is_flagged
        or finding.is_early
        or finding.is_key
    ]
    ranked = sorted(found, key=lambda finding: (not finding.is_flagged, not finding.is_key))
    kept = {finding.series_id for finding in ranked[:most]}
    return {
        project.project_id: [finding for finding in project.findings if finding.series_id in kept]
        for project in report.projects
    }


def _lead(report: Report) -> str:
    """The project of what stands first: in the subject it comes before everything else."""
    first = report.turned[0].series_id if report.turned else None
    for project in report.projects:
        if any(finding.series_id == first for finding in project.findings):
            return project.title
    return report.title


def _statement(report: Report, occasion: Occasion, voice: Voice, head: Letterhead) -> str:
    if occasion.content is Content.CHANGES:
        return _change_statement(report, voice, head)
    n_worse = sum(finding.flag_direction is FlagDirection.TO_WORSE for finding in report.turned)
    if n_worse == 0:
        return voice.gettext("No indicator has turned for the worse.")
    return voice.ngettext(
        "%(n)s indicator has turned for the worse.", "%(n)s indicators have turned for the worse.", n_worse
    )


def _change_statement(report: Report, voice: Voice, head: Letterhead) -> str:
    day, n_changed = _day(report.since, head), len(report.findings)
    if n_changed == 0 and not report.revised:
        return voice.gettext("Nothing has changed since %(day)s.", day=voice.day(day) if day else "")
    return voice.ngettext(
        "%(n)s indicator has changed since %(day)s.",
        "%(n)s indicators have changed since %(day)s.",
        n_changed,
        day=voice.day(day) if day else "",
    )


def _day(at: datetime | None, head: Letterhead) -> date | None:
    return at.astimezone(head.zone).date() if at else None


def _extent(report: Report, occasion: Occasion, voice: Voice) -> str:
    projects = voice.ngettext("%(n)s project", "%(n)s projects", len(report.projects))
    return ", ".join(
        (
            *([projects] if report.projects else []),
            voice.ngettext("%(n)s indicator", "%(n)s indicators", len(report.findings) + report.n_unchanged),
            voice.gettext("as known on %(day)s", day=voice.day(occasion.published_on)),
        )
    )


def _skipped(occasion: Occasion, voice: Voice) -> str:
    if not occasion.missed:
        return ""
    days = ", ".join(voice.day(day) for day in occasion.missed[-MOST_NAMED:])
    return voice.gettext("Not sent on %(days)s, because Impact was not running.", days=days)


def _why(occasion: Occasion, voice: Voice, *, has_account: bool) -> str:
    facts = {
        "rhythm": voice.gettext(RHYTHMS[occasion.rhythm]),
        "name": occasion.name,
        "owner": occasion.owner_name,
    }
    if has_account:
        why = voice.gettext(
            "You get this report %(rhythm)s as a recipient of “%(name)s”, which %(owner)s looks after.",
            **facts,
        )
    else:
        why = voice.gettext("%(owner)s sends you this report, “%(name)s”, %(rhythm)s.", **facts)
    if occasion.next_on is None:
        return why
    return f"{why} " + voice.gettext("The next one comes on %(day)s.", day=voice.day(occasion.next_on))
