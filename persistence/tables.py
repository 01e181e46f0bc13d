"""The tables. All are named `casereview_…`, since they may live in a host's own database.

The event table carries no CHECK, STRICT or generated columns and no foreign key: whatever a
tamperer wrote there, verification has to be able to read.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from .types import Instant, Json

HEAD = "0002"
"""The schema revision that this version works with; the newest of the migrations."""

VERSION_TABLE = "casereview_alembic_version"

# References sort by their bytes on both databases, whatever the server's language.
REF = String(64).with_variant(String(64, collation="C"), "postgresql")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Alembic's own, so not among the tables that migrations make.
revision = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True))

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
    Column("agencies", Json, nullable=False),
    Column("links", Json, nullable=False),
    Column("data", Json, nullable=False),
    Column("head", String(64), nullable=False),
    Index(None, "workflow", "state", "ref"),
    Index(None, "state", "ref"),
    Index(None, "root", "ref"),
)

case_agency = Table(
    "casereview_case_agency",
    metadata,
    Column("agency", String(200), primary_key=True),
    Column("case_ref", REF, ForeignKey(case.c.ref), primary_key=True),
)

event = Table(
    "casereview_event",
    metadata,
    Column("case_ref", REF, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("trigger", String(64), nullable=False),
    Column("from_state", String(64)),
    Column("to_state", String(64), nullable=False),
    Column("recorded_by", String(200), nullable=False),
    Column("decided_by", Json),
    Column("occurred_at", Instant, nullable=False),
    Column("occurred_on", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("workflow", String(64), nullable=False),
    Column("workflow_version", Integer, nullable=False),
    Column("data", Json, nullable=False),
    Column("effects", Json, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "kind", "trigger"),
)

sensitive = Table(
    "casereview_sensitive",
    metadata,
    Column("case_ref", REF, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("path", String(500), primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("value", Text, nullable=False),
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
    Column("stood_down", Boolean, nullable=False),
    Column("minimum_period", Boolean, nullable=False),
    # From when on it is overdue; empty for what is done, and for what nobody is chased for. So what
    # is overdue is found by an index over what is open, however many clocks there are.
    Column("overdue_at", Instant),
)
_open = clock.c.overdue_at.is_not(None)
Index("ix_casereview_clock_overdue_at", clock.c.overdue_at, sqlite_where=_open, postgresql_where=_open)

person = Table(
    "casereview_person",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("agency", String(200)),
    Column("email", String(254)),
    Column("recorded_by", String(200), nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

person_role = Table(
    "casereview_person_role",
    metadata,
    Column("name", String(200), ForeignKey(person.c.name), primary_key=True),
    Column("role", String(64), primary_key=True),
)

request = Table(
    "casereview_request",
    metadata,
    Column("request_id", String(200), primary_key=True),
    Column("digest", String(128), nullable=False),
    Column("case_ref", REF, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)
