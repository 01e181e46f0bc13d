"""The diagram of the packages in docs/architecture.md, made from the imports.

`python tests/support/package_diagram.py docs/architecture.md` writes it into the document; `make docs` runs this.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
BEGIN, END = "<!-- begin: package diagram, written by `make docs` -->\n", "<!-- end: package diagram -->\n"
ENGINE = "engine"

Graph = Mapping[str, frozenset[str]]


def package_imports() -> Graph:
    """Return for each package the packages that it imports, imports for type checking included."""
    packages = [file.parent for file in ROOT.glob("*/__init__.py") if file.parent.name != "benchmarks"]
    graph: dict[str, set[str]] = {}
    for file in [ROOT / "cli.py", *(file for package in packages for file in package.rglob("*.py"))]:
        module = file.relative_to(ROOT).with_suffix("").parts
        node = _node(module)
        graph.setdefault(node, set()).update({_node(target) for target in _imported(file, module)} - {node})
    return {node: frozenset(targets) for node, targets in graph.items()}


def _imported(file: Path, module: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the path of each name of ours that a file imports, without the leading `casereview`."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            source = tuple((node.module or "").split("."))
            if node.level:
                source = (*module[: len(module) - node.level], *filter(None, source))
            elif source[0] == "casereview":
                source = source[1:]
            else:
                continue
            yield from ((*source, alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            names = (alias.name.split(".") for alias in node.names)
            yield from (tuple(name[1:]) for name in names if name[0] == "casereview" and len(name) > 1)


def _node(path: tuple[str, ...]) -> str:
    """Return the node of the diagram that a module belongs to.

    That is a package of the top level; within the engine, each package and module is a node of its own, and the
    node `engine` is the engine's `__init__.py`.
    """
    if path[0] != ENGINE or len(path) == 1 or path[1] == "__init__":
        return path[0]
    inner = ROOT / ENGINE / path[1]
    return f"{ENGINE}.{path[1]}" if inner.is_dir() or inner.with_suffix(".py").is_file() else ENGINE


def _without_shortcuts(graph: Graph) -> Graph:
    """Return the graph without the imports that a longer way also leads to; raise CycleError if there is a cycle."""
    reached: dict[str, frozenset[str]] = {}
    for node in TopologicalSorter(graph).static_order():
        reached[node] = graph[node].union(*(reached[target] for target in graph[node]))
    return {
        node: frozenset(target for target in targets if not any(target in reached[other] for other in targets))
        for node, targets in graph.items()
    }


def package_diagram() -> str:
    """Return the packages as a Mermaid flowchart; an arrow means "imports"."""
    graph = _without_shortcuts(package_imports())
    inner = sorted(node for node in graph if node.split(".")[0] == ENGINE)
    return "\n".join(
        [
            "```mermaid",
            "flowchart TD",
            '    subgraph package["casereview.engine"]',
            *(f"        {_name(node)}[{_label(node)}]" for node in inner),
            "    end",
            *(f"    {_name(node)} --> {_name(target)}" for node in sorted(graph) for target in sorted(graph[node])),
            "```\n",
        ]
    )


def _name(node: str) -> str:
    """Return a node's name for Mermaid."""
    return node.replace(".", "_")


def _label(node: str) -> str:
    """Return a node's name as the tree shows it: a module with its ending, a package with a slash."""
    path = ROOT / node.replace(".", "/")
    if node == ENGINE:
        return '"__init__.py"'
    return f'"{path.name}/"' if path.is_dir() else f'"{path.name}.py"'


def with_diagram(text: str) -> str:
    """Return a document's text with the diagram between its two marks."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}{package_diagram()}{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    document = Path(sys.argv[1])
    document.write_text(with_diagram(document.read_text(encoding="utf-8")), encoding="utf-8")
