"""The tree that a case stands in: of it is read what a step's conditions look at, and nothing else.

Whoever is about to record reads it once the tree's root is held, so that nothing of it changes before
the step is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..definition.relations import Children, Relation, Siblings
from ..definition.view import RelatedCases
from ..definition.workflow import Transition
from ..errors.unknown import UnknownCase
from ..model.case import Case
from ..ports.store import Reader


def load_related_cases(reader: Reader, case: Case, steps: Iterable[Transition]) -> RelatedCases:
    """What some steps look at, above, beside and below a case.

    Raises:
        UnknownCase: where the case's parent is not there.
    """
    looks = dict.fromkeys(look for step in steps for look in step.reads)
    return RelatedCases(cases={look: _load(reader, case, look) for look in looks})


def load_siblings(reader: Reader, parent: Case, opening: Transition) -> Mapping[Relation, tuple[Case, ...]]:
    """What the opening of a child looks at of the cases that will stand beside it."""
    looks = (look for look in opening.reads if isinstance(look, Siblings))
    return {look: reader.children(parent.ref, look.workflow) for look in looks}


def _load(reader: Reader, case: Case, relation: Relation) -> tuple[Case, ...]:
    if isinstance(relation, Children):
        return reader.children(case.ref, relation.workflow)
    assert case.parent is not None  # of a case that stands alone no sound workflow asks it
    if isinstance(relation, Siblings):
        return reader.children(case.parent, relation.workflow)
    parent = reader.case(case.parent)
    if parent is None:
        raise UnknownCase(ref=case.parent)
    return (parent,)
