"""What is new about the flags of a person's own projects; each indicator in one list alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.names import names_of
from impact.accounts.permissions import Action
from impact.charts.content import IndicatorChart
from impact.delivery.flag_threads import ACTS, REMINDED_AFTER_DAYS
from impact.delivery.readers import CLOCK, Reader
from impact.monitoring.tables import (
    Analysis,
    Flag,
    FlagAct,
    FlagDirection,
    FlagEvent,
    FlagState,
    SeriesSummary,
)
from impact.registry import access, lookup
from impact.registry.indicator_tables import Indicator, IndicatorSeries
from impact.reporting.comparing import told_comparisons
from impact.reporting.findings import Finding, finding_of_series
from impact.reporting.picturing import picture_of
from impact.trend.verdict import Level

MOST_CHARTS = 4
STANDING = (FlagState.OPEN, FlagState.CONFIRMED)
RAISED = (FlagAct.OPENED, FlagAct.REOPENED)


@dataclass(frozen=True)
class Told:
    """One indicator of a list: where it belongs, what was found, what somebody did.

    ``comparison`` says whether it turned on its own; empty without a reference line.
    """

    project: str
    finding: Finding
    done: str = ""
    comparison: str = ""


@dataclass
class FlagDigest:
    """The lists of a gathered notice, what its pictures are drawn from, and who answers for them."""

    worse: list[Told] = field(default_factory=list)
    undecided: list[Told] = field(default_factory=list)
    better: list[Told] = field(default_factory=list)
    other: list[Told] = field(default_factory=list)
    decided: list[Told] = field(default_factory=list)
    early: list[Told] = field(default_factory=list)
    charts: dict[int, IndicatorChart] = field(default_factory=dict)
    project_ids: set[int] = field(default_factory=set)
    responsible_ids: set[int | None] = field(default_factory=set)
    is_last_reminder: bool = False

    @property
    def lists(self) -> tuple[list[Told], ...]:
        """All lists, what asks for a decision first."""
        return (self.worse, self.undecided, self.better, self.other, self.decided, self.early)

    @property
    def n_told(self) -> int:
        """How many indicators it tells of."""
        return sum(map(len, self.lists))

    @property
    def has_invented_figures(self) -> bool:
        """Whether any figure in it was made up."""
        return any(told.finding.is_invented for each in self.lists for told in each)

    def first(self, most: int) -> FlagDigest:
        """The same with so many indicators at most, those that ask for a decision first."""
        kept: list[list[Told]] = []
        for each in self.lists:
            kept.append(each[: most - sum(map(len, kept))])
        worse, undecided, better, other, decided, early = kept
        return replace(
            self,
            worse=worse,
            undecided=undecided,
            better=better,
            other=other,
            decided=decided,
            early=early,
        )


def flag_digest(
    session: Session, reader: Reader, since: datetime, until: datetime, zone: ZoneInfo
) -> FlagDigest | None:
    """What is new for somebody since they were last told; None where nothing is."""
    own = access.project_ids(reader.actor, Action.DECIDE)
    steps = _steps(session, own, since, until)
    raised = [flag for flag, event in steps if event.act in RAISED and flag.state in STANDING]
    undecided, digest_is_last = _undecided(session, own, since, until)
    done = [
        (flag.series_id, _done(session, reader, event, zone))
        for flag, event in reversed(steps)
        if event.act in ACTS
    ]
    digest, taken = FlagDigest(), set[int]()
    # In this order: what asks for a decision first, and nothing twice.
    for listed, found in (
        (digest.worse, _turned(raised, FlagDirection.TO_WORSE)),
        (digest.undecided, [(flag.series_id, "") for flag in undecided]),
        (digest.better, _turned(raised, FlagDirection.TO_BETTER)),
        (digest.other, _turned(raised, FlagDirection.NEUTRAL)),
        (digest.decided, done),
        (digest.early, [(series_id, "") for series_id in _warned(session, own, since, until)]),
    ):
        _tell(session, reader, digest, listed, found, taken)
    if not taken:
        return None
    digest.is_last_reminder = bool(digest.undecided) and digest_is_last
    for told in [*digest.worse, *digest.undecided][:MOST_CHARTS]:
        place = lookup.series_place(session, CLOCK, told.finding.series_id)
        digest.charts[told.finding.series_id] = picture_of(session, place, reader.voice)
    return digest


def _turned(flags: list[Flag], direction: FlagDirection) -> list[tuple[int, str]]:
    return [(flag.series_id, "") for flag in flags if flag.direction is direction]


def _steps(
    session: Session, own: sa.Select[int], since: datetime, until: datetime
) -> list[tuple[Flag, FlagEvent]]:
    """The steps of flags in one's own projects between two instants, oldest first."""
    rows = session.execute(
        select(Flag, FlagEvent)
        .join(FlagEvent, FlagEvent.flag_id == Flag.id)
        .join(IndicatorSeries, IndicatorSeries.id == Flag.series_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .where(
            Indicator.project_id.in_(own),
            Indicator.withdrawn_at.is_(None),
            FlagEvent.recorded_at > since,
            FlagEvent.recorded_at <= until,
        )
        .order_by(FlagEvent.id)
    )
    return [(flag, event) for flag, event in rows]


def _undecided(
    session: Session, own: sa.Select[int], since: datetime, until: datetime
) -> tuple[list[Flag], bool]:
    """The open flags to worse of which a reminder fell due, and whether it was the last of one."""
    rows = session.execute(
        select(Flag, FlagEvent.recorded_at)
        .join(FlagEvent, FlagEvent.flag_id == Flag.id)
        .join(IndicatorSeries, IndicatorSeries.id == Flag.series_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .where(
            Indicator.project_id.in_(own),
            Indicator.withdrawn_at.is_(None),
            Flag.direction == FlagDirection.TO_WORSE,
            Flag.state == FlagState.OPEN,
            FlagEvent.act.in_(RAISED),
        )
        .order_by(FlagEvent.id)
    )
    opened = {flag.id: (flag, at) for flag, at in rows}
    found, is_last = [], False
    for flag, at in opened.values():
        due = [n for n in REMINDED_AFTER_DAYS if since < at + timedelta(days=n) <= until]
        found += [flag] if due else []
        is_last = is_last or REMINDED_AFTER_DAYS[-1] in due
    return found, is_last


def _warned(session: Session, own: sa.Select[int], since: datetime, until: datetime) -> list[int]:
    """The series of one's own projects with an early warning that was not there before."""
    warned = session.scalars(
        select(SeriesSummary.series_id)
        .join(Analysis, Analysis.id == SeriesSummary.analysis_id)
        .join(IndicatorSeries, IndicatorSeries.id == SeriesSummary.series_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .outerjoin(Flag, Flag.id == SeriesSummary.flag_id)
        .where(
            Indicator.project_id.in_(own),
            Indicator.withdrawn_at.is_(None),
            SeriesSummary.level == Level.EARLY_WARNING,
            sa.or_(Flag.id.is_(None), Flag.state.not_in(STANDING)),
            Analysis.recorded_at > since,
            Analysis.recorded_at <= until,
        )
        .order_by(SeriesSummary.series_id)
    ).all()
    before = (
        select(sa.func.max(Analysis.id))
        .where(
            Analysis.series_id.in_(warned),
            Analysis.reference_series_id.is_(None),
            Analysis.recorded_at <= since,
        )
        .group_by(Analysis.series_id)
    )
    rows = select(Analysis.series_id).where(Analysis.id.in_(before), Analysis.is_early.is_(True))
    already = set(session.scalars(rows))
    return [series_id for series_id in warned if series_id not in already]


def _done(session: Session, reader: Reader, event: FlagEvent, zone: ZoneInfo) -> str:
    voice = reader.voice
    who = names_of(session, [event.actor_id]).get(event.actor_id, "")
    day = voice.day(event.recorded_at.astimezone(zone).date())
    said = f"{voice.gettext(ACTS[event.act])} ({', '.join(filter(None, (who, day)))})."
    return f"{said} {event.note}".strip()


def _tell(
    session: Session,
    reader: Reader,
    digest: FlagDigest,
    listed: list[Told],
    found: Iterable[tuple[int, str]],
    taken: set[int],
) -> None:
    """Put series into a list, each indicator once and in no other."""
    for series_id, done in found:
        place = lookup.series_place(session, CLOCK, series_id)
        if place.indicator.id in taken or place.project is None:
            continue
        taken.add(place.indicator.id)
        digest.project_ids.add(place.project.id)
        digest.responsible_ids.add(place.indicator.responsible_id)
        title = reader.voice.pick(place.project.short_sv, place.project.short_en)
        links = told_comparisons(session, series_id, reader.voice)
        comparison = links[-1].sentence if links else ""
        listed.append(Told(title, finding_of_series(session, place, reader.voice), done, comparison))
