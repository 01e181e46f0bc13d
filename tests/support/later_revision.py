"""Add a migration for the tests, so that the schema of this version becomes an older one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from casereview.persistence.schema import revisions, tables

REVISION = "0002"
MIGRATION = f'''
"""Add a column and a table that only the tests have."""

import sqlalchemy as sa
from alembic import op

revision = "{REVISION}"
down_revision = "{tables.HEAD}"


def upgrade() -> None:
    op.add_column("casereview_clock", sa.Column("noted", sa.String(16), server_default="no"))
    op.create_table("casereview_for_the_test", sa.Column("name", sa.String(64), primary_key=True))
'''


def add_later_revision(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let the code work with one revision more than it has.

    Args:
        monkeypatch: Undoes it after the test.
        folder: An empty folder, for a copy of the migrations.
    """
    migrations = folder / "migrations"
    shutil.copytree(revisions.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    (migrations / "versions" / f"{REVISION}_for_the_tests.py").write_text(MIGRATION, encoding="utf-8")
    monkeypatch.setattr(revisions, "MIGRATIONS", migrations)
    monkeypatch.setattr(tables, "HEAD", REVISION)
