"""The facade that a host embeds: one verb for each thing the engine does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from . import model, notifications, service
from .errors.bad_input import BatchFailed, ImportFailed
from .model.case import Case
from .model.people import Actor, DecidedBy
from .ports.records import Heartbeat
from .service.settings_verbs import SettingsVerbs

if TYPE_CHECKING:  # the packages load what a verb needs when it is first called
    from .decisions.rescheduling import ChangedDueDate
    from .errors.faults import DefinitionChanged
    from .model.commands import Command, Import, When
    from .model.results import CommandResult, ImportResult
    from .notifications.messages import MessageService
    from .service.batch import BatchHandler
    from .service.handler import CommandHandler
    from .service.health import Check
    from .service.machine_clock import ClockGap
    from .service.sweep import Sweep


class Engine(SettingsVerbs):
    """Moves cases through their workflows and records every step.

    Every verb raises StoreError if the database cannot be used, and every verb that records anything raises Conflict
    if the database stays contended. Changing people or settings raises NotAllowed unless the actor may manage people.
    A verb that takes an actor raises BadValue if it names none and none is bound by `acting_as`.
    """

    @contextmanager
    def within(self, transaction: Any) -> Iterator[Engine]:
        """Yield the same engine within a transaction of the host's.

        The host commits or rolls back what it records, and after a `Conflict` repeats its whole transaction. On
        SQLite the host begins with BEGIN IMMEDIATE, or lets this engine's first write begin so.

        Args:
            transaction: A SQLAlchemy `Connection` or `Session` over the same database.

        Raises:
            BadValue: if it is neither.
        """
        engine = self._reaching(self._store.within(transaction))
        if not self._context.has_registered:
            # What is registered in the host's transaction is lost if the host rolls it back.
            engine.__dict__.pop("_handler", None)
            engine._context = self._context.without_definitions()
        yield engine

    # --- cases --------------------------------------------------------------------------------------

    def open(
        self,
        workflow: str,
        *,
        actor: Actor | None = None,
        data: Mapping[str, Any],
        decided_by: DecidedBy | None = None,
        on: When = None,
        request_id: str | None = None,
        parent: str | None = None,
    ) -> Case:
        """Open a case and return it. The arguments are those of `Open`, the errors those of `record`."""
        command = model.Open(
            workflow=workflow, actor=self._store.acting(actor), data=data, decided_by=decided_by, on=on,
            request_id=request_id, parent=parent,
        )  # fmt: skip
        return self.record(command).case

    def step(
        self,
        ref: str,
        trigger: str,
        *,
        actor: Actor | None = None,
        data: Mapping[str, Any],
        decided_by: DecidedBy | None = None,
        on: When = None,
        if_version: int | None = None,
        request_id: str | None = None,
    ) -> Case:
        """Apply a step and return the case. The arguments are those of `Step`, the errors those of `record`."""
        command = model.Step(
            ref=ref, trigger=trigger, actor=self._store.acting(actor), data=data, decided_by=decided_by, on=on,
            if_version=if_version, request_id=request_id,
        )  # fmt: skip
        return self.record(command).case

    def take_back(self, ref: str, *, reasons: str, actor: Actor | None = None) -> Case:
        """Take back the last entry of a case, with all that its command caused, and return the case.

        A case that it opened is voided. `record` takes a `TakeBack` with a version or a request ID.

        Raises:
            CannotTakeBack: if another person recorded it, or it was recorded on another day, something rests on it, or
                a message about it was sent.
            CaseVoided: if the case was voided.
        """
        return self.record(model.TakeBack(ref=ref, actor=self._store.acting(actor), reasons=reasons)).case

    def record(self, command: Command) -> CommandResult:
        """Handle a command in one transaction and return its result.

        A command with a request ID that was handled before is not handled again: it gets the first answer.

        Raises:
            BadInput: if the input cannot be understood, or is an import (use `import_many`).
            Refused: if a rule forbids it.
            Conflict: if the case is no longer at `if_version`.
        """
        result = self._recording().write(lambda writer: self._handler.handle(writer, command))
        if isinstance(command, model.Dispose):
            self.finish_disposals()
        return result

    def record_many(self, commands: Sequence[Command]) -> tuple[CommandResult, ...]:
        """Handle several commands in one transaction, in order, and return their results: all are recorded, or none.

        Commands with a request ID that were handled before are not handled again, so a batch can be sent again.

        Raises:
            BatchFailed: if one of them cannot be understood, a rule forbids it, or its case is no longer at
                `if_version`; it says which, and why.
        """
        return self._batch().record_many(commands)

    def dry_run(self, command: Command) -> CommandResult:
        """Return the result that a command would have now, or raise its error; save nothing."""
        try:
            (result,) = self.dry_run_many((command,))
        except BatchFailed as error:
            raise error.cause from None
        return result

    def dry_run_many(self, commands: Sequence[Command]) -> tuple[CommandResult, ...]:
        """Return the results that several commands would have, or raise BatchFailed; save nothing."""
        return self._batch(dry_run=True).dry_run_many(commands)

    def import_many(self, cases: Sequence[Import], *, dry_run: bool = False) -> tuple[ImportResult, ...]:
        """Import several cases in one transaction, in order: all of them, or none; with `dry_run` save nothing.

        The steps of an `ImportHistory` are decided like any others; an `ImportSnapshot` is one event. Neither sends
        reminders for days that were over before the import. Cases with a request ID that were imported before are
        not imported again, so a batch can be sent again.

        Raises:
            ImportFailed: if one of them cannot be understood or a rule forbids it; it says which, and why.
        """
        return self._batch(dry_run=dry_run).import_many(cases, dry_run=dry_run)

    def validate_imports(self, cases: Sequence[Import]) -> tuple[ImportFailed, ...]:
        """Return the first error of each case that cannot be imported after those before it; save nothing."""
        return tuple(one for one in self.preview_imports(cases) if isinstance(one, ImportFailed))

    def preview_imports(self, cases: Sequence[Import]) -> tuple[ImportResult | ImportFailed, ...]:
        """Return what importing each case after those before it would give: a result, or its first error.

        It saves nothing. A result says what the import would warn of; its reference is not kept for it.
        """
        return self._batch(dry_run=True).preview_imports(cases)

    @cached_property
    def _handler(self) -> CommandHandler:
        return service.CommandHandler(context=self._context)

    def _batch(self, *, dry_run: bool = False) -> BatchHandler:
        return service.BatchHandler(store=self._recording(dry_run=dry_run), handler=self._handler)

    # --- definitions --------------------------------------------------------------------------------

    def register_definitions(self) -> None:
        """Register the versions of workflows that are not registered yet.

        Every verb that records something in a case does so first; a host may do it when it starts.

        Raises:
            DefinitionChanged: if a version is not what it was when it was registered.
        """
        self._recording()
        for workflow in self.workflows.all:
            if changed := self._context.definitions.change(workflow):
                raise changed

    def changed_definitions(self) -> tuple[DefinitionChanged, ...]:
        """Return each version of a workflow that is not what it was when it was registered, with what changed."""
        return service.changed_definitions(self._store, self._context)

    # --- deadlines and messages ---------------------------------------------------------------------

    def sweep(
        self, *, at: datetime | None = None, dry_run: bool = False, should_stop: Callable[[], bool] = lambda: False
    ) -> Sweep:
        """Record what became overdue up to an instant, and prepare the notices of each level reached, exactly once.

        Args:
            at: The instant; default: now. A future one only as a dry run.
            dry_run: Return what would happen, and save nothing.
            should_stop: Called between batches.

        Raises:
            BadValue: if the instant has no zone, or is in the future.
            DefinitionChanged: if a workflow is not what it was when it was registered.
        """
        instant = service.checked_instant(at, self._now(), dry_run=dry_run)
        sweeper = service.Sweeper(store=self._recording(dry_run=dry_run), context=self._context)
        return sweeper.preview(instant) if dry_run else sweeper.sweep(instant, should_stop)

    def health_checks(self) -> tuple[Check, ...]:
        """Check that sweeps run, that their recipients have addresses, and that messages are sent."""
        return service.HealthService(store=self._store, context=self._context).checks()

    @property
    def messages(self) -> MessageService:
        """Return the service that lists, releases, retries and delivers messages."""
        return notifications.MessageService(store=self._store, context=self._context)

    def miscounted(self) -> tuple[ChangedDueDate, ...]:
        """Return open deadlines that fall on another day than their count gives, since a bank holiday came or went."""
        return service.miscounted(self._store, self._context)

    def finish_disposals(self) -> bool:
        """Remove what was disposed of from the database's files, too, and return whether nothing is left to do.

        `record` does so after a disposal, and a worker tries again: on SQLite a program that is reading may prevent it.
        After a disposal in a host's own transaction, call it when that has ended.
        """
        return self._store.finish_disposals()

    def clock_gap(self) -> ClockGap | None:
        """Return the gap if now is far beyond the last entry and heartbeat, and something would be due by it."""
        with self._store.reading() as reader:
            return service.clock_gap(reader, self._now())

    def record_heartbeat(self, heartbeat: Heartbeat) -> None:
        """Save a worker's heartbeat."""
        self._store.write(lambda writer: writer.save_heartbeat(heartbeat))
