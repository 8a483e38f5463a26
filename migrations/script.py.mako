"""${message}

Say here why: what users get, and what becomes of the rows that are there.

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision: str | None = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """Say in one line what is there afterwards."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Say in one line what is gone afterwards."""
    ${downgrades if downgrades else "pass"}
