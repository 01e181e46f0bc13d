"""Name the relation of a link between cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...engine.definition.workflow import Workflow
from ...engine.forms.fields import fields_of
from ...engine.model.case import Link


def link_text(link: Link, workflows: Iterable[Workflow]) -> str:
    """Return the other case of a link and its relation in words: `SCR-2026-002 (joint review)`."""
    titles = _relation_titles(workflows)
    return f"{link.ref} ({titles.get(link.relation, link.relation)})"


def _relation_titles(workflows: Iterable[Workflow]) -> Mapping[str, str]:
    """Return the titles of the relations that steps declare or let choose, by name."""
    titles: dict[str, str] = {}
    for workflow in workflows:
        for step in workflow.transitions:
            if step.spawns_linked is not None:
                titles[step.spawns_linked.relation] = step.spawns_linked.title
                titles[step.spawns_linked.inverse] = step.spawns_linked.inverse_title
            if step.link_fields is not None:
                for field in fields_of(step.form):
                    if field.name == step.link_fields.relation:
                        titles |= field.choice_titles
    return titles
