"""The first schema: cases, their history, their clocks, people, and what is sensitive apart.

Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from casereview.persistence.schema.types import Instant, Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


REF = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def upgrade() -> None:
    """Lays the schema."""
    op.create_table(
        "casereview_case",
        sa.Column("ref", REF, nullable=False),
        sa.Column("root", REF, nullable=False),
        sa.Column("parent", REF, nullable=True),
        sa.Column("workflow", sa.String(length=64), nullable=False),
        sa.Column("workflow_version", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("last_step_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("been_in", Json(), nullable=False),
        sa.Column("organisations", Json(), nullable=False),
        sa.Column("links", Json(), nullable=False),
        sa.Column("data", Json(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("ref", name="pk_casereview_case"),
    )
    op.create_index("ix_casereview_case_root_ref", "casereview_case", ["root", "ref"])
    op.create_index("ix_casereview_case_state_ref", "casereview_case", ["state", "ref"])
    op.create_index("ix_casereview_case_workflow_state_ref", "casereview_case", ["workflow", "state", "ref"])
    op.create_table(
        "casereview_counter",
        sa.Column("prefix", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name="pk_casereview_counter"),
    )
    op.create_table(
        "casereview_event",
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("trigger", sa.String(length=64), nullable=False),
        sa.Column("from_state", sa.String(length=64), nullable=True),
        sa.Column("to_state", sa.String(length=64), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("decided_by", Json(), nullable=True),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("workflow", sa.String(length=64), nullable=False),
        sa.Column("workflow_version", sa.Integer(), nullable=False),
        sa.Column("data", Json(), nullable=False),
        sa.Column("effects", Json(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("case_ref", "seq", name="pk_casereview_event"),
    )
    op.create_index("ix_casereview_event_kind_trigger", "casereview_event", ["kind", "trigger"])
    op.create_table(
        "casereview_person",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_casereview_person"),
    )
    op.create_table(
        "casereview_request",
        sa.Column("request_id", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=128), nullable=False),
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name="pk_casereview_request"),
    )
    op.create_table(
        "casereview_sensitive",
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_ref", "seq", "path", name="pk_casereview_sensitive"),
    )
    op.create_table(
        "casereview_setting",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_casereview_setting"),
    )
    op.create_table(
        "casereview_case_organisation",
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("case_ref", REF, nullable=False),
        sa.ForeignKeyConstraint(["case_ref"], ["casereview_case.ref"], name="fk_casereview_case_agency_case_ref"),
        sa.PrimaryKeyConstraint("organisation", "case_ref", name="pk_casereview_case_agency"),
    )
    op.create_table(
        "casereview_clock",
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("deadline", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("anchor", sa.Date(), nullable=False),
        sa.Column("term_amount", sa.Integer(), nullable=False),
        sa.Column("term_unit", sa.String(length=16), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=True),
        sa.Column("cancelled_by_end", sa.Boolean(), nullable=False),
        sa.Column("minimum_period", sa.Boolean(), nullable=False),
        sa.Column("overdue_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_ref"], ["casereview_case.ref"], name="fk_casereview_clock_case_ref"),
        sa.PrimaryKeyConstraint("case_ref", "deadline", "number", name="pk_casereview_clock"),
    )
    op.create_index(
        "ix_casereview_clock_overdue_at",
        "casereview_clock",
        ["overdue_at"],
        sqlite_where=sa.text("overdue_at IS NOT NULL"),
        postgresql_where=sa.text("overdue_at IS NOT NULL"),
    )
    op.create_table(
        "casereview_person_role",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["name"], ["casereview_person.name"], name="fk_casereview_person_role_name"),
        sa.PrimaryKeyConstraint("name", "role", name="pk_casereview_person_role"),
    )
