"""In a host's own transaction steps are saved when the host commits, and dropped when it rolls back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, func, insert, select
from sqlalchemy import Engine as SqlEngine
from sqlalchemy.orm import Session

from casereview.engine import Actor, BadInput, Engine, Refused, VersionConflict
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS

ME = Actor(name="Host", roles=frozenset({"business_manager"}))
REFERRAL: dict[str, Any] = {"title": "Child A", "agency": "Agency 1", "lessons": "Handing over."}
hosts = Table("host_order", MetaData(), Column("id", Integer, primary_key=True))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    database = Database(database_url)
    yield Engine(database, WORKFLOWS)
    database.close()


@pytest.fixture
def host(database_url: str, engine: Engine) -> Iterator[SqlEngine]:
    made = create_engine(
        database_url.replace("postgresql://", "postgresql+psycopg://"), module=Database(database_url).driver
    )
    hosts.create(made)
    yield made
    made.dispose()


def rows(host: SqlEngine) -> int:
    with host.connect() as connection:
        return connection.execute(select(func.count()).select_from(hosts)).scalar_one()


def test_steps_are_saved_with_the_host_s_own_rows(engine: Engine, host: SqlEngine) -> None:
    with Session(host) as session, session.begin():
        session.execute(insert(hosts).values(id=1))
        with engine.within(session) as joined:
            case = joined.open("partnership_review", actor=ME, data=REFERRAL)
            assert joined.step(case.ref, "note", actor=ME, data={"text": "x"}).version == 2
    assert (engine.case(case.ref).version, rows(host)) == (2, 1)


def test_steps_are_dropped_when_the_host_rolls_back(engine: Engine, host: SqlEngine) -> None:
    with Session(host) as session:
        session.execute(insert(hosts).values(id=1))
        with engine.within(session) as joined:
            joined.open("partnership_review", actor=ME, data=REFERRAL)
        session.rollback()
    assert (engine.cases(), rows(host)) == ((), 0)
    assert engine.open("partnership_review", actor=ME, data=REFERRAL).ref.endswith("-001")


def test_a_plain_connection_is_accepted(engine: Engine, host: SqlEngine) -> None:
    with host.begin() as connection, engine.within(connection) as joined:
        ref = joined.open("partnership_review", actor=ME, data=REFERRAL).ref
        assert joined.case(ref).state == "referred"
    assert engine.case(ref).state == "referred"


def test_a_refusal_that_the_host_catches_leaves_no_gap_in_the_references(engine: Engine, host: SqlEngine) -> None:
    nobody = Actor(name="Nobody", roles=frozenset())
    with Session(host) as session, session.begin(), engine.within(session) as joined:
        with pytest.raises(Refused):
            joined.open("partnership_review", actor=nobody, data=REFERRAL)
        session.execute(insert(hosts).values(id=1))
    assert rows(host) == 1
    assert engine.open("partnership_review", actor=ME, data=REFERRAL).ref.endswith("-001")


def test_the_host_repeats_its_transaction_after_a_conflict(engine: Engine, host: SqlEngine) -> None:
    case = engine.open("partnership_review", actor=ME, data=REFERRAL)
    engine.step(case.ref, "note", actor=ME, data={"text": "meanwhile"})
    with Session(host) as session, engine.within(session) as joined, pytest.raises(VersionConflict) as conflict:
        joined.step(case.ref, "note", actor=ME, data={"text": "mine"}, if_version=case.version)
    assert (conflict.value.expected, conflict.value.found, conflict.value.changed_by) == (1, 2, "Host")


def test_a_request_repeated_in_a_host_s_transaction_gets_the_first_answer(engine: Engine, host: SqlEngine) -> None:
    with Session(host) as session, session.begin(), engine.within(session) as joined:
        first = joined.open("partnership_review", actor=ME, data=REFERRAL, request_id="once")
        assert joined.open("partnership_review", actor=ME, data=REFERRAL, request_id="once") == first
    assert len(engine.cases()) == 1


def test_anything_else_is_no_transaction(engine: Engine) -> None:
    with pytest.raises(BadInput, match="Connection or Session"), engine.within("sqlite://"):
        pass
