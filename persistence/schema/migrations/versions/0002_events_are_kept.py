"""The database itself refuses to change, remove or replace an event.

Revises: 0001
"""

from __future__ import annotations

from alembic import op

from casereview.persistence.schema.append_only import create_triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lays the triggers."""
    create_triggers(op.get_bind())
