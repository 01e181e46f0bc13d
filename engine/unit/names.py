"""Check names before they are put on a list."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors.bad_input import BadValue, InvalidForm
from ..errors.base import Fault
from ..forms.digests import DISPOSED
from ..forms.names import is_same_name, tidy_name
from ..forms.several_names import EXPECTED, NameKind, name_parts
from ..model.organisations import OrganisationNames


def checked_name(name: str) -> str:
    """Return a name with its blanks in order.

    Raises:
        BadValue: if it is the text that stands for a name that was disposed of.
    """
    if is_same_name(name, DISPOSED):
        expected = "the name of a person or an organisation, and not the words that stand for a name disposed of"
        raise BadValue(name="the name", expected=expected, found=DISPOSED)
    return tidy_name(name)


def require_one_organisation(names: OrganisationNames, new: Iterable[str]) -> None:
    """Raise InvalidForm if a name is on no list, and each of its parts is the name of an organisation that is."""
    for name in new:
        parts = name_parts(name)
        if names.of(name) is None and len(parts) > 1 and all(names.of(part) is not None for part in parts):
            expected, found = EXPECTED[NameKind.ORGANISATION], "several organisations that are on the list"
            fault = Fault(path="name", title="Name", expected=expected, found=found)
            raise InvalidForm(form="the organisation", faults=(fault,))
