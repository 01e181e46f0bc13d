"""A copy with some fields changed is what `dataclasses.replace` returns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casereview.engine.model.changes import with_changes

from ...support.messages import NOTICE


def test_a_copy_has_the_changes_and_leaves_the_value_as_it_was() -> None:
    changed = with_changes(NOTICE, person="Kim", on_hold=True)
    assert changed == replace(NOTICE, person="Kim", on_hold=True)
    assert (NOTICE.person, NOTICE.on_hold) == ("Lee", False)


def test_a_field_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match="nobody"):
        with_changes(NOTICE, nobody="Kim")
