"""The sorts of rows around a series: what is said of each, and the verbs that keep it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields, validate
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.api.facts import Facts
from impact.api.form import LONGEST_TEXT, Form, Number, Text
from impact.api.series_periods import period_in
from impact.api.shapes import about
from impact.errors import Invalid
from impact.registry import breaks, promising, references
from impact.registry.breaks import LONGEST_REASON, BreakDraft
from impact.registry.indicator_tables import Baseline, ReferenceLink, SeriesBreak, Target
from impact.registry.lookup import SeriesPlace
from impact.registry.promising import PromiseDraft
from impact.registry.references import LONGEST_LABEL
from impact.registry.schedules import period_of
from impact.request_scope.converters import LARGEST_NUMBER

Said = Mapping[str, Any]


def _period() -> Text:
    return Text(validate=validate.Length(max=40), metadata=about("The reporting period.", "2027"))


def _number(words: str, **options: Any) -> fields.Integer:
    possible = validate.Range(min=1, max=LARGEST_NUMBER)
    return fields.Integer(strict=True, validate=possible, metadata=about(words, 12), **options)


class PromiseFacts(Form):
    """What a target or a baseline says."""

    period = _period()
    value = Number(metadata=about("The value, in the indicator's unit; shares in per cent.", 65.0))
    comment = Text(validate=validate.Length(max=LONGEST_TEXT), metadata=about("What is to be known of it."))


class BreakFacts(Form):
    """What a series break says."""

    period = _period()
    reason_sv = Text(
        validate=validate.Length(max=LONGEST_REASON),
        metadata=about("What changed, for the charts, in Swedish.", "Från papper till webb"),
    )
    reason_en = Text(
        validate=validate.Length(max=LONGEST_REASON),
        metadata=about("What changed, for the charts, in English.", "From paper to web"),
    )
    old_version_id = _number("The version of the definition until then, by its own number.", allow_none=True)
    new_version_id = _number("The version of the definition since then, by its own number.", allow_none=True)


class ReferenceFacts(Form):
    """What a reference line says."""

    reference_series_id = _number("The series that this one is compared with.")
    label_sv = Text(
        validate=validate.Length(max=LONGEST_LABEL),
        metadata=about("What the line is called in charts, in Swedish.", "Norrköpings kommun"),
    )
    label_en = Text(
        validate=validate.Length(max=LONGEST_LABEL),
        metadata=about("What the line is called in charts, in English.", "Norrköping Municipality"),
    )


class Around(ABC):
    """A sort of rows around a series.

    ``fixed`` facts are said once, when the row is made; where the detector reads the rows, the series
    is analysed anew at once.
    """

    facts: Facts
    fixed: frozenset[str] = frozenset()
    is_read_by_detector = False

    @abstractmethod
    def add(
        self, session: Session, actor: Actor, place: SeriesPlace, said: Said, *, now: datetime, reason: str
    ) -> Any:
        """A new row that says so."""

    @abstractmethod
    def change(
        self, session: Session, actor: Actor, place: SeriesPlace, row: Any, said: Said,
        *, now: datetime, reason: str,
    ) -> None:  # fmt: skip
        """Keep all that the row is to say."""

    def of(self, row: Any) -> dict[str, Any]:
        """What a row says, as JSON has it."""
        told = {name: getattr(row, name) for name in self.facts.form._declared_fields if name != "period"}
        return told if isinstance(row, ReferenceLink) else {"period": period_of(row).key(), **told}

    def all_said(self, row: Any, said: Said) -> dict[str, Any]:
        """What the row says with the facts that are named in place of its own.

        Raises:
            Invalid: one of them is said once and for all.
        """
        told = self.of(row)
        for name in self.fixed & said.keys():
            if said[name] != told[name]:
                raise Invalid("This is said once. Withdraw the row and add another one.", field=name)
        return {**told, **said}


class Promise(Around):
    """Targets or baselines: a value for a period."""

    def __init__(self, kind: type[Target] | type[Baseline]) -> None:
        self.facts = Facts(kind, PromiseFacts, "PromiseFacts")

    def add(
        self, session: Session, actor: Actor, place: SeriesPlace, said: Said, *, now: datetime, reason: str
    ) -> Any:
        """A new target or baseline."""
        draft = self._draft(place, said)
        kind = self.facts.table
        return promising.add_promise(session, actor, kind, place.series.id, draft, now=now, reason=reason)

    def change(
        self, session: Session, actor: Actor, place: SeriesPlace, row: Any, said: Said,
        *, now: datetime, reason: str,
    ) -> None:  # fmt: skip
        """A target or baseline that says something else."""
        draft = self._draft(place, said)
        promising.change_promise(
            session, actor, self.facts.table, row.id, row.version, draft, now=now, reason=reason
        )

    @staticmethod
    def _draft(place: SeriesPlace, said: Said) -> PromiseDraft:
        _require(said, "period", "value")
        return PromiseDraft(
            period_in(place.indicator, said["period"]), said["value"], said.get("comment", "")
        )


class Break(Around):
    """Series breaks: from a period on something else is measured."""

    facts = Facts(SeriesBreak, BreakFacts, "BreakFacts")
    fixed = frozenset({"old_version_id", "new_version_id"})
    is_read_by_detector = True

    def add(
        self, session: Session, actor: Actor, place: SeriesPlace, said: Said, *, now: datetime, reason: str
    ) -> Any:
        """A break in this series alone."""
        draft = self.draft(place, said)
        (row,) = breaks.declare_break(
            session, actor, place.indicator.id, draft, series_ids=[place.series.id], now=now, reason=reason
        )
        return row

    def change(
        self, session: Session, actor: Actor, place: SeriesPlace, row: Any, said: Said,
        *, now: datetime, reason: str,
    ) -> None:  # fmt: skip
        """A break at another period, or in other words."""
        draft = self.draft(place, said)
        breaks.change_break(session, actor, row.id, row.version, draft, now=now, reason=reason)

    @staticmethod
    def draft(place: SeriesPlace, said: Said) -> BreakDraft:
        """What is declared."""
        _require(said, "period")
        newer = said.get("new_version_id")
        until_now = place.indicator.definition_version_id if newer is not None else None
        return BreakDraft(
            period_in(place.indicator, said["period"]),
            said.get("reason_sv", ""),
            said.get("reason_en", ""),
            said.get("old_version_id", until_now),
            newer,
        )


class Reference(Around):
    """Reference lines: which other series a series is compared with."""

    facts = Facts(ReferenceLink, ReferenceFacts, "ReferenceFacts")
    fixed = frozenset({"reference_series_id"})
    is_read_by_detector = True

    def add(
        self, session: Session, actor: Actor, place: SeriesPlace, said: Said, *, now: datetime, reason: str
    ) -> Any:
        """A series compared with another from now on."""
        _require(said, "reference_series_id")
        return references.link_reference(
            session, actor, place.series.id, said["reference_series_id"], *self._labels(said),
            now=now, reason=reason,
        )  # fmt: skip

    def change(
        self, session: Session, actor: Actor, place: SeriesPlace, row: Any, said: Said,  # noqa: ARG002
        *, now: datetime, reason: str,
    ) -> None:  # fmt: skip
        """A line under another name."""
        references.change_reference(
            session, actor, row.id, row.version, *self._labels(said), now=now, reason=reason
        )

    @staticmethod
    def _labels(said: Said) -> tuple[str, str]:
        return said.get("label_sv", ""), said.get("label_en", "")


SORTS: dict[str, Around] = {
    "targets": Promise(Target),
    "baselines": Promise(Baseline),
    "breaks": Break(),
    "references": Reference(),
}


def _require(said: Said, *names: str) -> None:
    for name in names:
        if name not in said:
            raise Invalid("This is required.", field=f"facts.{name}")
