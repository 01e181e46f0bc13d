"""Where the record is kept: SQLAlchemy over one SQLite file, its schema made by Alembic."""

from .database import Database

__all__ = ["Database"]
