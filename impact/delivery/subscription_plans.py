"""What somebody asks of a subscription, and whether it makes sense."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.delivery.tables import Content, Rhythm, Subscription, SubscriptionRecipient
from impact.delivery.transports import ADDRESS
from impact.errors import Invalid
from impact.language import Language

LONGEST_NAME = 100
MOST_RECIPIENTS = 200
LAST_DAY = {Rhythm.WEEKLY: 7}
LAST_MONTH = {Rhythm.QUARTERLY: 3, Rhythm.YEARLY: 12}
NO_COLUMNS = frozenset({"user_ids", "addresses"})


@dataclass(frozen=True)
class SubscriptionPlan:
    """A report as somebody wants it: about what, when, in which language, for whom.

    Neither project nor category means all that each reader may see, or with ``own_projects``
    the projects in which each reader has a role. ``day`` is 1-31 (the
    last day stands in) or 1-7 from Monday; ``month`` 1-3 of a quarter or 1-12 of a year.
    """

    name: str
    rhythm: Rhythm
    starts_on: date
    time_zone: str
    language: Language
    user_ids: tuple[int, ...] = ()
    addresses: tuple[str, ...] = ()
    project_id: int | None = None
    category_id: int | None = None
    own_projects: bool = False
    content: Content = Content.DIGEST
    day: int = 1
    month: int = 1
    hour: int = 7
    ends_on: date | None = None

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """The fields that are columns of the subscription itself."""
        return tuple(one.name for one in fields(cls) if one.name not in NO_COLUMNS)


def judged(plan: SubscriptionPlan) -> SubscriptionPlan:
    """The plan, tidied.

    Raises:
        Invalid: a choice that makes no sense, or nobody to send to.
    """
    name = " ".join(plan.name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid("Give a name of at most %(n)d characters.", field="name", n=LONGEST_NAME)
    _within("day", plan.day, LAST_DAY.get(plan.rhythm, 31))
    _within("month", plan.month, LAST_MONTH.get(plan.rhythm, 12))
    if not 0 <= plan.hour <= 23:
        raise Invalid("Choose an hour from 0 to 23.", field="hour")
    if plan.project_id is not None and plan.category_id is not None:
        raise Invalid("Choose either a project or a category.", field="project_id")
    if plan.own_projects and plan.project_id is not None:
        raise Invalid("Choose either a project or your own projects.", field="project_id")
    if plan.ends_on is not None and plan.ends_on < plan.starts_on:
        raise Invalid("The subscription ends before it starts.", field="ends_on")
    _judge_zone(plan.time_zone)
    addresses = tuple(sorted({_address(text) for text in plan.addresses if text.strip()}))
    user_ids = tuple(sorted(set(plan.user_ids)))
    if not 1 <= len(addresses) + len(user_ids) <= MOST_RECIPIENTS:
        raise Invalid("Name between 1 and %(n)d recipients.", field="addresses", n=MOST_RECIPIENTS)
    return replace(plan, name=name, addresses=addresses, user_ids=user_ids)


def plan_of(session: Session, row: Subscription) -> SubscriptionPlan:
    """What a subscription asks for, as its form shows it."""
    recipients = session.scalars(
        select(SubscriptionRecipient).where(SubscriptionRecipient.subscription_id == row.id)
    ).all()
    kept = {name: getattr(row, name) for name in SubscriptionPlan.columns()}
    return SubscriptionPlan(
        user_ids=tuple(sorted(one.user_id for one in recipients if one.user_id is not None)),
        addresses=tuple(sorted(one.address for one in recipients if one.address is not None)),
        **kept,
    )


def _within(field: str, number: int, last: int) -> None:
    if not 1 <= number <= last:
        raise Invalid("Choose a number from 1 to %(last)d.", field=field, last=last)


def _judge_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("There is no time zone %(name)s.", field="time_zone", name=name) from error


def _address(text: str) -> str:
    """The address as it goes on the wire, its domain in ASCII."""
    text = text.strip()
    local, _, host = text.rpartition("@")
    try:
        address = f"{local}@{host.encode('idna').decode('ascii').lower()}"
    except UnicodeError:
        address = ""
    if not ADDRESS.fullmatch(address):
        raise Invalid("%(email)s is not an email address.", field="addresses", email=text)
    return address
