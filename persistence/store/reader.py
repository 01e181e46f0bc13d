"""Implement the engine's `Reader` in SQLAlchemy Core, over one connection."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy import case as sql_case

from ...engine.definition.unit import UNIT_WORKFLOW
from ...engine.forms.digests import StoredValue, StoredWord, digest_of
from ...engine.forms.names import same_name_key
from ...engine.model.case import Case, Event
from ...engine.model.clock import Clock, EventKind
from ...engine.model.people import Person, RoleHolding
from ...engine.ports.records import CaseSummary, DueItem, Selection, StateCount
from ..schema import tables
from .event_values import Content, decoded_content, stored_values, stored_words
from .mapping import case_from, clock_from, due_from, event_from
from .outbox import OutboxReader
from .positions import PositionReader
from .references import child_parts, is_child, root_of
from .selected_events import converted, select_events
from .selections import (
    is_counted,
    is_of_organisation,
    is_overdue_condition,
    page_of_cases,
    page_of_refs,
    refs_with_open_clocks,
    selected_refs,
    within_tree,
)
from .settings import SettingsReader
from .sweeps import SweepReader

PAGE = 500
T = TypeVar("T")


class SqlReader(SettingsReader, SweepReader, OutboxReader, PositionReader):
    """Queries about the record."""

    def case(self, ref: str) -> Case | None:
        """Return a case, or None if there is none with that reference."""
        return next(iter(self._cases(select(tables.case).where(tables.case.c.ref == ref))), None)

    def cases(self, selection: Selection) -> tuple[Case, ...]:
        """Return the cases that match a selection, in the order of their references."""
        keys = () if selection.organisation is None else self._organisation_keys(selection.organisation)
        return self._cases(page_of_cases(selected_refs(selection, keys), selection.after, selection.limit))

    def state_counts(self) -> tuple[StateCount, ...]:
        """Return the number of cases of each workflow in each state that has any, by name."""
        # This counts entries of an index and reads no row. A table of counts would be faster to read, but every
        # step of a workflow would have to wait for its row.
        by = (tables.case.c.workflow, tables.case.c.state)
        counted = select(*by, func.count().label("cases")).where(tables.case.c.workflow != UNIT_WORKFLOW, is_counted())
        query = counted.group_by(*by).order_by(*by)
        return self._read(query, lambda row: StateCount(**row))

    def refs_by_request(self, client: str, request_ids: Sequence[str]) -> Mapping[str, str]:
        """Return the references of the cases of a client's requests, by request id. Unknown ids are left out."""
        columns, refs = tables.request.c, {}
        for start in range(0, len(request_ids), PAGE):
            page = columns.request_id.in_(request_ids[start : start + PAGE])
            query = select(columns.request_id, columns.case_ref).where(columns.client == client, page)
            rows = self._open_connection().execute(query)
            refs.update({row.request_id: row.case_ref for row in rows})
        return refs

    def children(self, ref: str, workflow: str) -> tuple[Case, ...]:
        """Return the children of a case that follow one workflow, in the order of their numbers."""
        case = tables.case.c
        # The bounds add nothing to the parent, but they keep the index to the tree: without them SQLite would
        # read all cases of the workflow.
        in_tree = (case.root == root_of(ref), *within_tree(ref, case.ref))
        query = select(tables.case).where(*in_tree, case.parent == ref, case.workflow == workflow, is_counted())
        # A child's number has at least two digits, so the longer of two references with one prefix comes later.
        return self._cases(query.order_by(func.length(case.ref), case.ref))

    def case_summaries(
        self, states: Mapping[str, Sequence[str]], at: datetime, by: datetime, limit: int
    ) -> tuple[CaseSummary, ...]:
        """Return summaries of the root cases in some states, the earliest due first, then by reference."""
        case, clock, of_clock = tables.case.c, tables.clock.c, tables.case.alias("of_clock").c
        # The index finds what is due, so the cost grows with what is late, not with all cases.
        due = (
            select(
                of_clock.root,
                func.min(clock.overdue_at).label("first_due_at"),
                func.sum(sql_case((clock.overdue_at <= at, 1), else_=0)).label("overdue"),
            )
            .join_from(tables.clock, of_clock.ref.table, of_clock.ref == clock.case_ref)
            .where(clock.overdue_at <= by)
            .group_by(of_clock.root)
            .subquery("due")
        )
        in_states = [and_(case.workflow == name, case.state.in_(values)) for name, values in states.items()]
        columns = (case.ref, case.title, case.workflow, case.state, due.c.first_due_at)
        query = (
            select(*columns, func.coalesce(due.c.overdue, 0).label("overdue"))
            .join_from(tables.case, due, due.c.root == case.ref, isouter=True)
            .where(or_(false(), *in_states), case.ref.not_like("%/%"))
            .order_by(due.c.first_due_at.is_(None), due.c.first_due_at, case.ref)
            .limit(limit)
        )
        return self._read(query, lambda row: CaseSummary(**row))

    def tree(self, ref: str) -> tuple[Case, ...]:
        """Return the tree of a case: its root first, then all others by kind and number."""
        cases = self._cases(select(tables.case).where(tables.case.c.root == root_of(ref), is_counted()))
        return tuple(sorted(cases, key=lambda case: child_parts(case.ref) if is_child(case.ref) else ()))

    def tree_events(self, ref: str, since: datetime | None) -> tuple[Event, ...]:
        """Return the events of a case's tree in the order of recording, only those after an instant if one is given."""
        event, root = tables.event.c, root_of(ref)
        of_tree = or_(event.case_ref == root, and_(*within_tree(ref, event.case_ref)))
        query = select_events().where(of_tree)
        if since is not None:
            query = query.where(event.recorded_at > since)
        return self._events(query.order_by(event.recorded_at, event.case_ref, event.seq))

    def events(self, ref: str, *, up_to: int | None = None) -> tuple[Event, ...]:
        """Return a case's events, the oldest first, up to and including event number `up_to`."""
        query = select_events().where(tables.event.c.case_ref == ref).order_by(tables.event.c.seq)
        if up_to is not None:
            query = query.where(tables.event.c.seq <= up_to)
        return self._events(query)

    def histories(self, refs: Collection[str]) -> Mapping[str, tuple[Event, ...]]:
        """Return the events of several cases, oldest first, by reference; leave out unknown cases."""
        event = tables.event.c
        found: dict[str, list[Event]] = defaultdict(list)
        query = select_events().where(event.case_ref.in_(sorted(set(refs)))).order_by(event.case_ref, event.seq)
        for one in self._events(query):
            found[one.ref].append(one)
        return {ref: tuple(events) for ref, events in found.items()}

    def stored_values(self, ref: str) -> Mapping[str, StoredValue]:
        """Return a case's sensitive values, each by the digest that the history holds instead."""
        return {digest_of(value): value for _, content in self._values(ref) for value in stored_values(content)}

    def disposed_digests(self, ref: str) -> frozenset[str]:
        """Return the digests of a case's values that were disposed of."""
        event = tables.event.c
        query = select(event.data).where(event.case_ref == ref, event.kind == str(EventKind.DISPOSED))
        return frozenset(one for digests in self._read(query, lambda row: row["data"]["digests"]) for one in digests)

    def stored_words(self, ref: str) -> tuple[StoredWord, ...]:
        """Return every value that is stored apart from a case's events, without the values themselves."""
        return tuple(word for seq, content in self._values(ref) for word in stored_words(seq, content))

    def _values(self, ref: str) -> tuple[tuple[int, Content], ...]:
        table = tables.event_values.c
        query = select(table.seq, table.content).where(table.case_ref == ref).order_by(table.seq)
        return self._read(query, lambda row: (row["seq"], decoded_content(row["content"])))

    def due_items(
        self,
        by: datetime | None,
        limit: int,
        organisation: str | None = None,
        *,
        since: datetime | None = None,
        after: DueItem | None = None,
    ) -> tuple[DueItem, ...]:
        """Return at most `limit` clocks that are still to be met, the earliest due first."""
        columns = (tables.case.c.ref, tables.case.c.title, tables.case.c.workflow, tables.case.c.workflow_version)
        query = (
            select(*columns, *tables.clock.c)
            .join_from(tables.clock, tables.case, tables.clock.c.case_ref == tables.case.c.ref)
            .where(tables.clock.c.overdue_at.is_not(None) if by is None else is_overdue_condition(by))
            .order_by(tables.clock.c.overdue_at, tables.clock.c.case_ref, tables.clock.c.deadline)
            .limit(limit)
        )
        if organisation is not None:
            is_theirs = is_of_organisation(self._organisation_keys(organisation))
            of_organisation = select(tables.case_organisation.c.case_ref).where(is_theirs)
            query = query.where(tables.clock.c.case_ref.in_(of_organisation))
        if since is not None:
            query = query.where(tables.clock.c.overdue_at > since)
        if after is not None:
            clock = tables.clock.c
            # A tuple does not pass on the types of its columns, so the instant needs its own.
            behind = tuple_(
                literal(after.clock.due_at, clock.overdue_at.type), literal(after.ref), literal(after.clock.deadline)
            )
            query = query.where(tuple_(clock.overdue_at, clock.case_ref, clock.deadline) > behind)
        return self._read(query, due_from)

    def refs_with_open_clocks(self, after: str | None, limit: int) -> tuple[str, ...]:
        """Return the references of cases with an open clock, in order, after the reference `after`."""
        return tuple(self._open_connection().execute(page_of_refs(refs_with_open_clocks(), after, limit)).scalars())

    def people(self) -> tuple[Person, ...]:
        """Return all people of the record, by name."""
        return self._people(())

    def person(self, name: str) -> Person | None:
        """Return the person with a name, or None if there is none."""
        key, former = same_name_key(name), tables.former_name.c
        had_it = tables.person.c.id.in_(select(former.person).where(former.key == key))
        return next(iter(self._people((or_(tables.person.c.key == key, had_it),))), None)

    def _people(self, conditions: Sequence[ColumnElement[bool]]) -> tuple[Person, ...]:
        query = (
            select(
                tables.person.c.name,
                tables.person.c.id,
                tables.person.c.email,
                tables.person.c.notify,
                tables.person.c.account,
                tables.person_role.c.role,
                tables.person_role.c.organisation,
            )
            .join_from(tables.person, tables.person_role, tables.person.c.id == tables.person_role.c.person)
            .where(*conditions)
            .order_by(tables.person.c.name)
        )
        former = self._former_names()
        people: dict[str, Person] = {}
        for name, person_id, email, notify, account, *holding in self._open_connection().execute(query):
            known = people.get(person_id) or Person(
                name=name,
                id=person_id,
                holdings=(),
                email=email,
                notify=notify,
                account=account,
                former_names=former.get(person_id, ()),
            )
            # Sorted here: how a database orders text depends on its collation.
            people[person_id] = replace(known, holdings=tuple(sorted((*known.holdings, RoleHolding(*holding)))))
        return tuple(people.values())

    def _cases(self, query: Select[Any]) -> tuple[Case, ...]:
        rows = self._read(query, lambda row: row)
        clocks: dict[str, list[Clock]] = defaultdict(list)
        if rows:
            running = (
                select(tables.clock)
                .where(tables.clock.c.case_ref.in_([row["ref"] for row in rows]))
                .order_by(tables.clock.c.case_ref, tables.clock.c.position)
            )
            for ref, clock in self._read(running, lambda row: (row["case_ref"], clock_from(row))):
                clocks[ref].append(clock)
        return converted(rows, lambda row: case_from(row, clocks[row["ref"]]))

    def _events(self, query: Select[Any]) -> tuple[Event, ...]:
        return self._read(query, lambda row: event_from(dict(row)))

    def _read(self, query: Select[Any], value: Callable[[RowMapping], T]) -> tuple[T, ...]:
        return converted(self._open_connection().execute(query).mappings(), value)
