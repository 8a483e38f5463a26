"""The document and the answers are held against each other, by thousands of calls made of it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from tests.people import People, bearer
from tests.trust.contract import hold_to_document
from tests.web.ground import Placed, promise

# Each call costs both the app and what makes and judges it.
N_CALLS = 20_000


def test_answers_as_documented_when_called_at_random(
    app: Flask, people: People, placed: Placed, engine_name: str, trials: Callable[[int], int]
) -> None:
    """No answer is an error of ours, and none differs from what the document says."""
    promise(placed, baseline=62.4, target=70.0)
    token = bearer(app, people.administrator)["Authorization"].removeprefix("Bearer ")
    n_calls, turns = trials(N_CALLS), 1
    if n_calls < N_CALLS:
        # In short trials the databases share the calls, and each takes limits of other operations.
        turns, n_calls = round(N_CALLS / n_calls / 2), n_calls // 2
    found = hold_to_document(app, token, n_calls, turn=int(engine_name != "sqlite"), turns=turns)
    assert found.mismatches == {}, "\n\n".join(f"{key}\n{told}" for key, told in found.mismatches.items())
    assert found.n_calls >= n_calls
    # Which versions are called wrong depends on the operations that the database takes.
    often = {200, 401, 404, 405, 422} | ({412} if turns == 1 else set())
    assert often <= set(found.statuses)
    assert len(found.checks) >= 15
