"""Errors of a PostgreSQL server become one sentence that says what to do and shows no password."""

from __future__ import annotations

import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from casereview.engine.errors.bad_input import BadValue
from casereview.engine.errors.base import CasereviewError
from casereview.engine.errors.faults import DatabaseProblem
from casereview.persistence import Database

from ...support.sample_record import (
    TIMEOUT_SECONDS,
    RecordOffice,
    add_note,
    engine_at_noon,
    open_partnership_review,
    verification_of,
)

PASSWORD = "hunter2"


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    """A database on PostgreSQL with one case."""
    made = Database(postgres_url)
    made.create()
    open_partnership_review(engine_at_noon(made))
    yield made
    made.close()


def problem_of(url: str, *, creating: bool = False) -> DatabaseProblem:
    """Return the problem that is reported for this URL."""
    database = Database(url)
    try:
        with pytest.raises(DatabaseProblem) as problem:
            database.create() if creating else engine_at_noon(database).cases()
    finally:
        database.close()
    shown = "".join(traceback.format_exception(problem.value))
    assert PASSWORD not in shown + repr(problem.value.facts()) + str(problem.value) + database.name
    assert problem.value.__cause__ is None
    return problem.value


def run(database: Database, *statements: str) -> None:
    with database.backend.writing.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


# --- access refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("creating", [True, False])
def test_an_unknown_user_is_advised_to_check_the_url(postgres_url: str, *, creating: bool) -> None:
    url = make_url(postgres_url).set(username="nobody_of_that_name", password=PASSWORD)
    problem = problem_of(url.render_as_string(hide_password=False), creating=creating)
    assert problem.problem == "refuses this account"
    assert problem.remedy == "Check the user and the password in the URL."
    assert "nobody_of_that_name:***@" in problem.database


@pytest.mark.parametrize("creating", [True, False])
def test_a_missing_database_is_reported_with_advice_to_create_it(postgres_url: str, *, creating: bool) -> None:
    url = make_url(postgres_url).set(database="none_of_that_name")
    problem = problem_of(url.render_as_string(hide_password=False), creating=creating)
    assert str(problem).endswith("does not exist on that server. Create it there with: createdb.")


@pytest.mark.parametrize("creating", [True, False])
def test_a_server_that_does_not_listen_is_reported_as_no_answer(*, creating: bool) -> None:
    problem = problem_of(f"postgresql://sam:{PASSWORD}@127.0.0.1:{free_port()}/cases", creating=creating)
    assert problem.problem == "does not answer"
    assert problem.remedy.startswith("Nothing was changed. Check that it is running")


@pytest.mark.parametrize("host", ["%2Fnone%2Fof%2Fthat%2Fname", "127.0.0.1"])
def test_a_password_in_the_url_s_query_is_not_shown_either(host: str) -> None:
    port = free_port()
    url = f"postgresql:///cases?host={host}&port={port}&user=sam&password={PASSWORD}&sslpassword={PASSWORD}"
    assert str(port) in problem_of(url).database


def test_an_invalid_address_is_reported_as_no_answer() -> None:
    problem_of(f"postgresql://sam:{PASSWORD}@127.0.0.1:1/cases?no_such_option={PASSWORD}x")


def test_a_command_refused_by_the_server_ends_with_4_without_password(postgres_url: str, tmp_path: Path) -> None:
    url = make_url(postgres_url).set(username="nobody_of_that_name", password=PASSWORD)
    office = RecordOffice(folder=tmp_path, url=url.render_as_string(hide_password=False))
    for args in (("list",), ("init",), ("verify",), ("doctor",), ("upgrade",), ("list", "--debug"), ("list", "--json")):
        done = office.run(*args)
        assert done.exit_code == 4, done.output
        assert "refuses this account" in done.stderr
        assert PASSWORD not in done.output


def test_a_server_that_refuses_connections_is_reached_again_later(database: Database) -> None:
    engine = engine_at_noon(database)
    url = make_url(database.backend.url)
    admin = Database(url.set(database="postgres").render_as_string(hide_password=False))
    with admin.backend.writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        ended = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid()"
        )
        connection.exec_driver_sql(ended.format(url.database))
    # The pooled connection is gone, which is noticed before it is used.
    assert add_note(engine, "PR-2026-001").seq == 2
    admin.close()
    assert verification_of(database).faults == ()


# --- in the middle --------------------------------------------------------------------------------------------


def test_a_database_without_our_tables_is_advised_to_be_set_up(empty_postgres_url: str) -> None:
    assert "has no casereview tables. Create the tables first." in str(problem_of(empty_postgres_url))


LOST = {
    "a table": ("DROP TABLE casereview_case CASCADE", "has lost a table of casereview"),
    "a column": ("ALTER TABLE casereview_case DROP COLUMN title", "has lost a column of casereview"),
}


@pytest.mark.parametrize(("statement", "problem"), LOST.values(), ids=LOST.keys())
def test_a_lost_table_or_column_advises_to_restore_the_backup(database: Database, statement: str, problem: str) -> None:
    run(database, statement)
    engine = engine_at_noon(database)
    for way in (lambda: engine.case("PR-2026-001"), lambda: add_note(engine, "PR-2026-001"), engine.cases):
        with pytest.raises(DatabaseProblem) as found:
            way()
        assert (found.value.problem, found.value.remedy) == (
            problem,
            "Nothing was changed. Put back the latest backup.",
        )


def test_a_read_only_server_is_not_written(database: Database, postgres_url: str) -> None:
    run(database, f"ALTER DATABASE {make_url(postgres_url).database} SET default_transaction_read_only = on")
    other = Database(postgres_url)
    engine = engine_at_noon(other)
    with pytest.raises(DatabaseProblem, match=r"is read-only\. Nothing was changed\. Write to the primary server"):
        add_note(engine, "PR-2026-001")
    assert engine.case("PR-2026-001").seq == 1
    other.close()


def test_an_account_without_rights_is_referred_to_the_administrator(database: Database, postgres_url: str) -> None:
    user = "CURRENT_USER"
    run(
        database, f"REVOKE ALL ON casereview_event FROM {user}", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC"
    )
    # A superuser may do everything, so it switches to a role that always exists.
    url = make_url(postgres_url).update_query_dict({"options": "-c role=pg_monitor"})
    other = Database(url.render_as_string(hide_password=False))
    with pytest.raises(DatabaseProblem, match=r"does not let this account do that.*Ask its administrator"):
        add_note(engine_at_noon(other), "PR-2026-001")
    other.close()
    assert engine_at_noon(database).case("PR-2026-001").seq == 1


def test_a_writer_waits_for_another_one_for_a_limited_time(
    database: Database, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casereview.persistence.backends.base.WAIT_SECONDS", 0.2)
    hurried = Database(postgres_url)
    with database.backend.writing.begin() as connection:
        connection.exec_driver_sql("SELECT ref FROM casereview_case FOR UPDATE")
        with pytest.raises(DatabaseProblem) as problem:
            add_note(engine_at_noon(hurried), "PR-2026-001")
    assert str(problem.value).endswith("is being written by another user. Nothing was changed. Try again in a moment.")
    assert add_note(engine_at_noon(hurried), "PR-2026-001").seq == 2
    hurried.close()


def test_an_error_of_the_database_is_reported_without_its_message(database: Database) -> None:
    run(database, "ALTER TABLE casereview_event_values ADD CHECK (content NOT LIKE '%%hunter%%')")
    with pytest.raises(DatabaseProblem) as problem:
        add_note(engine_at_noon(database), "PR-2026-001", PASSWORD)
    assert problem.value.problem == "refused a statement (23514)"
    assert PASSWORD not in "".join(traceback.format_exception(problem.value))
    assert engine_at_noon(database).case("PR-2026-001").seq == 1


# --- URLs and drivers -------------------------------------------------------------------------------------------

URLS = {
    "another driver": (f"postgresql+asyncpg://sam:{PASSWORD}@server/cases", "another driver"),
    "an older driver": (f"postgresql+psycopg2://sam:{PASSWORD}@server/cases", "another driver"),
    "a driver that there is not": (f"postgresql+none://sam:{PASSWORD}@server/cases", ""),
    "another kind": (f"mysql://sam:{PASSWORD}@server/cases", "something else"),
    "an older name": (f"postgres://sam:{PASSWORD}@server/cases", ""),
    "no port": (f"postgresql://sam:{PASSWORD}@server:port/cases", "something else"),
    "nonsense": (PASSWORD, "something else"),
}


@pytest.mark.parametrize(("url", "found"), URLS.values(), ids=URLS.keys())
def test_an_unusable_url_is_bad_input_and_not_quoted(url: str, found: str) -> None:
    with pytest.raises(BadValue, match="the database's URL: expected") as bad:
        Database(url)
    assert found in bad.value.found
    assert PASSWORD not in "".join(traceback.format_exception(bad.value))


@pytest.mark.parametrize("name", ["postgresql", "postgresql+psycopg"])
def test_both_names_of_the_driver_are_accepted(empty_postgres_url: str, name: str) -> None:
    database = Database(empty_postgres_url.replace("postgresql://", f"{name}://"))
    database.create()
    assert engine_at_noon(database).cases() == ()
    assert database.name.startswith("postgresql://")
    database.close()


BLOCKED = """
import sys
sys.modules["psycopg"] = None
from casereview.cli import main
main()
"""


@pytest.mark.long
def test_a_missing_driver_is_reported_with_how_to_install_it(tmp_path: Path, postgres_url: str) -> None:
    for args in (("list",), ("init",)):
        done = subprocess.run(
            [sys.executable, "-c", BLOCKED, *args, "--database", f"postgresql://sam:{PASSWORD}@server/cases"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_SECONDS,
        )
        assert done.returncode == 4, done.stderr
        assert "needs the driver psycopg, which is not installed" in done.stderr
        assert "Install it with: pip install 'casereview[postgres]'." in done.stderr
        assert PASSWORD not in done.stdout + done.stderr


def test_a_file_needs_no_such_driver(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, "init", "--database", "sqlite:///x.db"],
        cwd=tmp_path,
        env={"CASEREVIEW_ACTOR": "Sam Reed"},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_problem_is_an_error_of_ours(empty_postgres_url: str) -> None:
    database = Database(empty_postgres_url)
    with pytest.raises(CasereviewError):
        engine_at_noon(database).cases()
    database.close()
