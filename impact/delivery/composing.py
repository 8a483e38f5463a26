"""Compose what a subscription sends: gathered for each reader, drawn, worded.

Nothing is written here. Whatever cannot be made is an error that stops the report.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action
from impact.accounts.tables import User
from impact.delivery.due import next_dues
from impact.delivery.letters import Letter, Letterhead, address_of
from impact.delivery.picturing import ShownPicture, draw_for_mail
from impact.delivery.readers import Reader, reader_of
from impact.delivery.report_letters import Occasion, report_letter
from impact.delivery.schedules import due_plan
from impact.delivery.senders import sender_for, written
from impact.delivery.tables import Content, SenderIdentity, Subscription, SubscriptionRecipient
from impact.delivery.unsubscribing import token_of_recipient
from impact.delivery.withholding import is_suppressed
from impact.delivery.yearly_files import gather_yearly, pdf_file
from impact.errors import Invalid
from impact.language import Language, Voice, speak
from impact.registry import access
from impact.reporting.drawn import DrawnPictures
from impact.reporting.editions import last_known_at
from impact.reporting.gathering import Report, Scope, Since, gather
from impact.reporting.impact_report import ImpactReport

MOST_CHARTS = {Content.DIGEST: 4, Content.CHANGES: 4, Content.FULL: 12, Content.IMPACT_REPORT: 0}
# As base64 they grow by a third; with text and HTML a mail stays below a million bytes.
MOST_PICTURE_BYTES = 600_000


@dataclass(frozen=True)
class Recipient:
    """Somebody a report goes to, and as whom it is read."""

    id: int
    user_id: int | None
    address: str
    reader: Reader


@dataclass(frozen=True)
class Asked:
    """What is special about one making of a report.

    Attributes:
        missed: due dates before it that were skipped.
        readers: whom it is made for; None is everybody who is to get it.
        is_test: whether it says of itself that it is a trial.
        before: only editions until then count as the reader's last report.
    """

    missed: tuple[date, ...] = ()
    readers: tuple[Recipient, ...] | None = None
    is_test: bool = False
    before: datetime | None = None


@dataclass(frozen=True)
class Reading:
    """What one or several recipients may all see of a subscription's report."""

    report: Report
    recipients: tuple[Recipient, ...]
    yearly: ImpactReport | None = None
    sender: SenderIdentity | None = None


@dataclass(frozen=True)
class Composition:
    """A subscription's report as gathered, once for each different reach of its readers."""

    subscription_id: int
    owner_id: int
    occasion: Occasion
    voice: Voice
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class AddressedLetter:
    """A finished letter and whom it is for."""

    recipient: Recipient
    letter: Letter


def gather_for(
    session: Session,
    subscription: Subscription,
    asked: Asked,
    *,
    published_on: date,
    now: datetime,
) -> Composition:
    """What each recipient may see, as known now; whoever may see nothing of it is left out.

    Raises:
        Invalid: the owner can no longer sign in, nobody is left to send to, or there is
            nothing measured to tell any of them of.
    """
    owner = reader_of(session, subscription.owner_id)
    if owner is None:
        raise Invalid("The owner of the subscription can no longer sign in.")
    recipients = recipients_of(session, subscription, owner) if asked.readers is None else asked.readers
    if not recipients:
        raise Invalid("There is nobody to send the report to.")
    voice = speak(Language(subscription.language))
    readings = []
    for visible, group in _by_what_they_see(session, recipients).items():
        if subscription.project_id is None or subscription.project_id in visible:
            reading = _reading(session, subscription, group, voice, asked, published_on, now)
            readings += [] if reading.report.is_empty else [reading]
    if not readings:
        raise Invalid("There is nothing to report: no measurements that the recipients may see.")
    occasion = _occasion(session, subscription, owner.user, published_on, asked, now)
    return Composition(subscription.id, owner.user.id, occasion, voice, tuple(readings))


def _reading(
    session: Session,
    subscription: Subscription,
    group: list[Recipient],
    voice: Voice,
    asked: Asked,
    published_on: date,
    now: datetime,
) -> Reading:
    """What a group of readers who may see the same gets of the report."""
    content, actor = subscription.content, group[0].reader.actor
    scope = Scope(subscription.project_id, subscription.category_id, subscription.own_projects)
    last_at = last_known_at(session, subscription.id, asked.before)
    since = Since(last_at) if last_at else None
    if content is Content.CHANGES:
        since = Since(last_at or subscription.created_at, changes_only=True)
    report = gather(
        session,
        actor,
        voice,
        scope,
        most_charts=MOST_CHARTS[content],
        since=since,
        charts_of_all=content is Content.FULL,
        now=now,
    )
    yearly = None
    if content is Content.IMPACT_REPORT and not report.is_empty:
        zone = ZoneInfo(subscription.time_zone)
        yearly = gather_yearly(session, actor, scope, voice, published_on=published_on, zone=zone)
    sender = sender_for(session, [project.project_id for project in report.projects])
    return Reading(report, tuple(group), yearly, sender)


def letters_of(
    composition: Composition, reading: Reading, head: Letterhead, drawn: DrawnPictures
) -> list[AddressedLetter]:
    """The letters to everybody who sees the same; charts are drawn here, once."""
    pictures = _within_size(draw_for_mail(reading.report.charts, head.host, drawn))
    files = (pdf_file(reading.yearly, composition.voice, drawn),) if reading.yearly else ()
    return [
        AddressedLetter(
            recipient,
            report_letter(
                reading.report,
                composition.occasion,
                pictures,
                composition.voice,
                head,
                has_account=recipient.user_id is not None,
                unsubscribe_token=token_of_recipient(head.secret_key, recipient.id) if recipient.id else "",
                files=files,
                sender=written(reading.sender, head),
            ),
        )
        for recipient in reading.recipients
    ]


def _within_size(pictures: dict[int, ShownPicture]) -> dict[int, ShownPicture]:
    """The first of the pictures, as many as a mail of a million bytes holds; seldom not all."""
    kept, n_bytes = {}, 0
    for series_id, shown in pictures.items():
        n_bytes += len(shown.picture.png)
        if n_bytes > MOST_PICTURE_BYTES:
            break
        kept[series_id] = shown
    return kept


def recipients_of(session: Session, subscription: Subscription, owner: Reader) -> list[Recipient]:
    """Who still wants and may get it: accounts that are open, addresses not unsubscribed."""
    found = []
    for row in session.scalars(
        select(SubscriptionRecipient)
        .where(SubscriptionRecipient.subscription_id == subscription.id)
        .order_by(SubscriptionRecipient.id)
    ):
        reader = owner if row.user_id is None else reader_of(session, row.user_id)
        address = (row.address if row.user_id is None else reader and reader.user.email) or ""
        if reader and address and not is_suppressed(session, address, subscription.id):
            found.append(Recipient(row.id, row.user_id, address, reader))
    return found


def _by_what_they_see(
    session: Session, recipients: Collection[Recipient]
) -> dict[frozenset[int], list[Recipient]]:
    """The recipients by the projects that they may see: one report for each such group."""
    groups: dict[frozenset[int], list[Recipient]] = {}
    for recipient in recipients:
        visible = frozenset(session.scalars(access.project_ids(recipient.reader.actor, Action.SEE)))
        groups.setdefault(visible, []).append(recipient)
    return groups


def _occasion(
    session: Session,
    subscription: Subscription,
    owner: User,
    published_on: date,
    asked: Asked,
    now: datetime,
) -> Occasion:
    coming = next_dues(due_plan(session, subscription), now, 1)
    return Occasion(
        name=subscription.name,
        rhythm=subscription.rhythm,
        content=subscription.content,
        owner_name=owner.name,
        published_on=published_on,
        missed=asked.missed,
        next_on=coming[0][0] if coming else None,
        reply_to=address_of(owner.name, owner.email),
        is_test=asked.is_test,
    )
