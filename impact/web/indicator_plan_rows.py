"""The forms of what stands around a series: promises, breaks and reference lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import fields
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.language import Voice, mark
from impact.registry import breaks, promising, references
from impact.registry.breaks import BreakDraft
from impact.registry.indicator_tables import Baseline, ReferenceLink, SeriesBreak, Target
from impact.registry.indicator_view import definition_of
from impact.registry.lookup import SeriesPlace
from impact.registry.promising import PromiseDraft
from impact.registry.schedules import period_of
from impact.registry.units import unit_of
from impact.web.detail_fields import plain_text
from impact.web.plan_fields import PlanSchema, TypedPlan, read_plan, text

Row = Target | Baseline | SeriesBreak | ReferenceLink
KINDS: dict[str, type[Any]] = {
    "targets": Target,
    "baselines": Baseline,
    "breaks": SeriesBreak,
    "references": ReferenceLink,
}
NO_VALUE = mark("Write the value.")
NO_PERIOD = mark("Say for which period.")


class PromiseSchema(PlanSchema):
    """The fields of a target's or a baseline's form."""

    series_id = fields.Integer(load_default=0)
    period = text(100)
    value = text(100)
    comment = text()
    reason = text()


class BreakSchema(PlanSchema):
    """The fields of a break's form."""

    series_id = fields.Integer(load_default=0)
    period = text(100)
    reason_sv = text()
    reason_en = text()
    new_version_id = fields.Integer(load_default=None)
    reason = text()


class ReferenceSchema(PlanSchema):
    """The fields of a reference line's form."""

    series_id = fields.Integer(load_default=0)
    reference_series_id = fields.Integer(load_default=0)
    label_sv = text()
    label_en = text()
    reason = text()


SCHEMAS: dict[str, type[PlanSchema]] = {
    "targets": PromiseSchema,
    "baselines": PromiseSchema,
    "breaks": BreakSchema,
    "references": ReferenceSchema,
}


@dataclass(frozen=True)
class Written:
    """What a form asks for, ready for its verb."""

    kind: str
    entry: TypedPlan
    draft: Any

    @property
    def reason(self) -> str:
        """Why it is changed, in the actor's own words."""
        return str(self.entry.values["reason"])


def read_row(
    kind: str, form: Mapping[str, str], session: Session, place: SeriesPlace, voice: Voice
) -> tuple[TypedPlan, Written | None]:
    """What somebody typed of a row; None where it cannot be read."""
    entry = read_plan(SCHEMAS[kind], form, voice)
    if entry.errors:
        return entry, None
    if kind == "references":
        return entry, Written(kind, entry, (entry.values["label_sv"], entry.values["label_en"]))
    indicator = place.indicator
    period = None
    if entry.values["period"]:
        period = entry.period(
            "period", entry.values["period"], indicator.frequency, indicator.first_day.month, voice
        )
    else:
        entry.errors["period"] = voice.gettext(NO_PERIOD)
    version = definition_of(session, indicator)
    draft: Any = None
    if kind == "breaks":
        newer = entry.values["new_version_id"]
        old = version.id if newer is not None else None
        if period is not None:
            draft = BreakDraft(period, entry.values["reason_sv"], entry.values["reason_en"], old, newer)
    else:
        unit = unit_of(version)
        value = entry.number("value", voice, (unit.name_sv, unit.name_en))
        if value is None and "value" not in entry.errors:
            entry.errors["value"] = voice.gettext(NO_VALUE)
        elif period is not None and value is not None:
            draft = PromiseDraft(period, value, entry.values["comment"])
    return entry, None if entry.errors else Written(kind, entry, draft)


def typed_row(kind: str, row: Row | None, series_id: int, voice: Voice) -> dict[str, str]:
    """The form filled with what a row says, or empty for a new one."""
    typed = dict.fromkeys(SCHEMAS[kind]().fields, "")
    typed["series_id"] = str(series_id)
    if isinstance(row, Target | Baseline):
        typed |= {"value": plain_text(row.value, voice), "comment": row.comment}
    elif isinstance(row, SeriesBreak):
        typed |= {"reason_sv": row.reason_sv, "reason_en": row.reason_en}
        typed["new_version_id"] = str(row.new_version_id or "")
    elif isinstance(row, ReferenceLink):
        typed |= {"label_sv": row.label_sv, "label_en": row.label_en}
        typed["reference_series_id"] = str(row.reference_series_id)
    if row is not None and not isinstance(row, ReferenceLink):
        typed["period"] = period_of(row).key()
    return typed


def add_row(
    session: Session, actor: Actor, place: SeriesPlace, written: Written, *, now: datetime
) -> list[int]:
    """Keep a new row; the series that it concerns."""
    said, reason = written.entry.values, written.reason
    if written.kind == "breaks":
        chosen = [said["series_id"]] if said["series_id"] else []
        declared = breaks.declare_break(
            session, actor, place.indicator.id, written.draft, series_ids=chosen, now=now, reason=reason
        )
        return [row.series_id for row in declared]
    if written.kind == "references":
        label_sv, label_en = written.draft
        references.link_reference(
            session, actor, place.series.id, said["reference_series_id"], label_sv, label_en,
            now=now, reason=reason,
        )  # fmt: skip
    else:
        kind = KINDS[written.kind]
        promising.add_promise(session, actor, kind, place.series.id, written.draft, now=now, reason=reason)
    return [place.series.id]


def change_row(
    session: Session, actor: Actor, row: Row, version: int, written: Written, *, now: datetime
) -> list[int]:
    """Keep a changed row; the series that it concerns."""
    reason = written.reason
    if isinstance(row, SeriesBreak):
        breaks.change_break(session, actor, row.id, version, written.draft, now=now, reason=reason)
    elif isinstance(row, ReferenceLink):
        references.change_reference(session, actor, row.id, version, *written.draft, now=now, reason=reason)
    else:
        kind = KINDS[written.kind]
        promising.change_promise(session, actor, kind, row.id, version, written.draft, now=now, reason=reason)
    return [row.series_id]
