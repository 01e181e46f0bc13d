"""What the database itself refuses: changing, removing or replacing an event that was recorded."""

from __future__ import annotations

from sqlalchemy import Connection, text

_SQLITE = {
    "casereview_event_no_update": (
        "BEFORE UPDATE ON casereview_event BEGIN SELECT RAISE(ABORT, 'events are never changed'); END"
    ),
    "casereview_event_no_delete": (
        "BEFORE DELETE ON casereview_event BEGIN SELECT RAISE(ABORT, 'events are never removed'); END"
    ),
    # INSERT OR REPLACE removes the row that is in its way without asking the trigger for DELETE.
    "casereview_event_no_replace": (
        "BEFORE INSERT ON casereview_event WHEN EXISTS (SELECT 1 FROM casereview_event"
        " WHERE case_ref = NEW.case_ref AND seq = NEW.seq)"
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
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION casereview_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are never changed, removed or replaced' USING ERRCODE = 'restrict_violation';
END $$
"""


def guard(connection: Connection) -> None:
    """Lays whichever triggers are not there; a migration that rebuilds the table calls it again."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_POSTGRES_FUNCTION))
    wanted = _wanted(connection)
    for name in missing(connection):
        connection.exec_driver_sql(f"CREATE TRIGGER {name} {wanted[name]}")


def missing(connection: Connection) -> tuple[str, ...]:
    """The triggers that should be there and are not, or were switched off."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'casereview_event'"
    else:
        query = (
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'casereview_event'::regclass"
            " AND NOT tgisinternal AND tgenabled <> 'D'"
        )
    there = set(connection.execute(text(query)).scalars())
    return tuple(name for name in _wanted(connection) if name not in there)


def _wanted(connection: Connection) -> dict[str, str]:
    return _SQLITE if connection.dialect.name == "sqlite" else _POSTGRES
