"""The titles of the places at which a form has faults."""

from __future__ import annotations

from typing import Annotated

import pytest
from msgspec import Meta

from casereview.engine.errors.bad_input import InvalidForm
from casereview.engine.forms.field_titles import title_at
from casereview.engine.forms.fields import Form
from casereview.engine.forms.parsing import parse


class _Period(Form, frozen=True, kw_only=True):
    first_day: Annotated[str, Meta(title="from", min_length=1)]


class _Stay(Form, frozen=True, kw_only=True):
    period: Annotated[_Period, Meta(title="how long")]
    former: Annotated[tuple[_Period, ...], Meta(title="earlier stays")] = ()
    room_names: tuple[str, ...] | None = None


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("period", "How long"),
        ("period.first_day", "How long, from"),
        ("former[1].first_day", "Earlier stays, number 2, from"),
        ("room_names[0]", "Room names, number 1"),
        ("period[0]", "How long, number 1"),
        ("period[0].first_day", ""),
        ("window", ""),
        ("period.window", ""),
        ("room_names.window", ""),
        ("the form", ""),
        ("", ""),
    ],
)
def test_a_place_is_named_by_the_titles_of_its_fields(path: str, title: str) -> None:
    assert title_at(_Stay, path) == title


def test_a_fault_names_its_field_and_the_error_its_step_by_their_titles() -> None:
    with pytest.raises(InvalidForm) as caught:
        parse(_Stay, {"period": {"first_day": 3}, "former": [{}]}, subject="book_in", title="Book a room")
    said = str(caught.value)
    assert 'The record for "Book a room" (book_in) has 2 things to correct:' in said
    assert "How long, from (period.first_day): expected" in said
    assert "Earlier stays, number 1, from (former[0].first_day): expected" in said
