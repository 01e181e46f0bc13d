"""Keep a forked process from using its parent's connections.

A server that forks its workers after it loaded the application gives each of them a copy of the connection pool.
Two processes that talk over one connection get each other's answers, and one commits what the other rolled back.
"""

from __future__ import annotations

import os
import weakref
from typing import Protocol

from sqlalchemy import Connection, Engine


class HasConnections(Protocol):
    """A backend that connects when a connection is needed."""

    def forget_connections(self) -> tuple[Connection | Engine, ...]:
        """Forget the kept connections and the engines, without closing them, and return them."""
        ...


_backends: weakref.WeakSet[HasConnections] = weakref.WeakSet()

# Kept for as long as the forked process lives: to close a connection would end the parent's session.
_of_parent: list[Connection | Engine] = []


def forget_when_forked(backend: HasConnections) -> None:
    """Make each process that is forked from this one connect anew."""
    _backends.add(backend)


def _forget_all() -> None:
    for backend in tuple(_backends):
        _of_parent.extend(backend.forget_connections())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
