"""Tell with which settings clocks mail

A command that sends reports with another key than the service makes links by which nobody
can unsubscribe. A clock's heartbeat holds a mark of its settings, so that the command can
refuse. Clocks that run already have none until their next beat.

Revision ID: 8c41d7e0b9a2
Revises: 3f90b7a4d1c8
Create Date: 2026-11-24 01:30
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "8c41d7e0b9a2"
down_revision: str | None = "3f90b7a4d1c8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A heartbeat holds a mark of the settings for mail."""
    op.add_column("clock_heartbeat", sa.Column("mail_mark", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """A heartbeat says nothing of the settings for mail."""
    op.drop_column("clock_heartbeat", "mail_mark")
