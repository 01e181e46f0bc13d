"""Choose the SQLite driver, once for each process.

SQLite 3.7.0 to 3.51.2 can lose an acknowledged commit, or damage the file, if two connections write and checkpoint
its write-ahead log at the same moment (https://sqlite.org/wal.html#walresetbug). Python's own SQLite is used if it has
the correction, else the one in pysqlite3, else a rollback journal in place of the write-ahead log.

Nothing else may import `sqlite3` or `pysqlite3`. Two copies of SQLite in one process must not open one file: closing it
in one of them drops the locks of the other (https://sqlite.org/howtocorrupt.html, 2.2.1).
"""

from __future__ import annotations

from _sqlite3 import sqlite_version
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

__all__ = ["DRIVER", "SqliteDriver", "choose_driver", "is_sound", "sqlite3"]

Version = tuple[int, int, int]

CORRECTED = (3, 51, 3)
BACKPORTS = {(3, 44): 6, (3, 50): 7}
"""The older releases that were corrected too: the first sound patch level of each."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SqliteDriver:
    """A driver and the SQLite library in it.

    Attributes:
        name: The name of its package.
        module: The module, as the database API of Python describes it.
    """

    name: str
    module: Any

    @property
    def version(self) -> str:
        """Return the version of the SQLite library."""
        return str(self.module.sqlite_version)

    @property
    def is_sound(self) -> bool:
        """Return whether its write-ahead log cannot lose a commit."""
        return is_sound(self.module.sqlite_version_info)

    @property
    def journal(self) -> str:
        """Return the journal mode for a file."""
        return "wal" if self.is_sound else "delete"

    @property
    def synchronous(self) -> str:
        """Return the level at which a saved step survives a power cut."""
        # A rollback journal ends with a deletion. EXTRA is FULL, and writes the folder to the disk after that as well.
        return "FULL" if self.is_sound else "EXTRA"


def is_sound(version: Version) -> bool:
    """Return whether a version of SQLite has the correction."""
    return version >= CORRECTED or version[2] >= BACKPORTS.get(version[:2], version[2] + 1)


def choose_driver(version: Version, own: Callable[[], Any], bundled: Callable[[], Any]) -> SqliteDriver:
    """Return the first driver that is sound, or Python's own if none is. Load no other one.

    Args:
        version: The version of Python's own SQLite.
        own: Load Python's own driver.
        bundled: Load pysqlite3, or raise ImportError.
    """
    if not is_sound(version):
        with suppress(ImportError):
            found = SqliteDriver(name="pysqlite3", module=bundled())
            # It may have been built against the system's library.
            if found.is_sound:
                return found
    return SqliteDriver(name="sqlite3", module=own())


def _own_version() -> Version:
    # The library alone says it: every command would pay for loading a driver that it does not use.
    major, minor, patch = map(int, sqlite_version.split("."))
    return major, minor, patch


def _own() -> Any:
    # Imported here: it is not loaded if pysqlite3 is chosen.
    import sqlite3

    return sqlite3


def _bundled() -> Any:
    # Imported here: it need not be installed, and is not loaded if Python's own SQLite is sound.
    from pysqlite3 import dbapi2

    return dbapi2


DRIVER = choose_driver(_own_version(), _own, _bundled)

if TYPE_CHECKING:
    import sqlite3
else:
    sqlite3 = DRIVER.module
