"""Create the tables of people and organisations for the first revision of the schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def create_unit_tables() -> None:
    """Create the tables of people, their roles, former names and absences, and of organisations."""
    op.create_table(
        "casereview_person",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=600), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("notify", sa.Text(), nullable=True),
        sa.Column("account", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_casereview_person"),
        sa.UniqueConstraint("account", name="uq_casereview_person_account"),
        sa.UniqueConstraint("key", name="uq_casereview_person_key"),
    )
    op.create_table(
        "casereview_person_role",
        sa.Column("person", sa.String(length=16), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["casereview_person.id"], name="fk_casereview_person_role_person"),
        sa.PrimaryKeyConstraint("person", "role", "organisation", name="pk_casereview_person_role"),
    )
    op.create_table(
        "casereview_former_name",
        sa.Column("key", sa.String(length=600), nullable=False),
        sa.Column("person", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["casereview_person.id"], name="fk_casereview_former_name_person"),
        sa.PrimaryKeyConstraint("key", name="pk_casereview_former_name"),
    )
    op.create_table(
        "casereview_absence",
        sa.Column("person", sa.String(length=16), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("deputy", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["casereview_person.id"], name="fk_casereview_absence_person"),
        sa.PrimaryKeyConstraint("person", "from_day", name="pk_casereview_absence"),
    )
    op.create_table(
        "casereview_organisation",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=600), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_casereview_organisation"),
        sa.UniqueConstraint("key", name="uq_casereview_organisation_key"),
    )
    op.create_table(
        "casereview_organisation_alias",
        sa.Column("key", sa.String(length=600), nullable=False),
        sa.Column("organisation", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["casereview_organisation.id"], name="fk_casereview_organisation_alias_organisation"
        ),
        sa.PrimaryKeyConstraint("key", name="pk_casereview_organisation_alias"),
    )
