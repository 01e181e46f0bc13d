"""Parse records into forms: all faults at once, and nothing sensitive in any fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.errors.base import Fault, title_and_exact_code
from casereview.engine.forms.fields import Form, fields_of, json_values
from casereview.engine.forms.parsing import parse
from casereview.engine.forms.paths import sensitive_paths

from ...support.shelf_form import TELLTALE, Colour, Person, Shelf, Span

GOOD: dict[str, Any] = {
    "title": "Atlases",
    "kind": "map",
    "count": 1,
    "on": "2026-01-05",
    "span": {"start": "2026-01-05", "end": "2026-02-05"},
}
PERSON = {"name": "Person 1", "relation": "owner"}
NAMES = "; ".join(title_and_exact_code(field.title, field.name) for field in fields_of(Shelf))


def shelf(**changed: Any) -> dict[str, Any]:
    return {**GOOD, **changed}


def faults(data: Any, form: type[Form] = Shelf) -> list[tuple[str, str, str]]:
    """Return every fault of a record: path, expected, found."""
    with pytest.raises(InvalidForm) as caught:
        parse(form, data, subject="shelve")
    assert caught.value.form == "shelve"
    return [(fault.path, fault.expected, fault.found) for fault in caught.value.faults]


# --- accepted records -----------------------------------------------------------------------------


def test_a_record_is_parsed_into_its_form() -> None:
    read_in = parse(Shelf, shelf(colour="blue", people=[PERSON]), subject="shelve")
    assert read_in == Shelf(
        title="Atlases",
        kind="map",
        count=1,
        on=date(2026, 1, 5),
        span=Span(start=date(2026, 1, 5), end=date(2026, 2, 5)),
        colour=Colour.BLUE,
        people=(Person(name="Person 1", relation="owner"),),
    )


def test_a_form_gives_back_the_values_it_was_parsed_from() -> None:
    given_in = shelf(colour="blue", people=[PERSON], size=3, at="2026-01-05T12:00:00Z")
    assert json_values(parse(Shelf, given_in, subject="shelve")) == given_in


def test_empty_fields_are_left_out() -> None:
    assert json_values(parse(Shelf, shelf(size=None, tags=[]), subject="shelve")) == GOOD


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("📚🏴󠁧󠁢󠁥󠁮󠁧󠁿", id="emoji"),
        pytest.param("مراجعة الحالة", id="Arabic, written from right to left"),
        pytest.param("שבת \u200fשלמה", id="Hebrew, with a mark of direction"),
        pytest.param("e\u0301toile", id="a combining accent"),
        pytest.param("first line\nsecond\r\n\tindented", id="line breaks and a tab"),
        pytest.param("  blanks around  ", id="blanks around"),
        pytest.param("<script>alert(1)</script> '; DROP TABLE x; --", id="text that means something elsewhere"),
        pytest.param("\U0010ffff\ue000", id="characters without a meaning"),
        pytest.param("x" * 200, id="as long as it may be"),
    ],
)
def test_any_text_is_accepted_unchanged(text: str) -> None:
    assert parse(Shelf, shelf(title=text), subject="shelve").title == text


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(shelf(tags=("a", "b")), id="a tuple for a list"),
        pytest.param(shelf(count=10**30), id="a number of any size"),
        pytest.param(shelf(on=date(2026, 1, 5)), id="a date itself"),
        pytest.param(shelf(names=["one", "two", "three"]), id="as many as there may be"),
        pytest.param(shelf(on="1900-01-01"), id="the earliest day"),
        pytest.param(shelf(on="2199-12-31"), id="the latest day"),
        pytest.param(shelf(on="2028-02-29"), id="a leap day"),
        pytest.param(shelf(spirit=" "), id="a choice that is blank"),
        pytest.param(shelf(size=None, at=None, secret=None, locked=None), id="nothing where nothing is needed"),
    ],
)
def test_a_record_is_accepted_with(data: dict[str, Any]) -> None:
    assert isinstance(parse(Shelf, data, subject="shelve"), Shelf)


# --- faults ---------------------------------------------------------------------------------------


def test_all_faults_are_reported_at_once_in_form_order() -> None:
    data = {
        "title": "",
        "kind": "globe",
        "count": 0,
        "on": "2026-02-30",
        "span": {"start": "soon", "until": 1},
        "open": "yes",
        "tags": ["a", 2, ""],
        "names": [],
        "people": [PERSON, {"name": 5}, "x"],
        "secret": 7,
        "nonsense": True,
    }
    assert faults(data) == [
        ("title", "text of 1 to 200 characters", "empty text"),
        ("kind", "book or map", "'globe'"),
        ("count", "a whole number from 1", "a number"),
        ("on", "a day as YYYY-MM-DD", "'2026-02-30'"),
        ("span.start", "a day as YYYY-MM-DD", "'soon'"),
        ("span.end", "a day as YYYY-MM-DD", "nothing"),
        ("span.until", "one of the fields start; end", "another name"),
        ("open", "true or false", "'yes'"),
        ("tags[1]", "text of 1 to 200 characters", "a number"),
        ("tags[2]", "text of 1 to 200 characters", "empty text"),
        ("names", "a list of at least 1, each item text of 1 to 200 characters", "an empty list"),
        ("people[1].name", "text of 1 to 200 characters", "a number"),
        ("people[1].relation", "text of 1 to 200 characters", "nothing"),
        ("people[2]", "an object with name; phone; relation", "text of 1 character"),
        ("secret", "text of 1 to 20,000 characters", "a number"),
        ("nonsense", f"one of the fields {NAMES}", "another name"),
    ]


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        pytest.param({"title": None}, ("title", "text of 1 to 200 characters", "nothing"), id="nothing"),
        pytest.param({"title": True}, ("title", "text of 1 to 200 characters", "true"), id="yes for text"),
        pytest.param({"title": 5}, ("title", "text of 1 to 200 characters", "a number"), id="a number for text"),
        pytest.param({"title": 5.5}, ("title", "text of 1 to 200 characters", "a number"), id="a fraction for text"),
        pytest.param({"title": [""]}, ("title", "text of 1 to 200 characters", "a list of 1"), id="a list for text"),
        pytest.param({"title": {}}, ("title", "text of 1 to 200 characters", "an object"), id="an object for text"),
        pytest.param({"title": b"x"}, ("title", "text of 1 to 200 characters", "something else"), id="bytes"),
        pytest.param(
            {"title": "x" * 201}, ("title", "text of 1 to 200 characters", "text of 201 characters"), id="too long"
        ),
        pytest.param(
            {"secret": "x" * 1_048_576},
            ("secret", "text of 1 to 20,000 characters", "text of 1,048,576 characters"),
            id="a megabyte",
        ),
        pytest.param({"title": " \t\n\u00a0"}, ("title", "some text", "blanks only"), id="blanks only"),
        pytest.param({"tags": ["a", "  "]}, ("tags[1]", "some text", "blanks only"), id="blanks only in a list"),
        pytest.param(
            {"people": [PERSON, {**PERSON, "name": " "}]},
            ("people[1].name", "some text", "blanks only"),
            id="blanks only in a part of a list",
        ),
        pytest.param({"count": True}, ("count", "a whole number from 1", "true"), id="yes for a number"),
        pytest.param({"count": 1.5}, ("count", "a whole number from 1", "a number"), id="a fraction for a number"),
        pytest.param({"count": float("nan")}, ("count", "a whole number from 1", "a number"), id="no number"),
        pytest.param({"count": "1"}, ("count", "a whole number from 1", "'1'"), id="text for a number"),
        pytest.param({"size": "many"}, ("size", "a whole number", "'many'"), id="text for a number without bounds"),
        pytest.param({"weight": "1"}, ("weight", "float", "text of 1 character"), id="text for a measure"),
        pytest.param({"open": 1}, ("open", "true or false", "a number"), id="a number for yes or no"),
        pytest.param({"on": "5 January 2026"}, ("on", "a day as YYYY-MM-DD", "'5 January 2026'"), id="a day in words"),
        pytest.param({"on": "2026-02-30"}, ("on", "a day as YYYY-MM-DD", "'2026-02-30'"), id="30 February"),
        pytest.param({"on": "2027-02-29"}, ("on", "a day as YYYY-MM-DD", "'2027-02-29'"), id="no leap year"),
        pytest.param({"on": "2026-1-5"}, ("on", "a day as YYYY-MM-DD", "'2026-1-5'"), id="a day without its zeros"),
        pytest.param({"on": 20260105}, ("on", "a day as YYYY-MM-DD", "a number"), id="a day as a number"),
        pytest.param(
            {"on": "2026-01-05T12:00:00Z"}, ("on", "a day as YYYY-MM-DD", "'2026-01-05T12:00:00Z'"), id="an instant"
        ),
        pytest.param(
            {"on": "x" * 41}, ("on", "a day as YYYY-MM-DD", "text of 41 characters"), id="a long text for a day"
        ),
        pytest.param(
            {"on": "1899-12-31"},
            ("on", "a day between 1900-01-01 and 2199-12-31", "one outside"),
            id="a day before all days",
        ),
        pytest.param(
            {"on": "2200-01-01"},
            ("on", "a day between 1900-01-01 and 2199-12-31", "one outside"),
            id="a day after all days",
        ),
        pytest.param(
            {"at": "2200-01-01T00:00:00Z"},
            ("at", "a day between 1900-01-01 and 2199-12-31", "one outside"),
            id="an instant after all days",
        ),
        pytest.param({"at": "noon"}, ("at", "an instant with its zone", "text of 4 characters"), id="no instant"),
        pytest.param({"code": "abc"}, ("code", "something like ABC", "text of 3 characters"), id="another pattern"),
        pytest.param({"free": 1}, ("free", "text", "a number"), id="a number for free text"),
        pytest.param({"colour": "green"}, ("colour", "red or blue", "'green'"), id="no such choice"),
        pytest.param({"colour": "x" * 41}, ("colour", "red or blue", "text of 41 characters"), id="a long choice"),
        pytest.param({"kind": 1}, ("kind", "book or map", "a number"), id="a number for a choice"),
        pytest.param({"tags": "a"}, ("tags", "a list, each item text of 1 to 200 characters", "text of 1 character"),
                     id="text for a list"),
        pytest.param(
            {"names": ["a", "b", "c", "d"]},
            ("names", "a list of at least 1, each item text of 1 to 200 characters", "a list of 4"),
            id="too many",
        ),
        pytest.param(
            {"span": "2026"}, ("span", "an object with start; end", "text of 4 characters"), id="text for an object"
        ),
        pytest.param({"span": None}, ("span", "an object with start; end", "nothing"), id="nothing for an object"),
        pytest.param({"span": []}, ("span", "an object with start; end", "an empty list"), id="a list for an object"),
        pytest.param(
            {"span": {"start": "2026-02-05", "end": "2026-01-05"}},
            ("span.end", "2026-02-05 or later", "2026-01-05"),
            id="an end before the start",
        ),
        pytest.param({1: 2}, ("1", f"one of the fields {NAMES}", "another name"), id="a field that is a number"),
        pytest.param(
            {"x" * 300: 2}, ("x" * 200, f"one of the fields {NAMES}", "another name"), id="a field with a long name"
        ),
    ],
)  # fmt: skip
def test_a_record_is_refused_with(changed: dict[Any, Any], fault: tuple[str, str, str]) -> None:
    assert faults({**GOOD, **changed}) == [fault]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (None, "nothing"),
        ([GOOD], "a list of 1"),
        ("Atlases", "text of 7 characters"),
        (7, "a number"),
    ],
    ids=["nothing", "a list", "text", "a number"],
)
def test_a_record_must_be_an_object(data: Any, found: str) -> None:
    assert faults(data) == [("the form", f"an object with {NAMES}", found)]


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        pytest.param({"title": "a\x00b"}, "title", id="NUL"),
        pytest.param({"title": "a\x1b[2J"}, "title", id="an escape sequence"),
        pytest.param({"title": "a\x7f"}, "title", id="delete"),
        pytest.param({"title": "a\x9b2J"}, "title", id="an escape sequence of one character"),
        pytest.param({"title": "a\ud800"}, "title", id="half a surrogate pair"),
        pytest.param({"tags": ["a", "b\x00"]}, "tags[1]", id="in a list"),
        pytest.param({"tags": ("a", "b\x00")}, "tags[1]", id="in a tuple"),
        pytest.param({"tags": {"b\x00"}}, "tags[0]", id="in a set"),
        pytest.param({"span": {"start": "\x00"}}, "span.start", id="in a part"),
        pytest.param({"people": [{"name": "\x00"}]}, "people[0].name", id="in a part of a list"),
        pytest.param({"nonsense": "\x00"}, "nonsense", id="in a field that there is not"),
    ],
)
def test_control_characters_are_refused(changed: dict[str, Any], path: str) -> None:
    assert faults(shelf(**changed)) == [(path, "text without control characters", "some")]


def test_a_record_that_is_only_a_control_character_is_refused() -> None:
    assert faults("\x00") == [("the form", "text without control characters", "some")]


@pytest.mark.parametrize("name", ["a\x00", "a\ud800", "a\nb"], ids=["NUL", "half a surrogate pair", "a line break"])
def test_field_names_must_be_printable(name: str) -> None:
    assert faults(shelf(**{name: 1})) == [("the form", "printable field names", "others")]
    assert faults(shelf(span={name: 1})) == [("span", "printable field names", "others")]


@pytest.mark.parametrize("depth", [21, 500, 100_000])
def test_a_record_nested_too_deeply_is_refused(depth: int) -> None:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    assert faults(shelf(tags=value)) == [(f"tags{'[0]' * 20}", "at most 20 parts within one another", "more")]


def test_contradictions_are_checked_only_if_every_field_is_well_formed() -> None:
    backwards = {"start": "2026-02-05", "end": "2026-01-05"}
    assert [path for path, *_ in faults(shelf(span=backwards, count=0))] == ["count"]


class Drawer(Form, frozen=True, kw_only=True):
    spans: tuple[Span, ...]
    width: int

    def contradictions(self) -> Iterator[Fault]:
        if self.width > len(self.spans):
            yield Fault(path="width", expected="no more than there are spans", found=str(self.width))


def test_contradictions_of_a_form_come_before_those_of_its_parts() -> None:
    backwards = {"start": "2026-02-05", "end": "2026-01-05"}
    assert faults({"spans": [GOOD["span"], backwards, backwards], "width": 9}, Drawer) == [
        ("width", "no more than there are spans", "9"),
        ("spans[1].end", "2026-02-05 or later", "2026-01-05"),
        ("spans[2].end", "2026-02-05 or later", "2026-01-05"),
    ]


# --- sensitive values -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"secret": TELLTALE * 1000}, id="too long"),
        pytest.param({"secret": [TELLTALE]}, id="in a list"),
        pytest.param({"secret": {TELLTALE[:5]: TELLTALE}}, id="in an object"),
        pytest.param({"secret": f"{TELLTALE}\x00"}, id="with a control character"),
        pytest.param({"born_on": TELLTALE[:40]}, id="for a day"),
        pytest.param({"known": TELLTALE[:40]}, id="for yes or no"),
        pytest.param({"choice": TELLTALE[:40]}, id="for a choice"),
        pytest.param({"locked": TELLTALE[:40]}, id="for a part that is sensitive as a whole"),
        pytest.param({"locked": {"name": "x", "relation": [TELLTALE]}}, id="in a part that is sensitive as a whole"),
        pytest.param({"people": [{"name": [TELLTALE]}]}, id="in a part of a list"),
        pytest.param({"numbers": [TELLTALE[:40]]}, id="among numbers that are sensitive as a whole"),
        pytest.param({"secret": TELLTALE, "count": 0}, id="well formed, beside a fault"),
    ],
)
def test_a_sensitive_value_is_never_quoted(changed: dict[str, Any]) -> None:
    with pytest.raises(InvalidForm) as caught:
        parse(Shelf, shelf(**changed), subject="shelve")
    said = f"{caught.value} {caught.value!r} {caught.value.facts()}"
    assert TELLTALE[:20] not in said
    # The error of the parsing library quotes its input, so it must not be chained either.
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@pytest.mark.parametrize(
    ("changed", "found"),
    [({"known": 7}, "a number"), ({"choice": True}, "true or false"), ({"choice": "maybe"}, "text of 5 characters")],
    ids=["a number", "yes", "another word"],
)
def test_a_sensitive_value_is_only_described(changed: dict[str, Any], found: str) -> None:
    assert [fault[2] for fault in faults(shelf(**changed))] == [found]


def test_a_form_prints_only_what_is_not_sensitive() -> None:
    read_in = parse(Shelf, shelf(secret=TELLTALE, people=[PERSON], born_on="2020-02-29", size=4), subject="shelve")
    assert repr(read_in) == (
        "Shelf(title='Atlases', kind='map', count=1, on=datetime.date(2026, 1, 5),"
        " span=Span(start=datetime.date(2026, 1, 5), end=datetime.date(2026, 2, 5)), colour=<Colour.RED: 'red'>,"
        " spirit=<Spirit.KIND: 'kind'>, open=False, size=4, weight=None, at=None, code=None, free=None, tags=(),"
        " names=('one',))"
    )
    assert repr(Person(name=TELLTALE, relation="owner")) == "Person(relation='owner')"


def test_the_paths_of_sensitive_values_are_known() -> None:
    data = shelf(
        secret="x",
        locked=PERSON,
        people=[PERSON, {**PERSON, "phone": "1"}],
        numbers=[1, 2],
        born_on=None,
        tags=["a"],
    )
    assert list(sensitive_paths(Shelf, data)) == [
        ("people", 0, "name"),
        ("people", 1, "name"),
        ("people", 1, "phone"),
        ("secret",),
        ("locked",),
        ("numbers",),
    ]


# --- any value ------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=[]), max_size=20)
    | st.sampled_from(["map", "red", "2026-01-05", "2026-02-30", "", " ", "\x00", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELD = st.sampled_from([field.name for field in fields_of(Shelf)])


def outcome(data: Any) -> Shelf | InvalidForm:
    try:
        return parse(Shelf, data, subject="shelve")
    except InvalidForm as error:
        return error


@pytest.mark.long
@given(st.dictionaries(FIELD | st.text(max_size=5), JSON, max_size=8), st.booleans())
@example({"title": "\ud800"}, True)
def test_any_json_value_gives_a_form_or_a_complete_list_of_faults(data: dict[str, Any], beside_good: bool) -> None:
    match outcome({**GOOD, **data} if beside_good else data):
        case InvalidForm() as error:
            assert error.faults
            assert json.dumps(error.facts())
            assert "\n  - " in str(error)
        case filled:
            assert outcome(json_values(filled)) == filled


@given(JSON)
def test_any_json_value_for_a_whole_record_gives_faults(data: Any) -> None:
    with pytest.raises(InvalidForm) as caught:
        parse(Shelf, data, subject="shelve")
    assert caught.value.faults


LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=24, max_size=60)


@given(
    LETTERS,
    st.sampled_from(["secret", "born_on", "known", "choice", "locked", "numbers"]),
    st.sampled_from(["{}", "[{}]", '{"name": "{}"}', '{"relation": 5, "name": ["{}"]}', "{}\x00"]),
)
def test_no_sensitive_value_gets_into_an_error(text: str, field: str, wrapped: str) -> None:
    value: Any = wrapped.replace("{}", text, 1)
    if wrapped.startswith("["):
        value = [text]
    elif wrapped.startswith("{"):
        value = json.loads(value) if '"' in wrapped else text
    with pytest.raises(InvalidForm) as caught:
        parse(Shelf, shelf(**{field: value, "count": 0}), subject="shelve")
    assert text not in str(caught.value)
    assert text not in repr(caught.value.facts())
