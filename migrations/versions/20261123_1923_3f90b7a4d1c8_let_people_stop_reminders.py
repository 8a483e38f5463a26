"""Let people stop reminders

Whoever wants no reminders of measurements says so beside the wish for notices. Those who
chose something before get reminders, as everybody did.

Revision ID: 3f90b7a4d1c8
Revises: 62132de15080
Create Date: 2026-11-23 19:23
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "3f90b7a4d1c8"
down_revision: str | None = "62132de15080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A wish says whether reminders are wanted."""
    op.add_column(
        "notice_preference",
        sa.Column("wants_reminders", sa.Boolean(), nullable=False, server_default=sa.true()),
    )


def downgrade() -> None:
    """Everybody gets reminders."""
    op.drop_column("notice_preference", "wants_reminders")
