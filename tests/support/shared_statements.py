"""Let all engines of the tests on SQLite share the statements that they compiled.

Each command makes an engine of its own and uses it for a handful of statements: compiling these for each engine anew
cost a fifth of the suite's time.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

STATEMENTS = 2_000
"""More than the tests have: SQLAlchemy keeps 500 an engine."""

Options = frozenset[tuple[str, Any]]


@cache
def _statements() -> LRUCache[Any, Any]:
    return LRUCache(STATEMENTS)


@cache
def _types(_options: Options) -> WeakKeyDictionary[Any, Any]:
    """Return how a dialect with these options stores each type."""
    return WeakKeyDictionary()


class SharingSqlite(SQLiteDialect_pysqlite):
    """A dialect that equals every other one with the same options: a statement is found under its dialect."""

    supports_statement_cache = True

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._options: Options = frozenset(options.items())
        self.__dict__["_type_memos"] = _types(self._options)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SharingSqlite) and self._options == other._options

    def __hash__(self) -> int:
        return hash(self._options)

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        engine._compiled_cache = _statements()


def share_compiled_statements() -> None:
    """Give every engine on SQLite that is made from now on such a dialect."""
    registry.impls["sqlite"] = lambda: SharingSqlite
