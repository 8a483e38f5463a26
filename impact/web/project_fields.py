"""The fields of a project's form: title and category on top, all else in sections below."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from impact.language import mark
from impact.registry.project_tables import Project, ProjectStatus, Visibility
from impact.web.planning_form import Field, Sort, typed_from

NAMES = mark("Short name and summary")
STATE = mark("Status and who may see it")
INVESTMENT = mark("Investment and social intervention")
MONEY = mark("Money")
TIME = mark("Time")
PEOPLE = mark("Target population")
STORY = mark("Story, benefits and global goals")
ENGLISH = mark("In English")
ONE_PER_LINE = mark("One per line.")
SAME_ORDER = mark("One per line, in the same order.")

PROJECT_FIELDS = (
    Field("title_sv", mark("Title"), required=True, advice=mark("What the project is called.")),
    Field("category_id", mark("Category"), Sort.NUMBER, "categories", required=True),
    Field("new_category", mark("Or a new category"), advice=mark("Name it if the list lacks it.")),
    Field(
        "short_sv",
        mark("Short name"),
        advice=mark("For lists and charts, usually the place. The title stands in."),
        heading=NAMES,
    ),
    Field("summary_sv", mark("Summary"), Sort.LONG, advice=mark("Two or three sentences."), heading=NAMES),
    Field("status", mark("Status"), Sort.CHOICE, ProjectStatus, required=True, heading=STATE),
    Field("visibility", mark("Who may see it"), Sort.CHOICE, Visibility, required=True, heading=STATE),
    Field(
        "needs_approval",
        mark("Does a manager approve values before readers see them?"),
        Sort.YES_NO,
        "yes_no",
        required=True,
        heading=STATE,
    ),
    Field("investment_type_sv", mark("Investment type"), heading=INVESTMENT),
    Field("physical_investment_sv", mark("Physical investment"), heading=INVESTMENT),
    Field(
        "interventions_sv", mark("Social interventions"), Sort.LINES, advice=ONE_PER_LINE, heading=INVESTMENT
    ),
    Field("subtype_id", mark("Sub-type of the category"), Sort.NUMBER, "subtypes", heading=INVESTMENT),
    Field("loan_amount", mark("Loan amount"), Sort.WHOLE, heading=MONEY),
    Field("total_cost", mark("Total cost"), Sort.WHOLE, heading=MONEY),
    Field("currency", mark("Currency"), advice=mark("Three letters, such as SEK."), heading=MONEY),
    Field("starts_on", mark("First day"), Sort.DAY, heading=TIME),
    Field("ends_on", mark("Last day"), Sort.DAY, heading=TIME),
    Field("report_from_year", mark("Reported from (year)"), Sort.WHOLE, heading=TIME),
    Field("report_to_year", mark("Reported to (year)"), Sort.WHOLE, heading=TIME),
    Field("target_population_sv", mark("For whom?"), heading=PEOPLE),
    Field("n_target_population", mark("How many people?"), Sort.WHOLE, heading=PEOPLE),
    Field("target_population_known_by_sv", mark("How is the number known?"), heading=PEOPLE),
    Field("story_sv", mark("The story behind the figures"), Sort.LONG, heading=STORY),
    Field("benefits_plan_sv", mark("Benefits plan"), Sort.LONG, heading=STORY),
    Field(
        "sdg_targets",
        mark("Global goals"),
        Sort.LIST,
        advice=mark("Goals or targets with commas between: 11.1, 16.1."),
        heading=STORY,
    ),
    Field("source", mark("Source of these facts"), advice=mark("A link or a few words."), heading=STORY),
    Field("title_en", mark("Title in English"), heading=ENGLISH),
    Field("short_en", mark("Short name in English"), heading=ENGLISH),
    Field("summary_en", mark("Summary in English"), Sort.LONG, heading=ENGLISH),
    Field("investment_type_en", mark("Investment type in English"), heading=ENGLISH),
    Field("physical_investment_en", mark("Physical investment in English"), heading=ENGLISH),
    Field(
        "interventions_en",
        mark("Social interventions in English"),
        Sort.LINES,
        advice=SAME_ORDER,
        heading=ENGLISH,
    ),
    Field("target_population_en", mark("For whom, in English"), heading=ENGLISH),
    Field("target_population_known_by_en", mark("How the number is known, in English"), heading=ENGLISH),
    Field("story_en", mark("The story in English"), Sort.LONG, heading=ENGLISH),
    Field("benefits_plan_en", mark("Benefits plan in English"), Sort.LONG, heading=ENGLISH),
)
# As long as there is no category to choose from.
FIRST_CATEGORY = Field(
    "new_category",
    mark("Category"),
    required=True,
    advice=mark("What sort of project it is, such as housing or schools. You can add more later."),
)
TYPED_ANEW = {
    "status": ProjectStatus.ONGOING.value,
    "visibility": Visibility.INTERNAL.value,
    "needs_approval": "no",
    "currency": "SEK",
}


def typed_from_project(project: Project) -> dict[str, str]:
    """The form filled with what a project says."""
    typed = typed_from(project, PROJECT_FIELDS)
    for language in ("sv", "en"):
        lines = [str(one.get(language) or "") for one in project.social_interventions]
        typed[f"interventions_{language}"] = "\n".join(lines).strip()
    return typed


def project_facts_from(facts: Mapping[str, Any], project: Project | None) -> dict[str, Any]:
    """The facts under the names of the columns: interventions of both languages in one list."""
    columns = {name: value for name, value in facts.items() if not name.startswith("interventions_")}
    if "interventions_sv" not in facts:
        return columns
    english = facts.get("interventions_en")
    if english is None:
        english = [str(one.get("en") or "") for one in project.social_interventions] if project else []
    pairs = zip_longest(facts["interventions_sv"], english, fillvalue="")
    columns["social_interventions"] = [{"sv": sv, "en": en} for sv, en in pairs if sv]
    return columns
