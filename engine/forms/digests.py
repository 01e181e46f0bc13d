"""Taking what is sensitive out of a record before it becomes history.

The event keeps, in a sensitive value's place, SHA-256 over a random salt and the value's JSON text.
The value and its salt live in a table of their own: both can be disposed of, lawfully and for
good, and the history still proves itself.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import msgspec

from .fields import Form, json_values, sensitive_paths

DIGEST = "sha256"
DISPOSED = "(disposed of)"

Salt = Callable[[], bytes]
"""Gives fresh random bytes."""


def digested(form: Form, salt: Salt) -> tuple[dict[str, Any], tuple[StoredValue, ...]]:
    """A record as the history keeps it, and the sensitive values taken out of it."""
    data = json_values(form)
    return data, replace_with_digests(type(form), data, salt)


def replace_with_digests(form: type[Form], data: dict[str, Any], salt: Salt) -> tuple[StoredValue, ...]:
    """Takes the sensitive values out of what is known of a form, in place, and gives them."""
    secrets = []
    for path in list(sensitive_paths(form, data)):
        holder, last = _container(data, path)
        secret = StoredValue(path=path_text(path), salt=salt(), value=msgspec.json.encode(holder[last]).decode())
        holder[last] = {DIGEST: digest_of(secret)}
        secrets.append(secret)
    return tuple(secrets)


def digest_of(stored: StoredValue) -> str:
    """What stands in a sensitive value's place: hexadecimal SHA-256 of its salt and its JSON text."""
    return hashlib.sha256(stored.salt + stored.value.encode()).hexdigest()


def with_stored_values(data: Mapping[str, Any], stored_values: Mapping[str, StoredValue]) -> dict[str, Any]:
    """A record with its sensitive values put back in their places.

    Args:
        data: The record as the history keeps it.
        stored_values: The values that there are, by the digest that stands for them. A digest whose value
            is not among them reads `(disposed of)`.
    """
    opened = _restored(deepcopy(dict(data)), stored_values)
    assert isinstance(opened, dict)
    return opened


def digests_in(data: Any) -> Iterator[str]:
    """Every digest that stands for a sensitive value in a record."""
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
            secret = stored_values.get(value[DIGEST])
            return DISPOSED if secret is None else msgspec.json.decode(secret.value)
        return {name: _restored(item, stored_values) for name, item in value.items()}
    if isinstance(value, list):
        return [_restored(item, stored_values) for item in value]
    return value


def _container(data: Any, path: tuple[str | int, ...]) -> tuple[Any, str | int]:
    *way, last = path
    for part in way:
        data = data[part]
    return data, last


def path_text(path: tuple[str | int, ...]) -> str:
    """A path into a record as text: `visits[0].who`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredValue:
    """A sensitive value on its way to the table where such values live.

    Attributes:
        path: Where in the event's data its digest stands.
        salt: Random bytes that keep the digest from being guessed at.
        value: The value, as JSON text.
    """

    path: str
    salt: bytes = field(repr=False)
    value: str = field(repr=False)


SALT_BYTES = 16


def random_salt() -> bytes:
    """Random bytes that keep a digest from being guessed at."""
    return secrets.token_bytes(SALT_BYTES)
