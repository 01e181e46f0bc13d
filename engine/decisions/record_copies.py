"""Copy a record into a later event, corrected or as it is, with fresh digests of its sensitive values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from ..definition.workflow import Workflow
from ..errors.bad_input import BadValue, InvalidForm
from ..forms.digests import (
    DigestedRecord,
    Salt,
    StoredValue,
    digest_of,
    digests_in,
    with_digests,
    with_stored_values,
)
from ..forms.fields import Form
from ..forms.merging import changes_path, container, disposed_values, merged
from ..forms.path_text import Path, path_text
from ..model.case import Event
from ..model.corrections import ITSELF
from .snapshot import StatedForm

Parse = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Check a record and return it as plain JSON values."""


def copied_record(
    form: type[Form], record: Mapping[str, Any], stored_values: Mapping[str, StoredValue], salt: Salt
) -> DigestedRecord:
    """Return a copy of a record; what was disposed of keeps its old digest.

    Args:
        form: The form of the record.
        record: The record, with digests in place of sensitive values.
        stored_values: The case's sensitive values by digest.
        salt: Returns random bytes for the new digests.
    """
    disposed = tuple(disposed_values(record, stored_values))
    return _with_old_digests(with_digests(form, with_stored_values(record, stored_values), salt), disposed)


def corrected_record(
    form: type[Form],
    record: Mapping[str, Any],
    changes: Mapping[str, Any],
    stored_values: Mapping[str, StoredValue],
    salt: Salt,
    *,
    parse: Parse,
) -> DigestedRecord:
    """Return a record with changes.

    Args:
        form: The form of the record.
        record: The record, with digests in place of sensitive values.
        changes: The changed fields; None to empty a field.
        stored_values: The case's sensitive values by digest.
        salt: Returns random bytes for the new digests.
        parse: Checks the whole record.

    Raises:
        BadInput: if the changed record is not well formed, or nothing changes.
    """
    disposed = [
        (path, digest) for path, digest in disposed_values(record, stored_values) if not changes_path(path, changes)
    ]
    shown = with_stored_values(record, stored_values)
    whole = merged(shown, changes)
    try:
        filled = parse(whole)
    except InvalidForm as error:
        # The placeholder of a value that was disposed of may not be of the value's type, such as a day.
        faulty = {fault.path for fault in error.faults}
        for path, _ in disposed:
            if path_text(path) in faulty:
                container(whole, path).pop(path[-1])
        filled = parse(whole)
    if filled == shown:
        raise BadValue(name="the fields", expected="a value that differs from the record", found="the same")
    return _with_old_digests(with_digests(form, deepcopy(filled), salt), disposed)


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordCopies:
    """Copies records of a case.

    Attributes:
        workflow: The workflow.
        events: The case's events, as they were corrected.
        stored_values: The case's sensitive values by digest.
        salt: Returns random bytes for the new digests.
    """

    workflow: Workflow
    events: Sequence[Event]
    stored_values: Mapping[str, StoredValue]
    salt: Salt

    def copy(self, seq: int, step: int) -> DigestedRecord:
        """Return a copy of the record of an event, or of a known step of an import."""
        event = next(one for one in self.events if one.seq == seq)
        trigger, record = event.trigger, event.data
        if step != ITSELF:
            trigger, record = event.data["steps"][step - 1]["step"], event.data["steps"][step - 1]["record"]
        transition = self.workflow.transition(trigger)
        if transition is None:
            names = set(StatedForm.__struct_fields__)
            stated = {name: value for name, value in record.items() if name in names}
            return copied_record(StatedForm, stated, self.stored_values, self.salt)
        return copied_record(transition.form, record, self.stored_values, self.salt)


def _with_old_digests(record: DigestedRecord, disposed: Iterable[tuple[Path, Mapping[str, Any]]]) -> DigestedRecord:
    for path, digest in disposed:
        container(record.data, path)[path[-1]] = digest
    digests = set(digests_in(record.data))
    return replace(record, stored_values=tuple(value for value in record.stored_values if digest_of(value) in digests))
