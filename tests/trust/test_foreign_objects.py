"""What belongs to others: not found by number, name, link, list, filter or search."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from impact.request_scope.identity import API_PREFIX
from tests.people import People, Person, bearer, form_token, post, signed_in_client
from tests.trust.canaries import BIRD, SHOWN, VALUE, Nest, neighbour, occurs, place_canaries, word
from tests.trust.crawling import crawl
from tests.trust.places import address, names_a_thing, routes
from tests.web.ground import Placed

UNKNOWN_NUMBER = 999_999
# The first subscription, mail, sign-in and token are the keeper's.
THE_KEEPERS = 1
# What differs between two answers to the same question.
CHANGING = [
    r'"reference":"[0-9a-f]{12}"',
    r'csrf_token" value="[^"]+"',
    r'nonce="[^"]+"',
    r'unbroken">[0-9a-f]{12}<',
]


@pytest.fixture
def nest(app: Flask, people: People, placed: Placed) -> Nest:
    """The foreign project, beside the one of the trial, and its keeper signed in before anybody else."""
    placed = place_canaries(app, people)
    signed_in_client(app, placed.keeper)
    bearer(app, placed.keeper)
    return placed


@pytest.fixture
def worker(app: Flask, people: People, placed: Placed, nest: Nest) -> Person:
    """Somebody who works on the project of the trial alone."""
    return neighbour(app, people, placed)


@pytest.fixture
def member(app: Flask, worker: Person) -> FlaskClient:
    """That person's browser."""
    client = signed_in_client(app, worker)
    form_token(client)  # The first page sets a cookie that later ones do not.
    return client


@pytest.fixture
def token(app: Flask, worker: Person) -> dict[str, str]:
    """That person's token."""
    return bearer(app, worker)


def pairs(app: Flask, nest: Nest, wanted: str) -> Iterator[tuple[str, ...]]:
    """Each address of the foreign project, and the same of one that there is not."""
    missing = Placed.numbered(nest.placed.database, "no-such-project", UNKNOWN_NUMBER)
    for method, rule in routes(app):
        if method != wanted:
            continue
        if names_a_thing(rule):
            yield address(app, rule, nest.placed), address(app, rule, missing)
        elif any(name.endswith("_id") for name in rule.arguments):
            yield tuple(address(app, rule, missing, number) for number in (THE_KEEPERS, UNKNOWN_NUMBER))


def bare(text: str, path: str) -> str:
    """An answer without what differs from one to the next, and without its own address."""
    for pattern in CHANGING:
        text = re.sub(pattern, "", text)
    return text.replace(path, "")


def text_of(answer: TestResponse) -> str:
    """The body, whatever it is: canaries are plain letters and digits."""
    return answer.get_data().decode(errors="replace")


def same_answer(
    path: str, answer: TestResponse, other_path: str, other: TestResponse, status: int = 404
) -> None:
    """Fail where the two answers differ in more than what was typed."""
    assert (answer.status_code, other.status_code) == (status, status), path
    assert bare(text_of(answer), path) == bare(text_of(other), other_path), path
    assert sorted(answer.headers.keys()) == sorted(other.headers.keys())


def test_shows_nothing_of_others_when_everything_is_walked_through(
    member: FlaskClient, placed: Placed, nest: Nest, token: dict[str, str]
) -> None:
    """No page, document, picture, list or header holds a word or value of the foreign project."""
    answers = dict(crawl(member, placed, token=token))
    assert [path for path, answer in answers.items() if occurs(f"{answer.headers} {text_of(answer)}")] == []
    assert [path for path, answer in answers.items() if answer.status_code >= 500] == []
    assert sum(answer.status_code == 200 for answer in answers.values()) >= 12
    assert sum(answer.status_code == 404 for answer in answers.values()) >= 100
    assert (
        sum(path.startswith(API_PREFIX) and answer.status_code == 200 for path, answer in answers.items())
        >= 7
    )


def test_shows_every_canary_when_its_keeper_walks(app: Flask, nest: Nest) -> None:
    """The trial above can fail: to who may see them the canaries are shown."""
    client = signed_in_client(app, nest.keeper)
    token = bearer(app, nest.keeper)
    texts = [text_of(answer) for _, answer in crawl(client, nest.placed, numbers=False, token=token)]
    seen = " ".join(texts)
    assert [what for what in SHOWN if word(what) not in seen] == []
    assert any(str(VALUE) in "".join(text.split()) for text in texts)


def test_gives_the_same_answer_when_foreign_and_when_unknown(
    app: Flask, member: FlaskClient, nest: Nest, token: dict[str, str]
) -> None:
    """A foreign number or name cannot be told from one that there is not, nor by sending something."""
    form = {"value": "1", "status": "final", "reason": "x", "act": "dismissed", "note": "x", "version": 1}
    for method in ("GET", "POST", "PUT"):
        for foreign, unheard_of in pairs(app, nest, method):
            is_api = foreign.startswith(API_PREFIX)
            for fields in ({}, form):
                answers = [
                    member.open(path, method=method, headers=token if is_api else None, json=fields)
                    if is_api or method == "GET"
                    else post(member, path, **fields)
                    for path in (foreign, unheard_of)
                ]
                # Of these nothing is told either way: a role that is refused, or a way back.
                is_personal = foreign.startswith(("/people", "/profile", "/administration", "/api/v1/people"))
                status = answers[0].status_code if is_personal else 404
                assert status in {303, 403, 404}, foreign
                same_answer(foreign, answers[0], unheard_of, answers[1], status)


def asked_for(nest: Nest) -> list[tuple[str, str, str]]:
    """Where lists are searched, by what, and a word of the foreign project for it."""
    return [
        ("/projects", "borrower", nest.organisation),
        ("/projects", "text", word("kort")),
        ("/search", "q", word("titel")),
        ("/search", "q", word("syfte")),
        ("/search", "q", word("kort")),
        ("/api/v1/projects", "text", word("kort")),
        ("/api/v1/projects", "member", nest.organisation),
        ("/api/v1/organisations", "text", BIRD),
        ("/api/v1/search", "text", word("titel")),
        ("/api/v1/search", "text", word("syfte")),
    ]


def test_finds_nothing_when_searched_by_a_foreign_word(
    member: FlaskClient, nest: Nest, token: dict[str, str]
) -> None:
    """A search for a foreign name gives what a search for nonsense gives, on pages and in the API."""
    for path, name, foreign in asked_for(nest):
        headers = token if path.startswith(API_PREFIX) else None
        answers = [
            member.get(path, query_string={name: text}, headers=headers) for text in (foreign, "nonsense")
        ]
        same_answer(foreign, answers[0], "nonsense", answers[1], status=200)


def test_finds_something_when_its_keeper_searches(app: Flask, nest: Nest) -> None:
    """The trial above can fail: to who may see it each foreign word finds something."""
    client, token = signed_in_client(app, nest.keeper), bearer(app, nest.keeper)
    for path, name, foreign in asked_for(nest):
        headers = token if path.startswith(API_PREFIX) else None
        answer, nothing = (
            bare(text_of(client.get(path, query_string={name: text}, headers=headers)), text)
            for text in (foreign, "nonsense")
        )
        assert answer != nothing, (path, name)


def test_shows_nothing_of_others_when_asked_for_a_past_day(
    app: Flask, member: FlaskClient, placed: Placed, nest: Nest, token: dict[str, str]
) -> None:
    """As known then nothing foreign is shown either; its keeper sees it."""
    keeper, key = signed_in_client(app, nest.keeper), bearer(app, nest.keeper)
    n_seen = 0
    for method, rule in routes(app):
        if method != "GET" or (rule.arguments and not names_a_thing(rule)):
            continue
        is_api = rule.rule.startswith(API_PREFIX)
        asked = "known_at=2026-11-23T09:00:00Z" if is_api else "known_at=2026-11-23"
        for path in sorted({f"{address(app, rule, where)}?{asked}" for where in (placed, nest.placed)}):
            own = text_of(member.get(path, headers=token if is_api else None))
            assert not occurs(own.replace(nest.placed.slug, "")), path
        path = f"{address(app, rule, nest.placed)}?{asked}"
        seen = text_of(keeper.get(path, headers=key if is_api else None))
        n_seen += occurs(seen.replace(nest.placed.slug, ""))
    assert n_seen >= 15


def test_tells_nobody_without_a_sign_in_anything(app: Flask, nest: Nest) -> None:
    """Whoever is not signed in sees nothing but what they typed themselves."""
    for path, answer in crawl(app.test_client(), nest.placed, numbers=False):
        assert not occurs(text_of(answer).replace(nest.placed.slug, "")), path
