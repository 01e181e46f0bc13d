"""Load what a package offers when it is first used."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any


class LazyNames:
    """The names that a package offers; the module of each is imported when the name is first used.

    Attributes:
        modules: The names by module, relative to the package, as words.
        names: The names.
    """

    def __init__(self, package: str, modules: Mapping[str, str]) -> None:
        """Take the package's name and its names by module."""
        self.modules = modules
        self._package = package
        self._homes = {name: module for module, names in modules.items() for name in names.split()}
        self.names = list(self._homes)

    def load(self, name: str) -> Any:
        """Return a name's value and keep it in the package; a package calls this `__getattr__`.

        Raises:
            AttributeError: if the package offers no such name.
        """
        if name not in self._homes:
            raise AttributeError(f"module {self._package!r} has no attribute {name!r}")
        value = getattr(import_module(f".{self._homes[name]}", self._package), name)
        setattr(sys.modules[self._package], name, value)
        return value

    def listed(self) -> list[str]:
        """Return the names and what is loaded, in order; a package calls this `__dir__`."""
        return sorted({*vars(sys.modules[self._package]), *self._homes})
