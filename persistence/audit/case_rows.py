"""Read the rows of one case after another, with statements that are built once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, select

from ..schema import tables
from .raw_rows import raw_columns

Rows = list[dict[str, Any]]


class CaseRows:
    """Reads what belongs to a case besides its events."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection, and build the statements: for each case anew they would cost more than reading."""
        self._connection = connection
        clock, organisation = tables.clock.c, tables.case_organisation.c
        self._exists = select(tables.case.c.seq).where(tables.case.c.ref == bindparam("of"))
        self._case = select(tables.case).where(tables.case.c.ref == bindparam("of"))
        self._clocks = _of_case(tables.clock, clock).order_by(clock.position)
        self._organisations = _of_case(tables.case_organisation, organisation).order_by(organisation.organisation)
        self._notices = _of_case(tables.notice, raw_columns(connection, tables.notice.c))
        self._levels = _of_case(tables.escalation, raw_columns(connection, tables.escalation.c))

    def has_row(self, ref: str) -> bool:
        """Return whether a case has a row at all."""
        return self._connection.execute(self._exists, {"of": ref}).first() is not None

    def case(self, ref: str) -> Mapping[str, Any]:
        """Return the row of a case."""
        return dict(self._connection.execute(self._case, {"of": ref}).mappings().one())

    def clocks(self, ref: str) -> Rows:
        """Return the rows of a case's clocks, in order."""
        return self._rows(self._clocks, ref)

    def organisations(self, ref: str) -> Rows:
        """Return the organisations by which a case is found, in order."""
        return self._rows(self._organisations, ref)

    def notices(self, ref: str) -> Rows:
        """Return the rows of a case's notices, as they are stored."""
        return self._rows(self._notices, ref)

    def levels(self, ref: str) -> Rows:
        """Return the levels that a case's clocks reached, as they are stored."""
        return self._rows(self._levels, ref)

    def _rows(self, statement: Select[Any], ref: str) -> Rows:
        return [dict(row) for row in self._connection.execute(statement, {"of": ref}).mappings()]


def _of_case(table: Table, columns: Iterable[Any]) -> Select[Any]:
    return select(*columns).where(table.c.case_ref == bindparam("of"))
