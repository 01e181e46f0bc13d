"""Build documents for workflow definitions and possible steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....engine.definition.deadline import Deadline
from ....engine.definition.workflow import ChosenTarget, Transition, Workflow
from ....engine.errors.base import Block
from ....engine.forms.fields import json_schema
from ..step_effects import opened_workflows
from .document import Document

if TYPE_CHECKING:
    from ....engine import AvailableStep


def available_step_document(step: AvailableStep) -> Document:
    """Return a step that a case's state allows."""
    transition = step.transition
    return {
        "trigger": transition.trigger,
        "title": transition.title,
        "to": step.to,
        "to_one_of": list(transition.to.choices) if isinstance(transition.to, ChosenTarget) else None,
        "roles": list(transition.roles),
        "fields": json_schema(transition.form),
        "blocked_by": [block_document(block) for block in step.blocked_by],
        "warnings": [block_document(block) for block in step.warnings],
    }


def block_document(block: Block) -> Document:
    """Return a reason that blocks a step."""
    return {"guard": block.guard, "reason": block.reason, "cleared_by": block.cleared_by}


def workflow_document(workflow: Workflow) -> Document:
    """Return a workflow's definition."""
    return {
        "name": workflow.name,
        "version": workflow.version,
        "title": workflow.title,
        "purpose": workflow.purpose,
        "parent_workflows": list(workflow.parent_workflows),
        "initial": workflow.initial,
        "opening": _step_document(workflow.opening),
        "states": [
            {"name": state.name, "title": state.title, "meaning": state.meaning, "end": state.is_end}
            for state in workflow.states
        ],
        "steps": [_step_document(transition) for transition in workflow.transitions],
        "deadlines": [
            {
                "name": deadline.name,
                "title": deadline.title,
                "term": term_text(deadline),
                "owner": deadline.owner,
                "repeats": deadline.repeats,
                "citation": deadline.citation.name,
                "citation_text": deadline.citation.text,
                "verified": deadline.citation.verified,
                "local_default": deadline.citation.local_default,
            }
            for deadline in workflow.deadlines
        ],
        "roles": [{"name": role.name, "title": role.title} for role in workflow.roles],
    }


def _step_document(transition: Transition) -> Document:
    return {
        "trigger": transition.trigger,
        "title": transition.title,
        "from": list(transition.sources),
        "to": list(transition.targets),
        "opens": list(opened_workflows(transition)),
        "cascades": [{"step": cascade.step, "cases": str(cascade.relation)} for cascade in transition.cascades],
        "cascade_only": transition.cascade_only,
        "roles": list(transition.roles),
        "fields": json_schema(transition.form),
    }


def term_text(deadline: Deadline) -> str:
    """Return a deadline's term in words."""
    return f"{deadline.term}{' before' if deadline.counts_back else ''}"
