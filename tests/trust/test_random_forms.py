"""Whatever is sent to a page by whoever may do everything, the answer is never an error of ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

from flask import Flask
from werkzeug.routing import Rule

from impact.request_scope.identity import API_PREFIX
from tests.people import People, form_token, signed_in_client
from tests.trust.hostile_forms import asked_on, random_fields, send
from tests.trust.places import address, routes
from tests.web.ground import Placed, place_project

N_FORMS = 10_000
# What a form may have done away with is made anew after so many.
FORMS_A_PROJECT = 100
# How many numbers of persons, roles, sign-ins, tokens and subscriptions are tried.
MOST_OWN = 12


def post_rules(app: Flask) -> list[Rule]:
    """Every page that takes a form."""
    return sorted(
        (rule for method, rule in routes(app) if method == "POST" and not rule.rule.startswith(API_PREFIX)),
        key=lambda rule: rule.rule,
    )


def test_answers_every_form_when_fields_are_hostile(
    app: Flask, people: People, placed: Placed, engine_name: str, trials: Callable[[int], int]
) -> None:
    """No form is answered by an error of ours, nor is anything typed left unanswered."""
    luck = Random(f"forms {engine_name}")
    n_forms, rules, statuses, errors = trials(N_FORMS), post_rules(app), Counter[int](), dict[str, str]()
    if n_forms < N_FORMS:
        n_forms //= 2  # In short trials the databases share the forms.
    client, token, asked, paths = None, "", None, dict[str, str]()
    for number in range(n_forms):
        if number % FORMS_A_PROJECT == 0:
            placed = place_project(app, f"place{number}")
        if client is None or number % FORMS_A_PROJECT == 0:
            client = signed_in_client(app, people.administrator)
            token = form_token(client)
        if asked is None:
            asked = asked_on(client, [address(app, rule, placed) for rule in rules])
            paths = {rule.rule: address(app, rule, placed) for rule in rules}
        rule = luck.choice(rules)
        path = address(app, rule, placed, personal=luck.randint(1, MOST_OWN) if luck.random() < 0.5 else None)
        fields = random_fields(asked, paths[rule.rule], luck)
        response = send(client, path, fields, token, luck)
        statuses[response.status_code] += 1
        if response.status_code >= 500:
            errors.setdefault(rule.rule, f"{response.status_code} {path} {fields!r:.600}")
        if response.status_code == 401 or "/sign-in" in response.headers.get("Location", ""):
            client = None
    assert errors == {}, "\n".join(errors.values())
    # Most got through the door, and some were right in spite of all.
    assert sum(statuses.values()) == n_forms
    assert statuses[422] + statuses[303] + statuses[404] + statuses[409] > n_forms / 2, statuses
    assert statuses[303] > n_forms / 50, statuses
