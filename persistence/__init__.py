"""Keep the record in SQLite or PostgreSQL, with a schema made by Alembic."""

from .database import Database

__all__ = ["Database"]
