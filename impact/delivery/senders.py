"""Under whose name mails come: an organisation's own, where one was given to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.audit.trail import record_change
from impact.delivery.letters import Letterhead, address_of
from impact.delivery.tables import SenderIdentity
from impact.delivery.transports import ADDRESS
from impact.errors import Conflict, Invalid
from impact.registry.project_tables import Organisation, Part, ProjectOrganisation

LONGEST_NAME = 100


@dataclass(frozen=True)
class Sender:
    """An organisation with the name and address under which its mails come; empty is the usual."""

    organisation_id: int
    organisation: str
    name: str = ""
    address: str = ""
    version: int = 0


def sender_for(session: Session, project_ids: Collection[int]) -> SenderIdentity | None:
    """The identity of the one member organisation of all the projects; None is the installation's."""
    n_projects = sa.func.count(ProjectOrganisation.project_id.distinct())
    members = (
        select(ProjectOrganisation.organisation_id)
        .where(
            ProjectOrganisation.project_id.in_(project_ids),
            ProjectOrganisation.part == Part.MEMBER,
            ProjectOrganisation.withdrawn_at.is_(None),
        )
        .group_by(ProjectOrganisation.organisation_id)
        .having(n_projects == len(set(project_ids)))
    )
    found = session.scalars(select(SenderIdentity).where(SenderIdentity.organisation_id.in_(members))).all()
    return found[0] if len(found) == 1 else None


def written(identity: SenderIdentity | None, head: Letterhead) -> Address | None:
    """The line From of an identity; None is the installation's own."""
    if identity is None:
        return None
    return address_of(identity.name, identity.address or head.sender.addr_spec)


def senders(session: Session, actor: Actor) -> list[Sender]:
    """Every organisation with its identity, by name.

    Raises:
        NotAllowed: the actor does not administer the installation.
    """
    require_everywhere(actor, Action.ADMINISTER)
    rows = session.execute(
        select(Organisation, SenderIdentity)
        .outerjoin(SenderIdentity, SenderIdentity.organisation_id == Organisation.id)
        .where(Organisation.withdrawn_at.is_(None))
        .order_by(Organisation.name_key, Organisation.id)
    )
    return [
        Sender(organisation.id, organisation.name, row.name, row.address or "", row.version)
        if row
        else Sender(organisation.id, organisation.name)
        for organisation, row in rows
    ]


def set_sender(session: Session, actor: Actor, wanted: Sender, *, now: datetime) -> None:
    """Let an organisation's mails come under this name and address; without a name as usual.

    Raises:
        NotAllowed: the actor does not administer the installation.
        Invalid: there is no such organisation, or a name or address that no mail can bear.
        Conflict: somebody changed it in between.
    """
    require_everywhere(actor, Action.ADMINISTER)
    if session.get(Organisation, wanted.organisation_id) is None:
        raise Invalid("There is no such organisation.", field="name")
    name, address = " ".join(wanted.name.split()), wanted.address.strip()
    if len(name) > LONGEST_NAME or not name.isprintable() or (address and not name):
        raise Invalid("Give a name of at most %(n)d characters.", field="name", n=LONGEST_NAME)
    if address and not ADDRESS.fullmatch(address):
        raise Invalid("%(email)s is not an email address.", field="address", email=address)
    row = session.scalars(
        select(SenderIdentity)
        .where(SenderIdentity.organisation_id == wanted.organisation_id)
        .with_for_update()
    ).first()
    if (row.version if row else 0) != wanted.version:
        raise Conflict("The sender was changed in between. Look at it again.")
    before = {"name": row.name, "address": row.address} if row else {}
    after = {"name": name, "address": address or None} if name else {}
    if row is not None and not name:
        session.delete(row)
    elif name:
        row = row or SenderIdentity(organisation_id=wanted.organisation_id)
        row.name, row.address = name, address or None
        session.add(row)
    session.flush()
    record_change(
        session,
        actor.id,
        "set_sender",
        "organisation",
        wanted.organisation_id,
        before=before,
        after=after,
        now=now,
    )
