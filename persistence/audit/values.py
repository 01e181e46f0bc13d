"""Check the values that are stored apart from a case's events against the events' digests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...engine.forms.digests import DIGEST, digests_in
from ...engine.forms.path_text import path_parts, path_text, value_at_path
from ...engine.model.case import Event
from ...engine.model.clock import EventKind
from ..store.event_values import PARTS, Content, Entry, decoded_content, encoded_content, entry_digest

REMOVED = "a stored value was removed or changed, and no event says so."
BACK = "a value was disposed of, and is there again."
MISPLACED = "a value is stored with an event, or a place in it, to which it does not belong."
REWRITTEN = "the values of the event were rewritten."


@dataclass(kw_only=True)
class ValueAudit:
    """The digests and the stored values of one case so far."""

    _digests: dict[str, int] = field(default_factory=dict)
    _stored: dict[str, int] = field(default_factory=dict)
    _disposed: set[str] = field(default_factory=set)
    _misplaced: dict[int, None] = field(default_factory=dict)
    _rewritten: dict[int, None] = field(default_factory=dict)

    def add(self, event: Event, row: Mapping[str, Any]) -> None:
        """Add an event.

        Args:
            event: The event.
            row: Its row, with decoded JSON, joined with the row of its values (`content`, `key_id`).
        """
        for part in PARTS:
            self._digests.update(dict.fromkeys(digests_in(row[part]), event.seq))
        self._add_values(event.seq, row)
        if event.kind is EventKind.DISPOSED:
            self._disposed.update(event.data["digests"])

    def faults(self) -> Iterator[tuple[int, str]]:
        """Yield the number of each event with a fault in its values, and the fault."""
        missing = set()
        for digest, seq in self._digests.items():
            if digest in self._disposed and digest in self._stored:
                yield seq, BACK
            elif digest not in self._disposed and digest not in self._stored:
                missing.add(seq)
        yield from ((seq, REMOVED) for seq in sorted(missing))
        # A value that was changed no longer fits its place, and was reported.
        yield from ((seq, MISPLACED) for seq in self._misplaced if seq not in missing)
        yield from ((seq, REWRITTEN) for seq in self._rewritten)

    def _add_values(self, seq: int, row: Mapping[str, Any]) -> None:
        text = row["content"]
        content = decoded_content(text)
        if (text is not None and not _is_as_written(text, content)) or row["key_id"] is not None:
            self._rewritten[seq] = None
        for part, values in content.items():
            if part not in PARTS:
                self._misplaced[seq] = None
                continue
            for path, entry in values.items():
                digest = _digest_at(row[part], path)
                if digest is None or (entry is not None and digest != entry_digest(entry)):
                    self._misplaced[seq] = None
                elif entry is not None:
                    self._stored[digest] = seq


def _digest_at(part: Any, path: str) -> str | None:
    """Return the digest at a place of an event; None if there is none."""
    value = value_at_path(part, path)
    return value[DIGEST] if isinstance(value, dict) and value.keys() == {DIGEST} else None


def _is_as_written(text: str, content: Content) -> bool:
    """Return whether values are written as we write them, so that every program reads the same."""
    entries = [(path, entry) for values in content.values() for path, entry in values.items()]
    return bool(content) and encoded_content(content) == text and all(_is_plain(*one) for one in entries)


def _is_plain(path: str, entry: Entry) -> bool:
    return path_text(path_parts(path)) == path and (entry is None or bytes.fromhex(entry[0]).hex() == entry[0])
