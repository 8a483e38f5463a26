"""Entries of the trail in words: what was changed, from what to what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from impact.accounts.names import names_of
from impact.audit.tables import AuditEntry
from impact.language import Voice, mark
from impact.monitoring.change_subjects import POINTING, Subject, Subjects
from impact.monitoring.tables import FlagAct
from impact.registry.file_changes import EVIDENCE_FILE
from impact.registry.measurement_tables import EvidenceLevel, RoundState, State
from impact.registry.project_tables import GoalLevel, ProjectStatus, Visibility
from impact.registry.units import unit_of
from impact.reporting.groups import group_words, name_of
from impact.reporting.planning_words import goal_level_words, status_words
from impact.reporting.project_facts import amount_text
from impact.semantics.direction import Direction
from impact.semantics.series import Missing, Status
from impact.trend import sentences
from impact.web.change_fields import field_words, kind_words
from impact.web.deciding_words import act_words
from impact.web.measurement_words import missing_words, observation_status_words
from impact.web.round_words import round_state_words
from impact.web.sizes import file_words

LONGEST = 300
SHORTENED = "…"
OF_VALUES = frozenset({"target", "baseline", "measurement"})
AMOUNTS = frozenset({"loan_amount", "total_cost"})
PEOPLE = frozenset({"responsible_id", "author_id"})
# Years and the like, which take no separator.
PLAIN_NUMBERS = frozenset({"report_from_year", "report_to_year"})
STEPS = {
    State.SUBMITTED: mark("%(what)s was handed in"),
    State.RETURNED: mark("%(what)s was returned"),
    State.APPROVED: mark("%(what)s was approved"),
}
CHOICES: dict[str, dict[str, str]] = {
    "visibility": {
        Visibility.PUBLIC: mark("Public", context="visibility"),
        Visibility.INTERNAL: mark("Internal", context="visibility"),
    },
    "evidence_level": {
        EvidenceLevel.STATED: mark("stated", context="evidence"),
        EvidenceLevel.DOCUMENTED: mark("documented", context="evidence"),
        EvidenceLevel.VERIFIED: mark("verified", context="evidence"),
    },
}
CONTEXTS = {"visibility": "visibility", "evidence_level": "evidence"}


class Teller:
    """Tells entries in one reader's language, with what their numbers stand for."""

    def __init__(self, subjects: Subjects, people: Mapping[int, str], voice: Voice) -> None:
        self._subjects, self._people, self._voice = subjects, people, voice

    def sentence(self, entry: AuditEntry) -> str:
        """What happened, in a sentence without its full stop."""
        voice, what = self._voice, self.what(entry)
        if entry.object_type == "import_batch":
            return self._import(entry, what)
        if entry.object_type == "flag":
            return f"{what}: {act_words(FlagAct(entry.verb), voice)}"
        if entry.object_type == "reporting_round":
            state = RoundState(entry.after["state"])
            return f"{what}: {round_state_words(state, voice)}"
        if entry.object_type == "measurement" and "state" in entry.after:
            return voice.gettext(STEPS[State(entry.after["state"])], what=what)
        if entry.object_type in OF_VALUES and self._says_value(entry.after):
            return self._value_sentence(entry, what)
        if "withdrawn_at" in entry.after and entry.before:
            if entry.after["withdrawn_at"]:
                return voice.gettext("%(what)s was taken out of use", what=what)
            return voice.gettext("%(what)s was brought back", what=what)
        if not entry.before and entry.verb != "split":
            return voice.gettext("%(what)s was added", what=what)
        return voice.gettext("%(what)s was changed", what=what)

    def details(self, entry: AuditEntry) -> list[str]:
        """Each field that was changed: from what to what; none for what is new."""
        if entry.object_type in ("flag", "reporting_round", "import_batch") or "state" in entry.after:
            return []
        if not entry.before and entry.verb != "split":
            return []
        is_said = entry.object_type in OF_VALUES and self._says_value(entry.after)
        said = {"value", "missing"} if is_said else set()
        return [
            self._detail(entry, field, label)
            for field in sorted({*entry.before, *entry.after} - said)
            if (label := field_words(field, self._voice))
        ]

    def changes(self, entry: AuditEntry) -> list[tuple[str, str, str]]:
        """Each field that readers are told of, with its value before and after."""
        before, after = entry.before, entry.after
        return [
            (label, self._text(entry, field, before.get(field)), self._text(entry, field, after.get(field)))
            for field in sorted({*before, *after})
            if (label := field_words(field, self._voice))
        ]

    def tells_all(self, entry: AuditEntry) -> bool:
        """Whether the sentence alone says what was changed."""
        return "withdrawn_at" in entry.after or (
            entry.object_type in OF_VALUES and self._says_value(entry.after)
        )

    def what(self, entry: AuditEntry) -> str:
        """The thing: its kind, its name, its period."""
        subject, voice = self._subjects.of(entry), self._voice
        name = voice.pick(*subject.name)
        if subject.version is not None:
            name = name_of(subject.version, subject.disaggregation or "total", voice)
        if subject.period is not None:
            name = ", ".join(part for part in (name, subject.period.label(voice)) if part)
        kind = kind_words(entry.object_type, voice)
        if not name:
            return kind
        return f"{kind} {name}" if entry.object_type == "reporting_round" else f"{kind}: {_short(name)}"

    def _import(self, entry: AuditEntry, what: str) -> str:
        voice = self._voice
        if entry.verb != "import":
            return voice.gettext("%(what)s was undone", what=what)
        new, changed = entry.after.get("n_new", 0), entry.after.get("n_changed", 0)
        return voice.gettext(
            "%(what)s, %(new)s new values, %(changed)s changed",
            what=what,
            new=voice.number(new, 0),
            changed=voice.number(changed, 0),
        )

    def _value_sentence(self, entry: AuditEntry, what: str) -> str:
        subject = self._subjects.of(entry)
        after = self._said(entry.after, subject)
        if not self._says_value(entry.before):
            return f"{what}: {after}"
        before = self._said(entry.before, subject)
        return self._voice.gettext(
            "%(what)s: from %(before)s to %(after)s", what=what, before=before, after=after
        )

    @staticmethod
    def _says_value(said: Mapping[str, Any]) -> bool:
        return said.get("value") is not None or said.get("missing") is not None

    def _said(self, said: Mapping[str, Any], subject: Subject) -> str:
        if said.get("missing") is not None:
            return missing_words(Missing(said["missing"]), self._voice)
        return self._number(said["value"], subject)

    def _detail(self, entry: AuditEntry, field: str, label: str) -> str:
        before, after = (self._text(entry, field, said.get(field)) for said in (entry.before, entry.after))
        voice = self._voice
        if not before:
            return voice.gettext("%(field)s: %(after)s", field=label, after=after or voice.gettext("empty"))
        if not after:
            return voice.gettext("%(field)s: %(before)s was removed", field=label, before=before)
        return voice.gettext(
            "%(field)s: from %(before)s to %(after)s", field=label, before=before, after=after
        )

    def _text(self, entry: AuditEntry, field: str, value: Any) -> str:
        """A field's value as readers write it; empty where there is none."""
        voice = self._voice
        if value is None or value == "" or value == []:
            return ""
        if isinstance(value, bool):
            return voice.gettext("yes") if value else voice.gettext("no")
        if field in POINTING:
            return _short(voice.pick(*self._subjects.named(field, value)))
        if field in PEOPLE:
            return self._people.get(value, "") or voice.gettext("Somebody")
        if isinstance(value, list):
            texts = [
                voice.pick(each.get("sv"), each.get("en")) if isinstance(each, dict) else str(each)
                for each in value
            ]
            return _short(", ".join(texts))
        if field == EVIDENCE_FILE:
            return file_words(value["name"], value["n_bytes"], voice)
        if isinstance(value, int | float):
            if field in AMOUNTS:
                return amount_text(int(value), "SEK", voice)
            return str(value) if field in PLAIN_NUMBERS else self._number(value, Subject())
        return _short(self._word(entry.object_type, field, str(value)))

    def _number(self, value: float, subject: Subject) -> str:
        if subject.version is not None:
            unit = unit_of(subject.version)
            return unit.value_text(value, self._voice, _decimals(value, unit.decimals))
        return self._voice.number(value, _decimals(value, 0))

    def _word(self, object_type: str, field: str, text: str) -> str:
        """A day or a choice in words; any other text as it is."""
        voice = self._voice
        if (object_type, field) == ("project", "status"):
            return status_words(ProjectStatus(text), voice)
        if (object_type, field) == ("measurement", "status"):
            return observation_status_words(Status(text), voice)
        if (object_type, field) == ("goal", "level"):
            return goal_level_words(GoalLevel(text), voice)
        if field == "direction":
            return sentences.direction_words(Direction(text), voice)
        if field == "disaggregation":
            return group_words(text, voice)
        if field in CHOICES:
            return voice.pgettext(CONTEXTS[field], CHOICES[field][text])
        if field.endswith(("_on", "_day")):
            return voice.day(date.fromisoformat(text))
        return text


def people_in(session: Session, entries: list[AuditEntry]) -> dict[int, str]:
    """The names of those whose numbers stand in the entries' fields."""
    numbers = {
        said[field]
        for entry in entries
        for said in (entry.before, entry.after)
        for field in PEOPLE & said.keys()
    }
    return names_of(session, {number for number in numbers if isinstance(number, int)})


def _decimals(value: float, least: int) -> int:
    """As many decimals as the number has, so that no change looks like none."""
    _, _, behind = f"{value:.15g}".partition(".")
    return max(least, len(behind)) if "e" not in behind else max(least, 2)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + SHORTENED
