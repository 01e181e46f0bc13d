"""Several commands, or several imports, in one transaction: all of them are recorded, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from ..errors.bad_input import BadValue, BatchFailed, ImportFailed
from ..errors.base import BadInput
from ..errors.refusals import Refused, VersionConflict
from ..errors.taking_back import CannotTakeBack, CaseVoided
from ..forms.digests import random_salt
from ..model.commands import Command, HistoryStep, Import, ImportHistory, ImportSnapshot, Open, Step
from ..model.dispose import Dispose
from ..model.imports import CompleteImport
from ..model.results import CommandResult, ImportResult
from ..ports.requests import (
    RequestKey,
    RequestRecord,
    checked_request_id,
    content_of_history,
    request_digest,
    requested_command_id,
)
from ..ports.store import Store, Writer
from .handler import CommandHandler, require_command, require_same_request

T = TypeVar("T")


class _DryRunEnded(Exception):
    """End a transaction of which nothing is to be saved."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchHandler:
    """Handles commands and imports in batches; `Engine` documents its verbs of the same names.

    Attributes:
        store: The store that saves them.
        handler: Handles each command.
    """

    store: Store
    handler: CommandHandler

    # --- commands -----------------------------------------------------------------------------------

    def record_many(self, commands: Sequence[Command]) -> tuple[CommandResult, ...]:
        """Handle several commands, in order."""
        results = self._write_commands(lambda writer: self._handle_all(writer, commands), commands)
        if any(isinstance(command, Dispose) for command in commands):
            self.store.finish_disposals()
        return results

    def dry_run_many(self, commands: Sequence[Command]) -> tuple[CommandResult, ...]:
        """Return the results that several commands would have; save nothing."""

        def work(write: Callable[[Writer], None]) -> None:
            self._write_commands(write, commands)

        return _dry_run(work, lambda writer: self._handle_all(writer, commands))

    def _handle_all(self, writer: Writer, commands: Sequence[Command]) -> tuple[CommandResult, ...]:
        return tuple(self._handle_one(writer, number, command) for number, command in enumerate(commands))

    def _handle_one(self, writer: Writer, number: int, command: Command) -> CommandResult:
        try:
            return self.handler.handle(writer, command)
        except (BadInput, Refused, VersionConflict, CannotTakeBack, CaseVoided) as error:
            raise BatchFailed(number=number, cause=error) from None

    def _write_commands(self, work: Callable[[Writer], T], commands: Sequence[Command]) -> T:
        for number, command in enumerate(commands):
            try:
                require_command(command)
            except BadValue as error:
                raise BatchFailed(number=number, cause=error) from None
        refs = (command.parent if isinstance(command, Open) else command.ref for command in commands)
        return self._write(work, refs, (command.request_id for command in commands))

    # --- imports ------------------------------------------------------------------------------------

    def import_many(self, cases: Sequence[Import], *, dry_run: bool) -> tuple[ImportResult, ...]:
        """Import several cases, in order; with `dry_run` save nothing."""

        def import_all(writer: Writer) -> tuple[ImportResult, ...]:
            return tuple(self._import_one(writer, number, case) for number, case in enumerate(cases))

        if not dry_run:
            return self._write_imports(import_all, cases)
        return _dry_run(lambda write: self._write_imports(write, cases), import_all)

    def preview_imports(self, cases: Sequence[Import]) -> tuple[ImportResult | ImportFailed, ...]:
        """Return the result of each case, or its first error if it cannot be imported; save nothing."""

        def outcomes(writer: Writer) -> Iterator[ImportResult | ImportFailed]:
            for number, case in enumerate(cases):
                try:
                    yield self._import_one(writer, number, case)
                except ImportFailed as error:
                    yield error

        return _dry_run(lambda write: self._write_imports(write, cases), lambda writer: tuple(outcomes(writer)))

    def _import_one(self, writer: Writer, number: int, case: Import) -> ImportResult:
        if isinstance(case, ImportHistory):
            return self._import_history(writer, number, case)
        try:
            result = self.handler.import_snapshot(writer, case)
        except (BadInput, Refused) as error:
            raise ImportFailed(number=number, step=0, cause=error) from None
        return ImportResult(
            ref=result.case.ref,
            repeated=result.repeated,
            warnings=result.warnings,
            name_findings=result.name_findings,
        )

    def _import_history(self, writer: Writer, number: int, history: ImportHistory) -> ImportResult:
        """Open a case and apply its steps, each decided like any other; all of it is one request."""
        opening, applied = history.opening, 0
        try:
            if opening.request_id is not None:
                checked_request_id(opening.request_id)
                if (before := writer.request_record(self._key(opening.request_id))) is not None:
                    require_same_request(opening.request_id, before, content_of_history(history))
                    return ImportResult(ref=before.ref, repeated=True)
            # The last entry says that it ended a request.
            digest, requested = self._requested(history)
            command_ids = [*(None for _ in history.steps), requested]
            result = self.handler.handle(writer, replace(opening, request_id=None), command_id=command_ids[0])
            warnings, findings = result.warnings, result.name_findings
            for applied, step in enumerate(history.steps, start=1):
                command = _step_command(step, result.case.ref, opening)
                result = self.handler.handle(writer, command, command_id=command_ids[applied])
                warnings += result.warnings
                findings += result.name_findings
        except (BadInput, Refused) as error:
            raise ImportFailed(number=number, step=applied, cause=error) from None
        case = result.case
        if opening.request_id is not None:
            record = RequestRecord(digest=digest, ref=case.ref, seq=case.seq)
            writer.save_request(self._key(opening.request_id), record, case.recorded_at)
        return ImportResult(ref=case.ref, warnings=warnings, name_findings=findings)

    def _requested(self, history: ImportHistory) -> tuple[str, str | None]:
        """Return the digest of a request to import a case and the ID of its command, if it has a request ID."""
        if history.opening.request_id is None:
            return "", None
        digest = request_digest(content_of_history(history), random_salt())
        return digest, requested_command_id(self._key(history.opening.request_id), digest)

    def _write_imports(self, work: Callable[[Writer], T], cases: Sequence[Import]) -> T:
        completed = (case.ref for case in cases if isinstance(case, CompleteImport))
        parents = (*completed, *(case.parent for case in cases if isinstance(case, ImportSnapshot)))
        openings = (case.opening if isinstance(case, ImportHistory) else case for case in cases)
        return self._write(work, parents, (opening.request_id for opening in openings))

    def _write(self, work: Callable[[Writer], T], refs: Iterable[str | None], request_ids: Iterable[str | None]) -> T:
        locked = [ref for ref in refs if ref is not None]
        requests = [self._key(request_id) for request_id in request_ids if request_id is not None]

        def batched(writer: Writer) -> T:
            if locked:
                writer.lock_roots(locked)
            return writer.batched(work, requests=requests, locked=locked)

        return self.store.write(batched)

    def _key(self, request_id: str) -> RequestKey:
        return RequestKey(self.handler.context.client, request_id)


def _dry_run(write: Callable[[Callable[[Writer], None]], None], work: Callable[[Writer], T]) -> T:
    """Do a transaction's work, roll it back, and return what the work returned."""
    results: list[T] = []

    def work_and_end(writer: Writer) -> None:
        results[:] = [work(writer)]
        raise _DryRunEnded

    with suppress(_DryRunEnded):
        write(work_and_end)
    return results[0]


def _step_command(step: HistoryStep, ref: str, opening: Open) -> Step:
    return Step(
        ref=ref, trigger=step.trigger, actor=opening.actor, data=step.data, decided_by=step.decided_by, on=step.on
    )
