"""The verbs that read the record and change nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Self

from .. import decisions, model, ports, service
from ..deadlines.overrides import Overrides
from ..definition.registry import Registry
from ..definition.workflow import Workflow
from ..errors.bad_input import BadValue
from ..errors.taking_back import CaseVoided
from ..errors.unknown import UnknownCase, UnknownState
from ..forms.digests import KnownValues, StoredValue, StoredWord
from ..model.calendar import ENGLAND_AND_WALES, Calendar, Now, system_now
from ..model.case import VOIDED, Case, Event
from ..model.people import Actor
from ..ports.access import Access
from ..ports.client import LIBRARY, checked_client
from ..ports.records import CaseSummary, DueItem, Heartbeat, Selection, StateCount
from ..ports.store import Store, require_case

if TYPE_CHECKING:  # the packages load what a query needs when it is first called
    from ..decisions.permission import AvailableStep
    from ..ports.context import EngineContext


class Queries:
    """Reads cases, deadlines, people and settings; `Engine` adds the verbs that record.

    Every verb raises StoreError if the database cannot be used.
    """

    def __init__(
        self,
        store: Store,
        workflows: Sequence[Workflow] | Registry,
        *,
        now: Now = system_now,
        calendar: Calendar = ENGLAND_AND_WALES,
        client: str = LIBRARY,
    ) -> None:
        """Make an engine over a store.

        Args:
            store: The store that saves the record; it connects at the first call.
            workflows: Every version of every workflow; a registry has been checked already.
            now: Returns the present (UTC); default: the machine's clock.
            calendar: The zone of days, and the calendar of bank holidays with which a new record begins.
            client: The name of the program that sends the requests: a request ID is unique among its client's.

        Raises:
            BadValue: if the client's name cannot be stored.
            UnsoundWorkflow: if a workflow contradicts itself or another one, with every fault.
        """
        self.workflows = workflows if isinstance(workflows, Registry) else Registry(workflows)
        self.calendar = calendar
        self._store = Access(store=store)
        self._now = now
        self._client = checked_client(client)

    @cached_property
    def _context(self) -> EngineContext:
        return ports.EngineContext(workflows=self.workflows, now=self._now, calendar=self.calendar, client=self._client)

    def acting_as(self, actor: Actor) -> Self:
        """Return the same engine for one actor: each of its verbs, the reading ones too, is called by them.

        A verb that takes `actor=` uses them unless it names another; a command names its own.
        """
        return self._reaching(replace(self._store, actor=actor))

    def _reaching(self, store: Access) -> Self:
        engine = copy(self)  # what it caches depends on neither its store nor its actor
        engine._store = store
        return engine

    def now(self) -> datetime:
        """Return the present (UTC)."""
        return self._now()

    # --- cases --------------------------------------------------------------------------------------

    def case(self, ref: str, *, as_of: datetime | None = None) -> Case:
        """Return a case as it is now, or as the record had it at an instant.

        Raises:
            UnknownCase: if there is no such case, or was none at that instant.
        """
        with self._store.reading() as reader:
            if as_of is None:
                return require_case(reader.case(ref), ref)
            return require_case(model.fold(_recorded_by(reader.events(ref), as_of)), ref)

    def cases(self, selection: Selection = Selection()) -> tuple[Case, ...]:  # noqa: B008 (frozen)
        """Return the selected cases, in the order of their references.

        A selection of roots leaves out auxiliary workflows unless it names one.

        Raises:
            UnknownWorkflow: if there is no such workflow.
            UnknownState: if no workflow has such a state.
            UnknownCase: if there is no such parent.
        """
        if selection.workflow is not None:
            self.workflows.latest(selection.workflow)
        if selection.state is not None and selection.state not in self.workflows.states:
            states = self.workflows.states
            raise UnknownState(state=selection.state, known=tuple(states), titles=tuple(states.values()))
        if selection.roots_only and selection.workflow is None:
            auxiliary = tuple(workflow.name for workflow in self.workflows if workflow.auxiliary)
            selection = replace(selection, without_workflows=auxiliary)
        with self._store.reading() as reader:
            if selection.parent is not None:
                require_case(reader.case(selection.parent), selection.parent)
            return reader.cases(selection)

    def case_summaries(
        self, *, workflow: str | None = None, by: date | None = None, limit: int = 10_000
    ) -> tuple[CaseSummary, ...]:
        """Summarise the open primary cases with their children: the earliest due first, then by reference.

        Args:
            workflow: Only cases of this workflow.
            by: The last due day to consider; default: today.
            limit: Maximum number of cases.

        Raises:
            UnknownWorkflow: if there is no such workflow.
        """
        at = self._now()
        end = self.calendar.end_of(by or self.calendar.day_of(at))
        with self._store.reading() as reader:
            states = self.workflows.open_states(workflow, reader.definitions())
            return reader.case_summaries(states, at, end, limit)

    def tree(self, ref: str) -> tuple[Case, ...]:
        """Return the whole tree of a case: its root first, then all others by kind and number.

        Raises:
            UnknownCase: if there is no such case.
            CaseVoided: if it was voided.
        """
        with self._store.reading() as reader:
            if require_case(reader.case(ref), ref).state == VOIDED:
                raise CaseVoided(ref=ref)
            return reader.tree(ref)

    def tree_history(self, ref: str, *, since: datetime | None = None) -> tuple[Event, ...]:
        """Return the events of a case's whole tree that count, as they were corrected, in the order of recording.

        Args:
            ref: A case of the tree.
            since: Only events recorded after this instant.

        Raises:
            UnknownCase: if there is no such case.
        """
        with self._store.reading() as reader:
            require_case(reader.case(ref), ref)
            return model.as_corrected(reader.tree_events(ref, since))

    def refs_by_request(self, request_ids: Sequence[str]) -> Mapping[str, str]:
        """Return the reference of the case of each request, by request ID; leave out those unknown of this client."""
        with self._store.reading() as reader:
            return reader.refs_by_request(self._client, request_ids)

    def state_counts(self) -> tuple[StateCount, ...]:
        """Count the cases of each workflow in each state, by name; leave out states without cases."""
        with self._store.reading() as reader:
            return reader.state_counts()

    def histories(self, refs: Collection[str]) -> Mapping[str, tuple[Event, ...]]:
        """Return the events of several cases, oldest first, by reference; leave out unknown cases."""
        with self._store.reading() as reader:
            return reader.histories(refs)

    def history(self, ref: str, *, as_of: datetime | None = None) -> tuple[Event, ...]:
        """Return a case's events, oldest first, or those recorded by an instant.

        Raises:
            UnknownCase: if there is no such case, or was none at that instant.
        """
        with self._store.reading() as reader:
            events = reader.events(ref)
        found = events if as_of is None else _recorded_by(events, as_of)
        if not found:
            raise UnknownCase(ref=ref)
        return found

    def stored_values(self, ref: str) -> Mapping[str, StoredValue]:
        """Return a case's sensitive values, by the digest that replaces each in its events."""
        with self._store.reading() as reader:
            return KnownValues(reader.stored_values(ref), reader.disposed_digests(ref))

    def stored_words(self, ref: str) -> tuple[StoredWord, ...]:
        """Return where a case's words are that stand apart from their events, with the digest of each."""
        with self._store.reading() as reader:
            return reader.stored_words(ref)

    def available_steps(self, ref: str, actor: Actor | None = None) -> tuple[AvailableStep, ...]:
        """Return the steps that a case's state allows, with what blocks each and who can clear it.

        Args:
            ref: The case.
            actor: The person who asks; default: the one who is bound, or, if none is, steps are shown for any role.

        Raises:
            UnknownCase: if there is no such case.
            UnknownVersion: if this engine does not have the version that the case follows.
        """
        with self._store.reading() as reader:
            case = require_case(reader.case(ref), ref)
            context = self._context.decision_context(reader)
            workflow = self.workflows.version(case.workflow, case.workflow_version)
            steps = workflow.steps_from(case.state)
            related = service.load_related_cases(reader, case, steps)
        return decisions.available_steps(workflow, case, context, actor or self._store.actor, related=related)

    # --- deadlines ----------------------------------------------------------------------------------

    def overdue(
        self, *, at: datetime | None = None, since: date | None = None, limit: int = 100
    ) -> tuple[DueItem, ...]:
        """Return what is overdue at an instant, the longest overdue first.

        Args:
            at: The instant; default: now.
            since: Only what was due on this day or later.
            limit: Maximum number of items.
        """
        after = None if since is None else self.calendar.end_of(since - timedelta(days=1))
        with self._store.reading() as reader:
            return reader.due_items(self._now() if at is None else at, limit, since=after)

    def tasks(self, name: str, *, until: date, limit: int = 100) -> tuple[DueItem, ...]:
        """Return a person's tasks that are overdue or due by a day, the earliest due first.

        A deadline is their task if they, or a person for whom they deputise today, hold its role, unless the case
        names somebody else or concerns another organisation.

        Args:
            name: The person.
            until: The last due day to consider.
            limit: Maximum number of items.

        Raises:
            UnknownPerson: if there is no such person.
        """
        with self._store.reading() as reader:
            return service.tasks_of(
                name, reader=reader, workflows=self.workflows, today=self.calendar.day_of(self._now()),
                by=self.calendar.end_of(until), limit=limit,
            )  # fmt: skip

    def deadlines(
        self, *, until: date | None = None, organisation: str | None = None, limit: int = 1_000
    ) -> tuple[DueItem, ...]:
        """Return the deadlines still to be met, overdue or not, the earliest due first.

        A suspended deadline has no due date and is left out; the review of its suspension is included.

        Args:
            until: Only what is due on this day or before.
            organisation: Only cases in which this organisation takes part.
            limit: Maximum number of items.
        """
        by = None if until is None else self.calendar.end_of(until)
        with self._store.reading() as reader:
            return reader.due_items(by, limit, organisation)

    def overrides(self) -> Overrides:
        """Return the days, terms and levels that the office has set."""
        with self._store.reading() as reader:
            return reader.overrides()

    def working_calendar(self) -> Calendar:
        """Return the calendar by which deadlines are counted: the chosen one, with the office's own days."""
        return self.overrides().calendar(self.calendar)

    def heartbeats(self) -> tuple[Heartbeat, ...]:
        """Return the workers' heartbeats, the latest first."""
        with self._store.reading() as reader:
            return reader.heartbeats()


def _recorded_by(events: tuple[Event, ...], instant: datetime) -> tuple[Event, ...]:
    if instant.tzinfo is None:
        raise BadValue(name="as_of", expected="an instant with its zone", found=instant.isoformat())
    return tuple(event for event in events if event.recorded_at <= instant)
