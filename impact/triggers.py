"""Triggers that keep history as it was written: the same promise on both engines.

An UPDATE of a guarded table is always refused, and so is TRUNCATE. A DELETE is refused
unless ``trigger_pass`` holds a row, which it can only do inside a transaction: its row
cannot be committed. Migrations call these functions, and the released ones rely on what
they do; a new kind of trigger gets functions of its own beside them.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

FUNCTION = "refuse_change_of_history"
REFUSED = {
    "sqlite": ("update", "delete"),
    "postgresql": ("update", "delete", "truncate"),
}

_POSTGRESQL_FUNCTION = """
CREATE FUNCTION refuse_change_of_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    passed boolean := false;
BEGIN
    IF TG_OP = 'DELETE' THEN
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I.trigger_pass)', TG_TABLE_SCHEMA) INTO passed;
    END IF;
    IF passed THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '%', format('history is append-only: %s of %s refused', TG_OP, TG_TABLE_NAME)
        USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""


def install(connection: sa.Connection) -> None:
    """What the triggers of all tables share: a function, on PostgreSQL."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(_POSTGRESQL_FUNCTION))


def uninstall(connection: sa.Connection) -> None:
    """Take away what :func:`install` made; no guarded table may be left."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"DROP FUNCTION {FUNCTION}()")


def guard(connection: sa.Connection, table: str) -> None:
    """From here on what stands in the table stays there."""
    for operation in REFUSED[connection.dialect.name]:
        connection.execute(sa.text(_create(connection.dialect.name, table, operation)))


def unguard(connection: sa.Connection, table: str) -> None:
    """Let a migration change the table; it guards it again before it ends."""
    of_table = f" ON {table}" if connection.dialect.name == "postgresql" else ""
    for operation in REFUSED[connection.dialect.name]:
        connection.exec_driver_sql(f"DROP TRIGGER {trigger_name(table, operation)}{of_table}")


def missing(connection: sa.Connection, tables: Iterable[str]) -> list[str]:
    """The triggers that ought to guard these tables and do not, by name."""
    existing = set(sa.inspect(connection).get_table_names())
    installed = set(connection.exec_driver_sql(_INSTALLED[connection.dialect.name]).scalars())
    wanted = [
        trigger_name(table, operation)
        for table in tables
        if table in existing
        for operation in REFUSED[connection.dialect.name]
    ]
    return [name for name in wanted if name not in installed]


def trigger_name(table: str, operation: str) -> str:
    """What the trigger is called that refuses the operation."""
    return f"tr_{table}_refuse_{operation}"


_INSTALLED = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    # Neither disabled nor on a table of another schema.
    "postgresql": """
        SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = current_schema()::regnamespace AND t.tgenabled IN ('O', 'A')
    """,
}


def _create(engine: str, table: str, operation: str) -> str:
    name = trigger_name(table, operation)
    if engine == "sqlite":
        condition = "WHEN NOT EXISTS (SELECT 1 FROM trigger_pass) " if operation == "delete" else ""
        refusal = f"history is append-only: {operation.upper()} of {table} refused"
        return (
            f"CREATE TRIGGER {name} BEFORE {operation.upper()} ON {table} FOR EACH ROW {condition}"
            f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        )
    level = "STATEMENT" if operation == "truncate" else "ROW"
    return (
        f"CREATE TRIGGER {name} BEFORE {operation.upper()} ON {table} "
        f"FOR EACH {level} EXECUTE FUNCTION {FUNCTION}()"
    )
