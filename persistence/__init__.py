"""Keep the record in SQLite or PostgreSQL, with a schema made by Alembic."""

from .backends.attempts import repeat_on_contention
from .database import Database

__all__ = ["Database", "repeat_on_contention"]
