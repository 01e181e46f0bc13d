"""TODO: describe."""

from __future__ import annotations

import pytest

from casereview.engine.model.case import Case

from ....support.library_decisions import asked
from ....support.library_workflow import CHASED


@pytest.fixture
def case() -> Case:
    """A loan that was asked for on 5 January."""
    return asked(workflow=CHASED).case
