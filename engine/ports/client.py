"""Name the program that sends requests."""

from __future__ import annotations

from ..errors.bad_input import BadValue

LIBRARY = "library"
"""The client of a host that gives no name."""


def checked_client(client: str) -> str:
    """Return the name of a client.

    Raises:
        BadValue: if it is empty, longer than 64 characters or not printable.
    """
    if not 1 <= len(client) <= 64 or not client.isprintable():
        raise BadValue(name="client", expected="1 to 64 printable characters", found="something else")
    return client
