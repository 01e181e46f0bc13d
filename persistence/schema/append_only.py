"""Create triggers that keep recorded events from being changed, removed or replaced."""

from __future__ import annotations

from sqlalchemy import Connection, text

_SQLITE = {
    "casereview_event_no_update": (
        "BEFORE UPDATE ON casereview_event BEGIN SELECT RAISE(ABORT, 'events are never changed'); END"
    ),
    "casereview_event_no_delete": (
        "BEFORE DELETE ON casereview_event BEGIN SELECT RAISE(ABORT, 'events are never removed'); END"
    ),
    # INSERT OR REPLACE removes the existing row without firing the trigger for DELETE.
    "casereview_event_no_replace": (
        "BEFORE INSERT ON casereview_event WHEN EXISTS (SELECT 1 FROM casereview_event"
        " WHERE (case_ref = NEW.case_ref AND seq = NEW.seq) OR position = NEW.position)"
        " BEGIN SELECT RAISE(ABORT, 'events are never replaced'); END"
    ),
}
_POSTGRES = {
    "casereview_event_no_change": (
        "BEFORE UPDATE OR DELETE ON casereview_event FOR EACH ROW EXECUTE FUNCTION casereview_refuse()"
    ),
    "casereview_event_no_truncate": (
        "BEFORE TRUNCATE ON casereview_event FOR EACH STATEMENT EXECUTE FUNCTION casereview_refuse()"
    ),
}
_POSTGRES_REFUSAL = """
BEGIN
    RAISE EXCEPTION 'events are never changed, removed or replaced' USING ERRCODE = 'restrict_violation';
END """
_POSTGRES_FUNCTION = (
    f"CREATE OR REPLACE FUNCTION casereview_refuse() RETURNS trigger LANGUAGE plpgsql AS $${_POSTGRES_REFUSAL}$$"
)
# PostgreSQL stores a trigger's BEFORE, FOR EACH ROW and events as one number.
_POSTGRES_KINDS = {"casereview_event_no_change": 1 + 2 + 8 + 16, "casereview_event_no_truncate": 2 + 32}


def create_triggers(connection: Connection) -> None:
    """Create the triggers that are missing. A migration that rebuilds the table has to call this again."""
    wanted = _wanted(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRES_FUNCTION))
    for name in missing_triggers(connection):
        # A trigger that was disabled or changed has the name that the new one needs.
        _drop(connection, name)
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {wanted[name]}")


def drop_triggers(connection: Connection) -> None:
    """Drop the triggers, so that another record can replace one that has no cases."""
    for name in _wanted(connection):
        _drop(connection, name)


def _drop(connection: Connection, name: str) -> None:
    of_table = " ON casereview_event" if connection.dialect.name == "postgresql" else ""
    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{of_table}")


def missing_triggers(connection: Connection) -> tuple[str, ...]:
    """Return the triggers that are missing, disabled or changed."""
    sound = _on_sqlite(connection) if connection.dialect.name == "sqlite" else _on_postgres(connection)
    return tuple(name for name in _wanted(connection) if name not in sound)


def _on_sqlite(connection: Connection) -> set[str]:
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'casereview_event'"
    existing = connection.execute(text(query))
    return {name for name, sql in existing if sql == f"CREATE TRIGGER {name} {_SQLITE.get(name)}"}


def _on_postgres(connection: Connection) -> set[str]:
    query = (
        "SELECT tgname, tgtype FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
        " WHERE tgrelid = 'casereview_event'::regclass AND tgenabled IN ('O', 'A')"
        " AND tgqual IS NULL AND cardinality(tgattr::int2[]) = 0 AND prosrc = :refusal"
    )
    existing = connection.execute(text(query), {"refusal": _POSTGRES_REFUSAL})
    return {name for name, kind in existing if kind == _POSTGRES_KINDS.get(name)}


def _wanted(connection: Connection) -> dict[str, str]:
    return _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES
