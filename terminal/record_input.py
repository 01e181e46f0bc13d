"""Build a step's record from a file, `--set`, `--document` and the options about the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..engine import DecidedByForm
from ..engine.definition.workflow import Role, Transition
from ..engine.errors.bad_input import BadValue, InvalidForm
from ..engine.errors.base import Fault, titles_and_codes
from ..engine.forms.fields import Field, Form, fields_of
from ..engine.forms.parsing import parse
from ..engine.model.people import DecidedBy
from .input import document_reference, parse_value, read_file


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordInput:
    """A step's record as typed, and who decided, if that was given.

    Attributes:
        data: Names and JSON values, not yet checked.
        decided_by: Who decided; None if the file and the options do not say.
    """

    data: dict[str, Any]
    decided_by: DecidedBy | None


def parse_record(
    transition: Transition,
    *,
    file: str | None,
    settings: Sequence[str],
    documents: Sequence[str],
    decider: DecidedBy | None,
) -> RecordInput:
    """Return the record of a step in a file, `--set` and `--document`. The options override the file.

    Raises:
        BadInput: if the file or an option cannot be understood.
    """
    form, data = transition.form, {} if file is None else read_file(file)
    from_file = data.pop("decided_by", None)
    setter = _FieldSetter(form, data)
    for setting in settings:
        setter.set(setting)
    for document in documents:
        _set_document(form, data, document)
    if decider is None and from_file is not None:
        decider = _decided_by_in_file(from_file, transition, data)
    return RecordInput(data=data, decided_by=decider)


def parse_decided_by(
    decided_by: str | None,
    capacity: str | None,
    evidence: str | None,
    *,
    roles: Sequence[str],
    titles: Mapping[str, Role],
) -> DecidedBy | None:
    """Return who decided, from the options; None if they do not say.

    Args:
        decided_by: The name.
        capacity: The role of the person who decided; may be left out if the step has only one.
        evidence: Where the decision is written down.
        roles: The roles that may decide the step; empty for any.
        titles: All roles, by name.

    Raises:
        BadValue: if a part is missing.
    """
    if decided_by is None:
        if capacity is not None or evidence is not None:
            raise BadValue(
                name="--decided-by",
                expected="the name of the person who decided, because you gave --capacity or --evidence",
                found="nothing",
            )
        return None
    if capacity is None and len(roles) != 1:
        names = tuple(roles or titles)
        which = titles_and_codes(tuple(titles[name].title for name in names), names)
        raise BadValue(
            name="--capacity", expected=f"the role of the person who decided, one of: {which}", found="nothing"
        )
    return DecidedBy(name=decided_by, capacity=capacity or roles[0], evidence=evidence)


def _decided_by_in_file(from_file: Any, transition: Transition, data: dict[str, Any]) -> DecidedBy:
    try:
        return parse(DecidedByForm, from_file, subject="decided_by").to_value()
    except InvalidForm as error:
        inner = (f"decided_by.{fault.path}" if fault.path != "the form" else "decided_by" for fault in error.faults)
        faults = [
            replace(fault, path=path, title=fault.title or "Who decided")
            for path, fault in zip(inner, error.faults, strict=True)
        ]
    # Report these with all other faults, so that a person corrects everything at once.
    found = (*form_faults(transition.form, data), *faults)
    raise InvalidForm(form=transition.trigger, title=transition.title, faults=found) from None


def form_faults(form: type[Form], data: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Return every fault of a record; none if it fits its form."""
    try:
        parse(form, data, subject="")
    except InvalidForm as error:
        return error.faults
    return ()


class _FieldSetter:
    """Apply `--set`: one value for each field, but any number of items for a list."""

    def __init__(self, form: type[Form], data: dict[str, Any]) -> None:
        self._form, self._data = form, data
        self._assigned: set[str] = set()

    def set(self, setting: str) -> None:
        path, equals, text = setting.partition("=")
        path = path.strip().lower()
        if not equals or not path:
            # Do not quote the text: it may be the beginning of something sensitive.
            raise BadValue(name="--set", expected="FIELD=VALUE", found="no field" if equals else "no equals sign")
        *way, last = path.split(".")
        if (*way, last)[0] == "decided_by":
            expected = "--decided-by, --capacity and --evidence in its place"
            raise BadValue(name=f"--set {path}", expected=expected, found="--set")
        holder = self._data
        inner: type[Form] | None = self._form
        for part in way:
            holder, inner = self._descend(holder, inner, part, path)
        field = _field_named(inner, last)
        value = (
            text if field is None else parse_value(field, text)
        )  # the form reports an unknown field with all other faults
        if field is not None and field.item_type is not None and not isinstance(value, list):
            former = holder.get(last)
            holder[last] = [*former, value] if isinstance(former, list) else [value]
            return
        if path in self._assigned:
            raise BadValue(name=f"--set {path}", expected="one value", found="a second one")
        self._assigned.add(path)
        holder[last] = value

    @staticmethod
    def _descend(
        holder: dict[str, Any], form: type[Form] | None, part: str, path: str
    ) -> tuple[dict[str, Any], type[Form] | None]:
        field = _field_named(form, part)
        deeper = holder.setdefault(part, {})
        if not isinstance(deeper, dict):
            raise BadValue(name=f"--set {path}", expected=f"{part} to be an object", found="something else")
        return deeper, None if field is None else field.form


def _set_document(form: type[Form], data: dict[str, Any], option: str) -> None:
    name, equals, path = option.partition("=")
    fields = {f.name: f for f in fields_of(form) if _holds_document(f)}
    if not equals or name not in fields:
        name, path = "documents", option
    if name not in fields:
        expected = (
            f"FIELD=FILE with one of {titles_and_codes(tuple(f.title for f in fields.values()), tuple(fields))}"
            if fields
            else "no document, because this step has no place for one"
        )
        raise BadValue(name="--document", expected=expected, found=repr(option[:40]))
    document = document_reference(path)
    if fields[name].item_type is None:
        data[name] = document
    else:
        former = data.get(name)
        data[name] = [*former, document] if isinstance(former, list) else [document]


def _holds_document(field: Field) -> bool:
    form = field.item_type if field.item_type is not None else field.kind
    if not (isinstance(form, type) and issubclass(form, Form)):
        return False
    return {"title", "location", "sha256"} <= {inner.name for inner in fields_of(form)}


def _field_named(form: type[Form] | None, name: str) -> Field | None:
    if form is None:
        return None
    return next((field for field in fields_of(form) if field.name == name), None)
