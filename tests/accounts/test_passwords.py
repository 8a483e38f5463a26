"""Passwords: made up, judged, compared."""

import re
import threading
import time

import pytest
from argon2 import PasswordHasher

from impact.accounts import passwords
from impact.errors import Invalid


def test_makes_up_readable_passwords_that_pass_its_own_judgement():
    """Each is new, has no signs that look alike, and may be used at once."""
    made = {passwords.make_up() for _ in range(50)}
    assert len(made) == 50
    for one in made:
        assert re.fullmatch(r"[a-hj-km-np-z2-9]{5}(-[a-hj-km-np-z2-9]{5}){3}", one)
        passwords._judge(one, "analyst")


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "password1234",
        "Lösenord2026!",
        "123456789012",
        "aaaaaaaaaaaaaaaa",
        "abababababab",
        "Administrator1",
        "qwertyuiop123",
        "P@ssw0rd12345",
        "impactimpact",
        "Analyst-2026!",
    ],
)
def test_refuses_a_password_when_it_is_short_or_easy_to_guess(password):
    """Short, common and repeated passwords are refused, and the person's own name."""
    with pytest.raises(Invalid) as refused:
        passwords.hash_new(password, name="Analyst")
    assert refused.value.field == "password"


@pytest.mark.parametrize("length", [64, 200, passwords.LONGEST])
def test_takes_every_character_when_a_password_is_long(length):
    """A long password is kept unmodified: its last character counts."""
    password = ("Ett långt lösenord med mellanslag och åäö " * 30)[: length - 1] + "x"
    stored = passwords.hash_new(password, name="analyst")
    assert passwords.fits(password, stored)
    assert not passwords.fits(password[:-1] + "y", stored)


def test_refuses_a_password_when_it_is_longer_than_any_person_types():
    """A text of a megabyte never reaches the hash function."""
    with pytest.raises(Invalid):
        passwords.hash_new("blåbär i skogen " * 100, name="analyst")


def test_stores_argon2id_with_another_salt_each_time():
    """Equal passwords have different hashes, all argon2id."""
    stored = [passwords.hash_new("fyra ovanliga ord här", name="x") for _ in range(2)]
    assert stored[0] != stored[1]
    assert all(one.startswith("$argon2id$v=19$m=65536,t=3,p=4$") for one in stored)


def test_fits_nothing_when_nobody_is_there_but_takes_as_long():
    """Comparing with nobody's hash takes within a quarter of comparing with a real one."""
    stored = passwords.hash_new("fyra ovanliga ord här", name="x")

    def work(against):
        began = time.process_time()
        assert not passwords.fits("ett helt annat ord", against)
        return time.process_time() - began

    known, unknown = zip(*((work(stored), work(None)) for _ in range(8)), strict=True)
    assert abs(min(known) - min(unknown)) < 0.25 * max(min(known), min(unknown))


def test_renews_the_hash_when_it_was_made_with_cheaper_parameters():
    """An old hash is replaced at the next sign-in, today's is left alone."""
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("fyra ovanliga ord här")
    newer = passwords.renewed("fyra ovanliga ord här", old)
    assert newer is not None
    assert passwords.fits("fyra ovanliga ord här", newer)
    assert passwords.renewed("fyra ovanliga ord här", newer) is None


def test_hashes_at_most_four_at_once_when_many_sign_in(monkeypatch):
    """However many sign in together, four hashes at most are in memory."""
    running, most, lock = 0, 0, threading.Lock()

    class Counting:
        salt_len, hash_len, memory_cost, time_cost, parallelism = 16, 32, 8, 1, 1

        def verify(self, _stored, _password):
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.02)
            with lock:
                running -= 1

    monkeypatch.setattr(passwords, "_hasher", Counting())
    threads = [threading.Thread(target=passwords.fits, args=("x", None)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 4
