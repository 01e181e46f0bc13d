"""Load the related cases that a step's guards declare, and no others.

A command loads them after the tree's root is locked, so that they cannot change before its step is saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ..definition.guards import RelatedCases
from ..definition.relations import Children, Relation, Siblings
from ..definition.workflow import Transition
from ..errors.unknown import UnknownCase
from ..model.case import Case
from ..ports.store import Reader, require_case


def load_related_cases(reader: Reader, case: Case, steps: Iterable[Transition]) -> RelatedCases:
    """Return the related cases that some steps of a case read.

    Raises:
        UnknownCase: if the case's parent does not exist.
    """
    relations = dict.fromkeys(relation for step in steps for relation in step.reads)
    return RelatedCases(cases={relation: _load(reader, case, relation) for relation in relations})


def load_siblings(reader: Reader, parent: Case, opening: Transition) -> Mapping[Relation, tuple[Case, ...]]:
    """Return the siblings that the opening of a child reads."""
    relations = (relation for relation in opening.reads if isinstance(relation, Siblings))
    return {relation: reader.children(parent.ref, relation.workflow) for relation in relations}


def _load(reader: Reader, case: Case, relation: Relation) -> tuple[Case, ...]:
    if isinstance(relation, Children):
        return reader.children(case.ref, relation.workflow)
    assert case.parent is not None  # a checked workflow reads no parent of a root
    if isinstance(relation, Siblings):
        return reader.children(case.parent, relation.workflow)
    parent = reader.case(case.parent)
    if parent is None:
        raise UnknownCase(ref=case.parent)
    return (parent,)


def with_parents(reader: Reader, case: Case) -> Iterator[Case]:
    """Yield a case, and those of which it is a part."""
    yield case
    while case.parent is not None:
        case = require_case(reader.case(case.parent), case.parent)
        yield case
