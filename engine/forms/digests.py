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

from .fields import Form, plain, sensitive_paths

DIGEST = "sha256"
DISPOSED = "(disposed of)"

Salt = Callable[[], bytes]
"""Gives fresh random bytes."""


def sealed(form: Form, salt: Salt) -> tuple[dict[str, Any], tuple[Secret, ...]]:
    """A record as the history keeps it, and the sensitive values taken out of it."""
    data = plain(form)
    return data, seal(type(form), data, salt)


def seal(form: type[Form], data: dict[str, Any], salt: Salt) -> tuple[Secret, ...]:
    """Takes the sensitive values out of what is known of a form, in place, and gives them."""
    secrets = []
    for path in list(sensitive_paths(form, data)):
        holder, last = _holder(data, path)
        secret = Secret(path=dotted(path), salt=salt(), value=msgspec.json.encode(holder[last]).decode())
        holder[last] = {DIGEST: digest(secret)}
        secrets.append(secret)
    return tuple(secrets)


def digest(secret: Secret) -> str:
    """What stands in a sensitive value's place: hexadecimal SHA-256 of its salt and its JSON text."""
    return hashlib.sha256(secret.salt + secret.value.encode()).hexdigest()


def revealed(data: Mapping[str, Any], secrets: Mapping[str, Secret]) -> dict[str, Any]:
    """A record with its sensitive values put back in their places.

    Args:
        data: The record as the history keeps it.
        secrets: The values that there are, by the digest that stands for them. A digest whose value
            is not among them reads `(disposed of)`.
    """
    opened = _open(deepcopy(dict(data)), secrets)
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


def _open(value: Any, secrets: Mapping[str, Secret]) -> Any:
    if isinstance(value, dict):
        if value.keys() == {DIGEST} and len(str(value[DIGEST])) == 64:
            secret = secrets.get(value[DIGEST])
            return DISPOSED if secret is None else msgspec.json.decode(secret.value)
        return {name: _open(item, secrets) for name, item in value.items()}
    if isinstance(value, list):
        return [_open(item, secrets) for item in value]
    return value


def _holder(data: Any, path: tuple[str | int, ...]) -> tuple[Any, str | int]:
    *way, last = path
    for part in way:
        data = data[part]
    return data, last


def dotted(path: tuple[str | int, ...]) -> str:
    """A path into a record as text: `visits[0].who`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


@dataclass(frozen=True, kw_only=True, slots=True)
class Secret:
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


def salt() -> bytes:
    """Random bytes that keep a digest from being guessed at."""
    return secrets.token_bytes(SALT_BYTES)
