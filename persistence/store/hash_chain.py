"""The hash that ties each event to the one before it.

An event's hash is SHA-256, in hexadecimal, over the canonical JSON of what the database keeps of it
and the hash before: keys sorted, no white space, UTF-8, instants as `2026-01-05T12:00:00.000000Z`,
days as `2026-01-05`. Another program can check it from the table alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from ..schema.types import as_text

FIRST = ""
"""What stands for the hash before the first event."""

HASHED = (
    "case_ref",
    "seq",
    "kind",
    "trigger",
    "from_state",
    "to_state",
    "recorded_by",
    "decided_by",
    "occurred_at",
    "occurred_on",
    "recorded_at",
    "workflow",
    "workflow_version",
    "data",
    "effects",
    "previous_hash",
)
"""The columns that an event's hash covers."""

_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})
_in_order = msgspec.json.Encoder(order="sorted").encode


def event_hash(row: Mapping[str, Any]) -> str:
    """The hash of an event, from its row in the table."""
    return hashlib.sha256(canonical({name: row[name] for name in HASHED})).hexdigest()


def hash_of_encoded(row: Mapping[str, Any]) -> str:
    """The hash of an event, from a row whose parts are `encoded` already."""
    moments = {"occurred_at": as_text(row["occurred_at"]), "recorded_at": as_text(row["recorded_at"])}
    return hashlib.sha256(_in_order({**row, **moments})).hexdigest()


def canonical(value: Any) -> bytes:
    """A value as canonical JSON."""
    return _in_order(_dated(value))


def encoded(value: Any) -> msgspec.Raw:
    """A part of an event as canonical JSON, to be kept, and to be hashed with its event as it is."""
    return msgspec.Raw(_in_order(value))


def _dated(value: Any) -> Any:
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, datetime):
        return as_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _dated(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_dated(item) for item in value]
    if isinstance(value, bytes):
        # They would pass as their Base64, and so for a text that reads the same.
        raise TypeError("bytes are no JSON")
    return value
