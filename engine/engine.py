"""The façade that others embed: one verb for each thing that can be asked.

```python
engine = Engine(Database("sqlite:///casereview.db"), WORKFLOWS)
case = engine.open("serious_case_review", actor=me, data={...}, on=date(2026, 1, 5))
case = engine.step(case.ref, "screen", actor=me, decided_by=Authority(...), data={...})
```
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Never

from .calendars import ENGLAND_AND_WALES, Calendar
from .case import Actor, Authority, Case, Event, Link, Secret
from .commands import Command, Correct, Day, Dispose, Open, Step
from .definition import Workflow
from .errors import (
    BadValue,
    NotAllowed,
    RequestIdReused,
    UnknownCase,
    UnknownPerson,
    UnknownRole,
    UnknownState,
    VersionConflict,
)
from .evolve import SYSTEM, fold
from .occurrence import day_meant
from .people import checked_person
from .registry import Registry
from .requests import checked_request_id, content_of, is_same_request, request_digest
from .store import DeadlineRecord, Overdue, Person, Remembered, Selection, Store, Writer
from .timekeeping import Now, system_now

if TYPE_CHECKING:
    from .available import Possible
    from .decide import Decision, Judging, Opening

SALT_BYTES = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """What a command came to.

    Attributes:
        case: The case as it is after it.
        events: What was recorded; empty where the same request had been carried out before.
        repeated: Whether it had.
    """

    case: Case
    events: tuple[Event, ...]
    repeated: bool = False

    @property
    def warnings(self) -> tuple[str, ...]:
        """What has to be pointed out to whoever recorded it."""
        return tuple(warning for event in self.events for warning in event.effects.warnings)


class _RehearsedError(Exception):
    """Ends a transaction that was only to be looked at."""

    def __init__(self, recorded: Recorded) -> None:
        self.recorded = recorded


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
    ) -> Case:
        """Opens a case, and returns it. The arguments are those of `Open`; `record` says the errors."""
        command = Open(workflow=workflow, actor=actor, data=data, decided_by=decided_by, on=on, request_id=request_id)
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
        return self._store.write(lambda writer: self._carry_out(writer, command))

    def rehearse(self, command: Command) -> Recorded:
        """What a command would come to, judged on the record as it is; nothing is kept."""

        def rehearsal(writer: Writer) -> Never:
            raise _RehearsedError(self._carry_out(writer, command))

        try:
            self._store.write(rehearsal)
        except _RehearsedError as rehearsed:
            return rehearsed.recorded

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
                return _found(reader.case(ref), ref)
            return _found(fold(_recorded_by(reader.events(ref), as_of)), ref)

    def cases(self, selection: Selection = Selection()) -> tuple[Case, ...]:  # noqa: B008 (frozen)
        """The cases that a selection names, in the order of their references.

        Raises:
            UnknownWorkflow: where it names a workflow that there is not.
            UnknownState: where it names a state that no workflow has.
        """
        if selection.workflow is not None:
            self.workflows.latest(selection.workflow)
        if selection.state is not None and selection.state not in self.workflows.states:
            raise UnknownState(state=selection.state, known=self.workflows.states)
        with self._store.reading() as reader:
            return reader.cases(selection)

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

        case = self.case(ref)
        return possible_steps(self.workflows.of(case), case, self._now(), self.calendar, actor)

    def overdue(self, *, at: datetime | None = None, limit: int = 100) -> tuple[Overdue, ...]:
        """What is overdue at an instant (now, unless given), the longest overdue first."""
        with self._store.reading() as reader:
            return reader.overdue(self._now() if at is None else at, limit)

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
        request_id: str | None = None,
    ) -> Person:
        """Lets somebody act in a role, beside those they hold, and returns them.

        Raises:
            UnknownRole: where no workflow knows the role.
            InvalidForm: where a name, an agency or an address is not well formed.
            NotAllowed: where the actor may not say who acts.
            RequestIdReused: where the request id was used before, for something else.
        """
        if role not in self.workflows.roles:
            raise UnknownRole(role=role, known=tuple(self.workflows.roles))
        managers = tuple(r.name for r in self.workflows.roles.values() if r.manages_people)
        if not actor.roles & set(managers):
            raise NotAllowed(actor=actor.name, action="say who may act", roles=managers)
        given = checked_person(name=name, role=role, agency=agency, email=email)
        if request_id is not None:
            checked_request_id(request_id)
        asked = {"person": given, "actor": actor.name}

        def keep(writer: Writer) -> Person:
            known = writer.person(given.name)
            before = None if request_id is None else writer.remembered(request_id)
            if before is not None:
                if not is_same_request(before.digest, asked) or known is None:
                    raise RequestIdReused(request_id=str(request_id), ref=before.ref)
                return known
            person = given if known is None else given.beside(known)
            writer.keep_person(person, actor.name, self._now())
            if request_id is not None:
                kept = Remembered(digest=request_digest(asked, _salt()), ref="the people", seq=0)
                writer.remember(request_id, kept, self._now())
            return person

        return self._store.write(keep)

    # --- one transaction ----------------------------------------------------------------------------

    def _carry_out(self, writer: Writer, command: Command) -> Recorded:
        asked = {} if command.request_id is None else content_of(command)
        # The case is held before the request id is looked at: of two equal requests at once, the
        # second one waits here and then finds the first one's answer.
        held = None if isinstance(command, Open) else writer.lock(command.ref)
        if command.request_id is not None:
            checked_request_id(command.request_id)
            if (before := writer.remembered(command.request_id)) is not None:
                return _repeated(writer, command.request_id, before, asked)
        decision = self._decide(writer, command, held)
        case = writer.record(decision.events, decision.case)
        if decision.opens is not None:
            self._open_linked(writer, decision.opens, case)
        if command.request_id is not None:
            remembered = Remembered(digest=request_digest(asked, _salt()), ref=case.ref, seq=case.seq)
            writer.remember(command.request_id, remembered, decision.events[-1].recorded_at)
        return Recorded(case=case, events=decision.events)

    def _decide(self, writer: Writer, command: Command, held: Case | None) -> Decision:
        from .decide import Judging, decide_opening, decide_step, step_of

        judging = Judging(now=self._now(), calendar=self.calendar, salt=_salt)
        if isinstance(command, Open):
            workflow = self.workflows.latest(command.workflow)
            return decide_opening(workflow, command, judging, ref=self._reference(writer, workflow, command))
        case = _found(held, command.ref)
        if command.if_version is not None and command.if_version != case.version:
            raise _conflict(writer, case, command.if_version)
        workflow = self.workflows.of(case)
        if not isinstance(command, Step):
            return self._decide_amendment(writer, workflow, case, command, judging)
        opens = step_of(workflow, command.trigger).opens
        opened_ref = None
        if opens is not None:
            opened_ref = self._reference(writer, self.workflows.latest(opens.workflow), command)
        return decide_step(workflow, case, command, judging, opened_ref=opened_ref)

    def _decide_amendment(
        self, writer: Writer, workflow: Workflow, case: Case, command: Correct | Dispose, judging: Judging
    ) -> Decision:
        from .amend import decide_correction, decide_disposal

        if isinstance(command, Correct):
            history, secrets = writer.events(case.ref), writer.secrets(case.ref)
            return decide_correction(workflow, case, command, judging, history=history, secrets=secrets)
        present = writer.events_of_secrets(case.ref)
        decision = decide_disposal(workflow, case, command, judging, present=present)
        writer.dispose(case.ref, frozenset(decision.events[-1].data["digests"]))
        return decision

    def _open_linked(self, writer: Writer, opening: Opening, opener: Case) -> None:
        from .decide import Judging, decide_opening

        workflow = self.workflows.latest(opening.command.workflow)
        judging = Judging(now=opener.recorded_at, calendar=self.calendar, salt=_salt)
        back = Link(relation=opening.inverse, ref=opener.ref)
        linked = decide_opening(workflow, opening.command, judging, ref=opening.ref, links=(back,))
        writer.record(linked.events, linked.case)

    def _reference(self, writer: Writer, workflow: Workflow, command: Open | Step) -> str:
        day = day_meant(command.on, self._now(), self.calendar)
        return writer.next_reference(workflow.prefix, day.year)


def _salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def _recorded_by(events: tuple[Event, ...], instant: datetime) -> tuple[Event, ...]:
    if instant.tzinfo is None:
        raise BadValue(name="as_of", expected="an instant with its zone", found=instant.isoformat())
    return tuple(event for event in events if event.recorded_at <= instant)


def _conflict(writer: Writer, case: Case, expected: int) -> VersionConflict:
    moves = (event for event in reversed(writer.events(case.ref)) if event.recorded_by != SYSTEM)
    latest = next(moves)
    return VersionConflict(
        ref=case.ref, expected=expected, found=case.version, moved_by=latest.recorded_by, step=latest.trigger
    )


def _found(case: Case | None, ref: str) -> Case:
    if case is None:
        raise UnknownCase(ref=ref)
    return case


def _repeated(writer: Writer, request_id: str, before: Remembered, asked: Mapping[str, Any]) -> Recorded:
    if not is_same_request(before.digest, asked):
        raise RequestIdReused(request_id=request_id, ref=before.ref)
    case = fold(writer.events(before.ref, up_to=before.seq))
    assert case is not None
    return Recorded(case=case, events=(), repeated=True)
