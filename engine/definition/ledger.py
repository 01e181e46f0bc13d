"""Compare the definitions that a program has with those that were registered, each once in a process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..errors.faults import DefinitionChanged
from .registered import RegisteredDefinition
from .workflow import Workflow

Key = tuple[str, int]


class DefinitionLedger:
    """The registered definitions, as one process knows them.

    What a command is decided by is compared before it is decided: the declaration of the workflow, and the forms of
    the steps that are applied. That takes some two milliseconds the first time, and nothing from then on.
    """

    def __init__(self) -> None:
        """Begin without knowing any."""
        self._registered: dict[Key, RegisteredDefinition] | None = None
        self.is_complete = False
        self._forms: dict[Key, Mapping[str, Any]] = {}
        self._same: set[tuple[str, int, str | None]] = set()

    def load(self, registered: Iterable[RegisteredDefinition]) -> None:
        """Remember the registered definitions. They are only added to, so what was compared stays so."""
        self._registered = {(one.workflow, one.version): one for one in registered}

    @property
    def is_loaded(self) -> bool:
        """Return whether the registered definitions are known."""
        return self._registered is not None

    def check_complete(self, workflows: Iterable[Workflow]) -> bool:
        """Return whether these are all registered, and remember that they are."""
        known = self._registered or {}
        self.is_complete = all((workflow.name, workflow.version) in known for workflow in workflows)
        return self.is_complete

    def require(self, workflow: Workflow, step: str | None = None) -> None:
        """Compare what a command is decided by with what was registered.

        Args:
            workflow: The workflow, in the version.
            step: The step that is applied; None if none is.

        Raises:
            DefinitionChanged: if it is not the same.
        """
        if (workflow.name, workflow.version, step) not in self._same:
            self._compare(workflow, step)
            self._same.add((workflow.name, workflow.version, step))

    def change(self, workflow: Workflow) -> DefinitionChanged | None:
        """Return what changed in a whole workflow since it was registered; None if nothing did, or it is not."""
        registered = (self._registered or {}).get((workflow.name, workflow.version))
        if registered is None:
            return None
        # Imported here, because only a whole comparison describes every form.
        from .fingerprint import changes, fingerprint, titles_within

        now = fingerprint(workflow)
        if now.sha256 == registered.sha256:
            return None
        found = changes(registered.content, now.content, titles_within(workflow))
        return DefinitionChanged(workflow=workflow.name, title=workflow.title, version=workflow.version, changes=found)

    def _compare(self, workflow: Workflow, step: str | None) -> None:
        key = (workflow.name, workflow.version)
        registered = (self._registered or {}).get(key)
        if registered is None:
            return
        # Imported here, so that reading does not load it.
        from .fingerprint import declaration, form_contents, without_forms

        if key not in self._forms:
            declared, forms = without_forms(registered.content)
            if declared != declaration(workflow):
                self._refuse(workflow)
            self._forms[key] = forms
        transition = None if step is None else workflow.transition(step)
        if transition is not None and form_contents((transition.form,))[0] != self._forms[key][transition.trigger]:
            self._refuse(workflow)

    def _refuse(self, workflow: Workflow) -> None:
        changed = self.change(workflow)
        assert changed is not None  # a part of it differs, so the whole does
        raise changed
