"""Check that a database is set up properly, and lay missing triggers again."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from ...engine import Check
from ..backends.errors import translate_errors
from ..database import Database
from ..schema import tables
from ..schema.append_only import missing_triggers


def health_checks(database: Database) -> Iterator[Check]:
    """Looks at the installation: the schema, the guards against change, durability, who may act.

    Raises:
        DatabaseProblem: where the database cannot be used at all.
    """
    revision = database.revision()
    yield Check(
        name="schema", passed=revision == tables.HEAD, found=f"revision {revision}", remedy="casereview upgrade"
    )
    if revision != tables.HEAD:
        return
    with database.connection() as connection:
        gone = missing_triggers(connection)
        yield Check(
            name="history",
            passed=not gone,
            found=f"unguarded: {', '.join(gone)}" if gone else "the database refuses changes to events",
            remedy="casereview verify, then casereview doctor --mend",
        )
        yield from _durability(connection)
        managers = select(func.count()).where(tables.person_role.c.role == "business_manager")
        count = connection.execute(managers).scalar_one()
        yield Check(
            name="people",
            passed=count > 0,
            found=f"{count} who may manage people",
            remedy="casereview init",
        )


def restore_triggers(database: Database) -> None:
    """Lays again what keeps events from being changed, and a SQLite file's journal.

    Raises:
        DatabaseProblem: where the database cannot be used, or is not of this version's schema.
    """
    from ..schema.append_only import create_triggers

    with database.connection():  # finds it there, ours and up to date
        pass
    with translate_errors(database.name), database.backend.writing.begin() as connection:
        create_triggers(connection)
    database.backend.finish_creation()


def _durability(connection: Connection) -> Iterator[Check]:
    if connection.dialect.name == "sqlite":
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        whole = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        yield Check(
            name="journal", passed=journal in ("wal", "memory"), found=str(journal), remedy="casereview doctor --mend"
        )
        yield Check(name="file", passed=whole == "ok", found=str(whole), remedy="Put back the latest backup.")
    else:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            value = connection.exec_driver_sql(f"SHOW {setting}").scalar_one()
            yield Check(
                name=setting, passed=value != "off", found=str(value), remedy=f"Set {setting} = on on the server."
            )
