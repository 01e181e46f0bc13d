"""Implement the engine's `Writer`: single commands, and batches of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from ...engine.ports.requests import RequestKey
from ...engine.ports.store import Writer
from . import record_writer

T = TypeVar("T")


class SqlWriter(record_writer.RecordWriter):
    """Write to the record, within one transaction."""

    def batched(
        self, work: Callable[[Writer], T], requests: Sequence[RequestKey] = (), locked: Sequence[str] = ()
    ) -> T:
        """Run a part of the transaction's work, and write all that it records together at its end."""
        # Imported here, so that a single step does not load what only batches need.
        from .batch_writer import run_batch

        return run_batch(self._open_connection(), work, requests, locked)
