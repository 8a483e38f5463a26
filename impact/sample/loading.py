"""Load the sample portfolio through the features' own verbs into an empty database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.audit.trail import record_change, trail_of
from impact.errors import Conflict
from impact.registry.indicator_tables import (
    TOTAL,
    Baseline,
    Definition,
    DefinitionVersion,
    Indicator,
    IndicatorSeries,
    ReferenceLink,
    SeriesBreak,
    Target,
)
from impact.registry.planning import add_definition_version, add_indicator, save
from impact.registry.project_tables import (
    Area,
    Category,
    Goal,
    Milestone,
    Organisation,
    Project,
    ProjectArea,
    ProjectDocument,
    ProjectEvent,
    ProjectOrganisation,
    StoryNote,
)
from impact.sample.facts import Facts, Row, read_portfolio, row_of
from impact.sample.measuring import Recorder, period_of

# The trail's entry of a load holds the numbers of all that it brought beside projects.
IN_TRAIL: Final = ("sample", 0)
# The sample was recorded two days before it was loaded, its corrections one day before.
RECORDED: Final = timedelta(days=2)
CORRECTED: Final = timedelta(days=1)


def was_removed(session: Session) -> bool:
    """Whether somebody removed the sample, and so does not want it back unasked."""
    newest = next(iter(trail_of(session, *IN_TRAIL)), None)
    return newest is not None and newest.verb == "remove"


def load(session: Session, actor: Actor, *, now: datetime) -> None:
    """The sample portfolio in the database, every series waiting to be analysed.

    Raises:
        NotAllowed: the actor is no administrator.
        Conflict: there are projects already.
    """
    require_everywhere(actor, Action.ADMINISTER)
    if session.scalars(select(Project.id).limit(1)).first() is not None:
        raise Conflict("There are projects already. The sample can only be loaded into an empty database.")
    recorder = Recorder(session, actor, recorded_at=now - RECORDED, corrected_at=now - CORRECTED)
    loader = _Loader(session, actor, now - RECORDED, recorder)
    portfolio = read_portfolio()
    loader.share(portfolio.categories, Category)
    loader.share(portfolio.organisations, Organisation)
    for facts in portfolio.definitions:
        loader.define(facts)
    loader.share(portfolio.areas, Area)
    for facts in portfolio.areas:
        loader.measure_area(facts)
    for facts in portfolio.projects:
        loader.plan_project(facts)
    record_change(session, actor.id, "load", *IN_TRAIL, before={}, after=loader.brought, now=now)
    session.flush()


@dataclass
class _Loader:
    """What has been stored so far, by the names that the data files use."""

    session: Session
    actor: Actor
    now: datetime
    recorder: Recorder
    ids: dict[tuple[type[Any], str], int] = field(default_factory=dict)
    versions: dict[str, list[DefinitionVersion]] = field(default_factory=dict)
    series: dict[tuple[str, str], int] = field(default_factory=dict)
    brought: dict[str, list[int]] = field(default_factory=dict)

    def note_brought(self, row: Any) -> None:
        """Remember a row that is taken away with the sample though no project holds it."""
        self.brought.setdefault(row.__tablename__, []).append(row.id)

    def keep(self, row: Row) -> Row:
        """Store a planning row."""
        save(self.session, self.actor, row, now=self.now)
        return row

    def share(self, all_facts: tuple[Facts, ...], kind: type[Row]) -> None:
        """Store what projects share, or use what is there already under the same name."""
        for position, facts in enumerate(all_facts, start=1):
            slug = facts["slug"]
            found = self.session.scalars(select(kind).filter_by(slug=slug)).first()
            if found is None:
                more: dict[str, Any] = {"position": position} if kind is Category else {}
                if "parent" in facts:
                    more["parent_id"] = self.ids[kind, facts["parent"]]
                found = self.keep(row_of(kind, facts, **more))
                self.note_brought(found)
            self.ids[kind, slug] = found.id  # type: ignore[attr-defined]

    def define(self, facts: Facts) -> None:
        """Store a definition with all its versions."""
        slug = facts["slug"]
        definition = self.session.scalars(select(Definition).filter_by(slug=slug)).first()
        if definition is None:
            definition = self.keep(Definition(slug=slug))
            self.note_brought(definition)
        self.ids[Definition, slug] = definition.id
        meaning = {name: value for name, value in facts.items() if name not in ("slug", "later")}
        self.versions[slug] = [
            add_definition_version(
                self.session,
                self.actor,
                definition,
                row_of(DefinitionVersion, meaning | changed),
                now=self.now,
            )
            for changed in ({}, *facts.get("later", ()))
        ]

    def measure_area(self, facts: Facts) -> None:
        """Store an area's indicators: the reference lines."""
        for position, indicator in enumerate(facts.get("indicators", ()), start=1):
            series_id = self.add_indicator(
                indicator, area_id=self.ids[Area, facts["slug"]], position=position
            )
            self.series[facts["slug"], indicator["definition"]] = series_id

    def plan_project(self, facts: Facts) -> None:
        """Store a project with everything that hangs on it."""
        category = facts.get("category")
        project = self.keep(
            row_of(
                Project,
                facts,
                category_id=self.ids[Category, category] if category else None,
                is_sample=True,
            )
        )
        for kind, row in self._belongings(facts):
            self.keep(row_of(kind, row, project_id=project.id))
        for position, part in enumerate(facts["organisations"], start=1):
            organisation_id = self.ids[Organisation, part["slug"]]
            self.keep(
                row_of(
                    ProjectOrganisation,
                    {"part": part["part"]},
                    project_id=project.id,
                    organisation_id=organisation_id,
                    position=position,
                )
            )
        for slug in facts.get("areas", ()):
            self.keep(ProjectArea(project_id=project.id, area_id=self.ids[Area, slug]))
        for position, goal in enumerate(facts.get("goals", ()), start=1):
            self._plan_goal(project, goal, position)

    def _belongings(self, facts: Facts) -> Iterator[tuple[type[Any], Facts]]:
        kinds = {"events": ProjectEvent, "documents": ProjectDocument}
        for name, kind in kinds.items():
            yield from ((kind, row) for row in facts.get(name, ()))
        yield from ((StoryNote, {**note, "author_id": self.actor.id}) for note in facts.get("notes", ()))

    def _plan_goal(self, project: Project, facts: Facts, position: int) -> None:
        goal = self.keep(row_of(Goal, facts, project_id=project.id, position=position))
        for milestone in facts.get("milestones", ()):
            self.keep(row_of(Milestone, milestone, project_id=project.id, goal_id=goal.id))
        for place, indicator in enumerate(facts.get("indicators", ()), start=1):
            self.add_indicator(indicator, goal_id=goal.id, project_id=project.id, position=place)

    def add_indicator(self, facts: Facts, **place: Any) -> int:
        """Store an indicator with its series, plans and measurements; its total series."""
        slug = facts["definition"]
        splits: Facts = facts.get("splits", {})
        indicator = row_of(
            Indicator,
            facts,
            **place,
            definition_id=self.ids[Definition, slug],
            definition_version_id=self.versions[slug][-1].id,
        )
        total = add_indicator(
            self.session, self.actor, indicator, now=self.now, disaggregations=tuple(sorted(splits))
        )
        if indicator.project_id is None:
            self.note_brought(indicator)
        self._plan_series(total, indicator, facts)
        series = self.session.scalars(select(IndicatorSeries).filter_by(indicator_id=indicator.id))
        for one in series:
            values = facts["values"] if one.disaggregation == TOTAL else splits[one.disaggregation]
            self.recorder.record_all(one.id, indicator, values)
        for note in facts.get("notes", ()):
            more = {"project_id": indicator.project_id, "indicator_id": indicator.id}
            self.keep(row_of(StoryNote, note, author_id=self.actor.id, **more))
        return total.id

    def _plan_series(self, series: IndicatorSeries, indicator: Indicator, facts: Facts) -> None:
        for kind, name in ((Target, "targets"), (Baseline, "baselines"), (SeriesBreak, "breaks")):
            for planned in facts.get(name, ()):
                period = period_of(planned["period"], indicator)
                more: dict[str, Any] = {}
                if planned.get("changes_definition"):
                    old, new = self.versions[facts["definition"]][-2:]
                    more = {"old_version_id": old.id, "new_version_id": new.id}
                self.keep(
                    row_of(
                        kind,
                        planned,
                        series_id=series.id,
                        first_day=period.first_day,
                        last_day=period.last_day,
                        frequency=period.frequency,
                        **more,
                    )
                )
        for link in facts.get("references", ()):
            reference_id = self.series[link["area"], link.get("definition", facts["definition"])]
            said = {"label": link["label"]}
            self.keep(row_of(ReferenceLink, said, series_id=series.id, reference_series_id=reference_id))
