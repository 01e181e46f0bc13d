"""The checks of a database know no role by its name."""

from __future__ import annotations

from casereview.engine import managing_roles
from casereview.persistence import Database
from casereview.persistence.maintenance.doctor import health_checks

from ...support.databases import record_in_memory
from ...support.five_deadlines import ME, SWEPT_AT, engine_at_instant


def people_check(database: Database, managing: tuple[str, ...], name: str = "people") -> tuple[bool, str]:
    """Return the outcome of the check that someone may manage people, or has an account for that."""
    return next((check.passed, check.found) for check in health_checks(database, managing) if check.name == name)


def test_the_role_that_manages_people_may_have_any_name() -> None:
    database = record_in_memory()
    engine = engine_at_instant(database, SWEPT_AT)
    managing = managing_roles(engine.workflows)
    assert managing == ("desk",)
    engine.add_person("Lead 1", role="lead", organisation="Agency 1", actor=ME)
    assert people_check(database, managing) == (False, "0 who may manage people")
    engine.add_person("Desk 1", role="desk", actor=ME)
    assert people_check(database, managing) == (True, "1 who may manage people")
    found = "0 of those who may manage people have an account"
    assert people_check(database, managing, "accounts") == (False, found)
    engine.change_person("Desk 1", account="desk1", actor=ME)
    found = "1 of those who may manage people has an account"
    assert people_check(database, managing, "accounts") == (True, found)
    database.close()


def test_a_person_with_two_managing_roles_counts_once() -> None:
    database = record_in_memory()
    engine = engine_at_instant(database, SWEPT_AT)
    engine.add_person("Desk 1", role="desk", account="desk1", actor=ME)
    engine.change_person("Desk 1", role="chair", actor=ME)
    assert people_check(database, ("desk", "chair")) == (True, "1 who may manage people")
    database.close()
