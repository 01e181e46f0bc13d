"""Say who recorded what meanwhile, if a caller has seen an earlier version of a case."""

from __future__ import annotations

from ..decisions.context import recorded_title
from ..definition.workflow import Workflow
from ..errors.refusals import VersionConflict
from ..model.case import Case
from ..model.evolve import AUTOMATIC
from ..ports.store import Reader


def version_conflict(workflow: Workflow, reader: Reader, case: Case, expected: int) -> VersionConflict:
    """Return the error that a case is no longer at the version that the caller had seen."""
    steps = (event for event in reversed(reader.events(case.ref)) if event.kind not in AUTOMATIC)
    latest = next(steps)
    return VersionConflict(
        ref=case.ref,
        expected=expected,
        found=case.version,
        changed_by=latest.recorded_by,
        step=latest.trigger,
        step_title=recorded_title(workflow, latest),
    )
