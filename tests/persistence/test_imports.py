"""The modules of the persistence package import one another in one direction."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import casereview.persistence

ROOT = Path(str(casereview.persistence.__file__)).parent
PACKAGE = "casereview.persistence"
MIGRATIONS = ROOT / "schema" / "migrations"


def modules() -> dict[str, Path]:
    """Return every module of the package with its file, by its full name."""
    found = {}
    for path in ROOT.rglob("*.py"):
        if not path.is_relative_to(MIGRATIONS):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join((PACKAGE, *(part for part in parts if part != "__init__")))] = path
    return found


def imported(name: str, path: Path, known: dict[str, Path]) -> set[str]:
    """Return the modules of the package that a module imports, at any place in it."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = ".".join((*package[: len(package) - node.level + 1], node.module or "")).rstrip(".")
            for alias in node.names:
                found |= {one for one in (f"{base}.{alias.name}", base) if one in known and one != name}
    return found


def test_no_module_imports_itself_through_others() -> None:
    known = modules()
    graph = {name: imported(name, path, known) - {PACKAGE} for name, path in known.items()}
    assert f"{PACKAGE}.store.reader" in graph[f"{PACKAGE}.store.record_writer"]
    TopologicalSorter(graph).prepare()


def test_no_module_names_a_role_or_a_command() -> None:
    for path in modules().values():
        text = path.read_text(encoding="utf-8").lower()
        for word in ("agenc", "famil", "safeguard", "business_manager", "casereview init", "casereview upgrade"):
            assert word not in text, f"{path}: {word}"
