"""Verification finds a child that a person with all rights on the database removed from its tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from casereview.persistence import Database
from casereview.persistence.audit.verify import verify
from casereview.persistence.schema import tables

from ..support.lending_sets import A_PART, A_SET, KEEPER_1, SETS
from ..support.worker_processes import DAY, delete_case_rows, engine_and_database, findings_text, found

ROOT, OTHER = "ST-2026-001", "ST-2026-002"
CHILDREN = [f"{ROOT}/P01", f"{ROOT}/P02", f"{ROOT}/P03"]
COUNT = tables.child_counter


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def record(request: pytest.FixtureRequest, url_of: Callable[[str], str]) -> Iterator[Database]:
    """A set with two parts, of which one has a part, and a second set with one part; each has a note."""
    engine, database = engine_and_database(url_of(request.param), SETS)
    database.create()
    for parents in ([ROOT, CHILDREN[0], ROOT], [OTHER]):
        engine.open("set", actor=KEEPER_1, data=A_SET, on=DAY)
        for parent in parents:
            part = engine.open("part", actor=KEEPER_1, data=A_PART, on=DAY, parent=parent)
            engine.step(part.ref, "note", actor=KEEPER_1, data={"text": "It is scratched."}, on=DAY)
    yield database
    database.close()


def test_an_untouched_record_has_no_fault(tamperer: Connection) -> None:
    whole = verify(tamperer)
    assert (whole.cases, whole.events, whole.faults) == (6, 13, ())
    tree, part = verify(tamperer, ref=ROOT), verify(tamperer, ref=CHILDREN[0])
    assert (tree.cases, tree.events, tree.faults) == (4, 7, ())
    assert (part.cases, part.events, part.faults) == (1, 2, ())


@pytest.mark.parametrize("ref", [*CHILDREN, f"{OTHER}/P01"])
def test_a_removed_child_is_found_by_the_gap_in_the_numbers(tamperer: Connection, ref: str) -> None:
    delete_case_rows(tamperer, ref)
    assert findings_text(tamperer) == f"{ref}: The case was removed."
    root = ref.partition("/")[0]
    assert (found(tamperer, root), found(tamperer, f"{root}/P09")) == ([(ref, None)], [])


def test_children_removed_together_are_reported_together(tamperer: Connection) -> None:
    for ref in CHILDREN[1:]:
        delete_case_rows(tamperer, ref)
    assert findings_text(tamperer) == f"{CHILDREN[1]}: The cases from here to {CHILDREN[2]} were removed."


def test_a_removed_tree_is_found_by_its_root_and_its_children(tamperer: Connection) -> None:
    for ref in (f"{OTHER}/P01", OTHER):
        delete_case_rows(tamperer, ref)
    assert found(tamperer) == [(OTHER, None), (f"{OTHER}/P01", None)]


def test_children_whose_root_was_removed_are_found(tamperer: Connection) -> None:
    delete_case_rows(tamperer, OTHER)
    assert findings_text(tamperer) == f"{OTHER}: The case was removed."


def test_a_child_row_removed_from_its_events_is_found_once(tamperer: Connection) -> None:
    tamperer.execute(delete(tables.case).where(tables.case.c.ref == CHILDREN[2]))
    assert findings_text(tamperer) == f"{CHILDREN[2]}: The case itself was removed; its events are there."


def test_a_removed_child_is_found_even_if_the_counter_was_lowered(tamperer: Connection) -> None:
    delete_case_rows(tamperer, CHILDREN[1])
    tamperer.execute(update(COUNT).where(COUNT.c.root == ROOT).values(last=2))
    assert found(tamperer) == [(CHILDREN[1], None), (CHILDREN[2], None)]
    assert "beyond the last one used, 2" in findings_text(tamperer)


def test_a_raised_counter_of_children_is_reported_as_missing_children(tamperer: Connection) -> None:
    tamperer.execute(update(COUNT).where(COUNT.c.root == OTHER).values(last=2_000_000_000))
    assert findings_text(tamperer) == f"{OTHER}/P02: The cases from here to {OTHER}/P2000000000 were removed."


def test_a_removed_counter_of_children_is_found(tamperer: Connection) -> None:
    tamperer.execute(delete(COUNT))
    assert found(tamperer) == [(CHILDREN[2], None), (f"{OTHER}/P01", None)]
    assert "the counter of the numbers was removed" in findings_text(tamperer)


@pytest.mark.parametrize("record", ["sqlite"], indirect=True)
def test_a_count_of_children_that_is_no_number_is_found(tamperer: Connection) -> None:
    tamperer.exec_driver_sql("UPDATE casereview_child_counter SET last = 'many'")
    assert found(tamperer) == [(f"{ROOT}/P", None), (f"{OTHER}/P", None)]


@pytest.mark.parametrize("name", ["P4", "P004", "P00", "p04x", "P01/P01", "P04 ", "P", "04", ""])
def test_a_child_with_an_impossible_reference_is_found(tamperer: Connection, name: str) -> None:
    ref = f"{ROOT}/{name}"
    case = tamperer.execute(select(tables.case).where(tables.case.c.ref == CHILDREN[0])).mappings().one()
    tamperer.execute(insert(tables.case), {**case, "ref": ref})
    assert {(ref, 1), (ref, None)} == set(found(tamperer))


@pytest.mark.parametrize("parent", [OTHER, CHILDREN[0], None])
def test_a_child_given_to_another_parent_is_found(tamperer: Connection, parent: str | None) -> None:
    tamperer.execute(update(tables.case).where(tables.case.c.ref == CHILDREN[2]).values(parent=parent))
    assert findings_text(tamperer) == f"{CHILDREN[2]}: The case is not what its events amount to: parent."


def test_a_child_removed_from_its_tree_s_index_is_found(tamperer: Connection) -> None:
    tamperer.execute(update(tables.case).where(tables.case.c.ref == CHILDREN[2]).values(root=OTHER))
    assert findings_text(tamperer) == f"{CHILDREN[2]}: The case is not what its events amount to: root."
