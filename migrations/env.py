"""What Alembic runs: the migrations, then the checks that nothing was lost.

The connection comes from ``impact.migrating``, inside one transaction for all steps. A
check that fails raises, and everything is as it was before.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context

from impact import schema, triggers
from impact.db import UtcDateTime
from impact.migrating import MigrationError


def rendered(kind: str, item: Any, _context: Any) -> str | bool:
    """Types of the project as a drafted migration writes them: without the project."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def counts(connection: sa.Connection) -> dict[str, int]:
    """How many rows each table holds, Alembic's own aside."""
    tables = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
    return {
        name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0
        for name in sorted(tables)
    }


def guarded(connection: sa.Connection) -> set[str]:
    """The tables whose history is guarded at present."""
    tables = sa.inspect(connection).get_table_names()
    return {table for table in tables if not triggers.missing(connection, [table])}


class Declared:
    """What the migrations that ran say they change on purpose."""

    def __init__(self) -> None:
        self.rows: set[str] = set()
        self.guards: set[str] = set()

    def step(self, *, step: Any, **_: Any) -> None:
        """Note a migration that has run, and tell whoever asked."""
        script = step.up_revision
        self.rows |= set(getattr(script.module, "changes_rows_of", ()))
        self.guards |= set(getattr(script.module, "changes_guard_of", ()))
        if tell := context.config.attributes.get("tell"):
            tell(f"{'upgrade' if step.is_upgrade else 'downgrade'}: {script.doc} ({script.revision})")


def check_rows(before: dict[str, int], after: dict[str, int], declared: set[str]) -> None:
    """Refuse a table that has gained or lost rows without saying so."""
    for table in sorted((before.keys() & after.keys()) - declared):
        if before[table] != after[table]:
            raise MigrationError(
                "The migration would leave %(after)s of %(before)s rows in %(table)s; nothing was changed.",
                before=before[table],
                after=after[table],
                table=table,
            )


def check_keys(connection: sa.Connection) -> None:
    """Refuse a row that refers to one that is not there; PostgreSQL has always watched."""
    if connection.dialect.name != "sqlite":
        return
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise MigrationError(
            "The migration would leave a row of %(table)s that refers to a missing row of %(parent)s; "
            "nothing was changed.",
            table=broken[0],
            parent=broken[2],
        )


def check_guards(connection: sa.Connection, tables: set[str]) -> None:
    """Refuse history without its triggers: a rebuilt table has lost them."""
    if lost := triggers.missing(connection, sorted(tables)):
        raise MigrationError(
            "The migration would leave history without its guard (%(triggers)s); nothing was changed.",
            triggers=", ".join(lost),
        )


def run(connection: sa.Connection) -> None:
    """Run the steps and check what they left."""
    declared = Declared()
    context.configure(
        connection=connection,
        target_metadata=schema.metadata,
        render_as_batch=True,
        render_item=rendered,
        on_version_apply=declared.step,
    )
    rows, guards = counts(connection), guarded(connection)
    with context.begin_transaction():
        context.run_migrations()
    check_rows(rows, counts(connection), declared.rows)
    check_keys(connection)
    if set(context.get_context().get_current_heads()) == set(context.script.get_heads()):
        guards |= set(schema.APPEND_ONLY)
    check_guards(connection, guards - declared.guards)


run(context.config.attributes["connection"])
