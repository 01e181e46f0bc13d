"""Register the definitions of a program's workflows, before it first records something by them."""

from __future__ import annotations

from ..definition.registered import RegisteredDefinition
from ..errors.faults import DefinitionChanged
from ..ports.context import EngineContext
from ..ports.store import Store, Writer


def ensure_registered(store: Store, context: EngineContext, *, dry_run: bool = False) -> None:
    """Register the definitions that are not registered yet, in a transaction of its own.

    What is registered already is not compared here, but when something is decided by it.

    Args:
        store: The store of the record.
        context: The workflows, and what this process knows of the registered ones.
        dry_run: Save nothing.
    """
    ledger = context.definitions
    if not ledger.is_loaded:
        with store.reading() as reader:
            ledger.load(reader.definitions())
    if not ledger.check_complete(context.workflows.all) and not dry_run:
        ledger.load(store.write(lambda writer: _register_missing(writer, context)))
        ledger.check_complete(context.workflows.all)


def changed_definitions(store: Store, context: EngineContext) -> tuple[DefinitionChanged, ...]:
    """Return each workflow that is not as it was registered, with what changed in it."""
    with store.reading() as reader:
        context.definitions.load(reader.definitions())
    found = (context.definitions.change(workflow) for workflow in context.workflows.all)
    return tuple(changed for changed in found if changed is not None)


def _register_missing(writer: Writer, context: EngineContext) -> tuple[RegisteredDefinition, ...]:
    # Imported here, because this happens once for each version of a workflow.
    from ..definition.fingerprint import fingerprint
    from ..definition.registered import packed_content
    from .unit_record import SYSTEM_ACTOR, UnitRecord

    unit = UnitRecord(writer, context)
    # Another process may have registered some before this one had the lock.
    known = {(one.workflow, one.version) for one in writer.definitions()}
    for workflow in context.workflows.all:
        if (workflow.name, workflow.version) not in known:
            found = fingerprint(workflow)
            record = {
                "workflow": workflow.name,
                "version": workflow.version,
                "sha256": found.sha256,
                "content": packed_content(found.content),
            }
            unit.apply("register_definition", record, SYSTEM_ACTOR)
    return writer.definitions()
