"""A flag becomes the letter that tells a manager of it, reminds of it, or says what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from impact.delivery.flag_news import FlagNews
from impact.delivery.letters import Letter, Letterhead
from impact.delivery.picturing import ShownPicture
from impact.delivery.wording import word
from impact.language import Voice


@dataclass(frozen=True)
class Reminding:
    """How long a flag has waited for a decision, and whether this is the last reminder."""

    n_days: int
    is_last: bool
    thread: tuple[str, ...]


@dataclass(frozen=True)
class Decided:
    """A step of a flag in words: what, by whom, why, and what was agreed."""

    what: str
    who: str
    decided_on: date
    note: str
    agreed: str
    thread: tuple[str, ...]


def notice_letter(
    news: FlagNews,
    shown: ShownPicture,
    voice: Voice,
    head: Letterhead,
    *,
    reminding: Reminding | None = None,
    unsubscribe_token: str,
) -> Letter:
    """The notice as one manager gets it, the first or one that reminds of it."""
    wording = word(
        "notice",
        voice,
        news=news,
        finding=news.finding,
        shown=shown,
        reminding=reminding,
        flag_link=head.link(f"/flags/{news.flag_id}"),
        indicator_link=head.link(f"/indicators/{news.finding.indicator_id}"),
        then=f"?known_at={news.told_on.isoformat()}",
        unsubscribe_link=head.link(f"/unsubscribe/{unsubscribe_token}"),
    )
    return Letter(
        wording.subject,
        wording.text,
        wording.html,
        voice.language,
        (shown.picture,),
        news.reply_to,
        unsubscribe_token,
        thread=reminding.thread if reminding else (),
    )


def decision_letter(
    news: FlagNews, decided: Decided, voice: Voice, head: Letterhead, *, unsubscribe_token: str
) -> Letter:
    """What became of a flag, to somebody who was told of it; it ends their thread."""
    wording = word(
        "decision",
        voice,
        news=news,
        finding=news.finding,
        decided=decided,
        flag_link=head.link(f"/flags/{news.flag_id}"),
        unsubscribe_link=head.link(f"/unsubscribe/{unsubscribe_token}"),
    )
    return Letter(
        wording.subject,
        wording.text,
        wording.html,
        voice.language,
        reply_to=news.reply_to,
        unsubscribe_token=unsubscribe_token,
        thread=decided.thread,
    )
