"""References of registers, in whatever spelling."""

from __future__ import annotations

import pytest

from casereview.exchange.register.references import reference_key

SAME = (
    ("SCR 2012/03", "scr-2012-3", "SCR2012 (03)", "SCR\u20132012/03 ", "Scr.2012.003", "\uff33\uff23\uff32 2012/03"),
    ("BSCB 2011-12/1", "bscb 2011/12-01", "BSCB_2011_12_1"),
    ("Child A", "child  a", "CHILD-A"),
    ("R 1.2", "r1-2", "R01/02"),
    ("1a", "1 A", "01-a"),
    ("Überprüfung 7", "überprüfung-07", "U\u0308berpru\u0308fung 7"),
    ("0", "000"),
    ("#", " # "),
)  # fmt: skip


@pytest.mark.parametrize("spellings", SAME, ids=[one[0] for one in SAME])
def test_spellings_of_one_reference_have_one_key(spellings: tuple[str, ...]) -> None:
    assert len({reference_key(one) for one in spellings}) == 1


def test_references_that_differ_in_a_word_or_number_have_other_keys() -> None:
    others = ("SCR 2012/03", "SCR 2012/30", "SCR 20/1203", "SCR 201203", "SC 2012/03", "2012/03", "1.2", "12", "1", "A")
    assert len({reference_key(one) for one in (*others, *(one[0] for one in SAME[1:]))}) == len(others) + len(SAME) - 1
