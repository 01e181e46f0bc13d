"""Input about people: names, addresses and request IDs."""

from __future__ import annotations

import pytest

from casereview.engine.errors.bad_input import BadValue, InvalidForm
from casereview.engine.errors.base import Fault
from casereview.engine.model.people import Person
from casereview.engine.ports.requests import checked_request_id
from casereview.engine.service.people import checked_person

from ...support.loan_workflow import person_named


@pytest.mark.parametrize(
    ("name", "organisation", "email", "person"),
    [
        pytest.param("Person 1", None, None, person_named("Person 1", "clerk", email=None), id="a name alone"),
        pytest.param(
            "Person 1",
            "Agency 1",
            "person.1@example.org",
            person_named("Person 1", "clerk", organisation="Agency 1", email="person.1@example.org"),
            id="with agency and address",
        ),
        pytest.param(
            "  Person 1 ", None, None, person_named("Person 1", "clerk", email=None), id="blanks around a name"
        ),
        pytest.param(
            "Person 1",
            None,
            f"{'x' * 242}@example.org",
            person_named("Person 1", "clerk", email=f"{'x' * 242}@example.org"),
            id="an address of 254 characters",
        ),
        pytest.param(
            "Ólafur Þór", None, None, person_named("Ólafur Þór", "clerk", email=None), id="letters of Iceland"
        ),
        pytest.param("ليلى", None, None, person_named("ليلى", "clerk", email=None), id="written from right to left"),
    ],
)
def test_a_person_is_made_of_what_was_given(
    name: str, organisation: str | None, email: str | None, person: Person
) -> None:
    assert checked_person(name=name, roles=("clerk",), organisation=organisation, email=email) == person


@pytest.mark.parametrize(
    ("name", "organisation", "email", "faults"),
    [
        pytest.param("", None, None, ["name"], id="no name"),
        pytest.param("   ", None, None, ["name"], id="blanks for a name"),
        pytest.param("x" * 201, None, None, ["name"], id="a name too long"),
        pytest.param("Person\x1b[2J", None, None, ["name"], id="a name that acts upon a terminal"),
        pytest.param("Person 1", "", None, ["organisation"], id="an empty organisation"),
        pytest.param("Person 1", None, "person", ["email"], id="no address"),
        pytest.param("Person 1", None, "person @example.org", ["email"], id="an address with a blank"),
        pytest.param("Person 1", None, "a@b@example.org", ["email"], id="an address with two signs"),
        pytest.param("Person 1", None, f"{'x' * 243}@example.org", ["email"], id="an address of 255 characters"),
        pytest.param("", "", "", ["name", "organisation", "email"], id="everything at once"),
    ],
)
def test_what_is_not_well_formed_is_refused(
    name: str, organisation: str | None, email: str | None, faults: list[str]
) -> None:
    with pytest.raises(InvalidForm) as caught:
        checked_person(name=name, roles=("clerk",), organisation=organisation, email=email)
    assert (caught.value.form, [fault.path for fault in caught.value.faults]) == ("the person", faults)


def test_an_address_is_asked_for_by_an_example() -> None:
    with pytest.raises(InvalidForm) as caught:
        checked_person(name="Person 1", roles=("clerk",), organisation=None, email="person")
    expected = Fault(path="email", expected="something like name@example.org", found="text of 6 characters")
    assert caught.value.faults == (expected,)


@pytest.mark.parametrize(
    "request_id",
    ["r", "0b8e7c6e-7d1e-4a94-8e2c-2f4f3f0f5c11", "x" * 200, "Ärger 1", "💥"],
    ids=["a letter", "a UUID", "200 characters", "letters of all kinds", "an emoji"],
)
def test_a_request_id_is_any_printable_text(request_id: str) -> None:
    checked_request_id(request_id)


@pytest.mark.parametrize(
    "request_id",
    ["", "x" * 201, "a\nb", "a\x00b", "\ud800"],
    ids=["empty", "201 characters", "a line break", "NUL", "half a surrogate pair"],
)
def test_any_other_request_id_is_refused(request_id: str) -> None:
    with pytest.raises(BadValue) as caught:
        checked_request_id(request_id)
    assert caught.value.name == "request_id"
