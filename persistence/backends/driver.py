"""Send fixed SQL text to the driver, within the transaction that SQLAlchemy began."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from .errors import as_sqlalchemy_error


class DriverConnection:
    """The driver's own connection, within the transaction that SQLAlchemy began and will end.

    The other things that SQLAlchemy does for each statement (events, the description of the result, wrapping the
    cursor) cost some 30 microseconds on SQLite and 80 on PostgreSQL, as much as the statement itself.
    """

    __slots__ = ("_connection", "_driver", "_errors")

    def __init__(self, connection: Connection) -> None:
        """Take a SQLAlchemy connection that is in a transaction."""
        self._connection = connection
        self._driver: Any = connection.connection.dbapi_connection
        self._errors = connection.dialect.loaded_dbapi.Error

    def execute(self, text: str, parameters: Any) -> Any:
        """Execute a statement, and return the driver's cursor.

        Raises:
            DBAPIError: as SQLAlchemy raises it.
        """
        cursor = self._driver.cursor()
        try:
            cursor.execute(text, parameters)
        except self._errors as error:
            raise as_sqlalchemy_error(self._connection, error) from error
        return cursor

    def execute_many(self, text: str, rows: Iterable[Any]) -> Any:
        """Execute a statement for each row, and return the driver's cursor. Raise DBAPIError as `execute` does."""
        cursor = self._driver.cursor()
        try:
            cursor.executemany(text, rows)
        except self._errors as error:
            raise as_sqlalchemy_error(self._connection, error) from error
        return cursor
