"""Choose the backend for a database URL."""

from __future__ import annotations

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from ...engine.errors.bad_input import BadValue
from .base import Backend
from .postgres import Postgres
from .sqlite import Sqlite


def backend_for(url: str, file_mode: int) -> Backend:
    """Return the backend of a SQLAlchemy URL.

    Args:
        url: The URL.
        file_mode: The permissions of a SQLite file that is created.

    Raises:
        BadValue: if the URL is malformed, or names a kind of database that is not supported.
    """
    expected = "one like sqlite:///casereview.db or postgresql://user@host/database"
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        kind = ""
    if kind == "sqlite" and parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        if any((parsed.host, parsed.port, parsed.username, parsed.password, parsed.query)):
            # After two slashes SQLAlchemy reads a machine's name, and would silently drop what was meant as a path.
            expected = "three slashes and a path, as in sqlite:///casereview.db"
            raise BadValue(name="the database's URL", expected=expected, found="more than a path")
        return Sqlite(parsed, file_mode)
    if kind == "postgresql":
        if parsed.drivername in ("postgresql", "postgresql+psycopg"):
            return Postgres(parsed)
        expected = "postgresql://… or postgresql+psycopg://…"
    # The URL itself is not quoted: it may hold a password.
    found = "another driver" if kind == "postgresql" else "something else"
    raise BadValue(name="the database's URL", expected=expected, found=found)
