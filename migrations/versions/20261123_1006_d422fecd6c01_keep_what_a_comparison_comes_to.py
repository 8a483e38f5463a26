"""Keep what a comparison comes to

An analysis of a series minus its reference line says now what it comes to (turned on its
own, with the reference, cannot tell) and with which p. Rows that are there are about a
series alone and keep both empty. The index finds the series that are compared with one
that has changed.

Revision ID: d422fecd6c01
Revises: 7c1d0e94a2b6
Create Date: 2026-11-23 10:06
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d422fecd6c01"
down_revision: str | None = "7c1d0e94a2b6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Analyses have an outcome and its p."""
    op.add_column("analysis", sa.Column("outcome", sa.String(length=40), nullable=True))
    op.add_column("analysis", sa.Column("outcome_p", sa.Double(), nullable=True))
    op.create_index("ix_reference_link_reference_series_id", "reference_link", ["reference_series_id"])


def downgrade() -> None:
    """Analyses have neither."""
    op.drop_index("ix_reference_link_reference_series_id", "reference_link")
    op.drop_column("analysis", "outcome_p")
    op.drop_column("analysis", "outcome")
