"""What the fields of planned and measured things are called in histories."""

from __future__ import annotations

from impact.language import Voice, mark

KINDS = {
    "project": mark("Project", context="kind"),
    "goal": mark("Goal", context="kind"),
    "milestone": mark("Milestone", context="kind"),
    "indicator": mark("Indicator", context="kind"),
    "project_organisation": mark("Organisation taking part", context="kind"),
    "project_area": mark("Area", context="kind"),
    "project_event": mark("Event", context="kind"),
    "project_document": mark("Document", context="kind"),
    "story_note": mark("Note", context="kind"),
    "target": mark("Target", context="kind"),
    "baseline": mark("Baseline", context="kind"),
    "series_break": mark("Series break", context="kind"),
    "reference_link": mark("Reference line", context="kind"),
    "organisation": mark("Organisation in the register", context="kind"),
    "area": mark("Area", context="kind"),
    "category": mark("Category", context="kind"),
    "definition": mark("Definition in the library", context="kind"),
    "definition_version": mark("Definition in the library", context="kind"),
    "measurement": mark("Measurement", context="kind"),
    "reporting_round": mark("Reporting round", context="kind"),
    "flag": mark("Flag", context="kind"),
    "import_batch": mark("Imported file", context="kind"),
}
# Without the ending of the language. What is not here (keys, numbers of rows) is not told.
FIELDS = {
    "title": mark("Title", context="field"),
    "short": mark("Short name", context="field"),
    "summary": mark("Summary", context="field"),
    "story": mark("Story", context="field"),
    "investment_type": mark("Investment type", context="field"),
    "physical_investment": mark("Physical investment", context="field"),
    "social_interventions": mark("Social interventions", context="field"),
    "category_id": mark("Category", context="field"),
    "subtype_id": mark("Subtype", context="field"),
    "target_population": mark("Target population", context="field"),
    "n_target_population": mark("Number of people", context="field"),
    "target_population_known_by": mark("How the number is known", context="field"),
    "loan_amount": mark("Loan amount", context="field"),
    "total_cost": mark("Total cost", context="field"),
    "currency": mark("Currency", context="field"),
    "starts_on": mark("First day", context="field"),
    "ends_on": mark("Last day", context="field"),
    "report_from_year": mark("Reports from the year", context="field"),
    "report_to_year": mark("Reports to the year", context="field"),
    "benefits_plan": mark("Benefits plan", context="field"),
    "sdg_targets": mark("Global goals", context="field"),
    "source": mark("Source", context="field"),
    "status": mark("Where it stands", context="field"),
    "visibility": mark("Visibility", context="field"),
    "needs_approval": mark("A manager approves values", context="field"),
    "slug": mark("Name in addresses", context="field"),
    "name": mark("Name", context="field"),
    "kind": mark("Kind", context="field"),
    "kolada_id": mark("Number in Kolada", context="field"),
    "code": mark("Code", context="field"),
    "aliases": mark("Other spellings", context="field"),
    "part": mark("Part in the project", context="field"),
    "position": mark("Place in the order", context="field"),
    "happened_on": mark("Day", context="field"),
    "noted_on": mark("Day", context="field"),
    "label": mark("Label", context="field"),
    "description": mark("Description", context="field"),
    "address": mark("Address", context="field"),
    "is_public": mark("Shown to everybody", context="field"),
    "text": mark("Wording", context="field"),
    "level": mark("Level", context="field"),
    "due_on": mark("Due", context="field"),
    "reached_on": mark("Reached", context="field"),
    "evidence": mark("Evidence", context="field"),
    "evidence_address": mark("Address of the evidence", context="field"),
    "goal_id": mark("Goal", context="field"),
    "owner_id": mark("Owner", context="field"),
    "definition_version_id": mark("What is measured", context="field"),
    "method": mark("Method", context="field"),
    "unit": mark("Unit", context="field"),
    "direction": mark("Direction", context="field"),
    "decimals": mark("Decimals", context="field"),
    "lowest": mark("Lowest possible value", context="field"),
    "highest": mark("Highest possible value", context="field"),
    "band_low": mark("Lowest good value", context="field"),
    "band_high": mark("Highest good value", context="field"),
    "is_key": mark("Key indicator", context="field"),
    "is_invented": mark("Invented figures", context="field"),
    "responsible_id": mark("Responsible", context="field"),
    "author_id": mark("Author", context="field"),
    "source_address": mark("Address of the source", context="field"),
    "gap_style": mark("Gaps in the chart", context="field"),
    "ex_ante_estimate": mark("Estimate before the start", context="field"),
    "frequency": mark("Frequency", context="field"),
    "first_day": mark("First day of the period", context="field"),
    "last_day": mark("Last day of the period", context="field"),
    "n_window_years": mark("Years in the window", context="field"),
    "every_n_periods": mark("Measured every so many periods", context="field"),
    "rounds": mark("Measured in", context="field"),
    "due_days": mark("Days until due", context="field"),
    "disaggregation": mark("Group", context="field"),
    "value": mark("Value", context="field"),
    "missing": mark("Why it is missing", context="field"),
    "comment": mark("Comment", context="field"),
    "reason": mark("Reason", context="field"),
    "n_observed": mark("Number of answers", context="field"),
    "response_rate": mark("Response rate", context="field"),
    "standard_error": mark("Standard error", context="field"),
    "numerator": mark("Numerator", context="field"),
    "denominator": mark("Denominator", context="field"),
    "evidence_level": mark("Level of evidence", context="field"),
    "evidence_file": mark("File of evidence", context="field"),
}


def kind_words(object_type: str, voice: Voice) -> str:
    """What kind of thing an entry is about."""
    return voice.pgettext("kind", KINDS[object_type])


def field_words(field: str, voice: Voice) -> str:
    """What a field is called; empty for one that readers are not told of."""
    base, ending = (field[:-3], field[-3:]) if field.endswith(("_sv", "_en")) else (field, "")
    if base not in FIELDS:
        return ""
    words = voice.pgettext("field", FIELDS[base])
    return f"{words} ({voice.gettext('in English')})" if ending == "_en" else words
