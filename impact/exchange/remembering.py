"""How an organisation's files were read last time, and what is proposed for a new one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.errors import Invalid
from impact.exchange.cells import Sheet
from impact.exchange.columns import Role
from impact.exchange.mapping import Mapping, mapping_from
from impact.exchange.matching import is_own_name, own_names_of
from impact.exchange.recorded import recorded_in
from impact.exchange.understanding import Understood, understand
from impact.registry.measurement_tables import ImportMapping
from impact.registry.project_tables import Part, Project, ProjectOrganisation

LONGEST: Final = 300
MANY: Final = 12


def proposed_mapping(
    session: Session, project: Project, sheet: Sheet, said: Mapping | None = None
) -> Mapping:
    """How a sheet is read: as somebody says now, or said of such a file last time.

    Where nobody ever said anything, a file of the whole country is brought down to the rows of
    the project's municipality.

    Raises:
        Invalid: no table of values was found in it.
    """
    said = said or Mapping()
    return said.over(_proposed(session, project, understand(sheet, said)))


def _proposed(session: Session, project: Project, understood: Understood) -> Mapping:
    known = _kept(session, project, _name_of(understood))
    if known is not None:
        return replace(mapping_from(known.mapping), sheet=understood.sheet.name)
    own = own_names_of(session, recorded_in(session, project))
    rows = {}
    for column in understood.of(Role.LABEL):
        texts = {texts[column.place] for _, texts, _ in understood.rows()}
        mine = [text for text in texts if is_own_name(text, own)]
        if len(texts) > MANY and len(mine) == 1:
            rows[column.name] = mine[0]
    return Mapping(sheet=understood.sheet.name, rows=rows)


def remember_mapping(
    session: Session,
    actor: Actor,
    project: Project,
    understood: Understood,
    mapping: Mapping,
    *,
    now: datetime,
) -> None:
    """Keep how this file was read for the next one of its sort from the same organisation.

    What belongs to this file alone is left out: its period, and where its header stands.
    """
    organisation_id = _organisation_of(session, project)
    if organisation_id is None:
        return
    kept = replace(mapping, sheet="", header=None, period="").as_json()
    name = _name_of(understood)
    known = _kept(session, project, name)
    if known is None:
        known = ImportMapping(organisation_id=organisation_id, name=name)
        session.add(known)
    else:
        # What was said of other projects' series in such files still holds.
        kept["series"] = {**known.mapping.get("series", {}), **kept.get("series", {})}
    known.mapping, known.actor_id, known.saved_at = kept, actor.id, now
    session.flush()


def _kept(session: Session, project: Project, name: str) -> ImportMapping | None:
    return session.scalars(
        select(ImportMapping).where(
            ImportMapping.organisation_id == _organisation_of(session, project),
            ImportMapping.name == name,
        )
    ).first()


def _organisation_of(session: Session, project: Project) -> int | None:
    """Whose files a project's are: the borrower's, or else a member's."""
    parts = session.execute(
        select(ProjectOrganisation.part, ProjectOrganisation.organisation_id)
        .where(ProjectOrganisation.project_id == project.id, ProjectOrganisation.withdrawn_at.is_(None))
        .order_by(ProjectOrganisation.id)
    ).all()
    borrowers = [row.organisation_id for row in parts if row.part is Part.BORROWER]
    return next(iter([*borrowers, *(row.organisation_id for row in parts)]), None)


def _name_of(corrected: Understood) -> str:
    """What files of one sort have in common: the names of their columns but for the periods.

    As they are found where nobody says anything: the next file is to be known before it is corrected.
    """
    try:
        understood = understand(corrected.sheet)
    except Invalid:
        understood = corrected
    names = {column.measure if column.role is Role.VALUE else column.name for column in understood.columns}
    return "; ".join(sorted(filter(None, names)))[:LONGEST]
