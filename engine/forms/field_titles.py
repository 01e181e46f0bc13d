"""Name the place of a fault by the titles of its fields."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..errors.base import Fault
from .fields import Form, fields_of, item_type_of, unwrap

PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def with_titles(form: type[Form], faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return faults of a form with the titles of their places."""
    return tuple(replace(fault, title=title_at(form, fault.path)) for fault in faults)


def title_at(form: type[Form], path: str) -> str:
    """Return the place at a dotted path of a form in words; empty if the form has no such field.

    Example: `period.start` is "Period, start", and `organisations[2]` is "Organisations, number 3".
    """
    kind: Any = form
    titles: list[str] = []
    for name, index in PART.findall(path):
        if index:
            titles.append(f"number {int(index) + 1}")
            kind = item_type_of(kind)
        else:
            is_form = isinstance(kind, type) and issubclass(kind, Form)
            field = next((field for field in fields_of(kind) if field.name == name), None) if is_form else None
            if field is None:
                return ""
            titles.append(field.title)
            kind = field.kind
        kind, _, _ = unwrap(kind)
    words = ", ".join(titles)
    return words[:1].upper() + words[1:]
