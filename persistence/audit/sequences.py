"""Prove that no case was removed: the references of roots and of children are numbered without gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, func, select

from ...engine.model.case import UNIT
from ..schema import tables
from ..store.references import child_parts, child_reference, is_child, root_of
from .raw_rows import PAGE, Finding, cases_below

ToReference = Callable[[int], str]
"""Returns the reference with a number."""


def roots_removed(connection: Connection, without_row: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for every gap in the numbers of roots, since each number was a case once.

    Args:
        connection: A connection to the record.
        without_row: The references of cases of which only the events are left.
    """
    latest: dict[tuple[str, int], int] = {}
    for ref in _roots(connection, without_row):
        parts = _parts_of(ref)
        if parts is None:
            yield _impossible(ref)
            continue
        prefix, year, number = parts
        stem = prefix, year
        yield from _gap(partial(_reference, *stem), latest.get(stem, 0) + 1, number - 1)
        latest[stem] = number
    for prefix, year, last in connection.execute(select(tables.counter).order_by(tables.counter.c.prefix)):
        highest = latest.pop((prefix, year), 0)
        yield from _up_to(last, highest, partial(_reference, prefix, year), f"{prefix}-{year}")
    for (prefix, year), highest in latest.items():
        yield _counter_removed(_reference(prefix, year, highest))


def children_removed(connection: Connection, ref: str | None, without_row: Iterable[str]) -> Iterator[Finding]:
    """Yield a finding for every gap in the numbers of children, which are numbered under their root.

    Memory holds the numbers of one tree at a time.

    Args:
        connection: A connection to the record.
        ref: The root whose children to check; None for all. Children of a child are numbered under the root.
        without_row: The references of cases of which only the events are left.
    """
    if ref is not None and is_child(ref):
        return
    found = merge(_children(connection, ref, without_row), _counts(connection, ref), key=itemgetter(0))
    for tree, of_tree in groupby(found, key=itemgetter(0)):
        root = tree.removesuffix("/")
        counts: dict[str, Any] = {}
        numbers: dict[str, set[int]] = defaultdict(set)
        for _, child, count in of_tree:
            if count is not None:
                counts.update(count)
                continue
            try:
                _, prefix, number = child_parts(child)
            except ValueError:
                yield _impossible(child)
            else:
                numbers[prefix].add(number)
        for prefix in sorted(numbers.keys() | counts.keys()):
            naming = partial(child_reference, root, prefix)
            highest = 0
            for number in sorted(numbers[prefix]):
                yield from _gap(naming, highest + 1, number - 1)
                highest = number
            if prefix in counts:
                yield from _up_to(counts[prefix], highest, naming, f"{root}/{prefix}")
            else:
                yield _counter_removed(naming(highest))


Numbered = tuple[str, str, dict[str, Any] | None]
"""A tree (its root's reference and `/`), and a child's reference or the last number used for a prefix."""


def _children(connection: Connection, ref: str | None, without_row: Iterable[str]) -> Iterator[Numbered]:
    """Yield the references of all children, a tree at a time, with those of which only the events are left."""
    case = tables.case.c.ref
    query = select(case).where(case.like("%/%"), *cases_below(ref)).order_by(case)
    rows = connection.execute(query.execution_options(yield_per=PAGE)).scalars()
    for child in merge(map(str, rows), sorted(filter(is_child, without_row))):
        yield f"{root_of(child)}/", child, None


def _counts(connection: Connection, ref: str | None) -> Iterator[Numbered]:
    count = tables.child_counter.c
    # In the order of the children: by the root with its slash, not by the root alone.
    tree = (count.root + "/").label("tree")
    query = select(tree, count.prefix, count.last).order_by(tree, count.prefix)
    if ref is not None:
        query = query.where(count.root == ref)
    for of_tree, prefix, last in connection.execute(query.execution_options(yield_per=PAGE)):
        yield of_tree, "", {prefix: last}


def _roots(connection: Connection, without_row: Iterable[str]) -> Iterator[str]:
    """Yield the references of all roots by number, with those of which only the events are left."""
    ref = tables.case.c.ref
    query = select(ref).where(ref.not_like("%/%"), ref != UNIT).order_by(func.length(ref), ref)
    rows = connection.execute(query.execution_options(yield_per=PAGE)).scalars()
    lost = sorted((one for one in without_row if "/" not in one and one != UNIT), key=_by_number)
    return merge(map(str, rows), lost, key=_by_number)


def _by_number(ref: str) -> tuple[int, str]:
    return len(ref), ref


def _parts_of(ref: str) -> tuple[str, int, int] | None:
    try:
        prefix, year, number = ref.rsplit("-", 2)
        parts = prefix, int(year), int(number)
    except ValueError:
        return None
    return parts if _reference(*parts) == ref else None


def _reference(prefix: str, year: int, number: int) -> str:
    return f"{prefix}-{year}-{number:03d}"


def _up_to(last: object, highest: int, naming: ToReference, stem: str) -> Iterator[Finding]:
    """Yield findings about the numbers between the highest that a case has and the last that was used."""
    if not isinstance(last, int):
        yield Finding(ref=stem, seq=None, fault="The counter of references cannot be read.")
    elif last < highest:
        fault = f"The case has a number beyond the last one used, {last}."
        yield Finding(ref=naming(highest), seq=None, fault=fault)
    else:
        yield from _gap(naming, highest + 1, last)


def _gap(naming: ToReference, first: int, last: int) -> Iterator[Finding]:
    if first == last:
        yield Finding(ref=naming(first), seq=None, fault="The case was removed.")
    elif first < last:
        fault = f"The cases from here to {naming(last)} were removed."
        yield Finding(ref=naming(first), seq=None, fault=fault)


def _counter_removed(ref: str) -> Finding:
    fault = "The case has a number, but the counter of the numbers was removed."
    return Finding(ref=ref, seq=None, fault=fault)


def _impossible(ref: str) -> Finding:
    return Finding(ref=ref, seq=None, fault="The case has a reference that is never used.")
