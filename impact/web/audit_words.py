"""The words of the audit trail: what was changed, and how."""

from __future__ import annotations

from impact.language import Voice, mark

CONTEXT = "audit trail"
# Days back; the empty choice asks for everything.
SINCE = {"day": 1, "week": 7, "month": 30, "year": 365}
_SINCE = {
    "day": mark("The last day"),
    "week": mark("The last week"),
    "month": mark("The last month"),
    "year": mark("The last year"),
}
_VERBS = {
    "create": mark("made", context="audit trail"),
    "change": mark("changed", context="audit trail"),
    "grant": mark("role given", context="audit trail"),
    "withdraw_grant": mark("role taken back", context="audit trail"),
    "set_password": mark("password set", context="audit trail"),
    "disable": mark("disabled", context="audit trail"),
    "enable": mark("enabled again", context="audit trail"),
    "make_link": mark("one-time link made", context="audit trail"),
    "end_sign_ins": mark("sign-ins ended", context="audit trail"),
    "choose_notices": mark("notices chosen", context="audit trail"),
    "retry": mark("tried again", context="audit trail"),
    "set_sender": mark("sender set", context="audit trail"),
    "choose_reminders": mark("reminders chosen", context="audit trail"),
    "plan_reminders": mark("reminders planned", context="audit trail"),
    "erase": mark("erased", context="audit trail"),
    "revoke": mark("revoked", context="audit trail"),
    "link": mark("joined with the sign-in service", context="audit trail"),
    "record": mark("recorded", context="audit trail"),
    "revise": mark("corrected", context="audit trail"),
    "submit": mark("handed in", context="audit trail"),
    "return": mark("returned", context="audit trail"),
    "approve": mark("approved", context="audit trail"),
    "close": mark("closed", context="audit trail"),
    "unlock": mark("unlocked", context="audit trail"),
    "split": mark("split into groups", context="audit trail"),
    "opened": mark("flagged", context="audit trail"),
    "reopened": mark("reopened", context="audit trail"),
    "confirmed": mark("confirmed", context="audit trail"),
    "followed_up": mark("followed up", context="audit trail"),
    "dismissed": mark("dismissed", context="audit trail"),
    "superseded": mark("superseded by newer data", context="audit trail"),
    "import": mark("imported", context="audit trail"),
    "undo": mark("undone", context="audit trail"),
    "load": mark("loaded", context="audit trail"),
    "remove": mark("removed", context="audit trail"),
    "pause": mark("paused", context="audit trail"),
    "resume": mark("resumed", context="audit trail"),
}
_OBJECTS = {
    "user_account": mark("User", context="audit trail"),
    "api_token": mark("API token", context="audit trail"),
    "subscription": mark("Subscription", context="audit trail"),
    "measurement": mark("Measurement", context="audit trail"),
    "flag": mark("Flag", context="audit trail"),
    "import_batch": mark("Import", context="audit trail"),
    "organisation": mark("Organisation or company", context="audit trail"),
    "area": mark("Area", context="audit trail"),
    "category": mark("Category", context="audit trail"),
    "project": mark("Project", context="audit trail"),
    "project_organisation": mark("Taking part in a project", context="audit trail"),
    "project_area": mark("Area of a project", context="audit trail"),
    "project_event": mark("Event", context="audit trail"),
    "project_document": mark("Document", context="audit trail"),
    "story_note": mark("Story note", context="audit trail"),
    "goal": mark("Goal", context="audit trail"),
    "milestone": mark("Milestone", context="audit trail"),
    "definition": mark("Definition of indicators", context="audit trail"),
    "definition_version": mark("Version of a definition", context="audit trail"),
    "indicator": mark("Indicator", context="audit trail"),
    "target": mark("Target", context="audit trail"),
    "baseline": mark("Baseline", context="audit trail"),
    "series_break": mark("Series break", context="audit trail"),
    "reference_link": mark("Reference", context="audit trail"),
    "reporting_round": mark("Reporting round", context="audit trail"),
    "outbox_message": mark("Mail", context="audit trail"),
    "sample": mark("Sample", context="audit trail"),
}

# Of accounts and reports; what plans and values say is called as in their histories.
_FIELDS = {
    "language": mark("Language", context="field"),
    "changed": mark("What was changed", context="field"),
    "role": mark("Role", context="field"),
    "project_id": mark("Number of the project", context="field"),
    "organisation_id": mark("Number of the organisation", context="field"),
    "password_set_at": mark("Password set", context="field"),
    "disabled_at": mark("Shut out", context="field"),
    "erased_at": mark("Erased", context="field"),
    "issuer": mark("Sign-in service", context="field"),
    "purpose": mark("Purpose", context="field"),
    "link_expires_at": mark("Link works until", context="field"),
    "n_sign_ins_ended": mark("Sign-ins ended", context="field"),
    "user_id": mark("Number of the user", context="field"),
    "label": mark("Label", context="field"),
    "scope": mark("Scope", context="field"),
    "expires_at": mark("Works until", context="field"),
    "revoked_at": mark("Revoked", context="field"),
    "pace": mark("Notices", context="field"),
    "paused_at": mark("Paused", context="field"),
    "name": mark("Name", context="field"),
    "rhythm": mark("How often", context="field"),
    "content": mark("Content", context="field"),
    "day": mark("Day", context="field"),
    "month": mark("Month", context="field"),
    "hour": mark("Hour", context="field"),
    "starts_on": mark("First day", context="field"),
    "ends_on": mark("Last day", context="field"),
    "time_zone": mark("Time zone", context="field"),
    "category_id": mark("Number of the category", context="field"),
    "user_ids": mark("Recipients with an account, by number", context="field"),
    "addresses": mark("Addresses, as checksums", context="field"),
    "history": mark("History", context="field"),
}


def account_field_words(field: str, voice: Voice) -> str:
    """What a field of an account or a report is called; one that has no words yet as it stands."""
    return voice.pgettext("field", _FIELDS[field]) if field in _FIELDS else field


def verb_words(verb: str, voice: Voice) -> str:
    """What was done; a verb that has no words yet as it stands."""
    return voice.pgettext(CONTEXT, _VERBS[verb]) if verb in _VERBS else verb


def object_words(kind: str, voice: Voice) -> str:
    """What it was done to; a kind that has no words yet as it stands."""
    return voice.pgettext(CONTEXT, _OBJECTS[kind]) if kind in _OBJECTS else kind


def since_words(voice: Voice) -> list[tuple[str, str]]:
    """The spans that the trail can be asked for, the whole first."""
    return [("", voice.gettext("All")), *((code, voice.gettext(_SINCE[code])) for code in _SINCE)]
