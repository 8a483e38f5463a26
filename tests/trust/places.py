"""What the arguments of addresses stand for in trials that call every route there is."""

from collections.abc import Callable, Iterator

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from impact.registry.indicator_tables import IndicatorSeries, Target
from impact.registry.judging import Draft
from impact.registry.promising import PromiseDraft, add_promise
from impact.registry.recording import record_measurement
from impact.registry.series_view import stored_measurement
from impact.registry.stored_files import keep_upload
from impact.semantics.period import year_period
from tests.builders import NOW, person
from tests.web.ground import Placed


def target_of(placed: Placed) -> int:
    """A target of the trial's series, made when first asked for."""
    with placed.database.transaction() as session:
        if session.get(IndicatorSeries, placed.series_id) is None:
            return placed.series_id
        found = session.scalars(select(Target).where(Target.series_id == placed.series_id)).first()
        if found is None:
            draft = PromiseDraft(year_period(2030), 50.0)
            found = add_promise(session, person(session), Target, placed.series_id, draft, now=NOW)
        return found.id


def measured_with_a_file(placed: Placed) -> str:
    """A period of the trial's series whose value has a file of evidence, made when first asked for."""
    with placed.database.transaction() as session:
        period = year_period(2025)
        if session.get(IndicatorSeries, placed.series_id) is not None and not stored_measurement(
            session, placed.series_id, period
        ):
            record_measurement(
                session,
                person(session),
                placed.series_id,
                period,
                Draft(58.0, evidence_sha256=keep_upload(session, "survey.pdf", b"%PDF-1.7", now=NOW)),
                now=NOW,
                file_name="survey.pdf",
            )
        return period.key()


# Things that belong to a project: who does not reach the project does not find them.
THINGS: dict[str, Callable[[Placed], object]] = {
    "slug": lambda placed: placed.slug,
    "indicator_id": lambda placed: placed.indicator_id,
    "series_id": lambda placed: placed.series_id,
    "flag_id": lambda placed: placed.flag_id,
    "row_id": lambda placed: placed.goal_id,
    "document_id": lambda placed: placed.document_id,
    "goal_id": lambda placed: placed.goal_id,
    "planned_id": target_of,
}
# Of one address alone.
THINGS_THERE: dict[str, Callable[[Placed], object]] = {
    "entry.evidence.period": measured_with_a_file,
    "Evidence.read_evidence.period": measured_with_a_file,
}
# What belongs to one person; nobody in these trials has any, so that letting in finds nothing.
# Of the library and of areas there is none of that name: who may change one depends on who uses it.
PERSONAL: dict[str, object] = {
    "subscription_id": 999_999,
    "message_id": 999_999,
    "token": "r999999.none",
    "person_id": 999_999,
    "membership_id": 999_999,
    "sign_in_id": 999_999,
    "token_id": 999_999,
    "definition_slug": "no-such-definition",
    "area_id": 999_999,
    "upload_id": 999_999,
    "batch_id": 999_999,
}
# What is the same for everybody.
WORDS: dict[str, str] = {
    "period": "2024",
    "frequency": "year",
    "kind": "targets",
    "step": "withdraw",
    "form": "svg",
    "picture": "charts",
    "way": "pause",
    "set_access.way": "shut-out",
    "set_disabled.way": "disable",
    "code": "en",
    "sort": "goals",
    "rows": "goals",
    "around": "targets",
    "entity": "goal",
    "shared": "organisations",
    "shared_slug": "elsewhere",
    "shared_entity": "organisation",
    "number": "1",
    "typeface.name": "SourceSansPro-Regular.ttf",
    "static_file.name": "base.css",
}


def names_a_thing(rule: Rule) -> bool:
    """Whether the address holds the number or name of something that belongs to a project."""
    return not rule.arguments.isdisjoint(THINGS)


def names_something_personal(rule: Rule) -> bool:
    """Whether the address holds the number of something that belongs to one person."""
    return not rule.arguments.isdisjoint(PERSONAL)


def address(app: Flask, rule: Rule, placed: Placed, personal: int | None = None) -> str:
    """The rule's address for the project of the trial, and for a number of something personal."""
    values = {name: _value(rule, name, placed) for name in rule.arguments}
    if personal is not None:
        values |= {name: personal for name in values if name in PERSONAL and name.endswith("_id")}
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Each rule with each of its methods; OPTIONS is answered by Flask and tells nothing."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            yield method, rule


def _value(rule: Rule, name: str, placed: Placed) -> object:
    if f"{rule.endpoint}.{name}" in THINGS_THERE:
        return THINGS_THERE[f"{rule.endpoint}.{name}"](placed)
    if name in THINGS:
        return THINGS[name](placed)
    if name in PERSONAL:
        return PERSONAL[name]
    found = WORDS.get(f"{rule.endpoint.rpartition('.')[2]}.{name}") or WORDS.get(name)
    assert found, (
        f"{rule.rule} has the argument {name}: add it to THINGS in tests/trust/places.py if it names "
        "something that belongs to a project, else to WORDS."
    )
    return found
