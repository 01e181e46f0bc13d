"""Hold what every table shares: the metadata, and the type of a case's reference."""

from __future__ import annotations

from sqlalchemy import MetaData, String

# References sort by their bytes on both databases, whatever the server's language.
REF = String(64).with_variant(String(64, collation="C"), "postgresql")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
