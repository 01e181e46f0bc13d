"""Fixtures for suspensions and new dates."""

from __future__ import annotations

import pytest

from casereview.engine.model.case import Case

from ....support.loan_decisions import open_loan
from ....support.loan_workflow import ESCALATED_LOAN


@pytest.fixture
def case() -> Case:
    """A loan that was asked for on 5 January."""
    return open_loan(workflow=ESCALATED_LOAN).case
