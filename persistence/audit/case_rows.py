"""Read the rows of one case after another, with statements that are built once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, select

from ..schema import tables
from .raw_rows import raw_columns

Rows = list[dict[str, Any]]


class CaseRows:
    """Reads what belongs to a case besides its events."""

    def __init__(self, connection: Connection) -> None:
        """Take a connection."""
        self._connection = connection
        self._statements = _statements(connection.dialect.name)

    def has_row(self, ref: str) -> bool:
        """Return whether a case has a row at all."""
        return self._connection.execute(self._statements["exists"], {"of": ref}).first() is not None

    def case(self, ref: str) -> Mapping[str, Any]:
        """Return the row of a case."""
        return dict(self._connection.execute(self._statements["case"], {"of": ref}).mappings().one())

    def clocks(self, ref: str) -> Rows:
        """Return the rows of a case's clocks, in order."""
        return self._rows("clocks", ref)

    def organisations(self, ref: str) -> Rows:
        """Return the organisations by which a case is found, in order."""
        return self._rows("organisations", ref)

    def notices(self, ref: str) -> Rows:
        """Return the rows of a case's notices, as they are stored."""
        return self._rows("notices", ref)

    def levels(self, ref: str) -> Rows:
        """Return the levels that a case's clocks reached, as they are stored."""
        return self._rows("levels", ref)

    def _rows(self, kind: str, ref: str) -> Rows:
        return [dict(row) for row in self._connection.execute(self._statements[kind], {"of": ref}).mappings()]


# For each case anew they would cost more than reading.
@cache
def _statements(dialect: str) -> Mapping[str, Select[Any]]:
    clock, organisation = tables.clock.c, tables.case_organisation.c
    return {
        "exists": select(tables.case.c.seq).where(tables.case.c.ref == bindparam("of")),
        "case": select(tables.case).where(tables.case.c.ref == bindparam("of")),
        "clocks": _of_case(tables.clock, clock).order_by(clock.position),
        "organisations": _of_case(tables.case_organisation, organisation).order_by(organisation.organisation),
        "notices": _of_case(tables.notice, raw_columns(dialect, tables.notice.c)),
        "levels": _of_case(tables.escalation, raw_columns(dialect, tables.escalation.c)),
    }


def _of_case(table: Table, columns: Iterable[Any]) -> Select[Any]:
    return select(*columns).where(table.c.case_ref == bindparam("of"))
