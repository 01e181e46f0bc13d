"""Check the values that are stored apart from a case's events against the events' digests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...engine.forms.digests import DIGEST, digests_in
from ...engine.forms.path_text import value_at_path
from ...engine.model.case import Event
from ...engine.model.clock import EventKind
from ..store.event_values import PARTS, decoded_content, encoded_content, stored_words

REMOVED = "A stored value was removed or changed, and no event says so."
BACK = "A value was disposed of, and is there again."
MISPLACED = "A value is stored with an event, or a place in it, to which it does not belong."
REWRITTEN = "The values of the event were rewritten."


@dataclass(kw_only=True)
class ValueAudit:
    """The digests and the stored values of one case so far."""

    _digests: dict[str, int] = field(default_factory=dict)
    _stored: dict[str, int] = field(default_factory=dict)
    _disposed: set[str] = field(default_factory=set)
    _misplaced: list[int] = field(default_factory=list)
    _rewritten: list[int] = field(default_factory=list)

    def add(self, event: Event, row: Mapping[str, Any]) -> None:
        """Add an event.

        Args:
            event: The event.
            row: Its row, with decoded JSON, joined with the row of its values (`content`).
        """
        for part in PARTS:
            self._digests.update(dict.fromkeys(digests_in(row[part]), event.seq))
        content = decoded_content(row["content"])
        if content and encoded_content(content) != row["content"]:
            self._rewritten.append(event.seq)
        for word in stored_words(event.seq, content):
            self._stored[word.digest] = event.seq
            if value_at_path(row[word.part], word.path) != {DIGEST: word.digest}:
                self._misplaced.append(event.seq)
        if event.kind is EventKind.DISPOSED:
            self._disposed.update(event.data["digests"])

    def faults(self) -> Iterator[tuple[int, str]]:
        """Yield the number of each event with a fault in its values, and the fault."""
        for digest, seq in self._digests.items():
            if digest in self._disposed and digest in self._stored:
                yield seq, BACK
            elif digest not in self._disposed and digest not in self._stored:
                yield seq, REMOVED
        yield from ((seq, MISPLACED) for seq in dict.fromkeys(self._misplaced))
        yield from ((seq, REWRITTEN) for seq in dict.fromkeys(self._rewritten))
