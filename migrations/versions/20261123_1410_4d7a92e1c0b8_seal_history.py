"""Seal history

A digest over all that a row of history says is kept beside it, so that a change past the
triggers shows. What stands there already gets a seal without a digest: nobody can tell any
more whether it was changed.

Revision ID: 4d7a92e1c0b8
Revises: 40c1feec1c1e
Create Date: 2026-11-23 14:10
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from impact import triggers

revision = "4d7a92e1c0b8"
down_revision: str | None = "40c1feec1c1e"
branch_labels = None
depends_on = None

HISTORY = (
    "audit_entry",
    "plan_version",
    "definition_version",
    "revision",
    "revision_state",
    "analysis",
    "screening_run",
    "flag_event",
    "edition",
    "delivery",
)


def upgrade() -> None:
    """Lay out the seals, and say of what is there that it stands without."""
    seals = op.create_table(
        "history_seal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("ranges", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_seal")),
    )
    op.create_index("ix_history_seal_table_name_first_id", "history_seal", ["table_name", "first_id"])
    for name in HISTORY:
        number = sa.column("id")
        ends = sa.select(sa.func.min(number), sa.func.max(number)).select_from(sa.table(name))
        first, last = op.get_bind().execute(ends).one()
        if first is not None:
            held = {"table_name": name, "first_id": first, "ranges": [[first, last]], "digest": ""}
            op.get_bind().execute(sa.insert(seals).values(**held))
    triggers.guard(op.get_bind(), "history_seal")


def downgrade() -> None:
    """History stands without seals."""
    op.drop_table("history_seal")
