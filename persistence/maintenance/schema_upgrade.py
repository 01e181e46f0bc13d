"""Upgrade an older database, after making a copy of it."""

from __future__ import annotations

from pathlib import Path

from ..database import Database
from ..schema import tables
from ..schema.revisions import known_revisions
from .sqlite_files import copy_beside


def upgrade_database(database: Database) -> tuple[str, str, Path | None]:
    """Upgrade an older schema, on SQLite after making a copy of the file.

    Returns:
        The revisions before and after, and the path of the copy, or None if no copy was made.

    Raises:
        DatabaseProblem: if the database cannot be used, or is newer than this version.
    """
    before = database.revision()
    if before == tables.HEAD:
        return before, before, None
    copy = None
    if database.path is not None and before in known_revisions():
        copy = copy_beside(database.path, f"before-{tables.HEAD}", mode=database.file_mode)
    before, after = database.upgrade()
    return before, after, copy
