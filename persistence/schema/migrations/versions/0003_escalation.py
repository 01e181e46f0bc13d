"""Deadlines that stop, move and escalate: suspensions, ladders, messages, the unit's own days and terms.

Revises: 0002
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from casereview.persistence.schema.types import Instant, Json

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
        "casereview_calendar_override",
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
        sa.Column("last_seen_at", Instant(), nullable=False),
        sa.Column("stopped_at", Instant(), nullable=True),
        sa.Column("fired", sa.Integer(), nullable=False),
        sa.Column("failed", Json(), nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_casereview_heartbeat"),
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
    op.create_index("ix_casereview_message_created_at_id", "casereview_message", ["created_at", "id"])
    op.create_index("ix_casereview_message_state_created_at_id", "casereview_message", ["state", "created_at", "id"])
    op.create_index("ix_casereview_message_person_created_at_id", "casereview_message", ["person", "created_at", "id"])
    op.create_index(
        "ix_casereview_message_next_try_at_id",
        "casereview_message",
        ["next_try_at", "id"],
        **only("next_try_at IS NOT NULL"),
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
    op.add_column("casereview_clock", sa.Column("run", sa.Integer(), server_default="1", nullable=False))
    op.add_column("casereview_clock", sa.Column("next_at", Instant(), nullable=True))
    op.add_column("casereview_clock", sa.Column("ledger", Json(), server_default="{}", nullable=False))
    op.add_column("casereview_person", sa.Column("notify", sa.Text(), nullable=True))
    op.execute("UPDATE casereview_clock SET next_at = due_at WHERE done_on IS NULL")
    index_lists()
    spell_agencies_alike()


def index_lists() -> None:
    """Indexes in the order in which lists are read; the one over kinds of events was of use to nobody."""
    op.drop_index("ix_casereview_event_kind_trigger", "casereview_event")
    op.create_index("ix_casereview_case_workflow_ref", "casereview_case", ["workflow", "ref"])
    op.drop_index("ix_casereview_clock_overdue_at", "casereview_clock")
    for columns, condition in (
        (["overdue_at", "case_ref", "deadline"], "overdue_at IS NOT NULL"),
        (["case_ref", "overdue_at", "done_on"], "done_on IS NULL"),
        (["next_at", "case_ref"], "next_at IS NOT NULL"),
    ):
        op.create_index(f"ix_casereview_clock_{'_'.join(columns)}", "casereview_clock", columns, **only(condition))
    op.create_index(
        "ix_casereview_clock_deadline_case_ref_number", "casereview_clock", ["deadline", "case_ref", "number"]
    )


def spell_agencies_alike() -> None:
    """A case is found by an organisation however its name is typed."""
    # As it is spelt from this revision on; written out, since a migration is not to change with the code.
    given = op.get_bind().execute(sa.text("SELECT case_ref, organisation FROM casereview_case_agency")).all()
    spelt = sorted({(ref, " ".join(organisation.split()).casefold()) for ref, organisation in given})
    op.drop_table("casereview_case_organisation")
    table = op.create_table(
        "casereview_case_organisation",
        sa.Column("case_ref", REF, nullable=False),
        sa.Column("organisation", sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(["case_ref"], ["casereview_case.ref"], name="fk_casereview_case_agency_case_ref"),
        sa.PrimaryKeyConstraint("case_ref", "organisation", name="pk_casereview_case_agency"),
    )
    op.create_index(
        "ix_casereview_case_organisation_organisation_case_ref",
        "casereview_case_organisation",
        ["organisation", "case_ref"],
    )
    op.bulk_insert(table, [{"case_ref": ref, "organisation": organisation} for ref, organisation in spelt])
