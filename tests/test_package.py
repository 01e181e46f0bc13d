"""The package as others install it."""

from __future__ import annotations

import subprocess
import sys
from configparser import ConfigParser
from importlib.util import find_spec
from pathlib import Path

import pytest

from .support.source_tree import PACKAGES, ROOT, SOURCES, dotted_name


def installed(section: str, key: str) -> set[str]:
    """Return the items of a setting in setup.cfg."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    return set(setup[section][key].replace(",", " ").split())


def test_each_folder_with_an_init_is_a_package_in_setup_cfg() -> None:
    packages = {dotted_name(path) for path in SOURCES if path.name == "__init__.py"}
    assert {"casereview.engine.model", "casereview.terminal.commands.meeting"} <= packages
    # Folders without modules: the root, which is a namespace, and data.
    data = {name for name in installed("options", "packages") if name.startswith("casereview.examples")}
    data |= {"casereview", "casereview.demonstration.data"}
    assert installed("options", "packages") - data == packages


@pytest.mark.parametrize("name", [*PACKAGES, "cli"])
def test_none_of_our_modules_is_a_top_level_module(name: str, tmp_path: Path) -> None:
    code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({name!r}) is not None)"
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False).returncode == 0


@pytest.mark.parametrize("name", PACKAGES)
def test_every_package_says_that_it_is_typed(name: str) -> None:
    package = find_spec(f"casereview.{name}")
    assert package is not None
    assert package.origin is not None
    assert (Path(package.origin).parent / "py.typed").exists()
    assert "py.typed" in installed("options.package_data", f"casereview.{name}")


@pytest.mark.long
def test_importing_and_constructing_connects_to_nothing(tmp_path: Path) -> None:
    code = (
        "from casereview.engine import Engine\n"
        "from casereview.persistence import Database\n"
        "from casereview.workflows import WORKFLOWS\n"
        "Engine(Database('sqlite:///casereview.db'), WORKFLOWS)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    assert list(tmp_path.iterdir()) == []
