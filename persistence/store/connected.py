"""Hold the connection that a reader or a writer sends its statements through."""

from __future__ import annotations

from sqlalchemy import Connection


class Connected:
    """Statements over one connection, whose transaction the caller ends."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection that is in a transaction."""
        self._connection = connection

    def _open_connection(self) -> Connection:
        """Return the connection. A writer that buffers writes its buffer first."""
        return self._connection
