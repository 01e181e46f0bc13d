"""${message}

Revises: ${down_revision}
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from casereview.persistence.schema.types import Instant, Json

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
