"""Keep withdrawn warnings

An analysis says now which early warning its data do not bear out, so that whoever was
warned reads of it. Analyses that are there say nothing of it: what was told is not told
otherwise afterwards.

Revision ID: 5b8e20c17f3a
Revises: d422fecd6c01
Create Date: 2026-11-23 10:40
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "5b8e20c17f3a"
down_revision: str | None = "d422fecd6c01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Analyses name the early warning that they take back."""
    op.add_column("analysis", sa.Column("withdrawn_warning", sa.Double(), nullable=True))


def downgrade() -> None:
    """Analyses do not."""
    op.drop_column("analysis", "withdrawn_warning")
