"""Guesses at passwords and at who is there: few are looked at, and time tells nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from statistics import median

import pytest
from flask import Flask

from impact.accounts import passwords, signing_in
from impact.accounts.throttling import ADDRESS_FACTOR, TooManyAttempts
from impact.db import Database
from impact.errors import Invalid
from impact.web.sign_in_pages import sign_in_limits
from tests.people import NOW, PASSWORD, add_person, form_token, make_people
from tests.trust.test_foreign_objects import bare

HOUR = timedelta(hours=1)
FEW_ROUNDS = 20


@pytest.mark.parametrize("n_addresses", [1, 500])
def test_looks_at_few_guesses_when_thousands_come_within_an_hour(
    database: Database,
    app: Flask,
    trials: Callable[[int], int],
    monkeypatch: pytest.MonkeyPatch,
    n_addresses: int,
) -> None:
    """Ten thousand at one name in the drill, a tenth otherwise: eight in each quarter of an hour."""
    make_people(database)
    monkeypatch.setattr(signing_in.passwords, "fits", lambda _password, _stored: False)
    with app.app_context():
        limits = sign_in_limits()
    n_guesses, n_looked_at = trials(10_000), 0
    for number in range(n_guesses):
        address = f"192.0.{number % n_addresses // 250}.{number % n_addresses % 250}"
        try:
            signing_in.sign_in(
                database,
                "analyst",
                f"guess {number}",
                address=address,
                now=NOW + HOUR * number / n_guesses,
                limits=limits,
            )
        except TooManyAttempts:
            continue
        except Invalid:
            n_looked_at += 1
    assert limits.n_attempts <= n_looked_at <= limits.n_attempts * (HOUR // limits.window)


def test_looks_at_few_guesses_when_one_address_tries_many_names(
    sqlite_database: Database,
    sqlite_app: Flask,
    trials: Callable[[int], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One password for everybody gets no further than five names' worth."""
    monkeypatch.setattr(signing_in.passwords, "fits", lambda _password, _stored: False)
    with sqlite_app.app_context():
        limits = sign_in_limits()
    n_looked_at = 0
    for number in range(trials(5000)):
        try:
            signing_in.sign_in(
                sqlite_database, f"name {number}", "x", address="192.0.2.1", now=NOW, limits=limits
            )
        except TooManyAttempts:
            continue
        except Invalid:
            n_looked_at += 1
    assert n_looked_at == limits.n_attempts * ADDRESS_FACTOR


@pytest.mark.parametrize("path", ["/forgotten", "/sign-in"])
def test_takes_as_long_when_nobody_has_the_name(
    sqlite_app: Flask,
    trials: Callable[[int], int],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
) -> None:
    """Neither the answer nor the time it takes tells whether there is somebody of that name."""
    # What people choose has a hash that costs as much as nobody's; that of other trials is cheap.
    monkeypatch.setattr("tests.people._cheap_hash", lambda: stored)
    stored = passwords.hash_new(PASSWORD, name="x")
    n_rounds, addresses = trials(60), count(1)
    with sqlite_app.extensions["impact"].database.transaction() as session:
        for number in range(n_rounds):
            add_person(session, f"somebody {number}")
    client = sqlite_app.test_client()
    token = form_token(client)

    def work(name: str) -> float:
        form = {"csrf_token": token, "name": name, "password": "a wrong one"}
        address = {"REMOTE_ADDR": f"192.0.2.{next(addresses)}"}
        began = time.process_time()
        answer = client.post(path, data=form, headers={"Origin": "http://localhost"}, environ_base=address)
        took = time.process_time() - began
        assert answer.status_code == (200 if path == "/forgotten" else 422)
        texts.add(bare(answer.text, name))
        return took

    texts: set[str] = set()
    pairs = [(work(f"somebody {n}"), work(f"nobody at {n}")) for n in range(n_rounds)]
    known, unknown = (median(sorted(times)[: n_rounds // 2 + 1]) for times in zip(*pairs, strict=True))
    print(f"{path}: known {known * 1000:.1f} ms, unknown {unknown * 1000:.1f} ms")
    assert len(texts) == 1
    # A few rounds on a busy machine are worth less than the many of the drill.
    assert abs(known - unknown) < (0.1 if n_rounds > FEW_ROUNDS else 0.2) * max(known, unknown)
