"""Letters that say what somebody should do about measurements."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from email.headerregistry import Address

from impact.delivery.errands import Errand, Sort
from impact.delivery.letters import Letter, Letterhead
from impact.delivery.wording import word
from impact.language import Voice
from impact.registry.handing_in import Standing
from impact.registry.indicator_tables import DefinitionVersion
from impact.registry.project_tables import Project
from impact.semantics.period import ReportingPeriod

# More would be read by nobody; the page lists them all.
MOST_ROWS = 40


@dataclass(frozen=True)
class Returned:
    """Values of a project that somebody returned, with the remark; answers go to that person."""

    project: Project
    remark: str
    who: str
    reply_to: Address | None
    values: list[tuple[DefinitionVersion, int, ReportingPeriod]]


@dataclass(frozen=True)
class Row:
    """One line of such a letter: what, the words beside it, and where it is done."""

    what: str
    detail: str
    path: str


def errand_letter(found: list[Errand], today: date, voice: Voice, head: Letterhead, token: str) -> Letter:
    """What somebody should do today: what is late first, then what is due, waits or never came."""
    late = [each for each in found if each.sort is Sort.DUE and each.expected and _is_late(each, today)]
    due = [each for each in found if each.sort is Sort.DUE and each not in late]
    waiting = [each for each in found if each.sort is Sort.APPROVE]
    silent = [each for each in found if each.sort is Sort.SILENT]
    lists = [
        (voice.gettext("Late"), "", _rows(late, voice)),
        (voice.gettext("To be measured"), "", _rows(due, voice)),
        (voice.gettext("Waits for your approval"), "", [_waiting(each, voice) for each in waiting]),
        (
            voice.gettext("Nothing arrived"),
            voice.gettext("These come by themselves from a source. The day has passed and nothing came."),
            _rows(silent, voice),
        ),
    ]
    return _letter(
        voice,
        head,
        token,
        statement=_statement(late, due, waiting, silent, voice),
        lead="",
        remark="",
        lists=[(heading, advice, rows) for heading, advice, rows in lists if rows],
        path="/rounds",
        label=voice.gettext("All that is due"),
        why=voice.gettext(
            "You get this because you are responsible for these measurements, or approve them."
        ),
    )


def returned_letter(returned: Returned, voice: Voice, head: Letterhead, token: str) -> Letter:
    """Which values were returned to whoever recorded them, by whom and why."""
    title = voice.pick(returned.project.short_sv, returned.project.short_en)
    rows = [
        Row(
            voice.pick(version.name_sv, version.name_en),
            period.label(voice),
            f"/series/{series_id}/periods/{period.key()}",
        )
        for version, series_id, period in returned.values
    ]
    n_values = voice.ngettext("%(n)s value was returned", "%(n)s values were returned", len(rows))
    letter = _letter(
        voice,
        head,
        token,
        statement=f"{title}: {n_values}",
        lead=voice.ngettext(
            "%(name)s returned it with this remark:",
            "%(name)s returned them with this remark:",
            len(rows),
            name=returned.who,
        ),
        remark=returned.remark,
        lists=[(voice.gettext("To be corrected"), "", rows[:MOST_ROWS])],
        path=f"/projects/{returned.project.slug}/rounds",
        label=voice.gettext("The project's rounds"),
        why=voice.ngettext(
            "You get this because you recorded this value.",
            "You get this because you recorded these values.",
            len(rows),
        ),
    )
    return replace(letter, reply_to=returned.reply_to)


def _letter(voice: Voice, head: Letterhead, token: str, **facts: object) -> Letter:
    wording = word(
        "errands", voice, link=head.link, unsubscribe_link=head.link(f"/unsubscribe/{token}"), **facts
    )
    return Letter(wording.subject, wording.text, wording.html, voice.language, unsubscribe_token=token)


def _is_late(errand: Errand, today: date) -> bool:
    return errand.expected is not None and (errand.expected.standing is Standing.LATE or errand.day < today)


def _statement(
    late: list[Errand], due: list[Errand], waiting: list[Errand], silent: list[Errand], voice: Voice
) -> str:
    """The subject: the first thing with its project, and how many more there are."""
    found = [*late, *due, *waiting, *silent]
    first = found[0]
    title = voice.pick(first.project.short_sv, first.project.short_en)
    if first.sort is Sort.APPROVE:
        said = voice.gettext("%(period)s waits for your approval", period=first.period.label(voice))
    else:
        name = _name(first, voice)
        facts = {"indicator": name, "period": first.period.label(voice), "day": voice.day(first.day)}
        if first.sort is Sort.SILENT:
            said = voice.gettext("nothing arrived of %(indicator)s, %(period)s", **facts)
        elif first in late:
            said = voice.gettext("%(indicator)s, %(period)s was due on %(day)s", **facts)
        else:
            said = voice.gettext("%(indicator)s, %(period)s is due on %(day)s", **facts)
    rest = voice.ngettext("And %(n)s more.", "And %(n)s more.", len(found) - 1) if len(found) > 1 else ""
    return f"{title}: {said}" + (f". {rest}" if rest else "")


def _rows(found: list[Errand], voice: Voice) -> list[Row]:
    return [
        Row(
            _name(each, voice),
            ", ".join(
                (
                    voice.pick(each.project.short_sv, each.project.short_en),
                    each.period.label(voice),
                    voice.gettext("due %(day)s", day=voice.day(each.day)),
                )
            ),
            f"/series/{each.expected.series_id}/periods/{each.period.key()}" if each.expected else "/rounds",
        )
        for each in found[:MOST_ROWS]
    ]


def _waiting(errand: Errand, voice: Voice) -> Row:
    period = errand.period
    n_values = voice.ngettext("%(n)s value", "%(n)s values", errand.n_values)
    since = voice.gettext("since %(day)s", day=voice.day(errand.day))
    return Row(
        f"{voice.pick(errand.project.short_sv, errand.project.short_en)}, {period.label(voice)}",
        f"{n_values}, {since}",
        f"/projects/{errand.project.slug}/rounds/{period.frequency.value}/{period.key()}",
    )


def _name(errand: Errand, voice: Voice) -> str:
    version = errand.expected.version if errand.expected else None
    return voice.pick(version.name_sv, version.name_en) if version else ""
