"""A person's tasks follow from their roles, the cases that name them, and the people they stand in for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from casereview.engine import Actor, Engine
from casereview.engine.errors.unknown import UnknownPerson
from casereview.engine.ports.outbox import NoticeState
from casereview.engine.service import tasks as tasks_module
from casereview.persistence import Database
from casereview.workflows import WORKFLOWS

NOW = datetime(2026, 1, 20, 9, 30, tzinfo=UTC)
TODAY, SOON = date(2026, 1, 20), date(2026, 1, 27)
ME = Actor(name="Sam Reed", roles=frozenset({"business_manager"}))
REFERRED = {"title": "Child A", "agency": "Agency 1", "lessons": "How a family is handed over."}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    database = Database(database_url)
    engine = Engine(database, WORKFLOWS, now=lambda: NOW)
    for name, role, agency in (
        ("Sam Reed", "business_manager", None),
        ("Kim Cole", "subgroup_chair", None),
        ("Ana Diaz", "agency_author", "Agency 1"),
        ("Bea Lund", "agency_author", "Agency 1"),
        ("Jo Park", "agency_author", "Agency 2"),
    ):
        engine.add_person(name, role=role, organisation=agency, actor=ME)
    yield engine
    database.close()


def review(engine: Engine, on: date = date(2026, 1, 5)) -> str:
    return engine.open("partnership_review", actor=ME, data=REFERRED, on=on).ref


def ask(engine: Engine, ref: str, agency: str, author: str | None = None, due_on: str = "2026-01-22") -> str:
    data = {"agency": agency, "kind": "chronology", "due_on": due_on, "author": author}
    return engine.open("agency_return", actor=ME, data=data, on=date(2026, 1, 6), parent=ref).ref


def has_to_do(engine: Engine, name: str, until: date = SOON, limit: int = 100) -> list[tuple[str, str]]:
    return [(one.ref, one.clock.deadline) for one in engine.tasks(name, until=until, limit=limit)]


def test_a_task_belongs_to_the_people_with_its_role(engine: Engine) -> None:
    ref = review(engine)
    assert has_to_do(engine, "Kim Cole", until=date(2026, 2, 2)) == [(ref, "agree_scope")]
    assert has_to_do(engine, "Kim Cole", until=date(2026, 2, 1)) == []
    assert has_to_do(engine, "Sam Reed", until=date(2027, 1, 1)) == []


def test_an_agency_s_task_belongs_to_its_people_or_to_the_person_named(engine: Engine) -> None:
    ref = review(engine)
    anybody, named, other = (
        ask(engine, ref, "Agency 1"),
        ask(engine, ref, "agency  1", "Ana Diaz"),
        ask(engine, ref, "Agency 2"),
    )
    assert has_to_do(engine, "Ana Diaz") == [(anybody, "return"), (named, "return")]
    assert has_to_do(engine, "Bea Lund") == [(anybody, "return")]
    assert has_to_do(engine, "Jo Park") == [(other, "return")]
    assert has_to_do(engine, "Ana Diaz", limit=1) == [(anybody, "return")]


def test_a_deputy_has_the_tasks_too(engine: Engine) -> None:
    ref = review(engine)
    asked = ask(engine, ref, "Agency 1", "Ana Diaz")
    engine.add_absence("Ana Diaz", from_day=TODAY, to_day=TODAY, deputy="Bea Lund", actor=ME)
    engine.add_absence("Kim Cole", from_day=SOON, to_day=SOON, deputy="Bea Lund", actor=ME)
    assert has_to_do(engine, "Bea Lund", until=date(2026, 3, 1)) == [(asked, "return")]
    # The person who asks is present, even if listed as absent.
    assert has_to_do(engine, "Ana Diaz") == [(asked, "return")]


def test_two_workflows_may_share_a_deadline_name_with_different_owners(engine: Engine) -> None:
    ref = review(engine)
    returned = ask(engine, ref, "Agency 1")
    engine.step(
        returned, "receive", actor=ME, data={"document": {"title": "It", "location": "x"}, "signed_off_by": "y"}
    )
    assert has_to_do(engine, "Sam Reed", until=date(2026, 2, 10)) == [(returned, "accept")]
    assert has_to_do(engine, "Jo Park", until=date(2026, 2, 10)) == []


def test_tasks_are_read_page_by_page(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = review(engine)
    for _ in range(4):
        ask(engine, ref, "Agency 1")
    last = ask(engine, ref, "Agency 2")
    monkeypatch.setattr(tasks_module, "PAGE", 2)
    assert has_to_do(engine, "Jo Park") == [(last, "return")]
    found = [one.clock.due for one in engine.tasks("Ana Diaz", until=SOON)]
    assert len(found) == 4
    assert all(one <= other for one, other in pairwise(found))
    monkeypatch.setattr(tasks_module, "PAGES", 2)
    assert has_to_do(engine, "Jo Park") == []


def test_only_people_on_the_list_have_tasks(engine: Engine) -> None:
    with pytest.raises(UnknownPerson):
        engine.tasks("Somebody", until=SOON)


def test_recently_overdue_tasks_were_due_on_that_day_or_later(engine: Engine) -> None:
    ref = review(engine)
    for due_on in ("2026-01-15", "2026-01-16", "2026-01-19", "2026-01-20"):
        ask(engine, ref, "Agency 1", due_on=due_on)
    assert len(engine.overdue()) == 3
    assert [one.clock.due.day for one in engine.overdue(since=date(2026, 1, 16))] == [16, 19]
    assert [one.clock.due.day for one in engine.overdue(since=date(2026, 1, 17), limit=1)] == [19]


def test_notices_waiting_for_release_are_counted_by_person(engine: Engine) -> None:
    engine.change_person("Kim Cole", email="kim@example.org", actor=ME)
    assert engine.messages.on_hold_counts() == ()
    review(engine), review(engine)
    # The sweep is on the morning of 26 January, so that day's reminder is not in the past for anyone.
    later = Engine(engine._store.store, WORKFLOWS, now=lambda: datetime(2026, 1, 26, 9, tzinfo=UTC))
    later.sweep()
    assert later.messages.on_hold_counts() == (("Kim Cole", 2),)
    assert len(later.messages.pending_notices(NoticeState.ON_HOLD)) == 2
