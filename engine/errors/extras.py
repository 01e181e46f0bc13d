"""Require the libraries of the optional extra `reports`."""

from __future__ import annotations

from importlib.util import find_spec

from .bad_input import BadValue


def require_library(library: str, *, for_what: str) -> None:
    """Raise BadValue unless a library of the extra is installed.

    Args:
        library: The library's import name.
        for_what: The feature that needs it.

    Raises:
        BadValue: if the library is not installed.
    """
    if find_spec(library) is None:
        raise BadValue(
            name=for_what,
            expected="the libraries of the extra: pip install 'casereview[reports]'",
            found=f"no {library}",
        )
