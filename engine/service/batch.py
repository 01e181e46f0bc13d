"""Several commands in one transaction: all of them are kept, or none; and judging without keeping anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Never, TypeVar

from ..errors.bad_input import BatchFailed, ImportFailed
from ..errors.base import BadInput
from ..errors.refusals import Refused, VersionConflict
from ..model.case import Case
from ..model.commands import Command, ImportHistory, ImportSnapshot, Open, Step
from ..ports.store import Store, Writer
from .handler import CommandHandler, CommandResult, ImportResult

A = TypeVar("A")
E = TypeVar("E", bound=Exception)
T = TypeVar("T")


class _DryRunEnded(Exception):
    """Ends a transaction that was only to be looked at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchHandler:
    """What is carried out together; the engine's verbs of the same names say what each promises.

    Attributes:
        store: Where the record is kept.
        handler: Who carries it out.
    """

    store: Store
    handler: CommandHandler

    def record_many(self, commands: Sequence[Command]) -> tuple[CommandResult, ...]:
        """Carries several commands out, in order."""
        return self._in_one_transaction(lambda writer: self._handle_all(writer, commands), commands)

    def dry_run_many(self, commands: Sequence[Command]) -> tuple[CommandResult, ...]:
        """What several commands would come to; nothing is kept."""
        found: list[tuple[CommandResult, ...]] = []

        def rehearsal(writer: Writer) -> Never:
            found[:] = [self._handle_all(writer, commands)]
            raise _DryRunEnded

        with suppress(_DryRunEnded):
            self._in_one_transaction(rehearsal, commands)
        return found[0]

    def validate_all(self, commands: Sequence[Command]) -> tuple[BatchFailed, ...]:
        """What stands in the way of each of several commands; nothing is kept."""
        found: list[BatchFailed] = []

        def examine(writer: Writer) -> Never:
            found[:] = _refusals(BatchFailed, writer, commands, self._handle_one)
            raise _DryRunEnded

        with suppress(_DryRunEnded):
            self._in_one_transaction(examine, commands)
        return tuple(found)

    def step_many(self, steps: Sequence[Step]) -> tuple[Case, ...]:
        """Takes several steps, in order."""

        def work(writer: Writer) -> tuple[Case, ...]:
            refs = [step.ref for step in steps]
            writer.lock_roots(refs)
            return writer.batched(
                lambda gathering: tuple(self.handler.handle(gathering, step).case for step in steps),
                requests=_request_ids(step.request_id for step in steps),
                locked=refs,
            )

        return self.store.write(work)

    def import_many(self, histories: Sequence[ImportHistory]) -> tuple[ImportResult, ...]:
        """Brings in several cases with the steps they have taken."""

        def bring_in(writer: Writer) -> tuple[ImportResult, ...]:
            return tuple(self._import_one(writer, number, history) for number, history in enumerate(histories))

        return self.store.write(lambda writer: writer.batched(bring_in, requests=_history_request_ids(histories)))

    def validate_imports(self, histories: Sequence[ImportHistory]) -> tuple[ImportFailed, ...]:
        """What stands in the way of bringing in several cases; nothing is kept."""
        found: list[ImportFailed] = []

        def examine(writer: Writer) -> Never:
            found[:] = _refusals(ImportFailed, writer, histories, self._import_one)
            raise _DryRunEnded

        with suppress(_DryRunEnded):
            self.store.write(lambda writer: writer.batched(examine, requests=_history_request_ids(histories)))
        return tuple(found)

    def _in_one_transaction(self, work: Callable[[Writer], T], commands: Sequence[Command]) -> T:
        trees = (command.parent if isinstance(command, Open | ImportSnapshot) else command.ref for command in commands)
        held = [ref for ref in trees if ref is not None]
        requests = _request_ids(command.request_id for command in commands)

        def gathered(writer: Writer) -> T:
            writer.lock_roots(held)
            return writer.batched(work, requests=requests, locked=held)

        return self.store.write(gathered)

    def _handle_all(self, writer: Writer, commands: Sequence[Command]) -> tuple[CommandResult, ...]:
        return tuple(self._handle_one(writer, number, command) for number, command in enumerate(commands))

    def _handle_one(self, writer: Writer, number: int, command: Command) -> CommandResult:
        try:
            return self.handler.handle(writer, command)
        except (BadInput, Refused, VersionConflict) as error:
            raise BatchFailed(number=number, cause=error) from None

    def _import_one(self, writer: Writer, number: int, history: ImportHistory) -> ImportResult:
        try:
            return self.handler.handle_import(writer, history)
        except ImportFailed as error:
            error.number = number
            raise


def _refusals(
    kind: type[E], writer: Writer, items: Sequence[A], carry_out: Callable[[Writer, int, A], object]
) -> list[E]:
    """What stands in the way of each of several things that are asked, each judged after those before it."""
    found = []
    for number, one in enumerate(items):
        try:
            carry_out(writer, number, one)
        except kind as error:
            found.append(error)
    return found


def _history_request_ids(histories: Sequence[ImportHistory]) -> list[str]:
    return _request_ids(history.opening.request_id for history in histories)


def _request_ids(ids: Iterable[str | None]) -> list[str]:
    return [request_id for request_id in ids if request_id is not None]
