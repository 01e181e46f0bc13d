"""Describe the fields of a form to people and programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta

from casereview.engine.forms.fields import (
    SENSITIVE,
    Form,
    ShortText,
    choice_titles,
    choice_titles_of,
    choices_of,
    fields_of,
    json_schema,
    unwrap,
)
from casereview.engine.forms.parsing import describe, field_faults

from ...support.shelf_form import TELLTALE, Colour, Person, Shelf, Span


def field_named(name: str) -> Any:
    return next(field for field in fields_of(Shelf) if field.name == name)


def test_a_field_describes_itself_to_the_person_who_fills_it_in() -> None:
    title, size = field_named("title"), field_named("size")
    assert (title.title, title.description, title.required, title.default) == (
        "Title",
        "What people call it.",
        True,
        None,
    )
    assert (size.title, size.description, size.required, size.default, size.kind) == ("size", "", False, None, int)
    assert field_named("names").default == ("one",)
    assert field_named("born_on").title == "born on"


@pytest.mark.parametrize(
    ("name", "choices", "form", "item"),
    [
        ("kind", ("book", "map"), None, None),
        ("colour", ("red", "blue"), None, None),
        ("title", (), None, None),
        ("span", (), Span, None),
        ("people", (), None, Person),
        ("tags", (), None, ShortText),
        ("locked", (), Person, None),
    ],
)
def test_a_field_says_which_form_or_list_it_holds(name: str, choices: tuple[str, ...], form: Any, item: Any) -> None:
    field = field_named(name)
    assert (field.choices, field.form, field.item_type) == (choices, form, item)


@pytest.mark.parametrize(
    ("name", "sensitive", "contains_sensitive"),
    [
        ("title", False, False),
        ("tags", False, False),
        ("span", False, False),
        ("secret", True, True),
        ("locked", True, True),
        ("numbers", True, True),
        ("people", False, True),
    ],
)
def test_a_field_says_if_it_is_or_contains_something_sensitive(
    name: str, sensitive: bool, contains_sensitive: bool
) -> None:
    field = field_named(name)
    assert (field.sensitive, field.contains_sensitive) == (sensitive, contains_sensitive)


class Aliases(Form, frozen=True, kw_only=True):
    names: tuple[Annotated[ShortText, SENSITIVE], ...]
    parts: tuple[tuple[Person, ...], ...] = ()


def test_a_list_of_sensitive_items_contains_something_sensitive() -> None:
    assert [(f.name, f.sensitive, f.contains_sensitive) for f in fields_of(Aliases)] == [
        ("names", False, True),
        ("parts", False, True),
    ]
    assert repr(Aliases(names=(TELLTALE,))) == "Aliases()"


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("count", 3, []),
        ("count", 0, [("count", "a whole number from 1", "a number")]),
        ("tags", ["a", ""], [("tags[1]", "text of 1 to 200 characters", "empty text")]),
        ("span", {"start": "2026-01-05"}, [("span.end", "a day as YYYY-MM-DD", "nothing")]),
        ("title", "a\x00", [("title", "text without control characters", "some")]),
        ("choice", "maybe", [("choice", "yes or no", "text of 5 characters")]),
    ],
)  # fmt: skip
def test_the_value_of_one_field_can_be_checked(name: str, value: Any, found: list[tuple[str, str, str]]) -> None:
    answer = field_faults(field_named(name), value)
    assert [(fault.path, fault.expected, fault.found) for fault in answer] == found


def test_json_schema_marks_required_and_sensitive_fields() -> None:
    schema = json_schema(Shelf)["$defs"]["Shelf"]
    assert schema["required"] == ["title", "kind", "count", "on", "span"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["title"]["description"] == "What people call it."
    assert schema["properties"]["kind"] == {"enum": ["book", "map"]}
    secret = schema["properties"]["secret"]["anyOf"]
    assert [option.get("x-sensitive") for option in secret if option.get("type") == "string"] == [True]


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (ShortText, "text of 1 to 200 characters"),
        (ShortText | None, "text of 1 to 200 characters"),
        (str, "text"),
        (bool, "true or false"),
        (int, "a whole number"),
        (Annotated[int, Meta(ge=0)], "a whole number from 0"),
        (date, "a day as YYYY-MM-DD"),
        (datetime, "an instant with its zone"),
        (float, "float"),
        (Literal["a"], "a"),
        (Colour, "red or blue"),
        (tuple[date, ...], "a list, each item a day as YYYY-MM-DD"),
        (Annotated[tuple[Span, ...], Meta(min_length=2)], "a list of at least 2, each item an object with start; end"),
        (Annotated[str, Meta(examples=["ABC", "XYZ"])], "something like ABC"),
    ],
)
def test_a_type_is_described_in_words(hint: Any, words: str) -> None:
    assert describe(hint) == words


@pytest.mark.parametrize(
    ("hint", "choices"),
    [(Literal["a", "b"], ("a", "b")), (Literal[1, 2], ("1", "2")), (Colour, ("red", "blue")), (str, ()), (Span, ())],
)
def test_the_choices_of_a_type_are_known(hint: Any, choices: tuple[str, ...]) -> None:
    assert choices_of(hint) == choices


class Walk(Form, frozen=True, kw_only=True):
    pace: Annotated[Literal["slow", "very_fast"], Meta(title="Pace"), choice_titles(very_fast="very fast")]
    ways: tuple[Annotated[Literal["on_foot", "by_bus"], choice_titles(on_foot="walking")], ...] = ()
    note: ShortText | None = None


def test_a_choice_has_a_title_or_the_words_of_its_value() -> None:
    pace, ways, note = fields_of(Walk)
    assert pace.choice_titles == {"slow": "slow", "very_fast": "very fast"}
    assert choice_titles_of(ways.item_type) == {"on_foot": "walking", "by_bus": "by bus"}
    assert note.choice_titles == ways.choice_titles == {}


def test_an_expected_choice_is_shown_with_the_code_to_type() -> None:
    assert describe(fields_of(Walk)[1].item_type) == "walking (on_foot) or by bus (by_bus)"
    (fault,) = field_faults(fields_of(Walk)[0], "quick")
    assert str(fault) == "pace: expected slow or very fast (very_fast), found 'quick'"


def test_titles_of_choices_are_in_the_schema_for_other_programs() -> None:
    schema = json_schema(Walk)["$defs"]["Walk"]["properties"]
    assert schema["pace"]["x-titles"] == {"very_fast": "very fast"}


def test_a_type_is_unwrapped_through_every_layer() -> None:
    inner, outer = Meta(min_length=1), Meta(title="T")
    assert unwrap(Annotated[Annotated[str, inner] | None, outer, "a remark"]) == (str, (outer, inner), True)
    assert unwrap(int) == (int, (), False)
    assert unwrap(str | int)[2] is False


def test_a_form_without_contradictions_of_its_own_has_none() -> None:
    assert list(Person(name="Person 1", relation="owner").contradictions()) == []
