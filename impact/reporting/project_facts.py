"""The fields of a project as its page shows them: labels and texts."""

from __future__ import annotations

from impact.language import NO_BREAK_SPACE, Voice
from impact.monitoring.project_view import ProjectView
from impact.registry.project_tables import Part, Project
from impact.reporting.planning_words import status_words


def amount_text(amount: int | None, currency: str, voice: Voice) -> str:
    """An amount of money in millions where it is large: 103 miljoner kronor."""
    if amount is None:
        return ""
    name = voice.gettext("kronor") if currency == "SEK" else currency
    if amount >= 1_000_000 and amount % 100_000 == 0:
        millions = voice.number(amount / 1_000_000, 0 if amount % 1_000_000 == 0 else 1)
        text = voice.ngettext(
            "%(number)s million %(currency)s",
            "%(number)s million %(currency)s",
            1 if amount == 1_000_000 else 2,
            number=millions,
            currency=name,
        )
        return text.replace(" ", NO_BREAK_SPACE, 1)
    return f"{voice.number(amount, 0)}{NO_BREAK_SPACE}{name}"


def rounded_amount_text(amount: int | None, currency: str, voice: Voice) -> str:
    """The same for lists and sums, where nobody counts single kronor: 103,4 miljoner kronor."""
    if amount is None or amount < 1_000_000:
        return amount_text(amount, currency, voice)
    step = 1_000_000 if amount >= 1_000_000_000 else 100_000
    return amount_text((amount + step // 2) // step * step, currency, voice)


def share_financed(project: Project) -> float | None:
    """The part of the total cost that the loan finances, 0.8 for 80 %; None where one is unknown."""
    if not project.loan_amount or not project.total_cost:
        return None
    return project.loan_amount / project.total_cost


def project_facts(view: ProjectView, voice: Voice) -> list[tuple[str, object]]:
    """The fields of a project's page with their labels; empty ones are left out there."""
    project = view.project
    parts = {part: [row.name for row in rows] for part, rows in view.organisations.items()}
    return [
        (voice.gettext("Borrower"), parts[Part.BORROWER]),
        (voice.gettext("Member"), parts[Part.MEMBER]),
        (voice.gettext("Partners"), parts[Part.PARTNER]),
        (voice.gettext("Category"), _category(view, voice)),
        (
            voice.gettext("Investment type"),
            voice.pick(project.investment_type_sv, project.investment_type_en),
        ),
        (
            voice.gettext("Physical investment"),
            voice.pick(project.physical_investment_sv, project.physical_investment_en),
        ),
        (
            voice.gettext("Social intervention"),
            [voice.pick(item.get("sv"), item.get("en")) for item in project.social_interventions],
        ),
        (voice.gettext("Loan amount"), amount_text(project.loan_amount, project.currency, voice)),
        (voice.gettext("Total cost"), amount_text(project.total_cost, project.currency, voice)),
        (voice.gettext("Share financed"), share_text(project, voice)),
        (voice.gettext("Target population"), _population(project, voice)),
        (voice.gettext("Area"), [area.name for area in view.areas]),
        (voice.gettext("Status"), status_words(project.status, voice)),
        (voice.gettext("Period"), _span(project, voice)),
        (voice.gettext("Global goals"), ", ".join(project.sdg_targets)),
        (voice.gettext("Benefits plan"), voice.pick(project.benefits_plan_sv, project.benefits_plan_en)),
    ]


def _category(view: ProjectView, voice: Voice) -> str:
    rows = [row for row in (view.category, view.subtype) if row is not None]
    return ", ".join(voice.pick(row.name_sv, row.name_en) for row in rows)


def share_text(project: Project, voice: Voice) -> str:
    """The share financed as readers write it: 80 %; empty where it is unknown."""
    share = share_financed(project)
    return "" if share is None else voice.percent(voice.number(100 * share, 0))


def _population(project: Project, voice: Voice) -> str:
    who = voice.pick(project.target_population_sv, project.target_population_en)
    if project.n_target_population is None:
        return who
    number = voice.number(project.n_target_population, 0)
    known_by = voice.pick(project.target_population_known_by_sv, project.target_population_known_by_en)
    text = voice.gettext("%(who)s, about %(number)s people", who=who, number=number)
    return f"{text} ({known_by})" if known_by else text


def _span(project: Project, voice: Voice) -> str:
    if project.starts_on and project.ends_on:
        return f"{project.starts_on.year}\N{EN DASH}{project.ends_on.year}"
    if project.starts_on:
        return voice.gettext("since %(year)s", year=project.starts_on.year)
    return ""
