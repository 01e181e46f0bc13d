"""Deadlines that stop, move and escalate: suspensions, ladders, messages, the unit's own days and terms.

Revises: 0002
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from casereview.persistence.types import Instant, Json

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


REF = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


def only(condition: str) -> dict[str, Any]:
    """An index over some of the rows, in both dialects' words."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """Adds the tables and columns; what runs already is looked at from its due date on."""
    op.create_table(
        "casereview_calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("counts_as", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("day", "revision", name="pk_casereview_calendar_day"),
    )
    op.create_table(
        "casereview_child_counter",
        sa.Column("root", REF, nullable=False),
        sa.Column("prefix", sa.String(length=32), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("root", "prefix", name="pk_casereview_child_counter"),
    )
    op.create_table(
        "casereview_heartbeat",
        sa.Column("worker", sa.String(length=200), nullable=False),
        sa.Column("every_seconds", sa.Integer(), nullable=True),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("heard_at", Instant(), nullable=False),
        sa.Column("stopped_at", Instant(), nullable=True),
        sa.Column("fired", sa.Integer(), nullable=False),
        sa.Column("set_aside", Json(), nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_casereview_heartbeat"),
    )
    op.create_table(
        "casereview_local_term",
        sa.Column("workflow", sa.String(length=64), nullable=False),
        sa.Column("deadline", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("term_amount", sa.Integer(), nullable=True),
        sa.Column("term_unit", sa.String(length=16), nullable=True),
        sa.Column("rungs", Json(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workflow", "deadline", "revision", name="pk_casereview_local_term"),
    )
    op.create_table(
        "casereview_message",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", Instant(), nullable=True),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_casereview_message"),
    )
    op.create_index("ix_casereview_message_state_created_at", "casereview_message", ["state", "created_at"])
    op.create_index(
        "ix_casereview_message_next_try_at", "casereview_message", ["next_try_at"], **only("next_try_at IS NOT NULL")
    )
    op.create_table(
        "casereview_absence",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("deputy", sa.String(length=200), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["name"], ["casereview_person.name"], name="fk_casereview_absence_name"),
        sa.PrimaryKeyConstraint("name", "from_day", name="pk_casereview_absence"),
    )
    op.create_table(
        "casereview_escalation",
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("deadline", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("leg", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_ref"], ["casereview_case.ref"], name="fk_casereview_escalation_case_ref"),
        sa.PrimaryKeyConstraint("case_ref", "deadline", "number", "leg", "rung", name="pk_casereview_escalation"),
    )
    op.create_table(
        "casereview_notice",
        sa.Column("id", sa.String(length=500), nullable=False),
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("rung", sa.String(length=64), nullable=True),
        sa.Column("deadline", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("leg", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("settled_by", sa.String(length=200), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["casereview_message.id"], name="fk_casereview_notice_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_casereview_notice"),
    )
    op.create_index("ix_casereview_notice_message_id", "casereview_notice", ["message_id"])
    op.create_index(
        "ix_casereview_notice_case_ref_deadline_number_person",
        "casereview_notice",
        ["case_ref", "deadline", "number", "person"],
    )
    op.create_index(
        "ix_casereview_notice_state_person",
        "casereview_notice",
        ["state", "person"],
        **only("state IN ('waiting', 'held')"),
    )
    op.add_column("casereview_case", sa.Column("suspensions", Json(), server_default="[]", nullable=False))
    op.add_column("casereview_clock", sa.Column("leg", sa.Integer(), server_default="1", nullable=False))
    op.add_column("casereview_clock", sa.Column("next_at", Instant(), nullable=True))
    op.add_column("casereview_clock", sa.Column("ledger", Json(), server_default="{}", nullable=False))
    op.create_index("ix_casereview_clock_next_at", "casereview_clock", ["next_at"], **only("next_at IS NOT NULL"))
    op.add_column("casereview_person", sa.Column("notify", sa.Text(), nullable=True))
    op.execute("UPDATE casereview_clock SET next_at = due_at WHERE done_on IS NULL")
