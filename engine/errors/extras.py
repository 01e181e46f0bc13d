"""Require the libraries of an optional extra."""

from __future__ import annotations

from importlib.util import find_spec

from .bad_input import ExtraMissing

REPORTS, NOTIFY = "reports", "notify"


def require_library(library: str, *, for_what: str) -> None:
    """Raise ExtraMissing unless a library of the extra for reports is installed.

    Args:
        library: The library's import name.
        for_what: The feature that needs it.

    Raises:
        ExtraMissing: if the library is not installed.
    """
    if find_spec(library) is None:
        raise ExtraMissing(feature=for_what, package=library, extra=REPORTS)
