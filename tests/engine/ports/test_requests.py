"""Knowing a repeated request again, without keeping what was asked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from casereview.engine import Actor, DecidedBy, Engine, Open, Step
from casereview.engine.errors.bad_input import BadValue
from casereview.engine.errors.refusals import RequestIdReused
from casereview.engine.ports.requests import DISPOSED, content_of, is_same_request, request_digest

from ...support.loan_workflow import LIBRARIAN_1, READER_1, RECORDS_BY_STEP

KEEPER = Actor(name="Keeper 1", roles=frozenset({"keeper"}))
SALT, OTHER_SALT = b"0123456789abcdef", b"fedcba9876543210"
STEP: dict[str, Any] = {"ref": "LN-2026-001", "trigger": "lend", "actor": KEEPER, "data": {"shelf": "A", "days": 3}}


def kept(**changes: Any) -> str:
    return request_digest(content_of(Step(**{**STEP, **changes})), SALT)


def test_the_same_request_is_known_again() -> None:
    assert is_same_request(kept(), content_of(Step(**STEP)))


def test_the_order_of_the_fields_is_no_difference() -> None:
    assert is_same_request(kept(), content_of(Step(**{**STEP, "data": {"days": 3, "shelf": "A"}})))


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"shelf": "B", "days": 3}},
        {"trigger": "refuse"},
        {"ref": "LN-2026-002"},
        {"on": date(2026, 1, 5)},
        {"actor": Actor(name="Keeper 2", roles=KEEPER.roles)},
        {"decided_by": DecidedBy(name="Keeper 2", capacity="keeper")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_is_asked_otherwise_makes_it_another_request(change: dict[str, Any]) -> None:
    assert not is_same_request(kept(), content_of(Step(**{**STEP, **change})))


@pytest.mark.parametrize("change", [{"if_version": 4}, {"request_id": "r-2"}], ids=lambda change: next(iter(change)))
def test_what_the_caller_had_seen_before_is_not_part_of_what_is_asked(change: dict[str, Any]) -> None:
    assert is_same_request(kept(), content_of(Step(**{**STEP, **change})))


def test_an_opening_and_a_step_are_never_the_same() -> None:
    opened = content_of(Open(workflow="loan", actor=KEEPER, data={}))
    assert not is_same_request(kept(), opened)


def test_the_same_content_under_another_salt_is_kept_otherwise() -> None:
    asked = content_of(Step(**STEP))
    assert request_digest(asked, SALT) != request_digest(asked, OTHER_SALT)
    assert is_same_request(request_digest(asked, OTHER_SALT), asked)


def test_what_is_kept_fits_its_column_and_holds_nothing_of_the_content() -> None:
    digest = kept(data={"shelf": "Somebody's secret"})
    assert len(digest) <= 128
    assert "secret" not in digest


def test_the_content_of_a_root_s_opening_has_no_parent() -> None:
    alone = content_of(Open(workflow="loan", actor=KEEPER, data={}))
    below = content_of(Open(workflow="part", actor=KEEPER, data={}, parent="LN-2026-001"))
    assert "parent" not in alone
    assert below["parent"] == "LN-2026-001"


def test_a_value_that_is_no_json_breaks_nothing() -> None:
    assert not is_same_request(kept(), content_of(Step(**{**STEP, "data": {"shelf": "\ud800"}})))


def test_a_request_whose_content_was_disposed_of_is_known_by_its_id_alone() -> None:
    assert is_same_request(DISPOSED, content_of(Step(**STEP)))


# --- people ------------------------------------------------------------------------------------------------


def test_a_person_is_added_once_however_often_the_request_comes(engine: Engine) -> None:
    first = engine.add_person("Visitor 1", role="reader", actor=LIBRARIAN_1, request_id="p-1")
    assert engine.add_person("Visitor 1", role="reader", actor=LIBRARIAN_1, request_id="p-1") == first
    assert [person.roles for person in engine.people() if person.name == "Visitor 1"] == [("reader",)]


def test_another_person_under_the_same_request_id_is_refused(engine: Engine) -> None:
    engine.add_person("Visitor 1", role="reader", actor=LIBRARIAN_1, request_id="p-1")
    with pytest.raises(RequestIdReused, match="p-1"):
        engine.add_person("Visitor 2", role="reader", actor=LIBRARIAN_1, request_id="p-1")
    assert "Visitor 2" not in [person.name for person in engine.people()]


def test_looking_back_takes_an_instant_with_its_zone(engine: Engine) -> None:
    case = engine.open("loan", actor=READER_1, data=RECORDS_BY_STEP["ask"])
    with pytest.raises(BadValue, match="as_of"):
        engine.case(case.ref, as_of=datetime(2026, 1, 5))  # noqa: DTZ001 (that is the point)
