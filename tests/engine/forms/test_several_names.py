"""A field for one name holds one: what is surely several is a fault, in any capitals."""

from __future__ import annotations

from typing import Annotated

import pytest
from msgspec import field

from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.forms.fields import SENSITIVE, Form, ShortText, fields_of
from casereview.engine.forms.parsing import parse, parse_partial
from casereview.engine.forms.several_names import (
    LISTED,
    ONE_ORGANISATION,
    ONE_PERSON,
    NameCount,
    NameKind,
    count_names,
)
from casereview.engine.forms.typed_names import TypedName, typed_names

ALWAYS_SEVERAL = [
    "Agency 1; Agency 2",
    "Agency 1\uff1b Agency 2",
    "Agency 1/Agency 2",
    "Agency 1 / 2nd Agency",
    "Agency 1\nAgency 2",
    "Agency 1\tAgency 2",
    "Agency 1\u2028Agency 2",
    "Agency 1 | Agency 2",
]
SEVERAL_PEOPLE = [
    "Ann Lee and Bob Ray",
    "Ann Lee & Bob Ray",
    "Ann Lee&Bob Ray",
    "Ann Lee + Bob Ray",
    "Ann Lee, Bob Ray",
    "Ann Lee, Bob Ray and Kim Cole",
    "Ann and Bob Lee",
    "Ann Lee and Bob",
    "Lee, Ann and Ray, Bob",
    "Dr Ann Lee, MBE, Bob Ray",
    "Ann Lee, Bob Ray, chair",
    "Ann Lee, chair, and Bob Ray, deputy",
]
PERHAPS_SEVERAL_PEOPLE = [
    "Lee, Ann",
    "Lee, Ann Marie",
    "van der Berg, Ann",
    "Ann and Bob",
    "Director of Children and Families",
    "Head of Quality, Learning and Audit",
    "The Police and the Council",
]
ONE_OF_PEOPLE = [
    "Ann Lee",
    "Ann Lee, MBE",
    "Ann Lee, Ph.D.",
    "Ann Lee (director and chair)",
    "Ann Lee, chair",
    "Ann Lee, head of safeguarding",
    "Named nurse, Agency 1",
    "Sandy Brand",
    "O'Hara-Smith",
]
PERHAPS_SEVERAL_ORGANISATIONS = [
    "Agency 1, Agency 2",
    "Agency 1 and Agency 2",
    "Children and Families Service",
    "Smith & Sons",
    "Tees, Esk and Wear Valleys Trust",
]


@pytest.mark.parametrize("text", ALWAYS_SEVERAL)
@pytest.mark.parametrize("kind", NameKind)
def test_a_separator_always_separates(text: str, kind: NameKind) -> None:
    assert count_names(text, kind) is NameCount.SEVERAL


@pytest.mark.parametrize("text", SEVERAL_PEOPLE)
def test_two_full_names_are_two_people_in_any_capitals(text: str) -> None:
    for spelt in (text, text.lower(), text.upper()):
        assert count_names(spelt, NameKind.PERSON) is NameCount.SEVERAL


@pytest.mark.parametrize("text", PERHAPS_SEVERAL_PEOPLE)
def test_a_surname_first_or_a_post_may_be_one_or_several(text: str) -> None:
    for spelt in (text, text.lower(), text.upper()):
        assert count_names(spelt, NameKind.PERSON) is NameCount.PERHAPS_SEVERAL


@pytest.mark.parametrize("text", ONE_OF_PEOPLE)
def test_one_person_is_one(text: str) -> None:
    assert count_names(text, NameKind.PERSON) is NameCount.ONE


@pytest.mark.parametrize("text", PERHAPS_SEVERAL_ORGANISATIONS)
def test_commas_and_conjunctions_may_be_part_of_an_organisation(text: str) -> None:
    assert count_names(text, NameKind.ORGANISATION) is NameCount.PERHAPS_SEVERAL


@pytest.mark.parametrize("text", ["Agency 1", "Agency 1\n", "Care 24/7", "Trust (north, south and east)", "Smith &"])
def test_one_organisation_is_one(text: str) -> None:
    assert count_names(text, NameKind.ORGANISATION) is NameCount.ONE


class _Visit(Form, frozen=True, kw_only=True):
    by: Annotated[ShortText, ONE_PERSON, LISTED]
    of: Annotated[ShortText, ONE_PERSON, SENSITIVE] = "nobody"


class _Named(Form, frozen=True, kw_only=True):
    agency: Annotated[ShortText, ONE_ORGANISATION, LISTED]
    chair: Annotated[ShortText, ONE_PERSON] | None = None
    present: list[Annotated[ShortText, ONE_PERSON]] = field(default_factory=list)
    visits: tuple[_Visit, ...] = ()
    first: _Visit | None = None
    note: ShortText | None = None


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"agency": "Agency 1; Agency 2"}, "agency"),
        ({"agency": "A", "chair": "Ann Lee and Bob Ray"}, "chair"),
        ({"agency": "A", "present": ["B", "Ann Lee, Bob Ray"]}, "present[1]"),
        ({"agency": "A", "visits": [{"by": "Ann Lee/Bob"}]}, "visits[0].by"),
    ],
)
def test_several_names_in_one_field_are_a_fault(data: dict[str, object], path: str) -> None:
    for read in (parse, parse_partial):
        with pytest.raises(InvalidForm) as error:
            read(_Named, data, subject="x")
        (fault,) = error.value.faults
        assert (fault.path, fault.found) == (path, "what looks like several")


def test_a_name_of_invisible_characters_is_a_fault() -> None:
    with pytest.raises(InvalidForm, match="expected a name, found characters that cannot be seen"):
        parse(_Named, {"agency": "\u200b\u2060"}, subject="x")


def test_a_field_that_holds_no_name_may_have_any_separator() -> None:
    assert parse(_Named, {"agency": "A", "note": "1; 2/3"}, subject="x").note == "1; 2/3"
    assert parse_partial(_Named, {"note": "1; 2/3"}, subject="x") == {"note": "1; 2/3"}


def test_a_field_tells_what_kind_of_name_it_holds() -> None:
    found = {field.name: (field.name_kind, field.listed) for field in fields_of(_Named)}
    assert found["agency"] == (NameKind.ORGANISATION, True)
    assert found["present"] == (NameKind.PERSON, False)
    assert found["note"] == (None, False)


def test_the_names_of_a_record_are_found_but_no_sensitive_one() -> None:
    data = {
        "agency": " A ",
        "present": ["B", 7],
        "visits": [{"by": "C", "of": "D"}, "E"],
        "first": {"by": "F"},
        "x": "G",
    }
    found = {one.path: one for one in typed_names(_Named, data)}
    assert {path: one.name for path, one in found.items()} == {
        ("agency",): " A ",
        ("present", 0): "B",
        ("visits", 0, "by"): "C",
        ("first", "by"): "F",
    }
    assert found["visits", 0, "by"] == TypedName(
        path=("visits", 0, "by"), title="by", name="C", kind=NameKind.PERSON, listed=True
    )
    assert not [*typed_names(_Named, "no record")]
