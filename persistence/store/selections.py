"""Build the queries for a page of case references."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from ...engine.model.case import UNIT, VOIDED
from ...engine.ports.records import Selection
from ..schema import tables
from .references import root_of

RefQuery = tuple[ColumnElement[str], Select[Any]]
"""A query for references over an index, with the column by which the index is ordered."""


def is_counted() -> ColumnElement[bool]:
    """Return the condition that a case counts: it was not voided. Every query that lists or counts cases has it."""
    return tables.case.c.state != VOIDED


def page_of_cases(found: RefQuery, after: str | None, limit: int) -> Select[Any]:
    """Select the cases of one page. The query finds and filters references only, and then reads the page's rows."""
    page = page_of_refs(found, after, limit).subquery("page")
    return select(tables.case).join(page, page.c.ref == tables.case.c.ref).order_by(tables.case.c.ref)


def page_of_refs(found: RefQuery, after: str | None, limit: int) -> Select[Any]:
    """Select one page of references."""
    ref, query = found
    if after is not None:
        query = query.where(ref > after)
    return query.order_by(ref).limit(limit)


def selected_refs(selection: Selection, organisation_keys: tuple[str, ...] = ()) -> RefQuery:
    """Select the references that match a selection, over the index that narrows it down most.

    Args:
        selection: The selection.
        organisation_keys: The keys of all names of its organisation, if it has one.
    """
    case, clock, organisation = tables.case.c, tables.clock.c, tables.case_organisation.c
    if selection.overdue_at is not None:
        ref, query = refs_with_open_clocks()
        query = query.where(clock.overdue_at <= selection.overdue_at)
    elif selection.organisation is not None:
        ref, query = organisation.case_ref, select(organisation.case_ref.label("ref"))
    else:
        ref, query = case.ref, select(case.ref)
    named = ((case.workflow, selection.workflow), (case.state, selection.state), (case.parent, selection.parent))
    conditions: list[ColumnElement[bool]] = [column == value for column, value in named if value is not None]
    if ref is case.ref:
        # A voided case has neither deadlines nor organisations, so no other index leads to it.
        conditions.append(case.state == VOIDED if selection.voided else is_counted())
    if ref is case.ref and selection.workflow is None:
        # The unit's own record, which has neither deadlines nor organisations, is in no list.
        conditions.append(ref != UNIT)
    if selection.without_workflows:
        conditions.append(case.workflow.not_in(selection.without_workflows))
    if conditions and ref is not case.ref:
        query = query.join(tables.case, case.ref == ref)
    if selection.organisation is not None:
        if ref is not organisation.case_ref:
            query = query.join(tables.case_organisation, organisation.case_ref == ref)
        conditions.append(is_of_organisation(organisation_keys))
        if len(organisation_keys) > 1:  # a case may have been recorded under two of its names
            query = query.distinct()
    if selection.parent is not None:
        conditions += within_tree(selection.parent, ref)
    if selection.roots_only:
        conditions.append(ref.not_like("%/%"))
    return ref, query.where(*conditions)


def is_of_organisation(keys: tuple[str, ...]) -> ColumnElement[bool]:
    """Return the condition that an organisation of a case has one of some keys, which are all of one organisation."""
    column = tables.case_organisation.c.organisation
    return column == keys[0] if len(keys) == 1 else column.in_(keys)


def within_tree(ref: str, of: ColumnElement[str]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that select the references below a tree's root. "0" is the character after "/"."""
    root = root_of(ref)
    return of > f"{root}/", of < f"{root}0"


def refs_with_open_clocks() -> RefQuery:
    """Select the cases that have an open clock."""
    clock = tables.clock.c
    return clock.case_ref, select(clock.case_ref.label("ref")).where(clock.done_on.is_(None)).distinct()


def is_overdue_condition(at: datetime) -> ColumnElement[bool]:
    """Return the condition that a clock is overdue at an instant."""
    return tables.clock.c.overdue_at <= at
