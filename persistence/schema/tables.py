"""Declare the tables. All names begin with `casereview_`, since they may be in a host's own database.

The indexes are in `indexes`, which only creating and comparing a schema needs.

The event table has no CHECK, STRICT or generated columns and no foreign key: verification has to be able to
read whatever a tamperer wrote there.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from .base import REF, metadata
from .outbox_tables import heartbeat, is_pending, message, notice
from .types import CurrentTransaction, Instant, Json, Position, TransactionId

__all__ = ["heartbeat", "is_pending", "message", "metadata", "notice"]

HEAD = "0001"
"""The schema revision that this version works with: the newest migration."""

VERSION_TABLE = "casereview_alembic_version"

# Alembic's own table, so not among those that migrations create.
version_table = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True))

setting = Table(
    "casereview_setting",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

counter = Table(
    "casereview_counter",
    metadata,
    Column("prefix", String(32), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last", Integer, nullable=False),
)

child_counter = Table(
    "casereview_child_counter",
    metadata,
    Column("root", REF, primary_key=True),
    Column("prefix", String(32), primary_key=True),
    Column("last", Integer, nullable=False),
)

case = Table(
    "casereview_case",
    metadata,
    Column("ref", REF, primary_key=True),
    Column("root", REF, nullable=False),
    Column("parent", REF),
    Column("workflow", String(64), nullable=False),
    Column("workflow_version", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("state", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("closed_on", Date),
    Column("last_step_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("been_in", Json, nullable=False),
    Column("organisations", Json, nullable=False),
    Column("links", Json, nullable=False),
    Column("data", Json, nullable=False),
    Column("suspensions", Json, nullable=False),
    Column("head", String(64), nullable=False),
)

# The organisations by which a case is found, each by the key of its name.
case_organisation = Table(
    "casereview_case_organisation",
    metadata,
    Column("case_ref", REF, ForeignKey(case.c.ref), primary_key=True),
    # Normalizing may turn one letter into three, so this is longer than the name that can be typed.
    Column("organisation", String(600), primary_key=True),
)

event = Table(
    "casereview_event",
    metadata,
    # The event's place in the order of all events, which its hash does not cover. On PostgreSQL a transaction may
    # commit after a later one, so a reader of all events goes by the transaction first.
    Column("position", Position, Identity(always=True), primary_key=True),
    Column("transaction_id", TransactionId, server_default=CurrentTransaction()),
    Column("format", Integer, nullable=False),
    Column("case_ref", REF, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("trigger", String(64), nullable=False),
    Column("from_state", String(64)),
    Column("to_state", String(64), nullable=False),
    Column("command_id", String(32), nullable=False),
    Column("actor_id", String(64)),
    Column("channel", String(16), nullable=False),
    Column("recorded_by", Json, nullable=False),
    Column("decided_by", Json),
    Column("occurred_at", Instant, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("precision", String(8), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("workflow", String(64), nullable=False),
    Column("workflow_version", Integer, nullable=False),
    Column("data", Json, nullable=False),
    Column("effects", Json, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("case_ref", "seq"),
)

# The words and sensitive values of an event, which has their digests. Of all of an event only this is ever changed.
event_values = Table(
    "casereview_event_values",
    metadata,
    Column("case_ref", REF, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("content", Text, nullable=False),
    # The key by which the content is encrypted; empty if it is not.
    Column("key_id", String(64)),
)

clock = Table(
    "casereview_clock",
    metadata,
    Column("case_ref", REF, ForeignKey(case.c.ref), primary_key=True),
    Column("deadline", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("anchor", Date, nullable=False),
    Column("term_amount", Integer, nullable=False),
    Column("term_unit", String(16), nullable=False),
    Column("period", Integer, nullable=False),
    Column("due", Date, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("status", String(16), nullable=False),
    Column("done_on", Date),
    Column("done_by", String(64)),
    Column("cancelled_by_end", Boolean, nullable=False),
    Column("minimum_period", Boolean, nullable=False),
    # The instant from which the clock is overdue; empty if it is done or notifies nobody. So an index over
    # open clocks finds what is overdue, however many clocks there are.
    Column("overdue_at", Instant),
    Column("run", Integer, nullable=False),
    # The next instant at which the sweep has to handle the clock; empty if there is none.
    Column("next_at", Instant),
    # What only a reader of the whole clock needs: its suspensions, its revisions, the levels it reached.
    Column("ledger", Json, nullable=False),
)

# The key makes a level fire only once for each run of a clock, however many workers sweep.
escalation = Table(
    "casereview_escalation",
    metadata,
    Column("case_ref", REF, ForeignKey(case.c.ref), primary_key=True),
    Column("deadline", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("run", Integer, primary_key=True),
    Column("level", String(64), primary_key=True),
    Column("seq", Integer, nullable=False),
)

request = Table(
    "casereview_request",
    metadata,
    # Each host or service numbers its own requests, so an ID is unique only among its client's.
    Column("client", String(64), primary_key=True),
    Column("request_id", String(200), primary_key=True),
    Column("digest", String(128), nullable=False),
    Column("case_ref", REF, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

# The tables from here on are a snapshot of the unit's own record, as the row of a case is of its events. Only
# `store/unit_snapshot.py` writes them.
person = Table(
    "casereview_person",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("key", String(600), nullable=False, unique=True),
    Column("email", String(254)),
    Column("notify", Text),
    Column("account", String(200), unique=True),
)

person_role = Table(
    "casereview_person_role",
    metadata,
    Column("person", String(16), ForeignKey(person.c.id), primary_key=True),
    Column("role", String(64), primary_key=True),
    # Empty if it is held in none: a part of a primary key cannot be null.
    Column("organisation", String(200), primary_key=True),
)

# The names that a person had before; they are still found by these.
former_name = Table(
    "casereview_former_name",
    metadata,
    Column("key", String(600), primary_key=True),
    Column("person", String(16), ForeignKey(person.c.id), nullable=False),
    Column("name", String(200), nullable=False),
)

organisation = Table(
    "casereview_organisation",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("key", String(600), nullable=False, unique=True),
)

organisation_alias = Table(
    "casereview_organisation_alias",
    metadata,
    Column("key", String(600), primary_key=True),
    Column("organisation", String(16), ForeignKey(organisation.c.id), nullable=False),
    Column("name", String(200), nullable=False),
)

absence = Table(
    "casereview_absence",
    metadata,
    Column("person", String(16), ForeignKey(person.c.id), primary_key=True),
    Column("from_day", Date, primary_key=True),
    Column("to_day", Date, nullable=False),
    Column("deputy", String(16)),
)

# What each version of a workflow decided when it was first used: see engine/definition/fingerprint.py.
definition = Table(
    "casereview_definition",
    metadata,
    Column("workflow", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("content", Text, nullable=False),
)

# The latest row of a day applies; the earlier ones stay, to show what applied before and why.
calendar_override = Table(
    "casereview_calendar_override",
    metadata,
    Column("day", Date, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("counts_as", String(16), nullable=False),
    Column("reasons", Text, nullable=False),
    Column("recorded_by", String(200), nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

# The code of the published calendar of bank holidays, in one row.
calendar = Table("casereview_calendar", metadata, Column("code", String(8), primary_key=True))

# The unit's own terms and escalation levels, each from a day on; the earlier ones stay.
deadline_override = Table(
    "casereview_deadline_override",
    metadata,
    Column("workflow", String(64), primary_key=True),
    Column("deadline", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("from_day", Date, nullable=False),
    Column("term_amount", Integer),
    Column("term_unit", String(16)),
    Column("levels", Json),
    Column("reasons", Text, nullable=False),
    Column("recorded_by", String(200), nullable=False),
    Column("recorded_at", Instant, nullable=False),
)
