"""Tests of the project's language and size: plain docstrings, short modules, an engine without a field's words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = sorted(file.parent.name for file in ROOT.glob("*/__init__.py"))
TESTS = sorted(f"tests/{folder.name}" for folder in (ROOT / "tests").iterdir() if any(folder.glob("**/*.py")))
FILES = {name: list((ROOT / name).rglob("*.py")) for name in (*PACKAGES, *TESTS)}
FILES |= {"cli.py": [ROOT / "cli.py"], "tests": list((ROOT / "tests").glob("*.py"))}
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
DESCRIPTIONS = ("engine/__init__.py", "persistence/__init__.py")

INVERTED = re.compile(r"(What|Who|Whoever|Whose|Whom|How|Whether|Of|That)\b")
PRONOUN = re.compile(r"\b(whoever|whom|whose)\b", re.I)
FIELD_WORD = re.compile(r"agenc|famil|safeguard", re.I)
DOCSTRING = re.compile(r'"""(.*?)"""', re.S)
CODE = re.compile(r"^```.*?^```|`[^`]*`", re.S | re.M)


def path_of(file: Path) -> str:
    """Return a file's path from the root of the checkout."""
    return file.relative_to(ROOT).as_posix()


def docstrings(node: ast.AST) -> Iterator[str]:
    """Yield the docstrings of a module, class or function and of everything defined directly in it."""
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        yield ast.get_docstring(node) or ""
        for child in node.body:
            yield from docstrings(child)


def pronouns_per_thousand(texts: Iterable[str]) -> float:
    """Return how many of a thousand words are whoever, whom or whose."""
    counts = [(len(PRONOUN.findall(text)), len(text.split())) for text in texts]
    return 1000 * sum(pronouns for pronouns, _ in counts) / sum(words for _, words in counts)


@pytest.mark.parametrize("package", FILES)
def test_docstrings_begin_plainly(package: str) -> None:
    texts = [(file, text) for file in FILES[package] for text in docstrings(ast.parse(file.read_bytes())) if text]
    inverted = [f"{path_of(file)}: {text[:60]}" for file, text in texts if INVERTED.match(text)]
    assert len(inverted) < max(1, len(texts) / 100), "\n".join(inverted)


def test_docstrings_are_in_plain_english() -> None:
    files = [file.read_text(encoding="utf-8") for package in FILES.values() for file in package]
    assert pronouns_per_thousand(text for file in files for text in DOCSTRING.findall(file)) < 1


def test_documents_are_in_plain_english() -> None:
    assert pronouns_per_thousand(CODE.sub("", file.read_text(encoding="utf-8")) for file in DOCUMENTS) < 1


def test_no_module_of_the_product_is_over_300_lines() -> None:
    files = [file for package in (*PACKAGES, "cli.py") for file in FILES[package]]
    lines = {path_of(file): file.read_text(encoding="utf-8").count("\n") for file in files}
    assert {path: count for path, count in lines.items() if count > 300} == {}


def test_names_of_tests_have_at_most_seventy_characters() -> None:
    tests = (ROOT / "tests").rglob("test_*.py")
    names = [name for file in tests for name in re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8"))]
    assert len(names) > 1_000
    assert [name for name in names if len(name) > 70] == []


def test_engine_and_persistence_know_no_word_of_safeguarding() -> None:
    found = [
        f"{path_of(file)}:{number}: {line.strip()}"
        for package in ("engine", "persistence")
        for file in (ROOT / package).rglob("*")
        if file.is_file() and file.suffix != ".pyc" and path_of(file) not in DESCRIPTIONS
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if FIELD_WORD.search(line)
    ]
    assert found == []


def counts_with_a_plural(node: ast.AST) -> Iterator[str]:
    """Yield the parts of f-strings that put a counted number before a plural, whatever the number is."""
    if isinstance(node, ast.IfExp):
        return
    if isinstance(node, ast.JoinedStr):
        for number, words in pairwise(node.values):
            if isinstance(number, ast.FormattedValue) and isinstance(words, ast.Constant):
                counted = any(
                    isinstance(one, ast.Call) and getattr(one.func, "id", "") in ("len", "sum")
                    for one in ast.walk(number.value)
                )
                if counted and re.match(r" (?:more )?(?!is\b|was\b)[a-z]+s\b", str(words.value)):
                    yield f"{ast.unparse(number)}{words.value}"
    for child in ast.iter_child_nodes(node):
        yield from counts_with_a_plural(child)


def test_no_sentence_counts_one_thing_in_the_plural() -> None:
    # Of the rest the number is never 1: more than 15 names, a workbook's parts, a workflow's states.
    at_least_two = (
        *("engine/errors/unknown.py", "exchange/workbook/file_limits.py"),
        *("terminal/commands/office.py", "demonstration/story.py"),
    )
    files = [file for package in PACKAGES for file in FILES[package]]
    found = {path_of(file): [*counts_with_a_plural(ast.parse(file.read_bytes()))] for file in files}
    assert {path: texts for path, texts in found.items() if texts and path not in at_least_two} == {}
