"""Declare the indexes. They have a module of their own, since options of one kind of database load its dialect.

Each index serves a query and has the query's order, so that a list continues after the previous page and sorts
nothing. Partial indexes hold only the rows that a query asks for, so they grow with the open cases, not with all.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Index

from . import tables
from .tables import case, case_organisation, clock, event, message, metadata, notice

__all__ = ["metadata"]


def _only(condition: ColumnElement[bool]) -> dict[str, Any]:
    return {"sqlite_where": condition, "postgresql_where": condition}


# --- lists of cases, by reference -----------------------------------------------------------------------

Index("ix_casereview_case_workflow_ref", case.c.workflow, case.c.ref)
# Also the counts by workflow and state, which read only this index.
Index("ix_casereview_case_workflow_state_ref", case.c.workflow, case.c.state, case.c.ref)
Index("ix_casereview_case_state_ref", case.c.state, case.c.ref)
Index("ix_casereview_case_root_ref", case.c.root, case.c.ref)
Index(
    "ix_casereview_case_organisation_organisation_case_ref",
    case_organisation.c.organisation,
    case_organisation.c.case_ref,
)

# --- all events, in order -------------------------------------------------------------------------------

# SQLite has one writer, so there the positions alone are in the order of commits.
Index("ix_casereview_event_transaction_id_position", event.c.transaction_id, event.c.position).ddl_if(
    dialect="postgresql"
)

# --- clocks -------------------------------------------------------------------------------------------

# Clocks that are due, the earliest first. Many share an instant, the end of a day.
Index(
    "ix_casereview_clock_overdue_at_case_ref_deadline",
    clock.c.overdue_at,
    clock.c.case_ref,
    clock.c.deadline,
    **_only(clock.c.overdue_at.is_not(None)),
)
# Cases with an open clock, and those with an overdue one, by reference.
# SQLite reads done_on even from an index of open clocks, so the index holds it.
Index(
    "ix_casereview_clock_case_ref_overdue_at_done_on",
    clock.c.case_ref,
    clock.c.overdue_at,
    clock.c.done_on,
    **_only(clock.c.done_on.is_(None)),
)
# Clocks for the sweep.
Index(
    "ix_casereview_clock_next_at_case_ref",
    clock.c.next_at,
    clock.c.case_ref,
    **_only(clock.c.next_at.is_not(None)),
)
# Outcomes of one deadline in each case.
Index("ix_casereview_clock_deadline_case_ref_number", clock.c.deadline, clock.c.case_ref, clock.c.number)

# --- notices and messages -----------------------------------------------------------------------------

Index("ix_casereview_message_created_at_id", message.c.created_at, message.c.id)
Index("ix_casereview_message_state_created_at_id", message.c.state, message.c.created_at, message.c.id)
Index("ix_casereview_message_person_created_at_id", message.c.person, message.c.created_at, message.c.id)
Index(
    "ix_casereview_message_next_try_at_id",
    message.c.next_try_at,
    message.c.id,
    **_only(message.c.next_try_at.is_not(None)),
)
Index("ix_casereview_notice_message_id", notice.c.message_id)
# Notices to a person about a clock, and those of a case that still wait.
Index(
    "ix_casereview_notice_case_ref_deadline_number_person",
    notice.c.case_ref,
    notice.c.deadline,
    notice.c.number,
    notice.c.person,
)
Index("ix_casereview_notice_state_person", notice.c.state, notice.c.person, **_only(tables.is_pending))
