"""Alembic's way in: run by `Database.create`, on the connection that it is given."""

from __future__ import annotations

from alembic import context

from casereview.persistence.schema.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
# The caller's transaction is the migration's: a schema is laid whole or not at all.
context.run_migrations()
