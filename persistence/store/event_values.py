"""Store an event's words apart from it: the event has salted digests, and one row beside it the values.

The row's content is JSON: for each part of the event, the values by their path in that part. So a value can be
disposed of, and the event's hash still verifies.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from ...engine.forms.digests import DIGEST, DISPOSED, SALT_BYTES, StoredValue, StoredWord, digest_of_text
from ...engine.forms.path_text import path_parts, value_at_path, with_value_at
from ...engine.model.case import Event
from ...engine.model.people import ActorKind

DATA, RECORDED_BY, DECIDED_BY, EFFECTS = "data", "recorded_by", "decided_by", "effects"
PARTS = (DATA, RECORDED_BY, DECIDED_BY, EFFECTS)
"""The parts of an event that hold digests, by the names of their columns."""

Entry = tuple[str, str, bool] | None
"""A value: its salt in hexadecimal, its JSON text, and whether it is sensitive. None if it was disposed of."""

Content = dict[str, dict[str, Entry]]

_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(Content).decode


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedEvent:
    """The parts of an event with digests in place of words, and the values that they replace."""

    parts: dict[str, Any]
    content: Content

    @property
    def encoded_content(self) -> str | None:
        """Return the values as text; None if there are none."""
        return _encode(self.content).decode() if self.content else None


def seal(event: Event) -> SealedEvent:
    """Replace the words of an event by salted digests."""
    recorder, decider = event.recorder, event.decided_by
    recorded_by: dict[str, Any] = {"kind": recorder.kind}
    names: dict[str, str | None] = {}
    if recorder.kind is ActorKind.SYSTEM:
        recorded_by["name"] = recorder.name  # not a person's
    else:
        names = {"name": recorder.name, "account": recorder.account, "host": recorder.host}
        if recorder.entered_by is not None:
            names["entered_by"] = recorder.entered_by
    decided_by: dict[str, Any] | None = None if decider is None else {"capacity": decider.capacity}
    deciders = {} if decider is None else {"name": decider.name, "evidence": decider.evidence}
    effects = {name: value for name in _EFFECTS if (value := getattr(event.effects, name)) not in _EMPTY}
    if event.effects.organisations == ():
        effects["organisations"] = ()  # all have left, which is not the same as no change
    salts = _salts(len(event.typed) + len(names) + len(deciders) + len(event.effects.warnings))
    content: Content = {}
    parts: dict[str, Any] = {
        RECORDED_BY: recorded_by,
        DECIDED_BY: decided_by,
        DATA: _sealed_data(event, content, salts),
        EFFECTS: effects,
    }
    for part, holder, words in ((RECORDED_BY, recorded_by, names), (DECIDED_BY, decided_by, deciders)):
        for name, word in words.items():
            if word is not None and holder is not None:
                holder[name] = _digested(content, part, name, word, next(salts))
    if event.effects.warnings:
        effects["warnings"] = [
            _digested(content, EFFECTS, f"warnings[{index}]", warning, next(salts))
            for index, warning in enumerate(event.effects.warnings)
        ]
    return SealedEvent(parts=parts, content=content)


_EFFECTS = (
    *("title", "title_at", "organisations", "closed_on", "clocks", "links", "linked_at"),
    *("restatement", "suspensions", "parent", "invalidates", "been_in"),
)
_EMPTY: tuple[Any, ...] = (None, (), False)


def _sealed_data(event: Event, content: Content, salts: Iterator[bytes]) -> Mapping[str, Any]:
    data = event.data
    if event.typed:
        data = dict(data)
        for text in event.typed:
            path = path_parts(text)
            digest = _digested(content, DATA, text, value_at_path(event.data, text), next(salts))
            if len(path) == 1:
                data[path[0]] = digest  # type: ignore[index]
            else:
                data = with_value_at(data, path, digest)
    for stored in event.stored_values:
        content.setdefault(DATA, {})[stored.path] = (stored.salt.hex(), stored.value, True)
    return data


def _digested(content: Content, part: str, path: str, word: Any, salt: bytes) -> dict[str, str]:
    text = _encode(word)
    content.setdefault(part, {})[path] = (salt.hex(), text.decode(), False)
    # The same as `entry_digest`, without an entry in between: every step does this.
    return {DIGEST: sha256(salt + text).hexdigest()}


def _salts(count: int) -> Iterator[bytes]:
    """Yield random salts, from one call of the system."""
    whole = os.urandom(SALT_BYTES * count)
    return (whole[start : start + SALT_BYTES] for start in range(0, len(whole), SALT_BYTES))


# --- reading ------------------------------------------------------------------------------------------


def decoded_content(text: str | None) -> Content:
    """Return the values of an event from the text of their row, or none if there is no row."""
    return _decode(text) if text else {}


def unsealed(parts: Mapping[str, Any], content: Content) -> dict[str, Any]:
    """Return an event's parts with its words in place of their digests. Sensitive values keep theirs.

    Raises:
        ValueError: if a value belongs to no place in the event.
    """
    restored = dict(parts)
    try:
        for part, values in content.items():
            for path, entry in values.items():
                if entry is None or not entry[2]:
                    word = DISPOSED if entry is None else msgspec.json.decode(entry[1])
                    restored[part] = with_value_at(restored[part], path_parts(path), word)
    except (LookupError, TypeError):
        raise ValueError("a value that belongs to no place in its event") from None
    return restored


def stored_values(content: Content) -> Iterator[StoredValue]:
    """Yield the sensitive values of an event."""
    for path, entry in content.get(DATA, {}).items():
        if entry is not None and entry[2]:
            yield StoredValue(path=path, salt=bytes.fromhex(entry[0]), value=entry[1])


def stored_words(seq: int, content: Content) -> Iterator[StoredWord]:
    """Yield every value of an event."""
    for part, values in content.items():
        for path, entry in values.items():
            if entry is not None:
                yield StoredWord(seq=seq, part=part, path=path, digest=entry_digest(entry), sensitive=entry[2])


def without_values(content: Content, digests: frozenset[str]) -> Content:
    """Return the values of an event without those that have some digests."""
    return {
        part: {
            path: entry if kept else None
            for path, entry in values.items()
            if (kept := entry is not None and entry_digest(entry) not in digests) or entry is None or not entry[2]
        }
        for part, values in content.items()
    }


def encoded_content(content: Content) -> str:
    """Return the values of an event as text."""
    return _encode(content).decode()


def entry_digest(entry: tuple[str, str, bool]) -> str:
    """Return the digest of a value that is stored."""
    salt, text, sensitive = entry
    return digest_of_text(bytes.fromhex(salt), text.encode(), sensitive=sensitive)
