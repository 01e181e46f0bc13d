"""Replace sensitive values by salted digests before a record becomes history.

The event holds SHA-256 over a random salt, a mark that the value is sensitive, and its JSON text. The value and its
salt are stored in a table of their own, so they can be disposed of lawfully and the history still verifies.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from .fields import Form, json_values
from .path_text import path_text
from .paths import stored_apart_paths

DIGEST = "sha256"
SENSITIVE_MARK = b"sensitive"
"""Stands between the salt and the text of a sensitive value, so that its digest says that it is sensitive."""

DISPOSED = "(disposed of)"
MISSING = "(missing: nobody disposed of it)"
"""Stands for a value that was removed or changed in the database."""

_REPEATED_RECORD = re.compile(r"^((steps|restated)\[\d+\]\.)?record\.")
"""The place of a step's record within the data of a correction, an import, or another event that repeats it."""

Salt = Callable[[], bytes]
"""Return fresh random bytes."""


def digested(form: Form, salt: Salt) -> DigestedRecord:
    """Return the record of a form, with digests in place of its sensitive values."""
    return with_digests(type(form), json_values(form), salt)


def with_digests(form: type[Form], data: dict[str, Any], salt: Salt) -> DigestedRecord:
    """Replace the sensitive values of a form's data by digests, in place."""
    values = []
    typed = []
    for path, sensitive in list(stored_apart_paths(form, data)):
        if not sensitive:
            typed.append(path_text(path))
            continue
        holder, last = _container(data, path)
        value = StoredValue(path=path_text(path), salt=salt(), value=msgspec.json.encode(holder[last]).decode())
        holder[last] = {DIGEST: digest_of(value)}
        values.append(value)
    return DigestedRecord(data=data, typed=tuple(typed), stored_values=tuple(values))


def digest_of(stored: StoredValue) -> str:
    """Return the digest of a sensitive value: the hexadecimal SHA-256 of its salt, the mark and its JSON text."""
    return digest_of_text(stored.salt, stored.value.encode(), sensitive=True)


def digest_of_text(salt: bytes, text: bytes, *, sensitive: bool) -> str:
    """Return the digest of a value's salt and JSON text, which a changed mark changes, too."""
    # No JSON text begins like the mark, so no value has the digest of another one without it.
    return hashlib.sha256(salt + (SENSITIVE_MARK if sensitive else b"") + text).hexdigest()


def with_stored_values(data: Mapping[str, Any], stored_values: Mapping[str, StoredValue]) -> dict[str, Any]:
    """Return a record with its sensitive values in place of their digests.

    Args:
        data: The record with digests.
        stored_values: The values by digest. A digest without a value reads `(disposed of)`, or says that the value is
            missing, if the values say what was disposed of (`KnownValues`).
    """
    restored = _restored(deepcopy(dict(data)), stored_values)
    assert isinstance(restored, dict)
    return restored


def digests_in(data: Any) -> Iterator[str]:
    """Yield every digest in a record."""
    if isinstance(data, Mapping):
        if data.keys() == {DIGEST} and len(str(data[DIGEST])) == 64:
            yield str(data[DIGEST])
        else:
            for item in data.values():
                yield from digests_in(item)
    elif isinstance(data, list | tuple):
        for item in data:
            yield from digests_in(item)


def _restored(value: Any, stored_values: Mapping[str, StoredValue]) -> Any:
    if isinstance(value, dict):
        if value.keys() == {DIGEST} and len(str(value[DIGEST])) == 64:
            stored = stored_values.get(value[DIGEST])
            if stored is None:
                disposed = getattr(stored_values, "disposed", (value[DIGEST],))
                return DISPOSED if value[DIGEST] in disposed else MISSING
            return msgspec.json.decode(stored.value)
        return {name: _restored(item, stored_values) for name, item in value.items()}
    if isinstance(value, list):
        return [_restored(item, stored_values) for item in value]
    return value


def _container(data: Any, path: tuple[str | int, ...]) -> tuple[Any, str | int]:
    *parents, last = path
    for part in parents:
        data = data[part]
    return data, last


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredValue:
    """A sensitive value, to be stored apart from the history.

    Attributes:
        path: The path of its digest in the event's data.
        salt: Random bytes, so that the value cannot be guessed from its digest.
        value: The value as JSON text.
    """

    path: str
    salt: bytes = field(repr=False)
    value: str = field(repr=False)


class KnownValues(dict[str, StoredValue]):
    """A case's sensitive values by digest, and the digests of those that were disposed of."""

    def __init__(self, values: Mapping[str, StoredValue], disposed: frozenset[str]) -> None:
        """Take the values and the digests."""
        super().__init__(values)
        self.disposed = disposed


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredWord:
    """A value that is stored apart from its event, without the value itself.

    Attributes:
        seq: The event's number.
        part: The part of the event that holds its digest: `data`, `decided_by`, `recorded_by` or `effects`.
        path: The path of the digest in that part.
        digest: The digest.
        sensitive: Whether a form marks the value as sensitive.
    """

    seq: int
    part: str
    path: str
    digest: str
    sensitive: bool

    @property
    def field(self) -> str:
        """Return the field that holds the value: of its part, or of the record that a correction repeats."""
        if self.part != "data":
            return f"{self.part}.{self.path}"
        return re.split(r"[.\[]", _REPEATED_RECORD.sub("", self.path, count=1))[0]

    def is_in(self, field: str) -> bool:
        """Return whether the value is in a field: of its part, or of a record that a correction or an import repeats.

        Args:
            field: The field's path in the data, or after the part's name (`decided_by.name`).
        """
        place = self.path if self.part == "data" else f"{self.part}.{self.path}"
        places = (place, _REPEATED_RECORD.sub("", place, count=1))
        return any(at == field or at.startswith((f"{field}.", f"{field}[")) for at in places)


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestedRecord:
    """A record as an event holds it in memory.

    Attributes:
        data: The record, with digests in place of sensitive values.
        typed: The paths of the other words that a person typed; the database stores these apart, too.
        stored_values: The sensitive values.
    """

    data: dict[str, Any]
    typed: tuple[str, ...]
    stored_values: tuple[StoredValue, ...]

    def under(self, path: str) -> DigestedRecord:
        """Return the same with paths below another one, for a record within a larger one."""
        return DigestedRecord(
            data=self.data,
            typed=tuple(f"{path}.{one}" for one in self.typed),
            stored_values=tuple(replace(one, path=f"{path}.{one.path}") for one in self.stored_values),
        )


SALT_BYTES = 16


def new_command_id() -> str:
    """Return a random ID for a command, as 32 hexadecimal digits."""
    return os.urandom(16).hex()


def random_salt() -> bytes:
    """Return random bytes, so that a value cannot be guessed from its digest."""
    return os.urandom(SALT_BYTES)
