"""Draft the next migration: ``python -m migrations.draft "add a colour to goals"``.

Compares the tables of the code with those that the migrations make, and writes a file to
be read, corrected and given its reason; see CONTRIBUTING.md.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from impact.db import Database
from impact.migrating import configuration, upgrade


def draft(title: str) -> Path:
    """The file of a new migration with that title."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/draft.sqlite"
        upgrade(url)
        database = Database(url)
        config = configuration()
        with database.engine.connect() as connection, connection.begin():
            config.attributes["connection"] = connection
            script = command.revision(config, title, autogenerate=True)
        database.dispose()
    assert not isinstance(script, list)  # noqa: S101 - one title makes one file
    assert script is not None  # noqa: S101
    return Path(script.path)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit('Give the new migration a title: python -m migrations.draft "add a colour to goals"')
    draft(sys.argv[1])
