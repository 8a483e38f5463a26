"""Lay out all tables

Every table that the capabilities of Impact need, laid out at once so that none has to be
rebuilt when a capability arrives. History is append-only from the first day: triggers
refuse to change what was recorded, see docs/decisions/0005-history-of-plans.md.

Revision ID: 7c1d0e94a2b6
Revises: none
Create Date: 2026-11-23 09:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from impact import triggers

revision = "7c1d0e94a2b6"
down_revision: str | None = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SORTABLE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
CHOICE = sa.String(length=40)
SHA256 = sa.String(length=64)

# In an order in which each may refer to those before it.
TABLES = (
    "actor",
    "stored_file",
    "organisation",
    "area",
    "category",
    "project",
    "project_organisation",
    "project_area",
    "project_event",
    "project_document",
    "goal",
    "milestone",
    "user_account",
    "membership",
    "sign_in_session",
    "sign_in_attempt",
    "one_time_link",
    "api_token",
    "audit_entry",
    "plan_version",
    "trigger_pass",
    "definition",
    "definition_version",
    "indicator",
    "story_note",
    "series",
    "target",
    "baseline",
    "series_break",
    "reference_link",
    "source_link",
    "import_batch",
    "staged_upload",
    "import_mapping",
    "measurement",
    "revision",
    "revision_state",
    "reporting_round",
    "analysis",
    "screening_run",
    "flag",
    "flag_event",
    "series_summary",
    "subscription",
    "subscription_recipient",
    "notice_preference",
    "suppression",
    "edition",
    "due_occurrence",
    "outbox_message",
    "delivery",
    "clock_heartbeat",
)
APPEND_ONLY = (
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
# A measurement points at its revisions and they at it. SQLite takes both inline; PostgreSQL
# wants the second table first, so there the pointers are added afterwards.
POINTERS = ("approved_revision_id", "newest_revision_id")


def upgrade() -> None:
    """Lay out the tables, then guard history."""
    _lay_out_projects()
    _lay_out_accounts()
    _lay_out_history()
    _lay_out_indicators()
    _lay_out_measurements()
    _lay_out_monitoring()
    _lay_out_delivery()
    if op.get_bind().dialect.name == "postgresql":
        for column in POINTERS:
            op.create_foreign_key(
                f"fk_measurement_{column}_revision", "measurement", "revision", [column], ["id"]
            )
    triggers.install(op.get_bind())
    for table in APPEND_ONLY:
        triggers.guard(op.get_bind(), table)


def downgrade() -> None:
    """Drop everything; a table's triggers and indexes go with it."""
    if op.get_bind().dialect.name == "postgresql":
        for column in POINTERS:
            op.drop_constraint(f"fk_measurement_{column}_revision", "measurement", type_="foreignkey")
    for table in reversed(TABLES):
        op.drop_table(table)
    triggers.uninstall(op.get_bind())


def _lay_out_projects() -> None:
    """Actors, files, places, and projects with all that hangs on them."""
    op.create_table(
        "actor",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", CHOICE, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor")),
    )
    op.create_table(
        "stored_file",
        sa.Column("sha256", SHA256, nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("n_bytes", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_file")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", SORTABLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", SORTABLE, nullable=False),
        sa.Column("kind", CHOICE, nullable=False),
        sa.Column("kolada_id", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisation_slug")),
    )
    op.create_index(op.f("ix_organisation_name_key"), "organisation", ["name_key"], unique=False)
    op.create_table(
        "area",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", SORTABLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", SORTABLE, nullable=False),
        sa.Column("kind", CHOICE, nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["area.id"], name=op.f("fk_area_parent_id_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("slug", name=op.f("uq_area_slug")),
    )
    op.create_index(op.f("ix_area_name_key"), "area", ["name_key"], unique=False)
    op.create_table(
        "category",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", SORTABLE, nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["category.id"], name=op.f("fk_category_parent_id_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("slug", name=op.f("uq_category_slug")),
    )
    op.create_table(
        "project",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", SORTABLE, nullable=False),
        sa.Column("title_sv", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("short_sv", sa.Text(), nullable=False),
        sa.Column("short_en", sa.Text(), nullable=False),
        sa.Column("sort_key", SORTABLE, nullable=False),
        sa.Column("search_key", SORTABLE, nullable=False),
        sa.Column("summary_sv", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("story_sv", sa.Text(), nullable=False),
        sa.Column("story_en", sa.Text(), nullable=False),
        sa.Column("investment_type_sv", sa.Text(), nullable=False),
        sa.Column("investment_type_en", sa.Text(), nullable=False),
        sa.Column("physical_investment_sv", sa.Text(), nullable=False),
        sa.Column("physical_investment_en", sa.Text(), nullable=False),
        sa.Column("social_interventions", sa.JSON(), nullable=False),
        sa.Column("category_id", ID, nullable=True),
        sa.Column("subtype_id", ID, nullable=True),
        sa.Column("target_population_sv", sa.Text(), nullable=False),
        sa.Column("target_population_en", sa.Text(), nullable=False),
        sa.Column("n_target_population", sa.Integer(), nullable=True),
        sa.Column("target_population_known_by_sv", sa.Text(), nullable=False),
        sa.Column("target_population_known_by_en", sa.Text(), nullable=False),
        sa.Column("loan_amount", sa.BigInteger(), nullable=True),
        sa.Column("total_cost", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("report_from_year", sa.Integer(), nullable=True),
        sa.Column("report_to_year", sa.Integer(), nullable=True),
        sa.Column("benefits_plan_sv", sa.Text(), nullable=False),
        sa.Column("benefits_plan_en", sa.Text(), nullable=False),
        sa.Column("sdg_targets", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", CHOICE, nullable=False),
        sa.Column("visibility", CHOICE, nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_project_category_id_category")
        ),
        sa.ForeignKeyConstraint(["subtype_id"], ["category.id"], name=op.f("fk_project_subtype_id_category")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("slug", name=op.f("uq_project_slug")),
    )
    op.create_index(op.f("ix_project_category_id"), "project", ["category_id"], unique=False)
    op.create_index(op.f("ix_project_sort_key"), "project", ["sort_key"], unique=False)
    op.create_index(op.f("ix_project_status"), "project", ["status"], unique=False)
    op.create_index(op.f("ix_project_visibility"), "project", ["visibility"], unique=False)
    op.create_table(
        "project_organisation",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("part", CHOICE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_project_organisation_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_organisation_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_organisation")),
        sa.UniqueConstraint(
            "project_id",
            "organisation_id",
            "part",
            name=op.f("uq_project_organisation_project_id_organisation_id_part"),
        ),
    )
    op.create_index(
        op.f("ix_project_organisation_organisation_id"),
        "project_organisation",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_project_organisation_project_id"), "project_organisation", ["project_id"], unique=False
    )
    op.create_table(
        "project_area",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_project_area_area_id_area")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_area_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_area")),
        sa.UniqueConstraint("project_id", "area_id", name=op.f("uq_project_area_project_id_area_id")),
    )
    op.create_index(op.f("ix_project_area_area_id"), "project_area", ["area_id"], unique=False)
    op.create_index(op.f("ix_project_area_project_id"), "project_area", ["project_id"], unique=False)
    op.create_table(
        "project_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("label_sv", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("description_sv", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_event_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_event")),
    )
    op.create_index(op.f("ix_project_event_project_id"), "project_event", ["project_id"], unique=False)
    op.create_table(
        "project_document",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("title_sv", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("file_sha256", SHA256, nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["file_sha256"], ["stored_file.sha256"], name=op.f("fk_project_document_file_sha256_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_project_document_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_document")),
    )
    op.create_index(op.f("ix_project_document_project_id"), "project_document", ["project_id"], unique=False)
    op.create_table(
        "goal",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level", CHOICE, nullable=False),
        sa.Column("title_sv", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("description_sv", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column("search_key", SORTABLE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_goal_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    op.create_index(op.f("ix_goal_project_id"), "goal", ["project_id"], unique=False)
    op.create_table(
        "milestone",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("goal_id", ID, nullable=True),
        sa.Column("title_sv", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.Column("evidence_sv", sa.Text(), nullable=False),
        sa.Column("evidence_en", sa.Text(), nullable=False),
        sa.Column("evidence_address", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_milestone_goal_id_goal")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_milestone_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestone")),
    )
    op.create_index(op.f("ix_milestone_goal_id"), "milestone", ["goal_id"], unique=False)
    op.create_index(op.f("ix_milestone_project_id"), "milestone", ["project_id"], unique=False)


def _lay_out_accounts() -> None:
    """People, what they may do, and how they are signed in."""
    op.create_table(
        "user_account",
        sa.Column("id", ID, nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("name_key", SORTABLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.Column("last_visit_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_user_account_actor_id_actor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("actor_id", name=op.f("uq_user_account_actor_id")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_user_account_issuer_subject")),
        sa.UniqueConstraint("name_key", name=op.f("uq_user_account_name_key")),
    )
    op.create_table(
        "membership",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("role", CHOICE, nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("organisation_id", ID, nullable=True),
        sa.CheckConstraint(
            "project_id IS NULL OR organisation_id IS NULL", name=op.f("ck_membership_one_scope")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_membership_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_membership_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "user_id", "role", "organisation_id", name=op.f("uq_membership_user_id_role_organisation_id")
        ),
        sa.UniqueConstraint(
            "user_id", "role", "project_id", name=op.f("uq_membership_user_id_role_project_id")
        ),
    )
    op.create_index(op.f("ix_membership_organisation_id"), "membership", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_membership_project_id"), "membership", ["project_id"], unique=False)
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"], unique=False)
    op.create_index(
        "uq_membership_everywhere",
        "membership",
        ["user_id", "role"],
        unique=True,
        sqlite_where=sa.text("project_id IS NULL AND organisation_id IS NULL"),
        postgresql_where=sa.text("project_id IS NULL AND organisation_id IS NULL"),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("token_hash", SHA256, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_seen_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_sign_in_session_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
    )
    op.create_index(op.f("ix_sign_in_session_user_id"), "sign_in_session", ["user_id"], unique=False)
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", ID, nullable=False),
        sa.Column("name_key", SORTABLE, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("attempted_at", INSTANT, nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(
        "ix_sign_in_attempt_address_attempted_at",
        "sign_in_attempt",
        ["address", "attempted_at"],
        unique=False,
    )
    op.create_index(
        "ix_sign_in_attempt_name_key_attempted_at",
        "sign_in_attempt",
        ["name_key", "attempted_at"],
        unique=False,
    )
    op.create_table(
        "one_time_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("purpose", CHOICE, nullable=False),
        sa.Column("token_hash", SHA256, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_one_time_link_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    op.create_index(op.f("ix_one_time_link_user_id"), "one_time_link", ["user_id"], unique=False)
    op.create_table(
        "api_token",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("token_hash", SHA256, nullable=False),
        sa.Column("scope", CHOICE, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_api_token_actor_id_actor")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_api_token_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("actor_id", name=op.f("uq_api_token_actor_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_index(op.f("ix_api_token_user_id"), "api_token", ["user_id"], unique=False)


def _lay_out_history() -> None:
    """The trail, the history of plans, and the pass that lets history be deleted."""
    op.create_table(
        "audit_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("digest", SHA256, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_audit_entry_actor_id_actor")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_audit_entry_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_actor_id"), "audit_entry", ["actor_id"], unique=False)
    op.create_index(
        "ix_audit_entry_object_type_object_id", "audit_entry", ["object_type", "object_id"], unique=False
    )
    op.create_index(
        "ix_audit_entry_project_id_recorded_at", "audit_entry", ["project_id", "recorded_at"], unique=False
    )
    op.create_index(op.f("ix_audit_entry_recorded_at"), "audit_entry", ["recorded_at"], unique=False)
    op.create_table(
        "plan_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("root_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("digest", SHA256, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_plan_version_actor_id_actor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint(
            "entity", "entity_id", "version", name=op.f("uq_plan_version_entity_entity_id_version")
        ),
    )
    op.create_index(op.f("ix_plan_version_recorded_at"), "plan_version", ["recorded_at"], unique=False)
    op.create_index(
        "ix_plan_version_root_root_id_recorded_at",
        "plan_version",
        ["root", "root_id", "recorded_at"],
        unique=False,
    )
    op.create_table(
        "trigger_pass",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("never_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_trigger_pass_only_one")),
        sa.CheckConstraint("never_id = 2", name=op.f("ck_trigger_pass_never_kept")),
        sa.ForeignKeyConstraint(
            ["never_id"],
            ["trigger_pass.id"],
            name=op.f("fk_trigger_pass_never_id_trigger_pass"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trigger_pass")),
    )


def _lay_out_indicators() -> None:
    """The library, indicators, their series and what is said of these."""
    op.create_table(
        "definition",
        sa.Column("id", ID, nullable=False),
        sa.Column("slug", SORTABLE, nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_definition_owner_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition")),
        sa.UniqueConstraint("slug", name=op.f("uq_definition_slug")),
    )
    op.create_table(
        "definition_version",
        sa.Column("id", ID, nullable=False),
        sa.Column("definition_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("search_key", SORTABLE, nullable=False),
        sa.Column("text_sv", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("method_sv", sa.Text(), nullable=False),
        sa.Column("method_en", sa.Text(), nullable=False),
        sa.Column("source_sv", sa.Text(), nullable=False),
        sa.Column("source_en", sa.Text(), nullable=False),
        sa.Column("kind", CHOICE, nullable=False),
        sa.Column("unit_sv", sa.Text(), nullable=False),
        sa.Column("unit_en", sa.Text(), nullable=False),
        sa.Column("rate_base", sa.Integer(), nullable=True),
        sa.Column("lowest", sa.Double(), nullable=True),
        sa.Column("highest", sa.Double(), nullable=True),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("direction", CHOICE, nullable=False),
        sa.Column("band_low", sa.Double(), nullable=True),
        sa.Column("band_high", sa.Double(), nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["actor.id"], name=op.f("fk_definition_version_actor_id_actor")
        ),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definition.id"], name=op.f("fk_definition_version_definition_id_definition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition_version")),
        sa.UniqueConstraint(
            "definition_id", "number", name=op.f("uq_definition_version_definition_id_number")
        ),
    )
    op.create_index(
        op.f("ix_definition_version_definition_id"), "definition_version", ["definition_id"], unique=False
    )
    op.create_table(
        "indicator",
        sa.Column("id", ID, nullable=False),
        sa.Column("goal_id", ID, nullable=True),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("area_id", ID, nullable=True),
        sa.Column("definition_id", ID, nullable=False),
        sa.Column("definition_version_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_key", sa.Boolean(), nullable=False),
        sa.Column("is_invented", sa.Boolean(), nullable=False),
        sa.Column("responsible_id", ID, nullable=True),
        sa.Column("source_sv", sa.Text(), nullable=False),
        sa.Column("source_en", sa.Text(), nullable=False),
        sa.Column("source_address", sa.Text(), nullable=False),
        sa.Column("gap_style", CHOICE, nullable=False),
        sa.Column("ex_ante_estimate", sa.Double(), nullable=True),
        sa.Column("frequency", CHOICE, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("n_window_years", sa.Integer(), nullable=False),
        sa.Column("every_n_periods", sa.Integer(), nullable=False),
        sa.Column("rounds", sa.JSON(), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.CheckConstraint("(goal_id IS NULL) <> (area_id IS NULL)", name=op.f("ck_indicator_goal_or_area")),
        sa.CheckConstraint(
            "(goal_id IS NULL) = (project_id IS NULL)", name=op.f("ck_indicator_project_with_goal")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_indicator_area_id_area")),
        sa.ForeignKeyConstraint(
            ["definition_id"], ["definition.id"], name=op.f("fk_indicator_definition_id_definition")
        ),
        sa.ForeignKeyConstraint(
            ["definition_version_id"],
            ["definition_version.id"],
            name=op.f("fk_indicator_definition_version_id_definition_version"),
        ),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_indicator_goal_id_goal")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_indicator_project_id_project")),
        sa.ForeignKeyConstraint(
            ["responsible_id"], ["actor.id"], name=op.f("fk_indicator_responsible_id_actor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
    )
    op.create_index(op.f("ix_indicator_area_id"), "indicator", ["area_id"], unique=False)
    op.create_index(op.f("ix_indicator_definition_id"), "indicator", ["definition_id"], unique=False)
    op.create_index(op.f("ix_indicator_goal_id"), "indicator", ["goal_id"], unique=False)
    op.create_index(op.f("ix_indicator_project_id"), "indicator", ["project_id"], unique=False)
    op.create_table(
        "story_note",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("indicator_id", ID, nullable=True),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("text_sv", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["actor.id"], name=op.f("fk_story_note_author_id_actor")),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_story_note_indicator_id_indicator")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_story_note_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_note")),
    )
    op.create_index(op.f("ix_story_note_indicator_id"), "story_note", ["indicator_id"], unique=False)
    op.create_index(op.f("ix_story_note_project_id"), "story_note", ["project_id"], unique=False)
    op.create_table(
        "series",
        sa.Column("id", ID, nullable=False),
        sa.Column("indicator_id", ID, nullable=False),
        sa.Column("disaggregation", sa.Text(), nullable=False),
        sa.Column("stale_since", INSTANT, nullable=True),
        sa.Column("revision_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_series_indicator_id_indicator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint(
            "indicator_id", "disaggregation", name=op.f("uq_series_indicator_id_disaggregation")
        ),
    )
    op.create_index(op.f("ix_series_indicator_id"), "series", ["indicator_id"], unique=False)
    op.create_index(op.f("ix_series_stale_since"), "series", ["stale_since"], unique=False)
    op.create_table(
        "target",
        sa.Column("id", ID, nullable=False),
        sa.Column("series_id", ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("frequency", CHOICE, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_target_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    op.create_index(op.f("ix_target_series_id"), "target", ["series_id"], unique=False)
    op.create_table(
        "baseline",
        sa.Column("id", ID, nullable=False),
        sa.Column("series_id", ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("frequency", CHOICE, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_baseline_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
    )
    op.create_index(op.f("ix_baseline_series_id"), "baseline", ["series_id"], unique=False)
    op.create_table(
        "series_break",
        sa.Column("id", ID, nullable=False),
        sa.Column("series_id", ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("frequency", CHOICE, nullable=False),
        sa.Column("reason_sv", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column("old_version_id", ID, nullable=True),
        sa.Column("new_version_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["new_version_id"],
            ["definition_version.id"],
            name=op.f("fk_series_break_new_version_id_definition_version"),
        ),
        sa.ForeignKeyConstraint(
            ["old_version_id"],
            ["definition_version.id"],
            name=op.f("fk_series_break_old_version_id_definition_version"),
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_series_break_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_break")),
    )
    op.create_index(op.f("ix_series_break_series_id"), "series_break", ["series_id"], unique=False)
    op.create_table(
        "reference_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("series_id", ID, nullable=False),
        sa.Column("reference_series_id", ID, nullable=False),
        sa.Column("label_sv", sa.Text(), nullable=False),
        sa.Column("label_en", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["reference_series_id"], ["series.id"], name=op.f("fk_reference_link_reference_series_id_series")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_reference_link_series_id_series")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_link")),
        sa.UniqueConstraint(
            "series_id", "reference_series_id", name=op.f("uq_reference_link_series_id_reference_series_id")
        ),
    )
    op.create_index(op.f("ix_reference_link_series_id"), "reference_link", ["series_id"], unique=False)
    op.create_table(
        "source_link",
        sa.Column("id", ID, nullable=False),
        sa.Column("series_id", ID, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key_figure", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=True),
        sa.Column("response_sha256", SHA256, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_source_link_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_link")),
        sa.UniqueConstraint(
            "source",
            "key_figure",
            "entity",
            "sex",
            "series_id",
            name=op.f("uq_source_link_source_key_figure_entity_sex_series_id"),
        ),
    )
    op.create_index(op.f("ix_source_link_series_id"), "source_link", ["series_id"], unique=False)


def _lay_out_measurements() -> None:
    """Imports, and measurements with their revisions."""
    op.create_table(
        "import_batch",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("applied_at", INSTANT, nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", SHA256, nullable=True),
        sa.Column("n_new", sa.Integer(), nullable=False),
        sa.Column("n_changed", sa.Integer(), nullable=False),
        sa.Column("state", CHOICE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_import_batch_actor_id_actor")),
        sa.ForeignKeyConstraint(
            ["file_sha256"], ["stored_file.sha256"], name=op.f("fk_import_batch_file_sha256_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_import_batch_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_index(op.f("ix_import_batch_project_id"), "import_batch", ["project_id"], unique=False)
    op.create_table(
        "staged_upload",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", SHA256, nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_staged_upload_actor_id_actor")),
        sa.ForeignKeyConstraint(
            ["file_sha256"], ["stored_file.sha256"], name=op.f("fk_staged_upload_file_sha256_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_staged_upload_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_upload")),
    )
    op.create_index(op.f("ix_staged_upload_actor_id"), "staged_upload", ["actor_id"], unique=False)
    op.create_table(
        "import_mapping",
        sa.Column("id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_import_mapping_actor_id_actor")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_import_mapping_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_import_mapping_organisation_id_name")),
    )
    op.create_table(
        "measurement",
        sa.Column("id", ID, nullable=False),
        sa.Column("series_id", ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("frequency", CHOICE, nullable=False),
        sa.Column("newest_revision_id", ID, nullable=True),
        sa.Column("approved_revision_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["approved_revision_id"],
            ["revision.id"],
            name=op.f("fk_measurement_approved_revision_id_revision"),
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(
            ["newest_revision_id"],
            ["revision.id"],
            name=op.f("fk_measurement_newest_revision_id_revision"),
            use_alter=True,
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_measurement_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement")),
        sa.UniqueConstraint(
            "series_id",
            "first_day",
            "last_day",
            "frequency",
            name=op.f("uq_measurement_series_id_first_day_last_day_frequency"),
        ),
    )
    op.create_index(
        op.f("ix_measurement_approved_revision_id"), "measurement", ["approved_revision_id"], unique=False
    )
    op.create_index(
        op.f("ix_measurement_newest_revision_id"), "measurement", ["newest_revision_id"], unique=False
    )
    op.create_table(
        "revision",
        sa.Column("id", ID, nullable=False),
        sa.Column("measurement_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("missing", CHOICE, nullable=True),
        sa.Column("status", CHOICE, nullable=False),
        sa.Column("n_observed", sa.Double(), nullable=True),
        sa.Column("response_rate", sa.Double(), nullable=True),
        sa.Column("standard_error", sa.Double(), nullable=True),
        sa.Column("margin_level", sa.Double(), nullable=True),
        sa.Column("numerator", sa.Double(), nullable=True),
        sa.Column("denominator", sa.Double(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("evidence_level", CHOICE, nullable=True),
        sa.Column("evidence_address", sa.Text(), nullable=False),
        sa.Column("evidence_sha256", SHA256, nullable=True),
        sa.Column("text_as_typed", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("batch_id", ID, nullable=True),
        sa.Column("source_link_id", ID, nullable=True),
        sa.Column("digest", SHA256, nullable=False),
        sa.CheckConstraint("(value IS NULL) <> (missing IS NULL)", name=op.f("ck_revision_value_or_missing")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_revision_actor_id_actor")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_revision_batch_id_import_batch")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_sha256"], ["stored_file.sha256"], name=op.f("fk_revision_evidence_sha256_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_revision_measurement_id_measurement")
        ),
        sa.ForeignKeyConstraint(
            ["source_link_id"], ["source_link.id"], name=op.f("fk_revision_source_link_id_source_link")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("measurement_id", "number", name=op.f("uq_revision_measurement_id_number")),
    )
    op.create_index(op.f("ix_revision_actor_id"), "revision", ["actor_id"], unique=False)
    op.create_index(op.f("ix_revision_batch_id"), "revision", ["batch_id"], unique=False)
    op.create_index(op.f("ix_revision_recorded_at"), "revision", ["recorded_at"], unique=False)
    op.create_table(
        "revision_state",
        sa.Column("id", ID, nullable=False),
        sa.Column("revision_id", ID, nullable=False),
        sa.Column("state", CHOICE, nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_revision_state_actor_id_actor")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revision.id"], name=op.f("fk_revision_state_revision_id_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_state")),
    )
    op.create_index(op.f("ix_revision_state_revision_id"), "revision_state", ["revision_id"], unique=False)
    op.create_table(
        "reporting_round",
        sa.Column("id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("frequency", CHOICE, nullable=False),
        sa.Column("state", CHOICE, nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("changed_by_id", ID, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["actor.id"], name=op.f("fk_reporting_round_changed_by_id_actor")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_reporting_round_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporting_round")),
        sa.UniqueConstraint(
            "project_id",
            "first_day",
            "last_day",
            "frequency",
            name=op.f("uq_reporting_round_project_id_first_day_last_day_frequency"),
        ),
    )


def _lay_out_monitoring() -> None:
    """What the detector said and what people made of it."""
    op.create_table(
        "analysis",
        sa.Column("id", ID, nullable=False),
        sa.Column("series_id", ID, nullable=False),
        sa.Column("reference_series_id", ID, nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("fingerprint", SHA256, nullable=False),
        sa.Column("detector_version", sa.Text(), nullable=False),
        sa.Column("detector_settings", sa.JSON(), nullable=False),
        sa.Column("verdict", CHOICE, nullable=False),
        sa.Column("level", CHOICE, nullable=False),
        sa.Column("is_reversed", sa.Boolean(), nullable=False),
        sa.Column("is_early", sa.Boolean(), nullable=False),
        sa.Column("n_points", sa.Integer(), nullable=False),
        sa.Column("p", sa.Double(), nullable=True),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("turning", sa.Double(), nullable=True),
        sa.Column("turning_low", sa.Double(), nullable=True),
        sa.Column("turning_high", sa.Double(), nullable=True),
        sa.Column("slope_before", sa.Double(), nullable=True),
        sa.Column("slope_before_low", sa.Double(), nullable=True),
        sa.Column("slope_before_high", sa.Double(), nullable=True),
        sa.Column("slope_after", sa.Double(), nullable=True),
        sa.Column("slope_after_low", sa.Double(), nullable=True),
        sa.Column("slope_after_high", sa.Double(), nullable=True),
        sa.Column("smallest_change", sa.Double(), nullable=True),
        sa.Column("earlier_turns", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference_series_id"], ["series.id"], name=op.f("fk_analysis_reference_series_id_series")
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_analysis_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis")),
    )
    op.create_index(
        "ix_analysis_series_id_recorded_at", "analysis", ["series_id", "recorded_at"], unique=False
    )
    op.create_table(
        "screening_run",
        sa.Column("id", ID, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("detector_version", sa.Text(), nullable=False),
        sa.Column("false_discovery_rate", sa.Double(), nullable=False),
        sa.Column("n_series", sa.Integer(), nullable=False),
        sa.Column("fitted_null", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_run")),
    )
    op.create_table(
        "flag",
        sa.Column("id", ID, nullable=False),
        sa.Column("series_id", ID, nullable=False),
        sa.Column("direction", CHOICE, nullable=False),
        sa.Column("state", CHOICE, nullable=False),
        sa.Column("raised_by_id", ID, nullable=False),
        sa.Column("turning_first_day", sa.Date(), nullable=False),
        sa.Column("turning_last_day", sa.Date(), nullable=False),
        sa.Column("turning_frequency", CHOICE, nullable=False),
        sa.Column("first_raised_at", INSTANT, nullable=False),
        sa.Column("announced_at", INSTANT, nullable=True),
        sa.Column("dismissed_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["analysis.id"], name=op.f("fk_flag_raised_by_id_analysis")
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_flag_series_id_series")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
    )
    op.create_index(op.f("ix_flag_announced_at"), "flag", ["announced_at"], unique=False)
    op.create_index(op.f("ix_flag_series_id"), "flag", ["series_id"], unique=False)
    op.create_index(op.f("ix_flag_state"), "flag", ["state"], unique=False)
    op.create_table(
        "flag_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("flag_id", ID, nullable=False),
        sa.Column("act", CHOICE, nullable=False),
        sa.Column("cause", CHOICE, nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("agreed_action", sa.Text(), nullable=False),
        sa.Column("action_owner", sa.Text(), nullable=False),
        sa.Column("action_due_on", sa.Date(), nullable=True),
        sa.Column("analysis_id", ID, nullable=True),
        sa.Column("actor_id", ID, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_flag_event_actor_id_actor")),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["analysis.id"], name=op.f("fk_flag_event_analysis_id_analysis")
        ),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_flag_event_flag_id_flag")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_event")),
    )
    op.create_index(op.f("ix_flag_event_flag_id"), "flag_event", ["flag_id"], unique=False)
    op.create_index(op.f("ix_flag_event_recorded_at"), "flag_event", ["recorded_at"], unique=False)
    op.create_table(
        "series_summary",
        sa.Column("series_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("n_measured", sa.Integer(), nullable=False),
        sa.Column("latest_first_day", sa.Date(), nullable=True),
        sa.Column("latest_last_day", sa.Date(), nullable=True),
        sa.Column("latest_frequency", CHOICE, nullable=True),
        sa.Column("latest_value", sa.Double(), nullable=True),
        sa.Column("latest_status", CHOICE, nullable=True),
        sa.Column("change", sa.Double(), nullable=True),
        sa.Column("analysis_id", ID, nullable=True),
        sa.Column("verdict", CHOICE, nullable=True),
        sa.Column("level", CHOICE, nullable=True),
        sa.Column("flag_id", ID, nullable=True),
        sa.Column("next_first_day", sa.Date(), nullable=True),
        sa.Column("next_last_day", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("spark", sa.JSON(), nullable=False),
        sa.Column("refreshed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["analysis.id"], name=op.f("fk_series_summary_analysis_id_analysis")
        ),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_series_summary_flag_id_flag")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_series_summary_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f("fk_series_summary_series_id_series")
        ),
        sa.PrimaryKeyConstraint("series_id", name=op.f("pk_series_summary")),
    )
    op.create_index(op.f("ix_series_summary_due_on"), "series_summary", ["due_on"], unique=False)
    op.create_index(op.f("ix_series_summary_project_id"), "series_summary", ["project_id"], unique=False)


def _lay_out_delivery() -> None:
    """Reports, who gets them, and mail on its way."""
    op.create_table(
        "subscription",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("category_id", ID, nullable=True),
        sa.Column("content", CHOICE, nullable=False),
        sa.Column("rhythm", CHOICE, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("paused_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_subscription_category_id_category")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_subscription_owner_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_subscription_project_id_project")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    op.create_index(op.f("ix_subscription_owner_id"), "subscription", ["owner_id"], unique=False)
    op.create_index(op.f("ix_subscription_project_id"), "subscription", ["project_id"], unique=False)
    op.create_table(
        "subscription_recipient",
        sa.Column("id", ID, nullable=False),
        sa.Column("subscription_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(user_id IS NULL) <> (address IS NULL)",
            name=op.f("ck_subscription_recipient_account_or_address"),
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_subscription_recipient_subscription_id_subscription"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_subscription_recipient_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription_recipient")),
        sa.UniqueConstraint(
            "subscription_id", "address", name=op.f("uq_subscription_recipient_subscription_id_address")
        ),
        sa.UniqueConstraint(
            "subscription_id", "user_id", name=op.f("uq_subscription_recipient_subscription_id_user_id")
        ),
    )
    op.create_index(
        op.f("ix_subscription_recipient_subscription_id"),
        "subscription_recipient",
        ["subscription_id"],
        unique=False,
    )
    op.create_table(
        "notice_preference",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("pace", CHOICE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_notice_preference_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_preference")),
        sa.UniqueConstraint("user_id", name=op.f("uq_notice_preference_user_id")),
    )
    op.create_table(
        "suppression",
        sa.Column("id", ID, nullable=False),
        sa.Column("address_hash", SHA256, nullable=False),
        sa.Column("subscription_id", ID, nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_suppression_subscription_id_subscription")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.UniqueConstraint(
            "address_hash", "subscription_id", name=op.f("uq_suppression_address_hash_subscription_id")
        ),
    )
    op.create_index(
        "uq_suppression_everything",
        "suppression",
        ["address_hash"],
        unique=True,
        sqlite_where=sa.text("subscription_id IS NULL"),
        postgresql_where=sa.text("subscription_id IS NULL"),
    )
    op.create_table(
        "edition",
        sa.Column("id", ID, nullable=False),
        sa.Column("subscription_id", ID, nullable=True),
        sa.Column("occurrence_on", sa.Date(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("known_at", INSTANT, nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        sa.Column("checksum", SHA256, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_edition_subscription_id_subscription")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
    )
    op.create_index(op.f("ix_edition_subscription_id"), "edition", ["subscription_id"], unique=False)
    op.create_table(
        "due_occurrence",
        sa.Column("id", ID, nullable=False),
        sa.Column("subscription_id", ID, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", CHOICE, nullable=False),
        sa.Column("edition_id", ID, nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_due_occurrence_edition_id_edition")
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_due_occurrence_subscription_id_subscription"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_occurrence")),
        sa.UniqueConstraint(
            "subscription_id", "due_on", name=op.f("uq_due_occurrence_subscription_id_due_on")
        ),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", ID, nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=False),
        sa.Column("kind", CHOICE, nullable=False),
        sa.Column("edition_id", ID, nullable=True),
        sa.Column("flag_id", ID, nullable=True),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("mime", sa.LargeBinary(), nullable=False),
        sa.Column("checksum", SHA256, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("state", CHOICE, nullable=False),
        sa.Column("n_attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", INSTANT, nullable=False),
        sa.Column("claimed_until", INSTANT, nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_outbox_message_edition_id_edition")
        ),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.id"], name=op.f("fk_outbox_message_flag_id_flag")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("fk_outbox_message_project_id_project")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_outbox_message_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_message_dedupe_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_message_id")),
    )
    op.create_index(op.f("ix_outbox_message_created_at"), "outbox_message", ["created_at"], unique=False)
    op.create_index(op.f("ix_outbox_message_edition_id"), "outbox_message", ["edition_id"], unique=False)
    op.create_index(op.f("ix_outbox_message_flag_id"), "outbox_message", ["flag_id"], unique=False)
    op.create_index(op.f("ix_outbox_message_project_id"), "outbox_message", ["project_id"], unique=False)
    op.create_index(
        "ix_outbox_message_state_next_attempt_at",
        "outbox_message",
        ["state", "next_attempt_at"],
        unique=False,
    )
    op.create_index(op.f("ix_outbox_message_user_id"), "outbox_message", ["user_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("attempted_at", INSTANT, nullable=False),
        sa.Column("outcome", CHOICE, nullable=False),
        sa.Column("server_words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox_message.id"], name=op.f("fk_delivery_message_id_outbox_message")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_message_id"), "delivery", ["message_id"], unique=False)
    op.create_table(
        "clock_heartbeat",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("last_beat_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_heartbeat")),
        sa.UniqueConstraint("name", name=op.f("uq_clock_heartbeat_name")),
    )
