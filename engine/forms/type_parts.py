"""Read the parts of a type, and the marks that a form's fields carry wherever a type holds them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from msgspec import inspect

RECORDS = (inspect.StructType, inspect.DataclassType, inspect.NamedTupleType, inspect.TypedDictType)
"""The types with named fields."""
SETS = (inspect.SetType, inspect.FrozenSetType)
DICTS = (inspect.DictType, inspect.FrozenDictType)
UNTYPED = (inspect.AnyType, inspect.RawType, inspect.CustomType, inspect.ExtType)
"""The types whose values may be anything."""


@cache
def type_info(kind: Any) -> inspect.Type:
    """Return the description of a type, with the marks on it and within it."""
    return inspect.type_info(kind)


def is_sensitive(kind: inspect.Type) -> bool:
    """Return whether a type itself is marked as sensitive."""
    return isinstance(kind, inspect.Metadata) and bool((kind.extra or {}).get("sensitive", False))


def is_code(kind: inspect.Type) -> bool:
    """Return whether a type is a text marked as a code, with the pattern that makes it one."""
    if not isinstance(kind, inspect.Metadata) or not (kind.extra or {}).get("code", False):
        return False
    return isinstance(kind.type, inspect.StrType) and kind.type.pattern is not None


def holds_mark(kind: inspect.Type) -> bool:
    """Return whether a type, or a type within it, is marked as sensitive."""
    return any(is_sensitive(part) for part in parts_of(kind))


def parts_of(kind: inspect.Type) -> Iterator[inspect.Type]:
    """Yield a type and every type within it, each record once; of a code only the code itself."""
    waiting, records = [kind], set()
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, RECORDS):
            if part.cls not in records:
                records.add(part.cls)
                waiting.extend(field.type for field in part.fields)
        elif not is_code(part):
            waiting.extend(_inner(part))


def _inner(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    """Return the types directly within a type that is no record."""
    match kind:
        case inspect.Metadata(type=inner):
            return (inner,)
        case inspect.UnionType(types=types):
            return types
        case inspect.CollectionType(item_type=item):
            return (item,)
        case inspect.TupleType(item_types=items):
            return items
        case inspect.DictType() | inspect.FrozenDictType():
            return (kind.key_type, kind.value_type)
        case _:
            return ()


def bare(kind: inspect.Type) -> inspect.Type:
    """Return a type without its marks and titles."""
    return bare(kind.type) if isinstance(kind, inspect.Metadata) else kind


def json_types(kind: inspect.Type) -> frozenset[type]:
    """Return the Python types to which the values of a type are decoded from JSON."""
    if isinstance(kind, inspect.Metadata):
        return json_types(kind.type)
    if isinstance(kind, inspect.UnionType):
        return frozenset().union(*(json_types(one) for one in kind.types))
    if isinstance(kind, inspect.LiteralType | inspect.EnumType):
        values = kind.values if isinstance(kind, inspect.LiteralType) else (member.value for member in kind.cls)
        return frozenset(type(value) for value in values)
    if getattr(kind, "array_like", False):
        return frozenset({list})
    # Days, instants and bytes are written as text.
    return next((types for classes, types in _JSON_TYPES if isinstance(kind, classes)), frozenset({str}))


_JSON_TYPES: tuple[tuple[tuple[type, ...], frozenset[type]], ...] = (
    ((inspect.StructType, inspect.DataclassType, inspect.TypedDictType, *DICTS), frozenset({dict})),
    ((inspect.NamedTupleType, inspect.CollectionType, inspect.TupleType), frozenset({list})),
    ((inspect.BoolType,), frozenset({bool})),
    ((inspect.IntType,), frozenset({int})),
    ((inspect.FloatType,), frozenset({int, float})),
    ((inspect.NoneType,), frozenset({type(None)})),
    (UNTYPED, frozenset({dict, list, str, int, float, bool})),
)
