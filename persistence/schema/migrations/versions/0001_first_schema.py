"""The first schema: cases, their history, clocks, messages, people and settings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from casereview.persistence.schema.append_only import create_triggers
from casereview.persistence.schema.migrations.first_unit_tables import create_unit_tables
from casereview.persistence.schema.types import CurrentTransaction, Instant, Json, Position, TransactionId

revision = "0001"
down_revision = branch_labels = depends_on = None

REF = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")

PLAIN_INDEXES = (
    ("casereview_case", "root ref"),
    ("casereview_case", "state ref"),
    ("casereview_case", "workflow ref"),
    ("casereview_case", "workflow state ref"),
    ("casereview_message", "created_at id"),
    ("casereview_message", "person created_at id"),
    ("casereview_message", "state created_at id"),
    ("casereview_case_organisation", "organisation case_ref"),
    ("casereview_clock", "deadline case_ref number"),
    ("casereview_notice", "case_ref deadline number person"),
    ("casereview_notice", "message_id"),
)
"""The indexes over all rows of a table: the table, and the columns in order."""

PARTIAL_INDEXES = (
    ("casereview_message", "next_try_at id", "next_try_at IS NOT NULL"),
    ("casereview_clock", "case_ref overdue_at done_on", "done_on IS NULL"),
    ("casereview_clock", "next_at case_ref", "next_at IS NOT NULL"),
    ("casereview_clock", "overdue_at case_ref deadline", "overdue_at IS NOT NULL"),
    ("casereview_notice", "state person", "state IN ('waiting', 'on_hold')"),
)
"""The indexes over some rows of a table: the table, the columns in order, and the condition."""


def create_partial_index(table: str, columns: list[str], condition: str) -> None:
    """Create an index over the rows that meet a condition, on both dialects."""
    name, where = f"ix_{table}_{'_'.join(columns)}", sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    """Create the tables, their indexes and the triggers that keep events as they are."""
    op.create_table(
        "casereview_calendar",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_casereview_calendar"),
    )
    op.create_table(
        "casereview_calendar_override",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("counts_as", sa.String(length=16), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("day", "revision", name="pk_casereview_calendar_override"),
    )
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
        sa.Column("suspensions", Json(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("ref", name="pk_casereview_case"),
    )
    op.create_table(
        "casereview_child_counter",
        sa.Column("root", REF, nullable=False),
        sa.Column("prefix", sa.String(length=32), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("root", "prefix", name="pk_casereview_child_counter"),
    )
    op.create_table(
        "casereview_counter",
        sa.Column("prefix", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "year", name="pk_casereview_counter"),
    )
    op.create_table(
        "casereview_deadline_override",
        sa.Column("workflow", sa.String(length=64), nullable=False),
        sa.Column("deadline", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("term_amount", sa.Integer(), nullable=True),
        sa.Column("term_unit", sa.String(length=16), nullable=True),
        sa.Column("levels", Json(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workflow", "deadline", "revision", name="pk_casereview_deadline_override"),
    )
    op.create_table(
        "casereview_definition",
        sa.Column("workflow", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workflow", "version", name="pk_casereview_definition"),
    )
    op.create_table(
        "casereview_event",
        sa.Column("position", Position, sa.Identity(always=True), nullable=False),
        sa.Column("transaction_id", TransactionId(), server_default=CurrentTransaction(), nullable=True),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("trigger", sa.String(length=64), nullable=False),
        sa.Column("from_state", sa.String(length=64), nullable=True),
        sa.Column("to_state", sa.String(length=64), nullable=False),
        sa.Column("command_id", sa.String(length=32), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=True),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("recorded_by", Json(), nullable=False),
        sa.Column("decided_by", Json(), nullable=True),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("precision", sa.String(length=8), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("workflow", sa.String(length=64), nullable=False),
        sa.Column("workflow_version", sa.Integer(), nullable=False),
        sa.Column("data", Json(), nullable=False),
        sa.Column("effects", Json(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_casereview_event"),
        sa.UniqueConstraint("case_ref", "seq", name="uq_casereview_event_case_ref_seq"),
    )
    if op.get_bind().dialect.name == "postgresql":
        name = "ix_casereview_event_transaction_id_position"
        op.create_index(name, "casereview_event", ["transaction_id", "position"])
    op.create_table(
        "casereview_heartbeat",
        sa.Column("worker", sa.String(length=200), nullable=False),
        sa.Column("every_seconds", sa.Integer(), nullable=True),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("last_seen_at", Instant(), nullable=False),
        sa.Column("stopped_at", Instant(), nullable=True),
        sa.Column("fired", sa.Integer(), nullable=False),
        sa.Column("failed", Json(), nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_casereview_heartbeat"),
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
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("deputy", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_casereview_message"),
    )
    op.create_table(
        "casereview_request",
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=128), nullable=False),
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("client", "request_id", name="pk_casereview_request"),
    )
    op.create_table(
        "casereview_event_values",
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("case_ref", "seq", name="pk_casereview_event_values"),
    )
    op.create_table(
        "casereview_setting",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_casereview_setting"),
    )
    op.create_table(
        "casereview_case_organisation",
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("organisation", sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(["case_ref"], ["casereview_case.ref"], name="fk_casereview_case_organisation_case_ref"),
        sa.PrimaryKeyConstraint("case_ref", "organisation", name="pk_casereview_case_organisation"),
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
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("ledger", Json(), nullable=False),
        sa.ForeignKeyConstraint(["case_ref"], ["casereview_case.ref"], name="fk_casereview_clock_case_ref"),
        sa.PrimaryKeyConstraint("case_ref", "deadline", "number", name="pk_casereview_clock"),
    )
    op.create_table(
        "casereview_escalation",
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("deadline", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_ref"], ["casereview_case.ref"], name="fk_casereview_escalation_case_ref"),
        sa.PrimaryKeyConstraint("case_ref", "deadline", "number", "run", "level", name="pk_casereview_escalation"),
    )
    op.create_table(
        "casereview_notice",
        sa.Column("id", sa.String(length=500), nullable=False),
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=True),
        sa.Column("deadline", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
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
    create_unit_tables()
    for table, columns in PLAIN_INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns.split())}", table, columns.split())
    for table, columns, condition in PARTIAL_INDEXES:
        create_partial_index(table, columns.split(), condition)
    create_triggers(op.get_bind())
