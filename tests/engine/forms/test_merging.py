"""Merge changes into a record, and find what was disposed of in it."""

from __future__ import annotations

from typing import Any

import pytest

from casereview.engine.forms.digests import StoredValue
from casereview.engine.forms.merging import changes_path, container, disposed_values, merged
from casereview.engine.forms.paths import Path

PRESENT: dict[str, Any] = {"title": "A globe", "at": {"town": "Town 1", "street": "Mill Lane"}, "tags": ["old"]}
KEPT, GONE = "a" * 64, "b" * 64


@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ({}, PRESENT),
        ({"title": "A map"}, {**PRESENT, "title": "A map"}),
        ({"at": {"town": "Town 2"}}, {**PRESENT, "at": {"town": "Town 2", "street": "Mill Lane"}}),
        ({"at": None, "tags": ["new"]}, {"title": "A globe", "at": None, "tags": ["new"]}),
        ({"title": {"town": "Town 2"}}, {**PRESENT, "title": {"town": "Town 2"}}),
    ],
    ids=["nothing", "a text", "a part of an object", "an object and a list as a whole", "an object for a text"],
)
def test_changes_replace_what_they_name(changes: dict[str, Any], result: dict[str, Any]) -> None:
    before = repr(PRESENT)
    assert merged(PRESENT, changes) == result
    assert repr(PRESENT) == before


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        (("title",), True),
        (("at", "town"), True),
        (("at", "street"), False),
        (("visits", 0, "who"), True),
        (("reader",), False),
    ],
)
def test_a_path_is_changed_by_a_value_on_it(path: Path, changed: bool) -> None:
    changes = {"title": "A map", "at": {"town": "Town 2"}, "visits": []}
    assert changes_path(path, changes) is changed


def test_what_has_a_digest_and_no_value_was_disposed_of() -> None:
    record = {
        "title": "A globe",
        "reader": {"sha256": GONE},
        "tags": [{"sha256": KEPT}, {"sha256": GONE}],
        "at": {"street": {"sha256": GONE}, "town": "Town 1"},
    }
    stored = {KEPT: StoredValue(path="tags[0]", salt=b"salt", value='"red"')}
    assert [path for path, _ in disposed_values(record, stored)] == [("reader",), ("tags", 1), ("at", "street")]
    assert [digest for _, digest in disposed_values(record, stored)] == [{"sha256": GONE}] * 3


def test_a_value_is_held_by_the_object_or_list_above_it() -> None:
    record: dict[str, Any] = {"visits": [{"who": "Person 1"}]}
    assert container(record, ("visits", 0, "who")) is record["visits"][0]
    assert container(record, ("visits",)) is record
