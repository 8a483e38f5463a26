"""Whole-project figures beside the part of them that the loan's share of the cost makes."""

from __future__ import annotations

from collections.abc import Sequence

from impact.language import NO_BREAK_SPACE, Voice
from impact.registry.project_tables import Project
from impact.reporting.findings import Finding
from impact.reporting.impact_report import Share
from impact.reporting.project_facts import amount_text, share_financed
from impact.semantics.series import Series
from impact.semantics.unit import Kind


def shares_of(
    project: Project, measured: Sequence[tuple[Finding, Series]], voice: Voice
) -> tuple[Share, ...]:
    """The figures that add up, whole and pro rata: cost, people, counts.

    Shares, rates and indices are left out: a part of them means nothing. Empty where the
    share financed is not known.
    """
    share = share_financed(project)
    if share is None:
        return ()
    cost, loan = project.total_cost, project.loan_amount
    found = [
        Share(
            voice.gettext("Total cost"),
            amount_text(cost, project.currency, voice),
            amount_text(loan, project.currency, voice),
        )
    ]
    if project.n_target_population is not None:
        found.append(_counted(voice.gettext("Target population"), project.n_target_population, share, voice))
    for finding, series in measured:
        if series.unit.kind is Kind.COUNT and series.measured:
            point = series.measured[-1]
            label = f"{finding.name}, {point.period.label(voice)}"
            found.append(_counted(label, point.value or 0.0, share, voice, finding.unit))
    return tuple(found)


def _counted(what: str, value: float, share: float, voice: Voice, unit: str = "") -> Share:
    def written(number: float) -> str:
        text = voice.number(number, 0)
        return f"{text}{NO_BREAK_SPACE}{unit}" if unit else text

    return Share(what, written(value), written(value * share))
