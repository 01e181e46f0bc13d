"""One folding decides what is the same name, and no field for one name holds several."""

from __future__ import annotations

import unicodedata
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.forms.fields import Form, ShortText
from casereview.engine.forms.names import KEY_LENGTH, ONE_NAME, are_several_names, is_same_name, same_name_key
from casereview.engine.forms.parsing import parse, parse_partial

ALIKE = {
    "case": ("Children's Services", "CHILDREN'S SERVICES"),
    "spacing": ("Children's Services", "  Children's \t Services "),
    "a curly apostrophe": ("Children's Services", "Children\u2019s Services"),
    "a modifier apostrophe": ("Children's Services", "Children\u02bcs Services"),
    "an acute accent": ("Children's Services", "Children\u00b4s Services"),
    "a backtick": ("Children's Services", "Children`s Services"),
    "a wide apostrophe": ("Children's Services", "Children\uff07s Services"),
    "curly quotation marks": ('The "Hub"', "The \u201cHub\u201d"),
    "a no-break blank": ("Children's Services", "Children's\u00a0Services"),
    "a narrow no-break blank": ("Children's Services", "Children's\u202fServices"),
    "a zero-width blank": ("Services", "Serv\u200bices"),
    "a byte order mark": ("Services", "\ufeffServices"),
    "a soft hyphen": ("Services", "Ser\u00advices"),
    "a direction mark": ("Services", "\u200eServices\u200f"),
    "a filler": ("Kim Lee", "Kim\u3164Lee"),
    "a no-break hyphen": ("Jones-Hill", "Jones\u2011Hill"),
    "an en dash": ("Jones-Hill", "Jones\u2013Hill"),
    "a minus": ("Jones-Hill", "Jones\u2212Hill"),
    "decomposed letters": ("Zo\u00eb M\u00fcller", "Zoe\u0308 Mu\u0308ller"),
    "a sharp s": ("Strau\u00df", "STRAUSS"),
    "a ligature": ("Griffiths", "Gri\ufb00iths"),
    "wide letters": ("NHS", "\uff2e\uff28\uff33"),
}


@pytest.mark.parametrize(("one", "other"), ALIKE.values(), ids=ALIKE.keys())
def test_two_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert is_same_name(one, other)


@pytest.mark.parametrize("other", ["Agency 11", "Agency", "Agency-1", "Agency 1's", "Ágency 1"])
def test_another_name_has_another_key(other: str) -> None:
    assert not is_same_name("Agency 1", other)


@given(st.text(max_size=40))
def test_folding_a_folded_name_changes_nothing(text: str) -> None:
    key = same_name_key(text)
    assert same_name_key(key) == key
    assert same_name_key(unicodedata.normalize("NFD", text)) == key


def test_a_key_fits_an_index_however_its_letters_unfold() -> None:
    assert len(same_name_key("\ufdfa" * 200)) <= KEY_LENGTH


class _Named(Form, frozen=True, kw_only=True):
    agency: Annotated[ShortText, ONE_NAME]
    chair: Annotated[ShortText, ONE_NAME] | None = None
    present: tuple[Annotated[ShortText, ONE_NAME], ...] = ()
    note: ShortText | None = None


SEVERAL = ["Agency 1; Agency 2", "Agency 1/Agency 2", "Agency 1\nAgency 2", "Agency 1 | Agency 2"]


@pytest.mark.parametrize("text", SEVERAL)
def test_several_names_in_one_field_are_a_fault(text: str) -> None:
    for data, path in (({"agency": text}, "agency"), ({"agency": "A", "present": ["B", text]}, "present[1]")):
        for read in (parse, parse_partial):
            with pytest.raises(InvalidForm) as error:
                read(_Named, data, subject="x")
            assert [(fault.path, fault.expected) for fault in error.value.faults] == [
                (path, "one name, without a semicolon, slash, bar or line break")
            ]


def test_a_name_of_invisible_characters_is_a_fault() -> None:
    with pytest.raises(InvalidForm, match="expected a name, found characters that cannot be seen"):
        parse(_Named, {"agency": "\u200b\u2060"}, subject="x")


def test_a_field_that_holds_no_name_may_have_any_separator() -> None:
    assert parse(_Named, {"agency": "A", "note": "1; 2/3"}, subject="x").note == "1; 2/3"
    assert parse_partial(_Named, {"note": "1; 2/3"}, subject="x") == {"note": "1; 2/3"}


@pytest.mark.parametrize("text", ["Tees, Esk and Wear Valleys Trust", "Kensington and Chelsea", "Agency 1\n"])
def test_commas_and_conjunctions_may_be_part_of_a_name(text: str) -> None:
    assert not are_several_names(text)
