"""The registered versions of workflows: what each decided when it was first used."""

from __future__ import annotations

import zlib
from binascii import a2b_base64, b2a_base64
from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, kw_only=True, slots=True)
class RegisteredDefinition:
    """A version of a workflow, as it was registered.

    Attributes:
        workflow: The workflow's name.
        version: The version.
        sha256: The hexadecimal SHA-256 of the fingerprint's content.
        packed: The content, compressed, as text: a tenth of its length.
    """

    workflow: str
    version: int
    sha256: str
    packed: str

    @property
    def content(self) -> str:
        """Return the content of the fingerprint."""
        return zlib.decompress(a2b_base64(self.packed)).decode()

    @property
    def open_states(self) -> tuple[str, ...]:
        """Return the states that do not end a case; none if its cases are children or only support the work."""
        declared: dict[str, Any] = msgspec.json.decode(self.content)
        if declared["parent_workflows"] or declared["auxiliary"]:
            return ()
        return tuple(name for name in declared["order_of_states"] if not declared["states"][name]["is_end"])


def packed_content(content: str) -> str:
    """Return the content of a fingerprint, compressed, as text."""
    return b2a_base64(zlib.compress(content.encode(), 9), newline=False).decode()
