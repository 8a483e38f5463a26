"""schemathesis against the app itself: calls made of the document, answers held against it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import schemathesis
from flask import Flask
from schemathesis.checks import CheckContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import NonFatalError, ScenarioFinished
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.generation.case import Case
from schemathesis.schemas import BaseSchema

DOCUMENT = "/api/v1/openapi.json"
SEED = 20261123
# What a server on a socket is told; an app called without one takes none of it.
OF_SOCKETS = ("max_redirects", "verify", "cert", "proxies", "timeout")
CHECKS = {
    # A schema knows no meaning: that a note is blank, a version old, a flag decided already.
    "positive_data_acceptance": {
        "expected-statuses": ["2xx", "304", "401", "403", "404", "409", "412", "422", "428"]
    },
    # Whether the version is right is looked at before what is said of it.
    "negative_data_rejection": {
        "expected-statuses": ["400", "401", "403", "404", "405", "406", "409", "412", "415", "422", "428"]
    },
    # Which version is meant is asked for by a status of its own.
    "missing_required_header": {"expected-statuses": ["400", "401", "403", "406", "415", "422", "428"]},
}
# Examples and limits are tried once; calls made at random, alone and one after another, again and again.
ONCE, AGAIN = ("examples", "coverage"), ("fuzzing", "stateful")


@dataclass
class Found:
    """What a run found: how many calls, how often which status, and each mismatch once."""

    n_calls: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)
    mismatches: dict[str, str] = field(default_factory=dict)

    def note(self, recorder: ScenarioRecorder) -> None:
        """Add one operation's calls."""
        self.n_calls += len(recorder.interactions)
        for interaction in recorder.interactions.values():
            if interaction.response is not None:
                self.statuses[interaction.response.status_code] += 1
        for case_id, checks in recorder.checks.items():
            for check in checks:
                self.checks[check.name] += 1
                if check.status is Status.FAILURE and check.failure_info is not None:
                    self._keep(recorder, case_id, check.name, check.failure_info.failure)

    def _keep(self, recorder: ScenarioRecorder, case_id: str, check: str, failure: Failure) -> None:
        key = f"{recorder.label} {check} {failure.title}"
        if key not in self.mismatches:
            interaction = recorder.interactions.get(case_id)
            told = interaction.response.text if interaction and interaction.response else ""
            call = recorder.cases[case_id].value.as_curl_command()
            self.mismatches[key] = f"{failure.message}\n{call}\n{told[:500]}"


@schemathesis.check
def reads_what_is_asked(ctx: CheckContext, response: Response, case: Case) -> None:
    """Nothing but an unknown ``after`` is wrong with a question that the document allows."""
    for name in OF_SOCKETS:
        # What later checks send to try doors without a token goes to the app as this did.
        (ctx.internals.transport_kwargs or {}).pop(name, None)
    if case.method != "GET" or response.status_code != 422:
        return
    if case.meta is None or case.meta.generation.mode.is_positive:
        assert response.json().get("field") == "after", response.text


def hold_to_document(app: Flask, token: str, n_wanted: int, *, turn: int = 0, turns: int = 1) -> Found:
    """Call every operation, with sound and with broken questions, and check each answer.

    Args:
        n_wanted: how many calls at least.
        turn, turns: the limits of the document are tried of each ``turns``-th operation alone,
            from that one on; calls made at random go to all of them.
    """
    found, seed = Found(), SEED
    whole = _schema(app, token, ONCE)
    names = sorted(operation.ok().label for operation in whole.get_all_operations())
    _run(whole.include(name=names[turn::turns]), found)
    while found.n_calls < n_wanted:
        n_examples = max(1, (n_wanted - found.n_calls) // (2 * len(names)))
        _run(_schema(app, token, AGAIN, n_examples, seed), found)
        seed += 1
    return found


def _schema(
    app: Flask, token: str, phases: tuple[str, ...], n_examples: int = 1, seed: int = SEED
) -> BaseSchema:
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "headers": {"Authorization": f"Bearer {token}", "Accept-Language": "en"},
            "continue-on-failure": True,
            "checks": CHECKS,
            "generation": {"max-examples": n_examples, "database": "none", "no-shrink": True},
            "phases": {name: {"enabled": name in phases} for name in (*ONCE, *AGAIN)},
        }
    )
    return schemathesis.openapi.from_wsgi(DOCUMENT, app, config=config)


def _run(schema: BaseSchema, found: Found) -> None:
    for event in from_schema(schema).execute():
        if isinstance(event, NonFatalError):
            found.mismatches[f"{event.label} {event.info.title}"] = str(event.value)
        elif isinstance(event, ScenarioFinished):
            found.note(event.recorder)
