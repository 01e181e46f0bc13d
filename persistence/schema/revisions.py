"""Find the revision of a database's schema, and upgrade it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, select

from . import tables

MIGRATIONS = Path(__file__).parent / "migrations"


def current_revision(connection: Connection) -> str | None:
    """Return the revision of the schema in a database, or None if it has no tables of ours."""
    if not inspect(connection).has_table(tables.VERSION_TABLE):
        return None
    return " and ".join(connection.execute(select(tables.version_table.c.version_num)).scalars()) or None


def known_revisions() -> tuple[str, ...]:
    """Return every revision that this version knows, oldest first."""
    return tuple(f"{number:04d}" for number in range(1, int(tables.HEAD) + 1))


def upgrade_schema(connection: Connection, to: str = "head") -> None:
    """Upgrade the schema to a revision, within the connection's transaction."""
    # Imported here, because it takes half a second.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
