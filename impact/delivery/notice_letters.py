"""A flag becomes the letter that tells a manager of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from impact.delivery.letters import Letter, Letterhead
from impact.delivery.picturing import ShownPicture
from impact.delivery.wording import word
from impact.language import Voice
from impact.reporting.findings import Finding


@dataclass(frozen=True)
class FlagNews:
    """What a notice tells: the project, what was found, and when the flag was raised.

    ``comparison`` says whether the turn is the project's own; empty without a reference line.
    """

    flag_id: int
    project_id: int
    project_title: str
    finding: Finding
    comparison: str
    raised_on: date


def notice_letter(
    news: FlagNews, shown: ShownPicture, voice: Voice, head: Letterhead, *, unsubscribe_token: str
) -> Letter:
    """The notice as one manager gets it."""
    wording = word(
        "notice",
        voice,
        news=news,
        finding=news.finding,
        shown=shown,
        flag_link=head.link(f"/flags/{news.flag_id}"),
        indicator_link=head.link(f"/indicators/{news.finding.indicator_id}"),
        unsubscribe_link=head.link(f"/unsubscribe/{unsubscribe_token}"),
    )
    return Letter(
        wording.subject,
        wording.text,
        wording.html,
        voice.language,
        (shown.picture,),
        unsubscribe_token=unsubscribe_token,
    )
