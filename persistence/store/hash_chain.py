"""Compute the hash that ties each event to the one before it.

An event's hash is SHA-256, in hexadecimal, over the canonical JSON of its columns and the previous
hash: keys sorted, no white space, UTF-8, instants as `2026-01-05T12:00:00.000000Z`, days as
`2026-01-05`. Another program can check it from the table alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from ..schema.types import as_text

NO_PREVIOUS_HASH = ""
"""The previous hash of the first event."""

HASHED_COLUMNS = (
    "format",
    "case_ref",
    "seq",
    "kind",
    "trigger",
    "from_state",
    "to_state",
    "command_id",
    "actor_id",
    "channel",
    "recorded_by",
    "decided_by",
    "occurred_at",
    "occurred_on",
    "precision",
    "recorded_at",
    "workflow",
    "workflow_version",
    "data",
    "effects",
    "previous_hash",
)
"""The columns that an event's hash covers."""

FORMAT = 1
"""The number of the format of events that this version writes."""

_PLAIN_TYPES = frozenset({str, int, float, bool, type(None)})
_encode_sorted = msgspec.json.Encoder(order="sorted").encode


def event_hash(row: Mapping[str, Any]) -> str:
    """Return the hash of an event from its row in the table."""
    return hashlib.sha256(canonical_json({name: row[name] for name in HASHED_COLUMNS})).hexdigest()


def hash_of_encoded(row: Mapping[str, Any]) -> str:
    """Return the hash of an event from a row whose JSON parts `encode_part` has encoded already."""
    instants = {"occurred_at": as_text(row["occurred_at"]), "recorded_at": as_text(row["recorded_at"])}
    return hashlib.sha256(_encode_sorted({**row, **instants})).hexdigest()


def canonical_json(value: Any) -> bytes:
    """Return a value as canonical JSON."""
    return _encode_sorted(_with_text_dates(value))


def encode_part(value: Any) -> msgspec.Raw:
    """Return a part of an event as canonical JSON, encoded once for storing and for hashing."""
    return msgspec.Raw(_encode_sorted(value))


def _with_text_dates(value: Any) -> Any:
    if type(value) in _PLAIN_TYPES:
        return value
    if isinstance(value, datetime):
        return as_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _with_text_dates(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_text_dates(item) for item in value]
    if isinstance(value, bytes):
        # They would be encoded as Base64, and so have the hash of that text.
        raise TypeError("bytes are no JSON")
    return value
