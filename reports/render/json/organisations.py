"""Build documents for organisations."""

from __future__ import annotations

from ....engine.model.organisations import Organisation
from .document import Document


def organisation_document(organisation: Organisation) -> Document:
    """Return an organisation with its other names."""
    return {"name": organisation.name, "aliases": list(organisation.aliases)}
