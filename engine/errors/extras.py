"""The libraries of the extra `reports`: what is said where they are not installed."""

from __future__ import annotations

from importlib.util import find_spec

from .bad_input import BadValue


def require_library(library: str, *, for_what: str) -> None:
    """Lets pass where a library of the extra is there.

    Args:
        library: The library, as it is imported.
        for_what: What cannot be made without it.

    Raises:
        BadValue: where it is not installed.
    """
    if find_spec(library) is None:
        raise BadValue(
            name=for_what, expected="what comes with pip install 'casereview[reports]'", found=f"no {library}"
        )
