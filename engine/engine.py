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
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .deadlines.overrides import DayKind, DeadlineOverride
from .errors.bad_input import BatchFailed
from .errors.unknown import UnknownRole
from .model.calendar import Term
from .model.case import Case
from .model.people import Absence, Actor, DecidedBy, Person
from .ports.records import Heartbeat
from .service.queries import Queries

if TYPE_CHECKING:
    from .errors.bad_input import ImportFailed
    from .model.commands import Command, ImportHistory, Step, When
    from .notifications.messages import MessageService
    from .service.batch import BatchHandler
    from .service.handler import CommandResult, ImportResult
    from .service.health import Check
    from .service.settings import Recalculation, SettingsService
    from .service.sweep import Sweep

NOTHING: Mapping[str, int] = MappingProxyType({})


class Engine(Queries):
    """Moves cases through their workflows, and keeps every step."""

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
        yield Engine(self._store.within(transaction), self.workflows, now=self._now, calendar=self.calendar)

    # --- moving cases ---------------------------------------------------------------------------

    def open(
        self,
        workflow: str,
        *,
        actor: Actor,
        data: Mapping[str, Any],
        decided_by: DecidedBy | None = None,
        on: When = None,
        request_id: str | None = None,
        parent: str | None = None,
    ) -> Case:
        """Opens a case, and returns it. The arguments are those of `Open`; `record` says the errors."""
        from .model.commands import Open

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
        decided_by: DecidedBy | None = None,
        on: When = None,
        if_version: int | None = None,
        request_id: str | None = None,
    ) -> Case:
        """Takes a step, and returns the case after it. The arguments are those of `Step`."""
        from .model.commands import Step

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

    def record(self, command: Command) -> CommandResult:
        """Carries out a command in one transaction, and returns what it came to.

        A command with a request id that was carried out before is not carried out again: the first
        one's answer is given once more.

        Raises:
            BadInput: where what was given cannot be understood.
            Refused: where a rule forbids it.
            Conflict: where the case is no longer at `if_version`, or the database stayed contended.
            StoreError: where the database cannot be used.
        """
        return self._store.write(lambda writer: self._handler.handle(writer, command))

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
        return self._batch.step_many(steps)

    def import_many(self, histories: Sequence[ImportHistory]) -> tuple[ImportResult, ...]:
        """Brings in several cases with the steps they have taken, in one transaction: all of them, or none.

        Each step is judged like any other, and numbers, hashes and clocks are what they would be if each had
        been taken alone. What is brought in late chases nobody for days that were over by then. Cases with a
        request id that were brought in before are not brought in again, so that a batch can be sent again.

        Returns:
            What became of each.

        Raises:
            ImportFailed: where one of them cannot be understood or a rule forbids it; it says which.
            Conflict: where the database stayed contended.
            StoreError: where the database cannot be used.
        """
        return self._batch.import_many(histories)

    def validate_imports(self, histories: Sequence[ImportHistory]) -> tuple[ImportFailed, ...]:
        """What stands in the way of bringing in several cases: of each the first thing; nothing is kept.

        Raises:
            Conflict: where the database stayed contended.
            StoreError: where the database cannot be used.
        """
        return self._batch.validate_imports(histories)

    def record_many(self, commands: Sequence[Command]) -> tuple[CommandResult, ...]:
        """Carries out several commands in one transaction, in order: all of them are kept, or none.

        Commands with a request id that were carried out before are not carried out again.

        Returns:
            What each came to.

        Raises:
            BatchFailed: where one of them cannot be understood, a rule forbids it, or its case is no
                longer at `if_version`; it says which, and why.
            Conflict: where the database stayed contended.
            StoreError: where the database cannot be used.
        """
        return self._batch.record_many(commands)

    def dry_run(self, command: Command) -> CommandResult:
        """What a command would come to, judged on the record as it is; nothing is kept.

        Raises:
            CasereviewError: as `record` would.
        """
        try:
            (recorded,) = self.dry_run_many((command,))
        except BatchFailed as error:
            raise error.cause from None
        return recorded

    def dry_run_many(self, commands: Sequence[Command]) -> tuple[CommandResult, ...]:
        """What several commands would come to one after the other, judged on the record as it is; nothing is kept.

        Raises:
            BatchFailed: where one of them would not be kept; it says which, and why.
        """
        return self._batch.dry_run_many(commands)

    def validate_all(self, commands: Sequence[Command]) -> tuple[BatchFailed, ...]:
        """What stands in the way of several commands, each judged after those before it: of each the first thing.

        Nothing is kept. What builds on a command that would not be recorded is judged without it.

        Raises:
            Conflict: where the database stayed contended.
            StoreError: where the database cannot be used.
        """
        return self._batch.validate_all(commands)

    @property
    def _batch(self) -> BatchHandler:
        from .service.batch import BatchHandler

        return BatchHandler(store=self._store, handler=self._handler)

    # --- people -----------------------------------------------------------------------------------

    def add_person(
        self,
        name: str,
        *,
        role: str,
        actor: Actor,
        organisation: str | None = None,
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
        from .service.people import checked_person

        if role not in self.workflows.roles:
            raise UnknownRole(role=role, known=tuple(self.workflows.roles))
        given = checked_person(name=name, role=role, organisation=organisation, email=email, notify=notify)
        return self._settings.add_person(given, actor=actor, request_id=request_id)

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
        return self._settings.remove_person(name, role=role, actor=actor)

    def add_absence(self, name: str, *, from_day: date, to_day: date, deputy: str | None, actor: Actor) -> Absence:
        """Keeps that somebody is away, the last day included, and who is told in their place.

        Raises:
            UnknownPerson: where either is not on the list.
            BadInput: where the days or the deputy cannot be.
            NotAllowed: where the actor may not say who acts.
        """
        absence = Absence(name=name, from_day=from_day, to_day=to_day, deputy=deputy)
        return self._settings.add_absence(absence, actor=actor)

    def end_absences(self, name: str, *, actor: Actor, day: date | None = None) -> tuple[Absence, ...]:
        """Keeps that somebody is there from a day on (today, unless given), and returns what they were away for.

        Raises:
            BadValue: where they are not away on that day or later.
            NotAllowed: where the actor may not say who acts.
        """
        return self._settings.end_absences(name, day or self.calendar.day_of(self._now()), actor=actor)

    @property
    def _settings(self) -> SettingsService:
        from .service.settings import SettingsService

        return SettingsService(store=self._store, context=self._context)

    # --- what the unit sets for itself --------------------------------------------------------------

    def set_term(
        self,
        workflow: str,
        deadline: str,
        *,
        from_day: date,
        reasons: str,
        actor: Actor,
        term: Term | None = None,
        levels: Mapping[str, int] = NOTHING,
    ) -> DeadlineOverride:
        """Sets the unit's own term for a deadline, or working days of its ladder, from a day on.

        It holds for clocks that start on that day or later.

        Raises:
            BadInput: where there is no such deadline or rung, or the day is none.
            NotAllowed: where the actor may not set it.
        """
        return self._settings.set_term(
            workflow, deadline, term=term, levels=levels, from_day=from_day, reasons=reasons, actor=actor
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
        return self._settings.set_day(day, counts_as, reasons=reasons, actor=actor, dry_run=dry_run)

    # --- chasing ------------------------------------------------------------------------------------

    def sweep(
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
        from .service.sweep import Sweeper, checked_instant

        instant = checked_instant(at, self._now(), dry_run=dry_run)
        sweeper = Sweeper(store=self._store, context=self._context)
        return sweeper.preview(instant) if dry_run else sweeper.sweep(instant, should_stop)

    def health_checks(self) -> tuple[Check, ...]:
        """Whether what is overdue is chased: that somebody sweeps, and that whoever is to be told can be.

        Raises:
            StoreError: where the database cannot be used.
        """
        from .service.health import HealthService

        return HealthService(store=self._store, context=self._context).checks()

    @property
    def messages(self) -> MessageService:
        """What goes out to people: looked at, released, tried again, delivered."""
        from .notifications.messages import MessageService

        return MessageService(store=self._store, context=self._context)

    def record_heartbeat(self, heartbeat: Heartbeat) -> None:
        """Keeps what is heard of whoever sweeps."""
        self._store.write(lambda writer: writer.save_heartbeat(heartbeat))
