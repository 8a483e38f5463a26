"""Forms that no browser sends: every field that pages have, with anything in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from random import Random
from urllib.parse import quote_from_bytes
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

FIELD = re.compile(
    r"<(input|select|textarea|button)\b([^>]*)>(.*?)(?=<(?:input|select|textarea|button)\b|\Z)", re.S
)
NAME, VALUE = re.compile(r'\bname="([^"]*)"'), re.compile(r'\bvalue="([^"]*)"')
Fields = list[tuple[str, str]]

HOSTILE = (
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff x", "\r\nBcc: a@b.se", "\u2028", "\u202e", "\ufeff",
    "\x1b[31m", "å" * 5000, "x" * 300, "0", "-1", "1", "2", "9" * 400, "9" * 5000, str(2**31), str(2**53),
    str(2**63), str(2**64), "1e400", "-1e-400", "NaN", "inf", "-0", "1,5", "1.234", "1 000,5", "٣", "²",
    "½", "Ⅷ", "0x10", "1_000", "+1", "2024", "2024-02-30", "2026-12-31", "0000-00-00", "0001-01-01",
    "9999-12-31", "10000-01-01", "2024-H3", "2023/24", "2026-03-31T12:00", "25:61", "true", "on", "null",
    "None", "[]", "{}", "total", "sex=women", "a=b,c=d,=,", "' OR 1=1 --", "%s %(x)s {0} %", "{{ 7*7 }}",
    "<script>alert(1)</script>", "../../etc/passwd", "=1+1", "javascript:x", "http://[", "http://\x00",
    "https://example.se/" + "a" * 3000, "mailto:", "@", "a@b", "å@ö.se", "a" * 300 + "@b.se", "sv", "en",
    "year", "number", "increase", "goal", "goals", "confirmed", "dismissed", "administrator", "analyst",
    "project:1", "organisation:1", "1:2:3", ",,,", "1,2,3", "💥" * 200, "e\u0301", "ﷺ", "I\u0307ı", "\t",
    "\n" * 500,
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What pages ask for: the fields of each, and what may stand in a field."""

    by_page: dict[str, list[str]]
    values: dict[str, list[str]]

    @property
    def names(self) -> list[str]:
        """Every field of any page."""
        return sorted(self.values)


def asked_on(client: FlaskClient, paths: Sequence[str]) -> Asked:
    """The fields on these pages, with the values that they have or offer."""
    by_page: dict[str, list[str]] = {}
    values: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        names = set()
        for _kind, attributes, inner in FIELD.findall(client.get(path).text):
            if (name := NAME.search(attributes)) is None or name[1] == "csrf_token":
                continue
            names.add(name[1])
            values[name[1]] |= {unescape(found) for found in VALUE.findall(attributes + inner)}
        by_page[path] = sorted(names)
    return Asked(by_page, {name: sorted(found) for name, found in values.items()})


def random_fields(asked: Asked, path: str, luck: Random) -> Fields:
    """Fields of a form: mostly those of the page, some missing, some twice, some of other pages."""
    own = asked.by_page.get(path) or luck.sample(asked.names, 6)
    names = [name for name in own if luck.random() < 0.85]
    names += luck.sample(asked.names, luck.choice((0, 0, 1, 4)))
    names += luck.sample(names, min(len(names), luck.choice((0, 0, 0, 2))))
    return [(name, _value(asked, name, luck)) for name in names]


def send(client: FlaskClient, path: str, fields: Fields, token: str, luck: Random) -> TestResponse:
    """Send a form as it is, or as one with files where texts are asked for."""
    headers = {"Referer": "http://localhost/no-such-page"}
    whole = [("csrf_token", token), *fields]
    if luck.random() < 0.7:
        body = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in whole).encode()
        return client.post(path, data=body, headers=headers, content_type="application/x-www-form-urlencoded")
    mark = UUID(int=luck.getrandbits(128)).hex
    body = b"".join(_part(mark, name, value, luck) for name, value in whole) + f"--{mark}--\r\n".encode()
    return client.post(path, data=body, headers=headers, content_type=f"multipart/form-data; boundary={mark}")


def _value(asked: Asked, name: str, luck: Random) -> str:
    told = asked.values.get(name, [])
    if told and luck.random() < 0.5:
        return luck.choice(told)
    return luck.choice(HOSTILE) if luck.random() < 0.98 else "x" * 300_000


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _quoted(text: str) -> str:
    return quote_from_bytes(_bytes(text), safe="")


def _part(mark: str, name: str, value: str, luck: Random) -> bytes:
    file = f'; filename="{luck.choice(("a.pdf", "å.exe", "../x.csv", ""))}"' if luck.random() < 0.3 else ""
    kind = f"\r\nContent-Type: {luck.choice(('text/html', 'application/pdf', 'x'))}" if file else ""
    if name == "csrf_token":
        file = kind = ""
    head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"{file}{kind}\r\n\r\n'
    return head.encode() + _bytes(value) + b"\r\n"
