"""The façade that others embed: one verb for each thing that can be asked.

```python
engine = Engine(Database("sqlite:///casereview.db"), WORKFLOWS)
case = engine.open("serious_case_review", actor=me, data={...}, on=date(2026, 1, 5))
case = engine.step(case.ref, "screen", actor=me, decided_by=Authority(...), data={...})
```
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .calendars import ENGLAND_AND_WALES, Calendar, Term
from .case import Actor, Authority, Case, Event, Secret
from .changing import changed
from .definition import Workflow
from .errors import (
    BadValue,
    NotRecorded,
    UnknownCase,
    UnknownPerson,
    UnknownRole,
    UnknownState,
)
from .registry import Registry
from .store import Absence, Count, DeadlineRecord, Due, Heartbeat, Person, Selection, Standing, Store, found
from .terms import DayKind, LocalRules, LocalTerm
from .timekeeping import Now, system_now

if TYPE_CHECKING:
    from .available import Possible
    from .bulk import Bulk
    from .clerk import BroughtIn, Clerk, Recorded
    from .commands import Command, Day, History, Step
    from .errors import NotBroughtIn
    from .health import Check
    from .messages import Messages
    from .recalculation import Recalculation
    from .sweeping import Sweep
    from .unit import Unit

NOTHING: Mapping[str, int] = MappingProxyType({})


class Engine:
    """Moves cases through their workflows, and keeps every step."""

    def __init__(
        self,
        store: Store,
        workflows: Sequence[Workflow],
        *,
        now: Now = system_now,
        calendar: Calendar = ENGLAND_AND_WALES,
    ) -> None:
        """An engine over a store.

        Args:
            store: Where the record is kept; nothing is connected before the first call.
            workflows: The workflows that there are.
            now: Gives the present; the machine's clock unless the host has one of its own.
            calendar: Whose days count.
        """
        self.workflows = Registry(workflows)
        self.calendar = calendar
        self._store = store
        self._now = now

    @cached_property
    def _clerk(self) -> Clerk:
        # Loaded with all that judging takes only once something is judged: looking is to answer at once.
        from .clerk import Clerk

        return Clerk(workflows=self.workflows, now=self._now, published=self.calendar)

    @contextmanager
    def within(self, transaction: Any) -> Iterator[Engine]:
        """The same engine within a transaction of the host's.

        What it records is kept when the host commits, and gone when the host rolls back. It never
        tries again: after a `Conflict` the host reruns its whole transaction. On SQLite the host
        begins with BEGIN IMMEDIATE, or lets this engine's first write begin so.

        Args:
            transaction: A SQLAlchemy `Connection` or `Session` over the same database.

        Raises:
            BadValue: where it is neither.
        """
        yield Engine(self._store.joined(transaction), self.workflows.all, now=self._now, calendar=self.calendar)

    # --- moving cases ---------------------------------------------------------------------------

    def open(
        self,
        workflow: str,
        *,
        actor: Actor,
        data: Mapping[str, Any],
        decided_by: Authority | None = None,
        on: Day = None,
        request_id: str | None = None,
        parent: str | None = None,
    ) -> Case:
        """Opens a case, and returns it. The arguments are those of `Open`; `record` says the errors."""
        from .commands import Open

        command = Open(
            workflow=workflow,
            actor=actor,
            data=data,
            decided_by=decided_by,
            on=on,
            request_id=request_id,
            parent=parent,
        )
        return self.record(command).case

    def step(
        self,
        ref: str,
        trigger: str,
        *,
        actor: Actor,
        data: Mapping[str, Any],
        decided_by: Authority | None = None,
        on: Day = None,
        if_version: int | None = None,
        request_id: str | None = None,
    ) -> Case:
        """Takes a step, and returns the case after it. The arguments are those of `Step`."""
        from .commands import Step

        command = Step(
            ref=ref,
            trigger=trigger,
            actor=actor,
            data=data,
            decided_by=decided_by,
            on=on,
            if_version=if_version,
            request_id=request_id,
        )
        return self.record(command).case

    def record(self, command: Command) -> Recorded:
        """Carries out a command in one transaction, and returns what it came to.

        A command with a request id that was carried out before is not carried out again: the first
        one's answer is given once more.

        Raises:
            BadInput: where what was given cannot be understood.
            Refused: where a rule forbids it.
            Conflict: where the case is no longer at `if_version`, or the database stayed contended.
            StoreError: where the database cannot be used.
        """
        return self._store.write(lambda writer: self._clerk.carry_out(writer, command))

    def step_many(self, steps: Sequence[Step]) -> tuple[Case, ...]:
        """Takes several steps in one transaction, in order: all of them are kept, or none.

        A hundred at a time cost a fraction of a hundred times one: there is one commit. Steps with a
        request id that were taken before are not taken again, so that a batch can be sent again.

        Returns:
            The case after each step.

        Raises:
            BadInput: where what was given for one of them cannot be understood.
            Refused: where a rule forbids one of them.
            Conflict: where a case is no longer at `if_version`, or the database stayed contended.
            StoreError: where the database cannot be used.
        """
        return self._bulk.step_many(steps)

    def import_many(self, histories: Sequence[History]) -> tuple[BroughtIn, ...]:
        """Brings in several cases with the steps they have taken, in one transaction: all of them, or none.

        Each step is judged like any other, and numbers, hashes and clocks are what they would be if each had
        been taken alone. What is brought in late chases nobody for days that were over by then. Cases with a
        request id that were brought in before are not brought in again, so that a batch can be sent again.

        Returns:
            What became of each.

        Raises:
            NotBroughtIn: where one of them cannot be understood or a rule forbids it; it says which.
            Conflict: where the database stayed contended.
            StoreError: where the database cannot be used.
        """
        return self._bulk.import_many(histories)

    def examine_many(self, histories: Sequence[History]) -> tuple[NotBroughtIn, ...]:
        """What stands in the way of bringing in several cases: of each the first thing; nothing is kept.

        Raises:
            Conflict: where the database stayed contended.
            StoreError: where the database cannot be used.
        """
        return self._bulk.examine_many(histories)

    def record_many(self, commands: Sequence[Command]) -> tuple[Recorded, ...]:
        """Carries out several commands in one transaction, in order: all of them are kept, or none.

        Commands with a request id that were carried out before are not carried out again.

        Returns:
            What each came to.

        Raises:
            NotRecorded: where one of them cannot be understood, a rule forbids it, or its case is no
                longer at `if_version`; it says which, and why.
            Conflict: where the database stayed contended.
            StoreError: where the database cannot be used.
        """
        return self._bulk.record_many(commands)

    def rehearse(self, command: Command) -> Recorded:
        """What a command would come to, judged on the record as it is; nothing is kept.

        Raises:
            CasereviewError: as `record` would.
        """
        try:
            (recorded,) = self.rehearse_many((command,))
        except NotRecorded as error:
            raise error.cause from None
        return recorded

    def rehearse_many(self, commands: Sequence[Command]) -> tuple[Recorded, ...]:
        """What several commands would come to one after the other, judged on the record as it is; nothing is kept.

        Raises:
            NotRecorded: where one of them would not be kept; it says which, and why.
        """
        return self._bulk.rehearse_many(commands)

    def examine_all(self, commands: Sequence[Command]) -> tuple[NotRecorded, ...]:
        """What stands in the way of several commands, each judged after those before it: of each the first thing.

        Nothing is kept. What builds on a command that would not be recorded is judged without it.

        Raises:
            Conflict: where the database stayed contended.
            StoreError: where the database cannot be used.
        """
        return self._bulk.examine_all(commands)

    @property
    def _bulk(self) -> Bulk:
        from .bulk import Bulk

        return Bulk(store=self._store, clerk=self._clerk)

    def now(self) -> datetime:
        """The present (UTC), as this engine takes it."""
        return self._now()

    # --- looking ----------------------------------------------------------------------------------

    def case(self, ref: str, *, as_of: datetime | None = None) -> Case:
        """The case as it stands, or as it stood by what had been recorded at an instant.

        Raises:
            UnknownCase: where there is none, or was none yet.
        """
        with self._store.reading() as reader:
            if as_of is None:
                return found(reader.case(ref), ref)
            from .evolve import fold

            return found(fold(_recorded_by(reader.events(ref), as_of)), ref)

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
        if selection.alone and selection.workflow is None:
            selection = changed(selection, but=tuple(one.name for one in self.workflows if one.beside))
        with self._store.reading() as reader:
            if selection.parent is not None:
                found(reader.case(selection.parent), selection.parent)
            return reader.cases(selection)

    def standings(
        self, *, workflow: str | None = None, by: date | None = None, limit: int = 10_000
    ) -> tuple[Standing, ...]:
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
            if one.is_whole or (workflow is not None and not one.child_of)
        }
        at = self._now()
        end = self.calendar.end_of(by or self.calendar.day_of(at))
        with self._store.reading() as reader:
            return reader.standings(states, at, end, limit)

    def tree(self, ref: str) -> tuple[Case, ...]:
        """The whole tree that a case is part of: its root first, then all others by kind and number.

        Raises:
            UnknownCase: where there is no such case.
        """
        with self._store.reading() as reader:
            found(reader.case(ref), ref)
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
            found(reader.case(ref), ref)
            return reader.tree_events(ref, since)

    def requested(self, request_ids: Sequence[str]) -> Mapping[str, str]:
        """The references of the cases to which requests went; of requests that nobody made, nothing."""
        with self._store.reading() as reader:
            return reader.requested(request_ids)

    def counts(self) -> tuple[Count, ...]:
        """How many cases there are of each workflow in each state, by name; of none where there are none."""
        with self._store.reading() as reader:
            return reader.counts()

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

    def sensitive(self, ref: str) -> Mapping[str, Secret]:
        """A case's sensitive values, by the digest that stands for each in case and history."""
        with self._store.reading() as reader:
            return reader.secrets(ref)

    def available(self, ref: str, actor: Actor | None = None) -> tuple[Possible, ...]:
        """The steps that the case's state allows, with what blocks each and who can clear that.

        Raises:
            UnknownCase: where there is no such case.
        """
        from .available import possible_steps
        from .trees import agreed, seen

        with self._store.reading() as reader:
            case = found(reader.case(ref), ref)
            judging = self._clerk.judging(reader)
            workflow = self.workflows.of(case)
            steps = workflow.steps_from(case.state)
            for step in steps:
                agreed(self.workflows, workflow, step)
            tree = seen(reader, case, steps)
        return possible_steps(workflow, case, judging.now, judging.calendar, actor, tree=tree)

    def overdue(self, *, at: datetime | None = None, since: date | None = None, limit: int = 100) -> tuple[Due, ...]:
        """What is overdue at an instant (now, unless given), the longest overdue first.

        Args:
            at: The instant.
            since: Only what was due on this day or later.
            limit: At most so many.
        """
        after = None if since is None else self.calendar.end_of(since - timedelta(days=1))
        with self._store.reading() as reader:
            return reader.due(self._now() if at is None else at, limit, since=after)

    def tasks(self, name: str, *, until: date, limit: int = 100) -> tuple[Due, ...]:
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

    def deadlines(self, *, until: date | None = None, agency: str | None = None, limit: int = 1_000) -> tuple[Due, ...]:
        """What somebody still has to do, overdue or not, the earliest due first.

        A clock that stands still is not among them: it has no due date. The review of its suspension is.

        Args:
            until: Only what is due on this day or before.
            agency: Only of cases in which this agency takes part.
            limit: At most so many.
        """
        by = None if until is None else self.calendar.end_of(until)
        with self._store.reading() as reader:
            return reader.due(by, limit, agency)

    def deadline_records(self, deadline: str, *, limit: int = 10_000) -> tuple[DeadlineRecord, ...]:
        """What became of a deadline in each case that has it, by reference, at most `limit`."""
        with self._store.reading() as reader:
            return reader.deadline_records(deadline, limit)

    # --- people -----------------------------------------------------------------------------------

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

    def add_person(
        self,
        name: str,
        *,
        role: str,
        actor: Actor,
        agency: str | None = None,
        email: str | None = None,
        notify: str | None = None,
        request_id: str | None = None,
    ) -> Person:
        """Lets somebody act in a role, beside those they hold, and returns them.

        Raises:
            UnknownRole: where no workflow knows the role.
            InvalidForm: where a name, an agency or an address is not well formed.
            NotAllowed: where the actor may not say who acts.
            RequestIdReused: where the request id was used before, for something else.
        """
        from .people import checked_person

        if role not in self.workflows.roles:
            raise UnknownRole(role=role, known=tuple(self.workflows.roles))
        given = checked_person(name=name, role=role, agency=agency, email=email, notify=notify)
        return self._unit.add_person(given, actor=actor, request_id=request_id)

    def remove_person(self, name: str, *, actor: Actor, role: str | None = None) -> Person:
        """Takes a role from somebody, or all that they hold: they may not act, and are told nothing, any more.

        What they have recorded, and decided, stays in the history as it is.

        Returns:
            The person with the roles that are left.

        Raises:
            UnknownPerson: where they are not on the list.
            BadValue: where they do not hold the role, or nobody would be left who may say who acts.
            NotAllowed: where the actor may not say who acts.
        """
        return self._unit.remove_person(name, role=role, actor=actor)

    def away(self, name: str, *, from_day: date, to_day: date, deputy: str | None, actor: Actor) -> Absence:
        """Keeps that somebody is away, the last day included, and who is told in their place.

        Raises:
            UnknownPerson: where either is not on the list.
            BadInput: where the days or the deputy cannot be.
            NotAllowed: where the actor may not say who acts.
        """
        absence = Absence(name=name, from_day=from_day, to_day=to_day, deputy=deputy)
        return self._unit.away(absence, actor=actor)

    def back(self, name: str, *, actor: Actor, day: date | None = None) -> tuple[Absence, ...]:
        """Keeps that somebody is there from a day on (today, unless given), and returns what they were away for.

        Raises:
            BadValue: where they are not away on that day or later.
            NotAllowed: where the actor may not say who acts.
        """
        return self._unit.back(name, day or self.calendar.day_of(self._now()), actor=actor)

    def absences(self, *, since: date | None = None) -> tuple[Absence, ...]:
        """Who is away on a day (today, unless given) or later, by name and first day."""
        with self._store.reading() as reader:
            return reader.absences(since or self.calendar.day_of(self._now()))

    @property
    def _unit(self) -> Unit:
        from .unit import Unit

        return Unit(store=self._store, clerk=self._clerk)

    # --- what the unit sets for itself --------------------------------------------------------------

    def local_rules(self) -> LocalRules:
        """The days, terms and ladders that the unit has set."""
        with self._store.reading() as reader:
            return reader.local_rules()

    def set_term(
        self,
        workflow: str,
        deadline: str,
        *,
        from_day: date,
        reasons: str,
        actor: Actor,
        term: Term | None = None,
        rungs: Mapping[str, int] = NOTHING,
    ) -> LocalTerm:
        """Sets the unit's own term for a deadline, or working days of its ladder, from a day on.

        It holds for clocks that start on that day or later.

        Raises:
            BadInput: where there is no such deadline or rung, or the day is none.
            NotAllowed: where the actor may not set it.
        """
        return self._unit.set_term(
            workflow, deadline, term=term, rungs=rungs, from_day=from_day, reasons=reasons, actor=actor
        )

    def set_day(
        self, day: date, counts_as: DayKind, *, reasons: str, actor: Actor, dry_run: bool = False
    ) -> Recalculation:
        """Says of a day whether it is worked, and counts every open clock anew.

        Each case that it touches gets an event. What was broken off goes on when the same is said again.

        Returns:
            The due dates that move (with `dry_run` those that would), and the cases that could not be looked at.

        Raises:
            BadInput: where the day is none, or no reasons are given.
            NotAllowed: where the actor may not say it.
        """
        return self._unit.set_day(day, counts_as, reasons=reasons, actor=actor, dry_run=dry_run)

    # --- chasing ------------------------------------------------------------------------------------

    def escalate(
        self, *, at: datetime | None = None, dry_run: bool = False, should_stop: Callable[[], bool] = lambda: False
    ) -> Sweep:
        """One sweep: notes what has passed up to an instant, and tells whom the ladders name.

        Nothing fires twice, whoever sweeps, and how often. For a past instant it does what was to
        happen by then and had not.

        Args:
            at: The instant; now unless given. One that is still to come only as a dry run.
            dry_run: Whether only to say what would happen.
            should_stop: Is asked between batches.

        Raises:
            BadValue: where the instant comes without its zone, or is still to come.
            StoreError: where the database cannot be used.
        """
        from .sweeping import Sweeper, checked_instant

        instant = checked_instant(at, self._now(), dry_run=dry_run)
        sweeper = Sweeper(store=self._store, clerk=self._clerk)
        return sweeper.foresee(instant) if dry_run else sweeper.sweep(instant, should_stop)

    def examine(self) -> tuple[Check, ...]:
        """Whether what is overdue is chased: that somebody sweeps, and that whoever is to be told can be.

        Raises:
            StoreError: where the database cannot be used.
        """
        from .health import Health

        return Health(store=self._store, clerk=self._clerk).checks()

    @property
    def messages(self) -> Messages:
        """What goes out to people: looked at, released, tried again, delivered."""
        from .messages import Messages

        return Messages(store=self._store, clerk=self._clerk)

    def beat(self, heartbeat: Heartbeat) -> None:
        """Keeps what is heard of whoever sweeps."""
        self._store.write(lambda writer: writer.beat(heartbeat))

    def heartbeats(self) -> tuple[Heartbeat, ...]:
        """Whoever sweeps, or has swept, the one heard of last first."""
        with self._store.reading() as reader:
            return reader.heartbeats()


def _recorded_by(events: tuple[Event, ...], instant: datetime) -> tuple[Event, ...]:
    if instant.tzinfo is None:
        raise BadValue(name="as_of", expected="an instant with its zone", found=instant.isoformat())
    return tuple(event for event in events if event.recorded_at <= instant)
