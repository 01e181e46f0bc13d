"""Compare the tables of a database with the declared ones."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql.base import ischema_names

from casereview.persistence.schema import indexes, tables
from casereview.persistence.schema.types import TransactionId

# What SQLite has no word for: a number that the database always counts, and the number of a transaction.
POSTGRES_ONLY = {"position", "transaction_id", "ix_casereview_event_transaction_id_position"}
IN_SQLITE = [("position", "INTEGER", 1, 1), ("transaction_id", "xid8", 0, 0)]


# SQLAlchemy does not know this type of PostgreSQL.
ischema_names["xid8"] = TransactionId


def schema_differences(connection: Connection) -> list[Any]:
    """Return how the tables of a database differ from the declared ones."""
    on_sqlite = connection.dialect.name == "sqlite"

    def is_compared(thing: Any, name: str, kind: str, *_more: object) -> bool:
        if kind == "table":
            return name != tables.VERSION_TABLE
        return not on_sqlite or thing.table.name != tables.event.name or name not in POSTGRES_ONLY

    options = {"compare_type": True, "compare_server_default": True, "include_object": is_compared}
    found = list(compare_metadata(MigrationContext.configure(connection, opts=options), indexes.metadata))
    return [*found, *_differences_in_sqlite(connection)] if on_sqlite else found


def _differences_in_sqlite(connection: Connection) -> list[Any]:
    query = """SELECT name, type, "notnull", pk FROM pragma_table_info('casereview_event')"""
    columns = connection.exec_driver_sql(query)
    own = [tuple(row) for row in columns if row.name in POSTGRES_ONLY]
    return [] if own == IN_SQLITE else own
