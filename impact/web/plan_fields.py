"""Forms of plans around indicators: read for their form only, and never lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from impact.errors import ImpactError
from impact.language import Voice, mark
from impact.semantics.numbers import NumberError, parse_number
from impact.semantics.period import EXAMPLES, Frequency, PeriodError, ReportingPeriod, parse_period

UNREADABLE = mark("This cannot be read. Please type or choose it again.")
NO_WHOLE = mark("Write a whole number.")
NO_PERIOD = mark("“%(text)s” is no period of this kind. Write it like %(example)s.")
# What is put behind a bare year to name the first period that starts in it.
FIRST_OF_YEAR = {Frequency.HALF: "-H1", Frequency.QUARTER: "-Q1", Frequency.MONTH: "-01"}


class PlanSchema(Schema):
    """A form of a plan: whatever a browser sends besides its fields is left out."""

    class Meta:
        """What a browser sends besides is left out."""

        unknown = EXCLUDE


def text(longest: int = 20_000) -> fields.String:
    """A field for words; how long they may be at last is judged by the verb."""
    return fields.String(load_default="", validate=validate.Length(max=longest))


@dataclass
class TypedPlan:
    """The form as typed, what each field means where it means something, what is wrong."""

    typed: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def tell(self, error: ImpactError, voice: Voice, otherwise: str) -> None:
        """Say beside its field why a verb refused; at ``otherwise`` where it names none of these."""
        place = error.field if error.field in self.typed else otherwise
        self.errors[place] = voice.gettext(error.message, **error.facts)

    def number(self, name: str, voice: Voice, unit_names: tuple[str, ...] = ()) -> float | None:
        """The number that was typed into a field of words; None for an empty one or no number."""
        if not self.values.get(name, "").strip():
            return None
        try:
            return parse_number(self.values[name], unit_names)
        except NumberError as problem:
            self.errors[name] = voice.gettext(problem.message, **problem.facts)
            return None

    def whole(self, name: str, voice: Voice) -> int | None:
        """The whole number that was typed; None for an empty field or another number."""
        number = self.number(name, voice)
        if number is not None and not number.is_integer():
            self.errors[name] = voice.gettext(NO_WHOLE)
            return None
        return None if number is None else int(number)

    def period(
        self, name: str, said: str, frequency: Frequency, starts_in: int, voice: Voice
    ) -> ReportingPeriod | None:
        """The reporting period that a text names; a bare year is the first that starts in it."""
        try:
            return parse_period(_completed(said.strip(), frequency, starts_in), frequency, starts_in)
        except PeriodError:
            self.errors[name] = voice.gettext(NO_PERIOD, text=said.strip(), example=EXAMPLES[frequency])
            return None


def read_plan(schema: type[PlanSchema], form: Mapping[str, str], voice: Voice) -> TypedPlan:
    """What somebody typed; errors are sentences beside the fields."""
    reader = schema()
    typed = {name: form.get(name, "") for name in reader.fields}
    given = {name: said.strip() for name, said in typed.items() if said.strip()}
    problems = reader.validate(given)
    if problems:
        return TypedPlan(typed, errors=dict.fromkeys(map(str, problems), voice.gettext(UNREADABLE)))
    return TypedPlan(typed, reader.load(given))


def _completed(said: str, frequency: Frequency, starts_in: int) -> str:
    if len(said) != 4 or not said.isdecimal() or not said.isascii():
        return said
    crosses = frequency is Frequency.SCHOOL_YEAR or (frequency is Frequency.FINANCIAL_YEAR and starts_in != 1)
    if crosses:
        return f"{said}/{int(said) + 1}"
    return said + FIRST_OF_YEAR.get(frequency, "")
