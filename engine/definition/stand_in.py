"""Stand in for a version of a workflow that a program does not have, so that its cases can be read."""

from __future__ import annotations

from dataclasses import dataclass, fields

from ..errors.base import one_of
from ..forms.fields import Form
from ..model.calendar import days
from .deadline import Citation, Deadline
from .workflow import Role, State, Transition, Workflow

NOT_HERE = Citation(name="Unknown", text="This program does not have this version of the workflow.")


@dataclass(frozen=True, kw_only=True, eq=False)
class StandIn(Workflow):
    """A version of a workflow that a program does not have: for reading, never for deciding.

    It has the parts of the version nearest to it, and describes any other by its name.
    """

    def state(self, name: str) -> State:
        """Return the state of that name, or one that only has this name."""
        return self._states.get(name) or State(name=name, title=_words(name), meaning="")

    def deadline(self, name: str) -> Deadline:
        """Return the deadline of that name, or one that only has this name."""
        return self._deadlines.get(name) or Deadline(
            name=name, title=_words(name), term=days(0), starts=(), met_by=(), owner="unknown", citation=NOT_HERE
        )

    def role(self, name: str) -> Role:
        """Return the role of that name, or one that only has this name."""
        return next((role for role in self.roles if role.name == name), Role(name=name, title=_words(name)))

    def titles_of(self, roles: tuple[str, ...]) -> str:
        """Return the titles of roles as words; of roles that it does not have, their names."""
        titles = {role.name: role.title for role in self.roles}
        return one_of(tuple(titles.get(name, _words(name)) for name in roles))

    def title_of_step(self, trigger: str) -> str:
        """Return the title of a step, or its name in words."""
        step = self._by_trigger.get(trigger)
        return _words(trigger) if step is None else step.title

    def steps_from(self, state: str) -> tuple[Transition, ...]:  # noqa: ARG002 (it has no steps to apply)
        """Return no step, because none can be decided."""
        return ()


def stand_in(name: str, version: int, nearest: Workflow | None) -> StandIn:
    """Return a stand-in for a version, with the parts of the version nearest to it if there is one."""
    if nearest is not None:
        parts = {field.name: getattr(nearest, field.name) for field in fields(nearest) if field.init}
        return StandIn(**{**parts, "version": version})
    opening = Transition(trigger="open", title="Opening", sources=(), to=None, roles=(), form=Form)
    return StandIn(
        name=name,
        title=_words(name).capitalize(),
        purpose=NOT_HERE.text,
        version=version,
        prefix="",
        opening=opening,
        states=(),
        transitions=(),
        deadlines=(),
        roles=(),
    )


def _words(name: str) -> str:
    return name.replace("_", " ")
