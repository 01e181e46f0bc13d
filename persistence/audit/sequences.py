"""Proving that no case was removed whole: references are given without gaps, roots' and children's alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, func, select

from ..schema import tables
from ..store.references import child_parts, child_reference, is_child, root_of
from .raw_rows import PAGE, Finding, cases_below

ToReference = Callable[[int], str]
"""Gives the reference that bears a number."""


def roots_removed(connection: Connection, without_row: Iterable[str]) -> Iterator[Finding]:
    """References are given without gaps, so a number that no case bears was a case's once.

    Args:
        connection: A connection to the record.
        without_row: The references of cases of which only the events are left.
    """
    borne: dict[tuple[str, int], int] = {}
    for ref in _roots(connection, without_row):
        given = _parts_of(ref)
        if given is None:
            yield _impossible(ref)
            continue
        prefix, year, number = given
        stem = prefix, year
        yield from _gap(partial(_reference, *stem), borne.get(stem, 0) + 1, number - 1)
        borne[stem] = number
    for prefix, year, last in connection.execute(select(tables.counter).order_by(tables.counter.c.prefix)):
        highest = borne.pop((prefix, year), 0)
        yield from _up_to(last, highest, partial(_reference, prefix, year), f"{prefix}-{year}")
    for (prefix, year), highest in borne.items():
        yield _counter_removed(_reference(prefix, year, highest))


def children_removed(connection: Connection, ref: str | None, without_row: Iterable[str]) -> Iterator[Finding]:
    """Under their root children, too, are numbered without gaps.

    It holds one tree's numbers at a time, however many trees there are.

    Args:
        connection: A connection to the record.
        ref: The root whose children are meant; None for those of all. A child's own are not numbered.
        without_row: The references of cases of which only the events are left.
    """
    if ref is not None and is_child(ref):
        return
    found = merge(_children(connection, ref, without_row), _counts(connection, ref), key=itemgetter(0))
    for tree, of_tree in groupby(found, key=itemgetter(0)):
        root = tree.removesuffix("/")
        counts: dict[str, Any] = {}
        borne: dict[str, set[int]] = defaultdict(set)
        for _, child, count in of_tree:
            if count is not None:
                counts.update(count)
                continue
            try:
                _, prefix, number = child_parts(child)
            except ValueError:
                yield _impossible(child)
            else:
                borne[prefix].add(number)
        for prefix in sorted(borne.keys() | counts.keys()):
            naming = partial(child_reference, root, prefix)
            highest = 0
            for number in sorted(borne[prefix]):
                yield from _gap(naming, highest + 1, number - 1)
                highest = number
            if prefix in counts:
                yield from _up_to(counts[prefix], highest, naming, f"{root}/{prefix}")
            else:
                yield _counter_removed(naming(highest))


Numbered = tuple[str, str, dict[str, Any] | None]
"""A tree (its root's reference and `/`), and a child's reference or the last number given for a prefix."""


def _children(connection: Connection, ref: str | None, without_row: Iterable[str]) -> Iterator[Numbered]:
    """The references of all children, a tree at a time; those too of which only the events are left."""
    case = tables.case.c.ref
    query = select(case).where(case.like("%/%"), *cases_below(ref)).order_by(case)
    rows = connection.execute(query.execution_options(yield_per=PAGE)).scalars()
    for child in merge(map(str, rows), sorted(filter(is_child, without_row))):
        yield f"{root_of(child)}/", child, None


def _counts(connection: Connection, ref: str | None) -> Iterator[Numbered]:
    count = tables.child_counter.c
    # In the order in which the children come: by the root with its stroke, not by the root alone.
    tree = (count.root + "/").label("tree")
    query = select(tree, count.prefix, count.last).order_by(tree, count.prefix)
    if ref is not None:
        query = query.where(count.root == ref)
    for of_tree, prefix, last in connection.execute(query.execution_options(yield_per=PAGE)):
        yield of_tree, "", {prefix: last}


def _roots(connection: Connection, without_row: Iterable[str]) -> Iterator[str]:
    """The references of all roots, by number; those too of which only the events are left."""
    ref = tables.case.c.ref
    query = select(ref).where(ref.not_like("%/%")).order_by(func.length(ref), ref)
    rows = connection.execute(query.execution_options(yield_per=PAGE)).scalars()
    lost = sorted((one for one in without_row if "/" not in one), key=_by_number)
    return merge(map(str, rows), lost, key=_by_number)


def _by_number(ref: str) -> tuple[int, str]:
    return len(ref), ref


def _parts_of(ref: str) -> tuple[str, int, int] | None:
    try:
        prefix, year, number = ref.rsplit("-", 2)
        given = prefix, int(year), int(number)
    except ValueError:
        return None
    return given if _reference(*given) == ref else None


def _reference(prefix: str, year: int, number: int) -> str:
    return f"{prefix}-{year}-{number:03d}"


def _up_to(last: object, highest: int, naming: ToReference, stem: str) -> Iterator[Finding]:
    """What stands, or does not, between the highest number borne and the last one given."""
    if not isinstance(last, int):
        yield Finding(ref=stem, seq=None, fault="The count of references cannot be read.")
    elif last < highest:
        fault = f"The case bears a number beyond the last given, {last}."
        yield Finding(ref=naming(highest), seq=None, fault=fault)
    else:
        yield from _gap(naming, highest + 1, last)


def _gap(naming: ToReference, first: int, last: int) -> Iterator[Finding]:
    if first == last:
        yield Finding(ref=naming(first), seq=None, fault="The case was removed whole.")
    elif first < last:
        fault = f"The cases from here to {naming(last)} were removed whole."
        yield Finding(ref=naming(first), seq=None, fault=fault)


def _counter_removed(ref: str) -> Finding:
    fault = "The case bears a number, and the count of the numbers given was removed."
    return Finding(ref=ref, seq=None, fault=fault)


def _impossible(ref: str) -> Finding:
    return Finding(ref=ref, seq=None, fault="The case bears a reference that is never given.")
