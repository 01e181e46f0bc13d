"""Define column types that mean the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

_LENGTH = len("2026-01-05T12:00:00.000000Z")


class Instant(TypeDecorator[datetime]):
    """An aware instant on the way in, an aware instant in UTC on the way out.

    SQLite has no such type, and SQLAlchemy's own would drop the zone there. So SQLite stores a text of
    fixed width, which sorts and compares as the instants do.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use text on SQLite, and `timestamptz` elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(_LENGTH))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return the instant as the database stores it. Raise ValueError if it has no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        value = value.astimezone(UTC)
        return as_text(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        return from_text(value) if dialect.name == "sqlite" else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """JSON values: text on SQLite, `jsonb` on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use text on SQLite, and `jsonb` elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        # Imported here, so that SQLite does not load the dialect of another database.
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Return the value as the database stores it."""
        if value is None or dialect.name != "sqlite":
            return value
        return msgspec.json.encode(value, order="sorted").decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return the decoded value."""
        if value is None or dialect.name != "sqlite":
            return value
        return msgspec.json.decode(value)


Position = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database counts up with every row."""


class TransactionId(UserDefinedType[str]):
    """The number of the transaction that wrote a row: `xid8` on PostgreSQL; empty on SQLite, which has one writer."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the type's name in the database; SQLite takes any."""
        return "xid8"


class CurrentTransaction(FunctionElement[str]):
    """The number of the current transaction."""

    inherit_cache = True


@compiles(CurrentTransaction)
def _current_transaction(_element: CurrentTransaction, compiler: Any, **_: Any) -> str:
    return "pg_current_xact_id()" if compiler.dialect.name == "postgresql" else "NULL"


# Cached, since everything recorded at an instant repeats it.
@lru_cache(maxsize=1024)
def as_text(instant: datetime) -> str:
    """Return an instant as text of fixed width, in UTC: `2026-01-05T12:00:00.000000Z`."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def from_text(text: str) -> datetime:
    """Return the instant of a text that `as_text` wrote.

    Raises:
        ValueError: if the text is in another notation.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or as_text(instant) != text:
        raise ValueError("an instant in another notation")
    return instant
