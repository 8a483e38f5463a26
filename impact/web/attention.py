"""What an administrator should look at first, in sentences with the way there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from impact.language import Voice
from impact.upkeep.condition import Condition
from impact.web.moments import moment

LATE_MAILS, FAILED_MAILS = "/reports/log?state=waiting", "/reports/log?state=failed"


@dataclass(frozen=True)
class Matter:
    """One thing to look at: a sentence, where, and whether something stands still."""

    text: str
    href: str = ""
    is_problem: bool = False


def attention(
    found: Condition, voice: Voice, *, n_refused: int, is_migrated: bool, has_mail_server: bool
) -> list[Matter]:
    """What needs attention, what stands still first; nothing where all is well."""
    matters = [
        *_of_installation(found, voice, is_migrated=is_migrated),
        *_of_mails(found, voice),
        *_of_sign_ins(n_refused, voice),
    ]
    if not has_mail_server:
        matters.append(
            Matter(
                voice.gettext("No mail server is set, so emails lie as files in the data folder."),
                "/administration/settings",
            )
        )
    return sorted(matters, key=lambda matter: not matter.is_problem)


def _of_installation(found: Condition, voice: Voice, *, is_migrated: bool) -> Iterator[Matter]:
    if not is_migrated:
        yield Matter(
            voice.gettext("The database does not fit this version: run impact db upgrade."),
            "/administration/database",
            is_problem=True,
        )
    if found.beat_at is None:
        yield Matter(
            voice.gettext("No clock has ever run, so no email is sent; start one with: impact clock"),
            is_problem=True,
        )
    elif not found.is_clock_alive:
        yield Matter(
            voice.gettext(
                "No clock has been alive since %(moment)s, so no email is sent; start one with: impact clock",
                moment=moment(found.beat_at, voice),
            ),
            is_problem=True,
        )
    if found.is_analysis_late:
        yield Matter(
            voice.ngettext(
                "One series has waited for its analysis for more than an hour.",
                "%(n)s series have waited for their analysis for more than an hour.",
                found.n_stale,
            ),
            is_problem=True,
        )


def _of_mails(found: Condition, voice: Voice) -> Iterator[Matter]:
    if found.n_failed_lately:
        yield Matter(
            voice.ngettext(
                "One email of the last seven days could not be delivered.",
                "%(n)s emails of the last seven days could not be delivered.",
                found.n_failed_lately,
            ),
            FAILED_MAILS,
            is_problem=True,
        )
    if found.is_mail_late and found.waiting_since is not None:
        yield Matter(
            voice.gettext(
                "An email has been waiting since %(moment)s.", moment=moment(found.waiting_since, voice)
            ),
            LATE_MAILS,
        )


def _of_sign_ins(n_refused: int, voice: Voice) -> Iterator[Matter]:
    if n_refused:
        yield Matter(
            voice.ngettext(
                "One name or address failed to sign in so often that it has to wait.",
                "%(n)s names or addresses failed to sign in so often that they have to wait.",
                n_refused,
            ),
            "/administration/sign-ins",
        )
