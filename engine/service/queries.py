"""What can be asked of the record without changing it: the half of the façade that looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from ..deadlines.overrides import Overrides
from ..definition.registry import Registry
from ..definition.workflow import Workflow
from ..errors.bad_input import BadValue
from ..errors.unknown import UnknownCase, UnknownPerson, UnknownState
from ..forms.digests import StoredValue
from ..forms.replacing import copy_with
from ..model.calendar import ENGLAND_AND_WALES, Calendar, Now, system_now
from ..model.case import Case, Event
from ..model.people import Absence, Actor, Person
from ..ports.records import CaseSummary, DeadlineOutcome, DueItem, Heartbeat, Selection, StateCount
from ..ports.store import Store, require_case

if TYPE_CHECKING:
    from ..decisions.permission import AvailableStep
    from ..ports.context import EngineContext
    from .handler import CommandHandler


class Queries:
    """Looks at cases, at what is due, and at whoever acts; `Engine` also moves them."""

    def __init__(
        self,
        store: Store,
        workflows: Sequence[Workflow] | Registry,
        *,
        now: Now = system_now,
        calendar: Calendar = ENGLAND_AND_WALES,
    ) -> None:
        """An engine over a store.

        Args:
            store: Where the record is kept; nothing is connected before the first call.
            workflows: Every version of every workflow; a registry has been checked already.
            now: Gives the present; the machine's clock unless the host has one of its own.
            calendar: Whose days count.

        Raises:
            UnsoundWorkflow: if a workflow contradicts itself or another one, with every fault.
        """
        self.workflows = workflows if isinstance(workflows, Registry) else Registry(workflows)
        self.calendar = calendar
        self._store = store
        self._now = now

    @cached_property
    def _context(self) -> EngineContext:
        # Loaded only once something is decided: reading has to answer at once.
        from ..ports.context import EngineContext

        return EngineContext(workflows=self.workflows, now=self._now, calendar=self.calendar)

    @cached_property
    def _handler(self) -> CommandHandler:
        from .handler import CommandHandler

        return CommandHandler(context=self._context)

    def now(self) -> datetime:
        """The present (UTC), as this engine takes it."""
        return self._now()

    # --- cases, and what is due ---------------------------------------------------------------------

    def case(self, ref: str, *, as_of: datetime | None = None) -> Case:
        """The case as it stands, or as it stood by what had been recorded at an instant.

        Raises:
            UnknownCase: where there is none, or was none yet.
        """
        with self._store.reading() as reader:
            if as_of is None:
                return require_case(reader.case(ref), ref)
            from ..model.evolve import fold

            return require_case(fold(_recorded_by(reader.events(ref), as_of)), ref)

    def cases(self, selection: Selection = Selection()) -> tuple[Case, ...]:  # noqa: B008 (frozen)
        """The cases that a selection names, in the order of their references.

        Of those that stand alone what is kept beside the work is left out, unless its workflow is named.

        Raises:
            UnknownWorkflow: where it names a workflow that there is not.
            UnknownState: where it names a state that no workflow has.
            UnknownCase: where it names a parent that there is not.
        """
        if selection.workflow is not None:
            self.workflows.latest(selection.workflow)
        if selection.state is not None and selection.state not in self.workflows.states:
            raise UnknownState(state=selection.state, known=self.workflows.states)
        if selection.roots_only and selection.workflow is None:
            selection = copy_with(
                selection, without_workflows=tuple(one.name for one in self.workflows if one.auxiliary)
            )
        with self._store.reading() as reader:
            if selection.parent is not None:
                require_case(reader.case(selection.parent), selection.parent)
            return reader.cases(selection)

    def case_summaries(
        self, *, workflow: str | None = None, by: date | None = None, limit: int = 10_000
    ) -> tuple[CaseSummary, ...]:
        """How the reviews that have not ended are doing, with all that is part of each.

        Args:
            workflow: Only those of this workflow.
            by: What is due on this day or before is looked at; today unless given.
            limit: At most so many.

        Returns:
            Those with the earliest due first, then the others by reference.

        Raises:
            UnknownWorkflow: where there is no such workflow.
        """
        asked = self.workflows if workflow is None else (self.workflows.latest(workflow),)
        states = {
            one.name: tuple(state.name for state in one.states if not state.is_end)
            for one in asked
            if one.is_primary or (workflow is not None and not one.parent_workflows)
        }
        at = self._now()
        end = self.calendar.end_of(by or self.calendar.day_of(at))
        with self._store.reading() as reader:
            return reader.case_summaries(states, at, end, limit)

    def tree(self, ref: str) -> tuple[Case, ...]:
        """The whole tree that a case is part of: its root first, then all others by kind and number.

        Raises:
            UnknownCase: where there is no such case.
        """
        with self._store.reading() as reader:
            require_case(reader.case(ref), ref)
            return reader.tree(ref)

    def tree_history(self, ref: str, *, since: datetime | None = None) -> tuple[Event, ...]:
        """What happened in the whole tree that a case is part of, in the order in which it was recorded.

        Args:
            ref: A case of the tree.
            since: Only what was recorded after this instant.

        Raises:
            UnknownCase: where there is no such case.
        """
        with self._store.reading() as reader:
            require_case(reader.case(ref), ref)
            return reader.tree_events(ref, since)

    def refs_by_request(self, request_ids: Sequence[str]) -> Mapping[str, str]:
        """The references of the cases to which requests went; of requests that nobody made, nothing."""
        with self._store.reading() as reader:
            return reader.refs_by_request(request_ids)

    def state_counts(self) -> tuple[StateCount, ...]:
        """How many cases there are of each workflow in each state, by name; of none where there are none."""
        with self._store.reading() as reader:
            return reader.state_counts()

    def history(self, ref: str, *, as_of: datetime | None = None) -> tuple[Event, ...]:
        """What happened to a case, oldest first; or what of it had been recorded at an instant.

        Raises:
            UnknownCase: where there is none, or was none yet.
        """
        with self._store.reading() as reader:
            events = reader.events(ref)
        if as_of is not None:
            events = _recorded_by(events, as_of)
        if not events:
            raise UnknownCase(ref=ref)
        return events

    def stored_values(self, ref: str) -> Mapping[str, StoredValue]:
        """A case's sensitive values, by the digest that stands for each in case and history."""
        with self._store.reading() as reader:
            return reader.stored_values(ref)

    def available_steps(self, ref: str, actor: Actor | None = None) -> tuple[AvailableStep, ...]:
        """The steps that the case's state allows, with what blocks each and who can clear that.

        Raises:
            UnknownCase: where there is no such case.
        """
        from ..decisions.permission import available_steps
        from .related_cases import load_related_cases

        with self._store.reading() as reader:
            case = require_case(reader.case(ref), ref)
            judging = self._context.decision_context(reader)
            workflow = self.workflows.for_case(case)
            steps = workflow.steps_from(case.state)
            tree = load_related_cases(reader, case, steps)
        return available_steps(workflow, case, judging.now, judging.calendar, actor, related=tree)

    def overdue(
        self, *, at: datetime | None = None, since: date | None = None, limit: int = 100
    ) -> tuple[DueItem, ...]:
        """What is overdue at an instant (now, unless given), the longest overdue first.

        Args:
            at: The instant.
            since: Only what was due on this day or later.
            limit: At most so many.
        """
        after = None if since is None else self.calendar.end_of(since - timedelta(days=1))
        with self._store.reading() as reader:
            return reader.due_items(self._now() if at is None else at, limit, since=after)

    def tasks(self, name: str, *, until: date, limit: int = 100) -> tuple[DueItem, ...]:
        """What a person has to do: what is due by a day, or overdue, and is their task; the earliest due first.

        Theirs is what is the task of a role that they hold, where the case names nobody else for it; of an
        agency's, where it is their agency's. So is what would be the task of whom they stand in for today.

        Args:
            name: The person.
            until: The last day that is looked at.
            limit: At most so many.

        Raises:
            UnknownPerson: where nobody of that name may act.
        """
        from .tasks import tasks_of

        with self._store.reading() as reader:
            return tasks_of(
                name,
                reader=reader,
                workflows=self.workflows,
                today=self.calendar.day_of(self._now()),
                by=self.calendar.end_of(until),
                limit=limit,
            )

    def deadlines(
        self, *, until: date | None = None, organisation: str | None = None, limit: int = 1_000
    ) -> tuple[DueItem, ...]:
        """What somebody still has to do, overdue or not, the earliest due first.

        A clock that stands still is not among them: it has no due date. The review of its suspension is.

        Args:
            until: Only what is due on this day or before.
            organisation: Only of cases in which this agency takes part.
            limit: At most so many.
        """
        by = None if until is None else self.calendar.end_of(until)
        with self._store.reading() as reader:
            return reader.due_items(by, limit, organisation)

    def deadline_outcomes(self, deadline: str, *, limit: int = 10_000) -> tuple[DeadlineOutcome, ...]:
        """What became of a deadline in each case that has it, by reference, at most `limit`."""
        with self._store.reading() as reader:
            return reader.deadline_outcomes(deadline, limit)

    # --- people, and what the unit has set ------------------------------------------------------------

    def actor(self, name: str) -> Actor:
        """The person of that name, as one who acts.

        Raises:
            UnknownPerson: where nobody of that name may act.
        """
        with self._store.reading() as reader:
            person = reader.person(name)
        if person is None:
            raise UnknownPerson(name=name)
        return Actor(name=person.name, roles=frozenset(person.roles))

    def people(self) -> tuple[Person, ...]:
        """Everybody who may act, by name."""
        with self._store.reading() as reader:
            return reader.people()

    def absences(self, *, since: date | None = None) -> tuple[Absence, ...]:
        """Who is away on a day (today, unless given) or later, by name and first day."""
        with self._store.reading() as reader:
            return reader.absences(since or self.calendar.day_of(self._now()))

    def overrides(self) -> Overrides:
        """The days, terms and ladders that the unit has set."""
        with self._store.reading() as reader:
            return reader.overrides()

    def heartbeats(self) -> tuple[Heartbeat, ...]:
        """Whoever sweeps, or has swept, the one heard of last first."""
        with self._store.reading() as reader:
            return reader.heartbeats()


def _recorded_by(events: tuple[Event, ...], instant: datetime) -> tuple[Event, ...]:
    if instant.tzinfo is None:
        raise BadValue(name="as_of", expected="an instant with its zone", found=instant.isoformat())
    return tuple(event for event in events if event.recorded_at <= instant)
