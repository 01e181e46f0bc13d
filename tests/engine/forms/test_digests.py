"""Replace sensitive values by salted digests."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.engine.forms.digests import DigestedRecord, StoredValue, digest_of, digested, with_stored_values
from casereview.engine.forms.fields import SENSITIVE, Form, ShortText, Text, json_values


class Visit(Form, frozen=True, kw_only=True):
    who: Annotated[ShortText, SENSITIVE]
    room: ShortText


class Diary(Form, frozen=True, kw_only=True):
    title: ShortText
    born_on: Annotated[date, SENSITIVE] | None = None
    tags: Annotated[tuple[ShortText, ...], SENSITIVE] = ()
    aliases: tuple[Annotated[ShortText, SENSITIVE], ...] = ()
    first: Visit | None = None
    locked: Annotated[Visit | None, SENSITIVE] = None
    visits: tuple[Visit, ...] = ()
    text: Annotated[Text, SENSITIVE] | None = None


FULL = Diary(
    title="Diary",
    born_on=date(2020, 2, 29),
    tags=("blue", "green"),
    aliases=("A", "B"),
    first=Visit(who="Person 1", room="1"),
    locked=Visit(who="Person 2", room="2"),
    visits=(Visit(who="Person 3", room="3"), Visit(who="Person 4", room="4")),
    text="A page.",
)


def salts() -> Callable[[], bytes]:
    numbers = itertools.count()
    return lambda: b"salt %d" % next(numbers)


def by_digest(secrets: tuple[StoredValue, ...]) -> dict[str, StoredValue]:
    return {digest_of(secret): secret for secret in secrets}


def stand_in(salt: str, value: str) -> dict[str, str]:
    return {"sha256": hashlib.sha256((salt + "sensitive" + value).encode()).hexdigest()}


def test_each_sensitive_value_is_replaced_by_its_digest() -> None:
    record = digested(FULL, salts())
    assert [(secret.path, secret.value) for secret in record.stored_values] == [
        ("born_on", '"2020-02-29"'),
        ("tags", '["blue","green"]'),
        ("aliases[0]", '"A"'),
        ("aliases[1]", '"B"'),
        ("first.who", '"Person 1"'),
        ("locked", '{"who":"Person 2","room":"2"}'),
        ("visits[0].who", '"Person 3"'),
        ("visits[1].who", '"Person 4"'),
        ("text", '"A page."'),
    ]
    assert record.data == {
        "title": "Diary",
        "born_on": stand_in("salt 0", '"2020-02-29"'),
        "tags": stand_in("salt 1", '["blue","green"]'),
        "aliases": [stand_in("salt 2", '"A"'), stand_in("salt 3", '"B"')],
        "first": {"who": stand_in("salt 4", '"Person 1"'), "room": "1"},
        "locked": stand_in("salt 5", '{"who":"Person 2","room":"2"}'),
        "visits": [
            {"who": stand_in("salt 6", '"Person 3"'), "room": "3"},
            {"who": stand_in("salt 7", '"Person 4"'), "room": "4"},
        ],
        "text": stand_in("salt 8", '"A page."'),
    }


def test_empty_fields_have_no_digest() -> None:
    empty = DigestedRecord(data={"title": "Diary"}, typed=("title",), stored_values=())
    assert digested(Diary(title="Diary"), salts()) == empty


def test_equal_values_have_different_digests_because_their_salts_differ() -> None:
    first, second = digested(Diary(title="Diary", aliases=("A", "A")), salts()).data["aliases"]
    assert first != second


def test_a_record_with_its_stored_values_reads_as_before() -> None:
    record = digested(FULL, salts())
    assert with_stored_values(record.data, by_digest(record.stored_values)) == json_values(FULL)


def test_a_disposed_value_says_so_and_the_others_are_restored() -> None:
    record = digested(Diary(title="Diary", aliases=("A", "B")), salts())
    kept = by_digest(record.stored_values[1:])
    assert with_stored_values(record.data, kept) == {"title": "Diary", "aliases": ["(disposed of)", "B"]}


def test_restoring_values_does_not_change_the_history() -> None:
    record = digested(FULL, salts())
    before = repr(record.data)
    with_stored_values(record.data, by_digest(record.stored_values))
    assert repr(record.data) == before


def test_words_that_are_not_sensitive_are_listed_by_their_paths() -> None:
    assert digested(FULL, salts()).typed == ("title", "first.room", "visits[0].room", "visits[1].room")


def test_a_record_within_another_has_paths_below_it() -> None:
    record = digested(Diary(title="Diary", text="A page."), salts())
    under = record.under("steps[1].record")
    assert (under.data, under.typed) == (record.data, ("steps[1].record.title",))
    assert [secret.path for secret in under.stored_values] == ["steps[1].record.text"]
    assert by_digest(under.stored_values).keys() == by_digest(record.stored_values).keys()


@pytest.mark.parametrize(
    "data",
    [
        {"document": {"title": "Minutes", "sha256": "0" * 64}},
        {"document": {"sha256": "too short"}},
        {"document": {"sha256": 1}},
    ],
    ids=["a document with its own digest", "a text too short", "a number"],
)
def test_data_that_only_resembles_a_digest_is_left_alone(data: dict[str, Any]) -> None:
    assert with_stored_values(data, {}) == data


def test_neither_salt_nor_value_is_printed() -> None:
    secret = StoredValue(path="text", salt=b"the salt", value='"the value"')
    assert repr(secret) == "StoredValue(path='text')"


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)


@given(
    st.builds(
        Diary,
        title=WORDS,
        born_on=st.none() | st.dates(),
        tags=st.lists(WORDS, max_size=3).map(tuple),
        aliases=st.lists(WORDS, max_size=3).map(tuple),
        visits=st.lists(st.builds(Visit, who=WORDS, room=WORDS), max_size=3).map(tuple),
        text=st.none() | WORDS,
    )
)
def test_digesting_and_restoring_give_back_any_record(diary: Diary) -> None:
    record = digested(diary, salts())
    assert with_stored_values(record.data, by_digest(record.stored_values)) == json_values(diary)
