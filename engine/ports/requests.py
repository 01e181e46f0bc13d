"""Recognise a repeated request without storing its content.

A store keeps a SHA-256 digest of the request's content with a random salt. When a case's sensitive values are disposed
of, so are these digests: a request of that case is then recognised by its ID alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import msgspec

from ..errors.bad_input import BadValue
from ..model.commands import Command, ImportHistory, ImportSnapshot, Open
from ..model.imports import CompleteImport

REQUESTED = "r"
"""The beginning of the ID of a command that came with a request ID; no other command's ID begins so."""

COMMAND_ID_LENGTH = 32

DISPOSED = ""
"""The digest of a request whose content was disposed of."""


class RequestKey(NamedTuple):
    """The key of a request: each client has its own IDs.

    Attributes:
        client: The program that sent it, by the name it gave the engine.
        id: The request ID.
    """

    client: str
    id: str


def checked_request_id(request_id: str) -> None:
    """Raise BadValue unless the request ID can be stored.

    Raises:
        BadValue: if it is empty, longer than 200 characters or not printable.
    """
    if not 1 <= len(request_id) <= 200 or not request_id.isprintable():
        raise BadValue(name="request_id", expected="1 to 200 printable characters", found="something else")


def content_of(command: Command | ImportSnapshot | CompleteImport) -> dict[str, Any]:
    """Return the content of a command: equal for a repeated request, and for no other."""
    asked = {
        field.name: getattr(command, field.name)
        for field in fields(command)
        # These identify the request, its caller's view and its source; they are not its content.
        if field.name not in ("request_id", "if_version", "source")
    }
    if asked.get("parent", "") is None:
        # A root's content has no parent, as before cases had parents.
        del asked["parent"]
    kind = "open" if isinstance(command, Open) else type(command).__name__
    return {**asked, "command": kind, "actor": command.actor.name}


def content_of_history(history: ImportHistory) -> dict[str, Any]:
    """Return the content of a case to import; without steps, it is that of its opening."""
    asked = content_of(history.opening)
    return {**asked, "steps": history.steps} if history.steps else asked


def request_digest(request_content: Mapping[str, Any], salt: bytes) -> str:
    """Return the digest of a request: its salt and, after a colon, the hash; both hexadecimal."""
    # No form accepts a value that JSON cannot hold, so no request with one was ever handled: let the form refuse it.
    encoder = msgspec.json.Encoder(order="sorted", enc_hook=repr)
    try:
        content = encoder.encode(request_content)
    except (TypeError, UnicodeEncodeError, RecursionError):
        content = b""
    return f"{salt.hex()}:{hashlib.sha256(salt + content).hexdigest()}"


def is_same_request(digest: str, request_content: Mapping[str, Any]) -> bool:
    """Return whether a request has the same content as the earlier one of its ID."""
    return digest == DISPOSED or digest == request_digest(request_content, bytes.fromhex(digest.partition(":")[0]))


def requested_command_id(key: RequestKey, digest: str) -> str:
    """Return the ID of a command that came with a request ID, so that its events say so.

    It follows from what is saved of the request, so a changed request no longer fits its events. It tells nothing about
    the request ID, because the digest holds a random salt.

    Args:
        key: The request's key.
        digest: The digest of its content.
    """
    hashed = hashlib.sha256(msgspec.json.encode([key.client, key.id, digest])).hexdigest()
    return (REQUESTED + hashed)[:COMMAND_ID_LENGTH]


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestRecord:
    """A request that was handled before.

    Attributes:
        digest: The digest of its content.
        ref: The case that it changed.
        seq: The number of its last event.
    """

    digest: str
    ref: str
    seq: int
