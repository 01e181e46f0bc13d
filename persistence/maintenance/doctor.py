"""Check that a database is set up properly, and restore missing triggers."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, func, select

from ...engine import Check
from ..backends.errors import translate_errors
from ..backends.file_modes import describe
from ..backends.sqlite_driver import DRIVER
from ..database import Database
from ..schema import tables
from ..schema.append_only import missing_triggers
from ..store.disposals import unfinished_mark
from ..store.identity import identity_of


def health_checks(database: Database, managing_roles: Collection[str]) -> Iterator[Check]:
    """Check the schema, the triggers that protect the history, durability, and that someone may manage people.

    Args:
        database: The database to check.
        managing_roles: The names of the roles that may manage people, in the workflows that are used.

    Raises:
        DatabaseProblem: if the database cannot be used at all.
    """
    revision = database.revision()
    yield Check(
        name="schema", passed=revision == tables.HEAD, found=f"revision {revision}", remedy="Upgrade the schema."
    )
    if revision != tables.HEAD:
        return
    with database.connection() as connection:
        gone = missing_triggers(connection)
        yield Check(
            name="history",
            passed=not gone,
            found=f"unguarded: {', '.join(gone)}" if gone else "the database refuses changes to events",
            remedy="Verify the history, then restore the triggers.",
        )
        yield Check(name="record", passed=True, found=str(identity_of(connection)), remedy="")
        if database.path is not None:
            yield Check(name="permissions", passed=True, found=describe(database.path))
        yield from _durability(connection)
        yield _disposals(database, finished=unfinished_mark(connection) is None)
        held = tables.person_role.c
        managers = (
            select(func.count(held.person.distinct()))
            .join_from(tables.person_role, tables.person)
            .where(held.role.in_(managing_roles))
        )
        count = connection.execute(managers).scalar_one()
        can_act = connection.execute(managers.where(tables.person.c.account.is_not(None))).scalar_one()
        yield Check(
            name="people",
            passed=count > 0,
            found=f"{count} who may manage people",
            remedy="Add a person who may manage people.",
        )
        if count:
            yield Check(
                name="accounts",
                passed=can_act > 0,
                found=f"{can_act} of those who may manage people {'has' if can_act == 1 else 'have'} an account",
                remedy="Enter the account of one of them, or recover the record.",
            )


def restore_triggers(database: Database) -> None:
    """Restore the triggers that keep events from being changed, and the journal mode of a SQLite file.

    Raises:
        DatabaseProblem: if the database cannot be used, or has another schema than this version.
    """
    # Imported here, so that other checks do not load it.
    from ..schema.append_only import create_triggers

    with database.connection():  # it exists, is ours and is up to date
        pass
    with translate_errors(database.name), database.backend.transaction() as connection:
        create_triggers(connection)
    database.backend.finish_creation()


def _disposals(database: Database, *, finished: bool) -> Check:
    place = "the database's dead rows" if database.path is None else f"{database.path.name}-wal"
    found = "finished" if finished else f"words that were disposed of may still stand in {place}"
    return Check(name="disposals", passed=finished, found=found, remedy="Finish the disposal.")


def _driver() -> str:
    found = f"{DRIVER.name}, SQLite {DRIVER.version}"
    if DRIVER.is_sound:
        return found
    # Nothing is wrong: this is the safe way to use such a library, only slower.
    return (
        f"{found}, whose write-ahead log can lose a step, so a rollback journal is used."
        " Readers and writers wait for each other. To end that, install pysqlite3 0.6.1 or later"
    )


def _durability(connection: Connection) -> Iterator[Check]:
    if connection.dialect.name == "sqlite":
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        whole = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        yield Check(name="driver", passed=True, found=_driver())
        yield Check(
            name="journal", passed=journal in (DRIVER.journal, "memory"), found=str(journal),
            remedy="Restore the journal.",
        )  # fmt: skip
        yield Check(name="file", passed=whole == "ok", found=str(whole), remedy="Put back the latest backup.")
    else:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            value = connection.exec_driver_sql(f"SHOW {setting}").scalar_one()
            yield Check(
                name=setting, passed=value != "off", found=str(value), remedy=f"Set {setting} = on on the server."
            )
