"""Compose what a subscription sends: gathered for each reader, drawn, worded.

Nothing is written here. Whatever cannot be made is an error that stops the report.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action
from impact.accounts.tables import User
from impact.delivery.due import next_dues
from impact.delivery.letters import Letter, Letterhead, address_of
from impact.delivery.picturing import draw_for_mail
from impact.delivery.readers import Reader, reader_of
from impact.delivery.report_letters import Occasion, report_letter
from impact.delivery.schedules import due_plan
from impact.delivery.tables import Content, Subscription, SubscriptionRecipient
from impact.delivery.unsubscribing import token_of_recipient
from impact.delivery.withholding import is_suppressed
from impact.errors import Invalid
from impact.language import Language, Voice, speak
from impact.registry import access
from impact.reporting.gathering import Report, Scope, gather

MOST_CHARTS = {Content.DIGEST: 4, Content.CHANGES: 4, Content.FULL: 12, Content.IMPACT_REPORT: 12}


@dataclass(frozen=True)
class Recipient:
    """Somebody a report goes to, and as whom it is read."""

    id: int
    user_id: int | None
    address: str
    reader: Reader


@dataclass(frozen=True)
class Reading:
    """What one or several recipients may all see of a subscription's report."""

    report: Report
    recipients: tuple[Recipient, ...]


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
    *,
    published_on: date,
    missed: Collection[date] = (),
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
    voice = speak(Language(subscription.language))
    scope = Scope(subscription.project_id, subscription.category_id)
    recipients = _recipients(session, subscription, owner)
    if not recipients:
        raise Invalid("There is nobody to send the report to.")
    most_charts = MOST_CHARTS[subscription.content]
    readings = []
    for visible, group in _by_what_they_see(session, recipients).items():
        if scope.project_id is None or scope.project_id in visible:
            reader = group[0].reader.actor
            report = gather(session, reader, voice, scope, most_charts=most_charts, now=now)
            readings += [] if report.is_empty else [Reading(report, tuple(group))]
    if not readings:
        raise Invalid("There is nothing to report: no measurements that the recipients may see.")
    occasion = _occasion(subscription, owner.user, published_on, tuple(missed), now)
    return Composition(subscription.id, owner.user.id, occasion, voice, tuple(readings))


def letters_of(composition: Composition, reading: Reading, head: Letterhead) -> list[AddressedLetter]:
    """The letters to everybody who sees the same; charts are drawn here, once."""
    pictures = {
        series_id: draw_for_mail(series_id, chart, head.host)
        for series_id, chart in reading.report.charts.items()
    }
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
                unsubscribe_token=token_of_recipient(head.secret_key, recipient.id),
            ),
        )
        for recipient in reading.recipients
    ]


def _recipients(session: Session, subscription: Subscription, owner: Reader) -> list[Recipient]:
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
    subscription: Subscription, owner: User, published_on: date, missed: tuple[date, ...], now: datetime
) -> Occasion:
    coming = next_dues(due_plan(subscription), now, 1)
    return Occasion(
        name=subscription.name,
        rhythm=subscription.rhythm,
        owner_name=owner.name,
        published_on=published_on,
        missed=missed,
        next_on=coming[0][0] if coming else None,
        reply_to=address_of(owner.name, owner.email),
    )
