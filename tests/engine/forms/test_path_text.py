"""Write and read the paths of values in a record."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.engine.forms.path_text import Path, field_values, path_parts, path_text, value_at_path, with_value_at

RECORD: dict[str, Any] = {"visits": [{"who": "Person 1"}, {"who": "Person 2"}], "notes": {"a key": {"text": "Yes."}}}


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        (("visits", 1, "who"), "visits[1].who", "Person 2"),
        (("notes", "a key", "text"), 'notes["a key"].text', "Yes."),
        (("visits", 0), "visits[0]", {"who": "Person 1"}),
    ],
)
def test_a_path_has_a_text_and_a_value(path: Path, text: str, value: object) -> None:
    assert path_text(path) == text
    assert path_parts(text) == path
    assert value_at_path(RECORD, text) == value


@given(st.lists(st.text(max_size=8) | st.integers(0, 99), max_size=5).map(tuple))
def test_the_text_of_any_path_gives_back_its_parts(path: Path) -> None:
    assert path_parts(path_text(path)) == path


@pytest.mark.parametrize("text", ["nothing", "visits[2]", "visits[0].room", 'notes["key"]'])
def test_a_path_to_nowhere_is_a_lookup_error(text: str) -> None:
    with pytest.raises(LookupError):
        value_at_path(RECORD, text)


def test_a_value_is_replaced_without_changing_the_record() -> None:
    before = repr(RECORD)
    changed = with_value_at(RECORD, ("visits", 1, "who"), "Person 3")
    assert changed["visits"] == [{"who": "Person 1"}, {"who": "Person 3"}]
    assert changed["notes"] is RECORD["notes"]
    assert changed["visits"][0] is RECORD["visits"][0]
    assert repr(RECORD) == before


def test_the_value_at_no_path_is_the_whole() -> None:
    assert with_value_at(RECORD, (), {"another": "record"}) == {"another": "record"}


def test_fields_have_a_text_each_or_a_list_of_them() -> None:
    record = {"library": "Library 1", "others": ["Library 2", "Library 3"], "partner": None, "at": {"town": "Town 1"}}
    fields = ("library", "others", "partner", "missing", "at.town")
    assert list(field_values(fields, record)) == [
        ("library", "Library 1"),
        ("others[0]", "Library 2"),
        ("others[1]", "Library 3"),
        ("at.town", "Town 1"),
    ]
