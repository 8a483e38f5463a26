"""What was changed by whom, from what to what and why: a project's, an indicator's, one row's.

Read off the trail, which every verb writes when something really changed. An import is told as
one; what it did to a value stands in the value's revisions. Values that nobody approved yet are
told to those alone who may record in the project.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, reach
from impact.audit.tables import AuditEntry, PlanVersion
from impact.errors import NotFound
from impact.monitoring.tables import Flag
from impact.registry import access, archiving, lookup
from impact.registry.documents import documents_within_reach
from impact.registry.indicator_tables import (
    TOTAL,
    Baseline,
    DefinitionVersion,
    IndicatorSeries,
    ReferenceLink,
    SeriesBreak,
    Target,
)
from impact.registry.measurement_tables import (
    ImportBatch,
    Measurement,
    ReportingRound,
    Revision,
    RevisionState,
    State,
)
from impact.registry.project_tables import Project, ProjectDocument, ProjectOrganisation, StoryNote

MEASUREMENT: Final = Measurement.__tablename__
DOCUMENT: Final = ProjectDocument.__tablename__
# What readers are told of; accounts, tokens and subscriptions are nobody else's business.
TOLD: Final = frozenset(archiving.KINDS) | {
    kind.__tablename__ for kind in (Measurement, ReportingRound, ImportBatch, DefinitionVersion, Flag)
}
# The library and the map are everybody's.
SHARED: Final = frozenset({"area", "category", "definition"})


def changes_of_project(
    session: Session, actor: Actor, slug: str, *, before_id: int | None = None, limit: int = 50
) -> list[AuditEntry]:
    """What was changed in a project and all that belongs to it, newest first.

    Args:
        before_id: the entry behind which to go on.

    Raises:
        NotFound: there is no such project, or the actor may not see it.
    """
    project = lookup.project(session, actor, slug)
    return _entries(session, actor, AuditEntry.project_id == project.id, before_id, limit)


def changes_of_indicator(
    session: Session, actor: Actor, indicator_id: int, *, before_id: int | None = None, limit: int = 50
) -> list[AuditEntry]:
    """What was changed of an indicator: its plan, its values, its flags, what it means.

    Raises:
        NotFound: there is no such indicator, or the actor may not see it.
    """
    place = lookup.indicator_place(session, actor, indicator_id, TOTAL)
    series = select(IndicatorSeries.id).where(IndicatorSeries.indicator_id == indicator_id)
    definition_id = place.indicator.definition_id
    versions = select(DefinitionVersion.id).where(DefinitionVersion.definition_id == definition_id)
    notes = select(StoryNote.id).where(StoryNote.indicator_id == indicator_id)
    ways = [
        _about("indicator", AuditEntry.object_id == indicator_id),
        _about("definition", AuditEntry.object_id == definition_id),
        _about("definition_version", AuditEntry.object_id.in_(versions)),
        _about("story_note", AuditEntry.object_id.in_(notes)),
    ]
    for kind in (Target, Baseline, SeriesBreak, ReferenceLink, Measurement, Flag):
        of_series = select(kind.id).where(kind.series_id.in_(series))
        ways.append(_about(kind.__tablename__, AuditEntry.object_id.in_(of_series)))
    brought = (
        select(Revision.batch_id)
        .join(Measurement, Measurement.id == Revision.measurement_id)
        .where(Measurement.series_id.in_(series), Revision.batch_id.is_not(None))
    )
    ways.append(_about(ImportBatch.__tablename__, AuditEntry.object_id.in_(brought)))
    return _entries(session, actor, sa.or_(*ways), before_id, limit)


def changes_of_row(
    session: Session,
    actor: Actor,
    entity: str,
    row_id: int,
    *,
    before_id: int | None = None,
    limit: int = 50,
) -> list[AuditEntry]:
    """What was changed of one planning row, newest first.

    Raises:
        NotFound: there is no such row, or the actor may not see what it belongs to.
    """
    kept = session.execute(
        select(PlanVersion.root, PlanVersion.root_id)
        .where(PlanVersion.entity == entity, PlanVersion.entity_id == row_id)
        .limit(1)
    ).first()
    is_internal = entity == DOCUMENT and session.scalar(_seen_documents(actor, row_id)) is None
    if kept is None or is_internal or not _may_see(session, actor, *kept):
        raise NotFound("There is no such page.")
    return _entries(session, actor, _about(entity, AuditEntry.object_id == row_id), before_id, limit)


def _about(object_type: str, which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.and_(AuditEntry.object_type == object_type, which)


def _entries(
    session: Session, actor: Actor, which: sa.ColumnElement[bool], before_id: int | None, limit: int
) -> list[AuditEntry]:
    told = AuditEntry.object_type.in_(TOLD)
    rows = select(AuditEntry).where(which, told, _not_hidden(actor), _not_internal(actor))
    if before_id is not None:
        rows = rows.where(AuditEntry.id < before_id)
    return list(session.scalars(rows.order_by(AuditEntry.id.desc()).limit(limit)))


def _not_hidden(actor: Actor) -> sa.ColumnElement[bool]:
    """Everything but values that nobody approved, and what was said of these."""
    if reach(actor, Action.RECORD).everywhere:
        return sa.true()
    approved = (
        select(Revision.id)
        .join(RevisionState, RevisionState.revision_id == Revision.id)
        .where(
            Revision.measurement_id == AuditEntry.object_id,
            Revision.recorded_at == AuditEntry.recorded_at,
            RevisionState.state == State.APPROVED,
        )
        .correlate(AuditEntry)
        .exists()
    )
    return sa.or_(
        AuditEntry.object_type != MEASUREMENT,
        AuditEntry.verb == "approve",
        AuditEntry.project_id.in_(access.project_ids(actor, Action.RECORD)),
        sa.and_(AuditEntry.verb.in_(("record", "revise")), approved),
    )


def _not_internal(actor: Actor) -> sa.ColumnElement[bool]:
    """Everything but documents that a public project keeps for its own people."""
    return sa.or_(AuditEntry.object_type != DOCUMENT, AuditEntry.object_id.in_(_seen_documents(actor)))


def _seen_documents(actor: Actor, document_id: int | None = None) -> sa.Select[int]:
    seen = select(ProjectDocument.id).where(documents_within_reach(actor))
    return seen if document_id is None else seen.where(ProjectDocument.id == document_id)


def _may_see(session: Session, actor: Actor, root: str, root_id: int) -> bool:
    seen = select(Project.id).where(access.within_reach(actor, Action.SEE))
    if root == "project":
        seen = seen.where(Project.id == root_id)
    elif root == "organisation":
        taking_part = select(ProjectOrganisation.project_id).where(
            ProjectOrganisation.organisation_id == root_id, ProjectOrganisation.withdrawn_at.is_(None)
        )
        seen = seen.where(Project.id.in_(taking_part))
    else:
        return root in SHARED
    return session.scalars(seen.limit(1)).first() is not None
