"""How large the database is, as a whole and table by table."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor, require_everywhere
from impact.db import Base

# Tables that hold no more rows than a page has lines are nobody's concern.
N_SHOWN = 15


@dataclass(frozen=True)
class DatabaseSize:
    """The kind of the database, its server's or library's version, its bytes, its largest tables."""

    kind: str
    version: str
    n_bytes: int
    n_rows: list[tuple[str, int]]


def database_size(session: Session, actor: Actor) -> DatabaseSize:
    """How large the database is, the largest tables first.

    Raises:
        NotAllowed: the actor does not administer the installation.
    """
    require_everywhere(actor, Action.ADMINISTER)
    dialect = session.connection().dialect
    version = ".".join(str(part) for part in dialect.server_version_info or ())
    counts = session.execute(
        sa.union_all(
            *(
                select(sa.literal(name).label("name"), sa.func.count().label("n")).select_from(table)
                for name, table in sorted(Base.metadata.tables.items())
            )
        )
    )
    rows = sorted(((name, n) for name, n in counts), key=lambda row: (-row[1], row[0]))
    return DatabaseSize(dialect.name, version, n_bytes(session), rows[:N_SHOWN])


def n_bytes(session: Session) -> int:
    """How many bytes the database takes."""
    if session.connection().dialect.name == "postgresql":
        return session.scalar(select(sa.func.pg_database_size(sa.func.current_database()))) or 0
    pages = session.scalar(sa.text("SELECT page_count FROM pragma_page_count()")) or 0
    size = session.scalar(sa.text("SELECT page_size FROM pragma_page_size()")) or 0
    return int(pages) * int(size)
