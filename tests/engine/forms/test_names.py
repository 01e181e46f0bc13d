"""One folding decides what is the same name."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casereview.engine.forms.names import KEY_LENGTH, is_same_name, same_name_key, tidy_name

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


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        (" Kim   Lee ", "Kim Lee"),
        ("Kim\u00a0Lee\u202f", "Kim Lee"),
        ("\ufeffKim\u3164Lee", "Kim Lee"),
        ("Ser\u00advices", "Services"),
        ("Kim Lee\tJo Hall", "Kim Lee\tJo Hall"),
        ("Kim Lee\nJo Hall", "Kim Lee\nJo Hall"),
        ("\u200b", "\u200b"),
    ],
)
def test_blanks_are_put_in_order_but_those_that_separate_names(typed: str, tidy: str) -> None:
    assert tidy_name(typed) == tidy


def test_a_key_fits_an_index_however_its_letters_unfold() -> None:
    assert len(same_name_key("\ufdfa" * 200)) <= KEY_LENGTH
