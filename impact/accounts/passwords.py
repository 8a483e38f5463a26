"""Passwords: made up, judged, hashed with argon2id and compared."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from base64 import b64encode
from typing import NewType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from impact.errors import Invalid

# Made by ``hash_new`` alone, so that no unjudged password can be stored.
PasswordHash = NewType("PasswordHash", str)

SHORTEST = 12
# Far more than anybody types; keeps a megabyte of text out of the hash function.
LONGEST = 1000
# Letters and digits that nobody mixes up when reading them from paper.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
N_GROUPS, GROUP_LENGTH = 4, 5
# What people choose when told to use twelve characters; shorter ones are refused anyway.
COMMON = """
password passw0rd p@ssword p@ssw0rd lösenord losenord l0senord qwerty qwertyuiop qwertz asdfgh
asdfghjkl zxcvbn zxcvbnm 1q2w3e4r 1qaz2wsx abcdef abcdefgh iloveyou letmein welcome välkommen
valkommen hemligt sommar vinter hösten våren sverige impact administrator admin changeme secret
monkey dragon football fotboll baseball superman batman princess sunshine master shadow trustno1
whatever starwars
"""
FILLING = frozenset("0123456789!?.,-_#*@+ ")

# 64 MiB a hash: more than this at once would exhaust a small machine.
_AT_ONCE = threading.BoundedSemaphore(4)
_hasher = PasswordHasher()


def make_up() -> str:
    """A new password that can be read from paper: about 99 bits in four groups."""
    groups = ("".join(secrets.choice(READABLE) for _ in range(GROUP_LENGTH)) for _ in range(N_GROUPS))
    return "-".join(groups)


def hash_new(password: str, *, name: str) -> PasswordHash:
    """The hash to store for a new password, exactly as typed.

    Takes a third of a second: call it before the transaction begins.

    Raises:
        Invalid: too short, too long or easily guessed.
    """
    _judge(password, name)
    with _AT_ONCE:
        return PasswordHash(_hasher.hash(password))


def fits(password: str, stored: str | None) -> bool:
    """Whether this is the password; takes as long where there is none to compare with."""
    with _AT_ONCE:
        try:
            _hasher.verify(stored or _nobodys_hash(), password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None and len(password) <= LONGEST


def renewed(password: str, stored: str) -> PasswordHash | None:
    """The hash by today's parameters where the stored one is older, else nothing."""
    if not _hasher.check_needs_rehash(stored):
        return None
    with _AT_ONCE:
        return PasswordHash(_hasher.hash(password))


def _nobodys_hash() -> str:
    """Something to compare with that takes as long as a real hash and fits nothing."""
    cost = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    salt, digest = (
        b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (_hasher.salt_len, _hasher.hash_len)
    )
    return f"$argon2id$v=19${cost}${salt}${digest}"


def _judge(password: str, name: str) -> None:
    if len(password) < SHORTEST:
        raise Invalid("A password needs at least %(n)d characters.", field="password", n=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid("A password has at most %(n)d characters.", field="password", n=LONGEST)
    if _is_common(_plain(password), _plain(name)):
        raise Invalid("This password is too easy to guess; use several unusual words.", field="password")


def _is_common(password: str, name: str) -> bool:
    """Whether little is left without common words, the name, digits and repetition."""
    rest = password
    for part in sorted({*COMMON.split(), name}, key=len, reverse=True):
        rest = rest.replace(part, "") if len(part) > 2 else rest
    rest = "".join(sign for sign in rest if sign not in FILLING)
    return len(rest) < SHORTEST // 3 or len(set(password)) <= SHORTEST // 3


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
