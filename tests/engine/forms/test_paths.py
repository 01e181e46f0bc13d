"""Find sensitive values and typed words wherever a form's type holds them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum, IntEnum
from functools import reduce
from typing import Annotated, Any, Literal, NamedTuple, TypedDict

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from casereview.engine.forms.fields import CODE, SENSITIVE, Form, ShortText, fields_of, json_values
from casereview.engine.forms.paths import Path, WordPath, sensitive_paths, stored_apart_paths, typed_word_paths

Secret = Annotated[ShortText, SENSITIVE]
SecretDay = Annotated[date, SENSITIVE]
Checksum = Annotated[str, Meta(pattern="^[0-9a-f]{4}$"), CODE]


class Side(Enum):
    LEFT = "left"


class Rank(IntEnum):
    FIRST = 1


class Person(Form, frozen=True, kw_only=True):
    name: Secret
    relation: ShortText
    kind: Literal["adult", "child"] = "adult"


class Plain(msgspec.Struct, frozen=True):
    name: Secret
    note: str = ""


class Row(msgspec.Struct, frozen=True, array_like=True):
    number: int
    name: Secret
    note: str


class Letter(msgspec.Struct, frozen=True, tag="letter"):
    sender: Secret
    on: date


class Call(msgspec.Struct, frozen=True, tag="call"):
    note: str


class Left(msgspec.Struct, frozen=True, tag="left", array_like=True):
    name: Secret


class Right(msgspec.Struct, frozen=True, tag="right", array_like=True):
    note: str


class Chain(Form, frozen=True, kw_only=True):
    name: Secret
    note: str
    next: Chain | None = None


@dataclass
class Visit:
    who: Secret
    room: str


class Place(NamedTuple):
    who: Secret
    room: str
    floor: int


class Contact(TypedDict):
    phone: Secret
    best_time: str


def filled(form: type[Form], data: Any) -> Form:
    """Return a form from plain data, as from a JSON text: keys that are numbers are written as text there."""
    return msgspec.json.decode(msgspec.json.encode(data), type=form)


def form_of(kind: Any) -> type[Form]:
    """Return a form with one field, of a type."""
    return msgspec.defstruct("One", [("one", kind)], bases=(Form,), frozen=True, kw_only=True)


A_PERSON = {"name": "N", "relation": "mother", "kind": "child"}
# A type, a value, and what is found below the field: `!` marks a sensitive path.
CASES: list[tuple[Any, Any, list[str]]] = [
    (str, "word", [""]),
    (Secret, "word", ["!"]),
    (int, 1, []),
    (Annotated[int, SENSITIVE], 1, ["!"]),
    (SecretDay | None, "2020-01-01", ["!"]),
    (SecretDay | None, None, []),
    (Side, "left", []),
    (Rank, 1, []),
    (Literal["a", 1], "a", []),
    (Annotated[Literal["a"], SENSITIVE], "a", ["!"]),
    (Checksum, "00ff", []),
    (Annotated[Checksum, SENSITIVE], "00ff", ["!"]),
    (Annotated[str, CODE], "no pattern, so words", [""]),
    (list[Secret], ["a", "b"], ["! 0", "! 1"]),
    (list[str], ["a", "b"], ["0", "1"]),
    (list[int], [1], []),
    (list[Person], [A_PERSON], ["! 0 name", "0 relation"]),
    (Annotated[list[Person], SENSITIVE], [A_PERSON], ["!"]),
    (list[Person] | None, None, []),
    (list[Person] | None, [A_PERSON], ["! 0 name", "0 relation"]),
    (tuple[Person, ...], [A_PERSON], ["! 0 name", "0 relation"]),
    (tuple[int, Secret, str], [1, "a", "b"], ["! 1", "2"]),
    (tuple[int, date], [1, "2020-01-01"], []),
    (dict[Side, Secret], {"left": "a"}, ["! left"]),
    (dict[Side, Person], {"left": A_PERSON}, ["! left name", "left relation"]),
    (dict[int, str], {"1": "a"}, ["1"]),
    (dict[Side, int], {"left": 1}, []),
    (dict[Side, str] | None, None, []),
    (dict[str, int], {"a": 1}, [""]),
    (dict[str, int], {}, []),
    (dict[Secret, int], {"a": 1}, ["!"]),
    (dict[str, Secret], {"a": "b"}, ["!"]),
    (dict[Annotated[int, SENSITIVE], int], {"1": 1}, ["!"]),
    (frozenset[Secret], ["a"], ["!"]),
    (frozenset[str], ["a"], [""]),
    (frozenset[str], [], []),
    (frozenset[SecretDay], ["2020-01-01"], ["!"]),
    (frozenset[date], ["2020-01-01"], []),
    (frozenset[tuple[Side, Secret]], [["left", "a"]], ["!"]),
    (Plain, {"name": "N", "note": "x"}, ["! name", "note"]),
    (Plain, {"name": "N"}, ["! name", "note"]),
    (Row, [1, "N", "x"], ["! 1", "2"]),
    (Visit, {"who": "N", "room": "x"}, ["! who", "room"]),
    (Place, ["N", "x", 1], ["! 0", "1"]),
    (Contact, {"phone": "1", "best_time": "x"}, ["best_time", "! phone"]),
    (int | Secret, "a", ["!"]),
    (int | Secret, 1, []),
    (Annotated[float, SENSITIVE] | str, 1.5, ["!"]),
    (Annotated[float, SENSITIVE] | str, "a", [""]),
    (Annotated[bool, SENSITIVE] | int | None, True, ["!"]),
    (Annotated[bool, SENSITIVE] | int | None, 1, []),
    (Annotated[bool, SENSITIVE] | int | None, None, []),
    (list[Secret] | str, ["a"], ["! 0"]),
    (list[Secret] | str, "a", [""]),
    (list[Secret] | Person | str, A_PERSON, ["! name", "relation"]),
    (Annotated[Literal["a", 1], SENSITIVE] | list[str], 1, ["!"]),
    (Annotated[Side | None, SENSITIVE] | list[str], "left", ["!"]),
    (SecretDay | list[str], "2020-01-01", ["!"]),
    (Letter | Call, {"type": "letter", "sender": "N", "on": "2020-01-01"}, ["! sender"]),
    (Annotated[Call, Meta(title="A call")] | Letter | None, {"type": "call", "note": "x"}, ["note"]),
    (
        Annotated[Call, Meta(title="A call")] | Letter | None,
        {"type": "letter", "sender": "N", "on": "2020-01-01"},
        ["! sender"],
    ),
    (Left | Right, ["left", "N"], ["! 1"]),
    (Left | Right, ["right", "x"], ["1"]),
    (Any, "a", [""]),
    (Any, {"a": 1}, [""]),
    (Any, 1, []),
    (Annotated[Any, SENSITIVE], 1, ["!"]),
    (
        Chain,
        {"name": "1", "note": "x", "next": {"name": "2", "note": "y"}},
        ["! name", "note", "! next name", "next note"],
    ),
]


def shown(found: WordPath) -> str:
    field, *rest = (str(part) for part in found.path)
    assert field == "one"
    return " ".join([*(["!"] if found.sensitive else []), *rest])


@pytest.mark.parametrize(("kind", "value", "expected"), CASES)
def test_what_is_stored_apart_is_found_in_every_kind_of_field(kind: Any, value: Any, expected: list[str]) -> None:
    form = form_of(kind)
    data = json_values(filled(form, {"one": value}))
    assert [shown(found) for found in stored_apart_paths(form, data)] == expected
    assert [shown(WordPath(path, sensitive=True)) for path in sensitive_paths(form, data)] == [
        one for one in expected if one.startswith("!")
    ]


@pytest.mark.parametrize("kind", [kind for kind, _, _ in CASES])
def test_a_field_says_whether_it_holds_anything_sensitive(kind: Any) -> None:
    (field,) = fields_of(form_of(kind))
    # A type stands there once for each value that finds something else in it.
    found = [one for other, _, expected in CASES if other == kind for one in expected]
    assert field.contains_sensitive == any(one.startswith("!") for one in found)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Annotated[list[Person], SENSITIVE], [A_PERSON], ["! 0 name", "! 0 relation"]),
        (Annotated[tuple[Secret, ...], SENSITIVE], ["a", "b"], ["! 0", "! 1"]),
        (Annotated[Person | None, SENSITIVE], A_PERSON, ["! name", "! relation"]),
        (SecretDay, "2020-01-01", []),
        (frozenset[SecretDay], ["2020-01-01"], []),
        (Annotated[Checksum, SENSITIVE], "00ff", []),
        (Annotated[dict[str, int], SENSITIVE], {"a": 1}, ["!"]),
    ],
)
def test_words_are_found_one_by_one_within_a_sensitive_value(kind: Any, value: Any, expected: list[str]) -> None:
    form = form_of(kind)
    data = json_values(filled(form, {"one": value}))
    assert [shown(found) for found in typed_word_paths(form, data)] == expected


def test_a_field_that_an_array_leaves_out_at_its_end_has_no_path() -> None:
    class Holder(Form, frozen=True, kw_only=True):
        row: Row

    assert list(stored_apart_paths(Holder, {"row": [1, "Person 1"]})) == [(("row", 1), True)]
    assert list(stored_apart_paths(Holder, {"row": [1, "Person 1", "A call."]})) == [
        (("row", 1), True),
        (("row", 2), False),
    ]


def test_a_form_prints_nothing_sensitive_of_any_container() -> None:
    for kind, value, expected in CASES:
        if any(one.startswith("!") for one in expected):
            assert repr(filled(form_of(kind), {"one": value})) == "One()"


# --- any form -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """A type, with a strategy of its values: words begin with `word`, and sensitive values with `secret` or 777."""

    kind: Any
    values: st.SearchStrategy[Any]


NAMES = ("a", "b", "c")
WORDS = st.sampled_from(["word 1", "word 2", "word 3"])
LEAVES = st.sampled_from(
    [
        Sample(str, WORDS),
        Sample(ShortText, WORDS),
        Sample(Secret, WORDS),
        Sample(Annotated[int, SENSITIVE], st.just(777)),
        Sample(int, st.integers(0, 9)),
        Sample(bool, st.booleans()),
        Sample(date, st.just("2020-02-29")),
        Sample(Side, st.just("left")),
        Sample(Checksum, st.just("00ff")),
        Sample(Literal["x", "y"], st.sampled_from(["x", "y"])),
    ]
)
KEYS = {Side: "left", str: "word key", int: "1"}


def lists(inner: Sample) -> Sample:
    return Sample(list[inner.kind], st.lists(inner.values, max_size=3))


def tuples(inner: list[Sample]) -> Sample:
    return Sample(tuple[tuple(one.kind for one in inner)], st.tuples(*(one.values for one in inner)).map(list))


def dicts(key: Any) -> Callable[[Sample], Sample]:
    return lambda inner: Sample(dict[key, inner.kind], st.dictionaries(st.just(KEYS[key]), inner.values))


def forms(inner: list[Sample]) -> Sample:
    fields = [(name, one.kind) for name, one in zip(NAMES, inner, strict=False)]
    kind = msgspec.defstruct("Nested", fields, bases=(Form,), frozen=True, kw_only=True)
    return Sample(kind, st.fixed_dictionaries({name: one.values for (name, _), one in zip(fields, inner, strict=True)}))


def options(inner: Sample) -> Sample:
    return Sample(reduce(operator.or_, (inner.kind, None)), st.none() | inner.values)


def several(inner: st.SearchStrategy[Sample]) -> st.SearchStrategy[list[Sample]]:
    return st.lists(inner, min_size=1, max_size=3)


SAMPLES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lists),
        several(inner).map(tuples),
        inner.map(dicts(Side)),
        inner.map(dicts(str)),
        inner.map(dicts(int)),
        several(inner).map(forms),
        inner.map(options),
    ),
    max_leaves=8,
)
FORMS = several(SAMPLES).map(forms)


def value_of(data: Any, path: Path) -> Any:
    return reduce(lambda value, part: value[part], path, data)


def removed(data: Any, path: Path) -> None:
    value_of(data, path[:-1])[path[-1]] = None


@pytest.mark.long
@given(FORMS, st.data())
def test_every_word_of_any_form_is_found_and_nothing_else(form: Sample, drawn: st.DataObject) -> None:
    data = json_values(filled(form.kind, drawn.draw(form.values)))
    found = list(typed_word_paths(form.kind, data))
    assert [path for path, _ in found if "word" not in repr(value_of(data, path))] == []
    for path, _ in found:
        removed(data, path)
    assert "word" not in repr(data)


@pytest.mark.long
@given(FORMS, st.data())
def test_what_is_stored_apart_leaves_no_word_and_no_secret(form: Sample, drawn: st.DataObject) -> None:
    data = json_values(filled(form.kind, drawn.draw(form.values)))
    found = [path for path, _ in stored_apart_paths(form.kind, data)]
    assert [path for path in found for other in found if path != other and other[: len(path)] == path] == []
    for path in found:
        assert "word" in repr(value_of(data, path)) or "777" in repr(value_of(data, path))
        removed(data, path)
    assert "word" not in repr(data)
    assert "777" not in repr(data)
