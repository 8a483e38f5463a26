"""The sample shows each thing that Impact can do at least once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.language import speak
from impact.monitoring.tables import SeriesSummary
from impact.registry.indicator_tables import (
    Baseline,
    Definition,
    DefinitionVersion,
    Indicator,
    IndicatorSeries,
    ReferenceLink,
    SeriesBreak,
    Target,
)
from impact.registry.measurement_tables import Measurement, Revision
from impact.registry.project_tables import (
    Milestone,
    Organisation,
    Part,
    Project,
    ProjectDocument,
    ProjectEvent,
    ProjectOrganisation,
    StoryNote,
)
from impact.registry.series import series_of
from impact.semantics.direction import Direction
from impact.semantics.period import Frequency
from impact.semantics.series import GapStyle, Missing, Series, Status
from impact.semantics.unit import Kind
from impact.trend.detector import analyse_series
from impact.trend.sentences import sentence
from impact.trend.verdict import Level, Verdict

KLOCKARETORPET = "klockaretorpet-centrum"


def _summary(session: Session, slug: str, project: str) -> SeriesSummary:
    return session.scalars(
        select(SeriesSummary)
        .join(IndicatorSeries, IndicatorSeries.id == SeriesSummary.series_id)
        .join(Indicator, Indicator.id == IndicatorSeries.indicator_id)
        .join(Definition, Definition.id == Indicator.definition_id)
        .join(Project, Project.id == Indicator.project_id)
        .where(Definition.slug == slug, Project.slug == project, IndicatorSeries.disaggregation == "total")
    ).one()


def _series(session: Session, slug: str, project: str = KLOCKARETORPET) -> Series:
    return series_of(session, _summary(session, slug, project).series_id)


def test_klockaretorpet_has_all_its_facts(sample: Session) -> None:
    """The seed project stands there as it was published."""
    project = sample.scalars(select(Project).where(Project.slug == KLOCKARETORPET)).one()
    assert project.title_sv == "Innovativ samverkanssatsning för att lyfta centrumområde"
    assert project.loan_amount == 103_000_000
    assert len(project.social_interventions) == 3
    parts = sample.execute(
        select(Organisation.name, ProjectOrganisation.part)
        .join(Organisation, Organisation.id == ProjectOrganisation.organisation_id)
        .where(ProjectOrganisation.project_id == project.id)
        .order_by(ProjectOrganisation.position)
    ).all()
    assert [tuple(row) for row in parts] == [
        ("Norrköpings kommun", Part.BORROWER),
        ("Hyresbostäder i Norrköping AB", Part.BORROWER),
        ("Norrköpings kommun", Part.MEMBER),
    ]


def test_a_milestone_is_reached_and_another_waits(sample: Session) -> None:
    """Struck off the police list in 2021; elsewhere one is overdue."""
    reached = sample.scalars(select(Milestone).order_by(Milestone.id)).all()
    assert reached[0].title_sv == "Struket från polisens lista över utsatta områden"
    assert reached[0].reached_on is not None
    assert reached[0].reached_on.year == 2021
    assert any(milestone.reached_on is None for milestone in reached)


def test_a_dip_of_one_year_in_five_is_too_short_to_tell(sample: Session) -> None:
    """The participants' dip in 2022 is no turn: five points say nothing yet."""
    series = _series(sample, "foreningsdeltagare")
    assert [point.value for point in series.points] == [18641, 19169, 21432, 20955, 22964]
    assert _summary(sample, "foreningsdeltagare", KLOCKARETORPET).verdict is Verdict.TOO_SHORT
    told = sentence(analyse_series(series), series, "Deltagare i föreningarnas verksamhet", speak("sv"))
    assert told.replace("\N{NO-BREAK SPACE}", " ") == (
        "Deltagare i föreningarnas verksamhet: serien är för kort för att säga något "
        "(5 av minst 6 mätningar). Lägre 2022 än 2021 (−477) men högre 2023 (+2 009), det högsta hittills. "
        "Högre är bättre."
    )


def test_a_definition_changes_in_2014(sample: Session) -> None:
    """The support's ages were 7-20 until 2013 and are 7-25 since: a break, two versions."""
    found = sample.execute(
        select(SeriesBreak, DefinitionVersion)
        .join(DefinitionVersion, DefinitionVersion.id == SeriesBreak.new_version_id)
        .where(DefinitionVersion.text_sv.contains("7–25"))
    ).one()
    old = sample.get_one(DefinitionVersion, found.SeriesBreak.old_version_id)
    assert found.SeriesBreak.first_day.year == 2014
    assert "7–20" in old.text_sv
    assert (old.number, found.DefinitionVersion.number) == (1, 2)
    # The step up that the new ages make is neither a turn nor part of the trend.
    assert _summary(sample, "lok-deltagare", KLOCKARETORPET).verdict is Verdict.IMPROVING


def test_two_safety_indices_have_opposite_directions(sample: Session) -> None:
    """One rises and one falls, and both turned to the better."""
    directions = {slug: _series(sample, slug).direction for slug in ("trygghetsindex", "otrygghetsindex")}
    assert directions == {
        "trygghetsindex": Direction.INCREASE,
        "otrygghetsindex": Direction.DECREASE,
    }
    for slug in directions:
        assert _summary(sample, slug, KLOCKARETORPET).verdict is Verdict.REVERSED_TO_BETTER


def test_an_early_warning_is_given(sample: Session) -> None:
    """The newest two points of one series may have turned."""
    summary = _summary(sample, "trygga-hem", "exempelprojekt-gang-och-cykel")
    assert (summary.verdict, summary.level) == (Verdict.IMPROVING, Level.EARLY_WARNING)


def test_each_kind_of_figure_is_there(sample: Session) -> None:
    """Every direction; counts, shares, rates, indices; final and preliminary; reasons for none."""
    assert set(sample.scalars(select(DefinitionVersion.direction))) == set(Direction)
    assert set(sample.scalars(select(DefinitionVersion.kind))) == set(Kind) - {Kind.CLASS}
    assert {Status.FINAL, Status.PRELIMINARY} <= set(sample.scalars(select(Revision.status)))
    reasons = set(sample.scalars(select(Revision.missing))) - {None}
    assert reasons >= {Missing.NOT_COLLECTED, Missing.TOO_SMALL_A_BASE, Missing.NOT_YET_PUBLISHED}


def test_the_new_firms_of_2010_are_missing_with_a_reason(sample: Session) -> None:
    """The hole in the real series is said, not bridged with a number."""
    points = {point.period.key(): point for point in _series(sample, "nya-foretag").points}
    assert points["2010"].missing is Missing.NOT_COLLECTED
    assert points["2010"].comment == "Källan har ingen uppgift om 2010."


def test_each_kind_of_schedule_is_there(sample: Session) -> None:
    """Yearly and by school year, every second and third year, listed rounds; every gap style."""
    indicators = sample.scalars(select(Indicator)).all()
    assert {indicator.frequency for indicator in indicators} == {Frequency.YEAR, Frequency.SCHOOL_YEAR}
    assert {indicator.every_n_periods for indicator in indicators} == {1, 2, 3}
    assert any(indicator.rounds for indicator in indicators)
    assert {indicator.gap_style for indicator in indicators} == set(GapStyle)


def test_figures_are_split_by_sex(sample: Session) -> None:
    """Women and men have figures of their own, and the total lies between them."""
    total = _summary(sample, "otrygga-ute", KLOCKARETORPET).series_id
    indicator_id = sample.get_one(IndicatorSeries, total).indicator_id
    series = sample.scalars(select(IndicatorSeries).where(IndicatorSeries.indicator_id == indicator_id))
    newest = {one.disaggregation: series_of(sample, one.id).points[-1].value for one in series}
    assert newest == {"total": 27.2, "sex=women": 36.4, "sex=men": 17.8}


def test_plans_and_stories_stand_beside_figures(sample: Session) -> None:
    """Targets, baselines, reference lines, notes, documents, events, comments and errors."""
    kinds = (Target, Baseline, ReferenceLink, StoryNote, ProjectDocument, ProjectEvent)
    assert all(sample.scalars(select(kind)).first() for kind in kinds)
    for said in (Revision.standard_error, Revision.n_observed, Revision.response_rate):
        assert sample.scalars(select(Revision.id).where(said.is_not(None))).first()
    assert sample.scalars(select(Revision.id).where(Revision.comment != "")).first()
    assert sample.scalars(select(Indicator.id).where(Indicator.is_key)).first()
    assert sample.scalars(select(Project.id).where(Project.n_target_population.is_not(None))).first()


def test_a_value_waits_for_approval(sample: Session) -> None:
    """Where a manager approves, the newest value is not yet read by anybody else."""
    waiting = sample.scalars(select(Measurement).where(Measurement.approved_revision_id.is_(None))).all()
    assert [measurement.first_day.year for measurement in waiting] == [2025]
