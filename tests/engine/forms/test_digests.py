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

from casereview.engine.forms.digests import StoredValue, digest_of, digested, with_stored_values
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
    return {"sha256": hashlib.sha256((salt + value).encode()).hexdigest()}


def test_each_sensitive_value_is_replaced_by_its_digest() -> None:
    data, secrets = digested(FULL, salts())
    assert [(secret.path, secret.value) for secret in secrets] == [
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
    assert data == {
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
    assert digested(Diary(title="Diary"), salts()) == ({"title": "Diary"}, ())


def test_equal_values_have_different_digests_because_their_salts_differ() -> None:
    data, _ = digested(Diary(title="Diary", aliases=("A", "A")), salts())
    first, second = data["aliases"]
    assert first != second


def test_a_record_with_its_stored_values_reads_as_before() -> None:
    data, secrets = digested(FULL, salts())
    assert with_stored_values(data, by_digest(secrets)) == json_values(FULL)


def test_a_disposed_value_says_so_and_the_others_are_restored() -> None:
    data, secrets = digested(Diary(title="Diary", aliases=("A", "B")), salts())
    kept = by_digest(secrets[1:])
    assert with_stored_values(data, kept) == {"title": "Diary", "aliases": ["(disposed of)", "B"]}


def test_restoring_values_does_not_change_the_history() -> None:
    data, secrets = digested(FULL, salts())
    before = repr(data)
    with_stored_values(data, by_digest(secrets))
    assert repr(data) == before


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
    data, secrets = digested(diary, salts())
    assert with_stored_values(data, by_digest(secrets)) == json_values(diary)
