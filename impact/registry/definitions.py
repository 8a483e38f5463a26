"""The library of definitions: made and changed; ``archiving`` takes them out of use.

What a definition says is never edited: a change is a new version. Where something else is
measured from then on, the indicators that use it follow with or without a series break,
or stay with the version they have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.audit.digests import plain
from impact.audit.trail import record_change
from impact.errors import Conflict, Invalid, NotFound
from impact.registry import planning
from impact.registry.breaks import BreakDraft, declare_break
from impact.registry.editing import CHANGED_MEANWHILE
from impact.registry.indicator_tables import Definition, DefinitionVersion, Indicator
from impact.registry.library_access import require_in_library
from impact.registry.meaning import NEVER_WORDING, Meaning, asked_about, judged, meaning_of
from impact.registry.plan_texts import judge_reason
from impact.registry.slugs import free_slug
from impact.semantics.period import ReportingPeriod


class Change(StrEnum):
    """What sort of change a new version is."""

    WORDING = "wording"
    MEASURED = "measured"


@dataclass(frozen=True)
class Consequence:
    """What a changed definition means for the indicators that use it.

    ``following`` names those that are measured by the new version from now on, with the
    first period under it, or None where their values can still be compared. An indicator
    that is not named stays with the version it has. Wording alone concerns them all.
    """

    change: Change
    following: Mapping[int, ReportingPeriod | None] = field(default_factory=dict)
    reason_sv: str = ""
    reason_en: str = ""


class Undecided(Invalid):
    """The change may be one of what is measured, and nobody said whether it is."""


def make_definition(
    session: Session,
    actor: Actor,
    meaning: Meaning,
    *,
    now: datetime,
    owner_id: int | None = None,
    reason: str = "",
) -> Definition:
    """A new definition of the library with its first version.

    Raises:
        Invalid: it makes no sense; ``field`` names where.
        NotAllowed: the actor plans nowhere.
    """
    require_in_library(session, actor, None)
    meaning, reason = judged(meaning), judge_reason(reason)
    definition = Definition(slug=free_slug(session, Definition, meaning.name_sv), owner_id=owner_id)
    planning.save(session, actor, definition, now=now, reason=reason)
    _add_version(session, actor, definition, None, meaning, reason, now)
    return definition


def change_definition(
    session: Session,
    actor: Actor,
    slug: str,
    expected_number: int,
    meaning: Meaning,
    consequence: Consequence | None = None,
    *,
    reason: str = "",
    now: datetime,
) -> DefinitionVersion:
    """A new version of a definition, and the series breaks that go with it.

    What is as it was makes no version. Series whose indicators follow are marked stale.

    Args:
        expected_number: of the version that was looked at.
        consequence: needed where the change may be one of what is measured.

    Raises:
        Undecided: it is needed and was not given.
        Invalid: the definition, or a break, makes no sense.
        Conflict: somebody else changed the definition in between.
        NotFound, NotAllowed: there is none, or others measure by it too.
    """
    definition = _locked(session, slug)
    require_in_library(session, actor, definition.id)
    before = newest_version(session, definition.id)
    if before.number != expected_number:
        raise Conflict(CHANGED_MEANWHILE)
    meaning, reason = judged(meaning), judge_reason(reason)
    if meaning == meaning_of(before):
        return before
    consequence = _decided(before, meaning, consequence)
    version = _add_version(session, actor, definition, before, meaning, reason, now)
    if consequence.change is Change.WORDING:
        following: Mapping[int, ReportingPeriod | None] = dict.fromkeys(
            _measured_by(session, before.id), None
        )
    else:
        following = consequence.following
    for indicator_id, first_new in sorted(following.items()):
        indicator = _indicator_of(session, definition, indicator_id)
        old_version_id = indicator.definition_version_id
        indicator.definition_version_id = version.id
        planning.save(session, actor, indicator, now=now, reason=reason)
        if first_new is not None:
            draft = BreakDraft(
                first_new, consequence.reason_sv, consequence.reason_en, old_version_id, version.id
            )
            declare_break(session, actor, indicator_id, draft, now=now, reason=reason)
    return version


def newest_version(session: Session, definition_id: int) -> DefinitionVersion:
    """What a definition says now."""
    return session.scalars(
        select(DefinitionVersion)
        .where(DefinitionVersion.definition_id == definition_id)
        .order_by(DefinitionVersion.number.desc())
        .limit(1)
    ).one()


def _decided(before: DefinitionVersion, meaning: Meaning, consequence: Consequence | None) -> Consequence:
    asked = asked_about(meaning_of(before), meaning)
    if not asked:
        return consequence or Consequence(Change.WORDING)
    if consequence is None:
        raise Undecided("Say whether something else is measured from now on.", field="change")
    if consequence.change is Change.WORDING and set(asked) & set(NEVER_WORDING):
        raise Invalid(
            "Another kind of number is not only another wording: something else is measured.", field="change"
        )
    breaks = [period for period in consequence.following.values() if period is not None]
    if consequence.change is Change.MEASURED and breaks and not consequence.reason_sv.strip():
        raise Invalid("Say what changed; the chart shows it at the break.", field="reason_sv")
    return consequence


def _add_version(
    session: Session,
    actor: Actor,
    definition: Definition,
    before: DefinitionVersion | None,
    meaning: Meaning,
    reason: str,
    now: datetime,
) -> DefinitionVersion:
    version = planning.add_definition_version(
        session, actor, definition, DefinitionVersion(**asdict(meaning)), now=now
    )
    record_change(
        session,
        actor.id,
        "change" if before else "create",
        "definition",
        definition.id,
        before=plain(asdict(meaning_of(before))) if before else {},
        after=plain(asdict(meaning)),
        now=now,
        reason=reason,
    )
    return version


def _locked(session: Session, slug: str) -> Definition:
    found = session.scalars(
        select(Definition)
        .where(Definition.slug == slug)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFound("There is no such definition.")
    return found


def _measured_by(session: Session, version_id: int) -> list[int]:
    return list(session.scalars(select(Indicator.id).where(Indicator.definition_version_id == version_id)))


def _indicator_of(session: Session, definition: Definition, indicator_id: int) -> Indicator:
    found = session.get(Indicator, indicator_id)
    if found is None or found.definition_id != definition.id:
        raise Invalid("The indicator is not measured by this definition.", field="following")
    return found
