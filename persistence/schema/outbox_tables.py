"""Declare the tables of notices, messages and workers; `tables` gives them with the others."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table, Text, literal_column

from .base import REF, metadata
from .types import Instant, Json

message = Table(
    "casereview_message",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("person", String(200), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("address", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Instant),
    Column("sent_at", Instant),
    Column("problem", Text),
    # SHA-256 of what it says and where it goes: no event does, and so verification finds a change by this.
    Column("digest", String(64), nullable=False),
    # The deputy to whom it goes for the person, who is away.
    Column("deputy", String(200)),
)

notice = Table(
    "casereview_notice",
    metadata,
    Column("id", String(500), primary_key=True),
    Column("case_ref", REF, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("person", String(200), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("level", String(64)),
    Column("deadline", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("run", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("due", Date, nullable=False),
    Column("at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("message_id", String(64), ForeignKey(message.c.id)),
    Column("recorded_at", Instant, nullable=False),
    # The person who released or withdrew a notice that was on hold.
    Column("settled_by", String(200)),
    Column("settled_at", Instant),
    Column("reasons", Text),
)

# Literals, not parameters: only with them do the databases use the partial index over these rows.
is_pending = notice.c.state.in_((literal_column("'waiting'"), literal_column("'on_hold'")))

# The workers that sweep, and when each was last active.
heartbeat = Table(
    "casereview_heartbeat",
    metadata,
    Column("worker", String(200), primary_key=True),
    Column("every_seconds", Integer),
    Column("started_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("stopped_at", Instant),
    Column("fired", Integer, nullable=False),
    Column("failed", Json, nullable=False),
)
