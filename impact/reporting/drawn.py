"""Pictures that were drawn before: looked up by all that they are drawn from.

The same chart in the same style gives the same bytes, so whoever has drawn it once need not
draw it for the next edition. A key covers the chart's facts, the style and the code that
draws: another version draws anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from impact.charts.content import IndicatorChart
from impact.charts.pictures import Picture
from impact.charts.style import ChartStyle
from impact.db import Database
from impact.language import Voice
from impact.reporting.tables import DrawnPicture

Watch = Callable[[Sequence[Any]], Iterable[Any]]
KEPT = timedelta(days=100)
PACKAGES = ("charts", "semantics", "translations")


class DrawnPictures:
    """Gives pictures as they were drawn before, and remembers those drawn now.

    Without a database nothing is looked up. Looking up writes nothing; ``keep`` does.
    """

    def __init__(self, database: Database | None = None) -> None:
        self._database = database
        self._fresh: dict[str, bytes] = {}

    def pictures(
        self,
        charts: Mapping[int, IndicatorChart],
        style: ChartStyle,
        form: str,
        draw: Callable[[IndicatorChart], bytes],
        watch: Watch = iter,
    ) -> dict[int, bytes]:
        """The pictures of charts in a form, by the charts' keys; ``draw`` makes those nobody drew before.

        Args:
            watch: passes the charts on one by one, for whoever tells how far it is.
        """
        keys = {name: picture_key(chart, style, form) for name, chart in charts.items()}
        known = self._kept(set(keys.values()) - set(self._fresh)) | self._fresh
        found = {}
        for name, chart in watch(list(charts.items())):
            key = keys[name]
            if key not in known:
                known[key] = self._fresh[key] = draw(chart)
            found[name] = known[key]
        return found

    def keep(self, session: Session, *, now: datetime) -> None:
        """Keep what was drawn now, and forget what is too old to be asked for."""
        keep_pictures(session, self._fresh, now=now)

    def _kept(self, keys: Collection[str]) -> dict[str, bytes]:
        if self._database is None or not keys:
            return {}
        with self._database.reading() as session:
            return kept_pictures(session, keys)


def kept_pictures(session: Session, keys: Collection[str]) -> dict[str, bytes]:
    """The pictures of those keys as they were drawn before; without those that nobody has drawn."""
    rows = select(DrawnPicture.key, DrawnPicture.content).where(DrawnPicture.key.in_(keys))
    return dict(session.execute(rows).all())


def keep_pictures(session: Session, drawn: Mapping[str, bytes], *, now: datetime) -> None:
    """Keep pictures under their keys, and forget what is too old to be asked for."""
    session.execute(sa.delete(DrawnPicture).where(DrawnPicture.drawn_at < now - KEPT))
    there = set(session.scalars(select(DrawnPicture.key).where(DrawnPicture.key.in_(drawn))))
    for key, content in sorted(drawn.items()):
        if key not in there:
            # Another clock may draw the same at the same time; its bytes are the same.
            with suppress(IntegrityError), session.begin_nested():
                session.add(DrawnPicture(key=key, content=content, drawn_at=now))


def picture_key(picture: Picture, style: ChartStyle, form: str) -> str:
    """The same for the same picture in the same look, drawn by the same code."""
    said = f"{form}\n{_plain(style)}\n{_plain(picture)}\n{_code()}"
    return hashlib.sha256(said.encode()).hexdigest()


def _plain(thing: Any) -> str:
    """All that a value says, alike in every process."""
    if isinstance(thing, Voice):
        return thing.language.value
    if isinstance(thing, Enum):
        return f"{type(thing).__name__}.{thing.name}"
    if is_dataclass(thing):
        said = ",".join(f"{one.name}={_plain(getattr(thing, one.name))}" for one in fields(thing))
        return f"{type(thing).__name__}({said})"
    if isinstance(thing, dict):
        return "{" + ",".join(f"{_plain(key)}:{_plain(value)}" for key, value in thing.items()) + "}"
    if isinstance(thing, list | tuple):
        return "[" + ",".join(map(_plain, thing)) + "]"
    return repr(thing)


@cache
def _code() -> str:
    """A digest of what draws: our own files, and the library's version."""
    digest = hashlib.sha256(version("matplotlib").encode())
    for package in PACKAGES:
        for file in sorted((Path(__file__).parent.parent / package).glob("*.p[yo]")):
            digest.update(file.read_bytes())
    return digest.hexdigest()
