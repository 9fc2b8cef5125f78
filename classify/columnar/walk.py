"""The fields of an Arrow schema, nested ones included, and a schema whose fields are others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from attrs import define

from classify.errors import UsageError

Path: TypeAlias = tuple[str, ...]
"""A field: the column's name, then those of structs' fields. Lists and maps have no part of their own."""


def load_pyarrow() -> Any:
    """The module.

    Raises:
        UsageError: it is not installed.
    """
    try:
        import pyarrow
    except ImportError:
        raise UsageError("no pyarrow here, install it: pip install 'classify-sdk[arrow]'") from None
    return pyarrow


@define(eq=False)  # not frozen, which takes three times as long to make
class Entry:
    """A field of a schema that has a name of its own: a column, or a struct's field.

    Attributes:
        path: to it.
        field: a `pyarrow.Field`, as all that are called so here.
        items: the fields without a name of their own that its values are made of: a list's items, a map's keys.
        parent: the position of the entry around it, or None for a column.
    """

    path: Path
    field: Any
    items: tuple[Any, ...]
    parent: int | None


def entries_of(schema: Any) -> list[Entry]:
    """Every field with a name, each before those nested in it."""
    found: list[Entry] = []
    plain = load_pyarrow().DataType  # the very class of types that are made of nothing else
    for field in schema:
        _add(found, (field.name,), field, None, plain)
    return found


def _add(found: list[Entry], path: Path, field: Any, parent: int | None, plain: type) -> None:
    kind = field.type
    if type(kind) is plain:
        found.append(Entry(path, field, (), parent))
        return
    items: list[Any] = []
    named: list[Any] = []
    _parts(kind, items, named)
    at = len(found)
    found.append(Entry(path, field, tuple(items), parent))
    for inner in named:
        _add(found, (*path, inner.name), inner, at, plain)


def _parts(kind: Any, items: list[Any], named: list[Any]) -> None:
    """Put the fields of a type where they belong: those with a name of their own, and those without."""
    if _has_names(kind):
        named += [kind.field(at) for at in range(kind.num_fields)]
        return
    for inner in _unnamed(kind):
        items.append(inner)
        _parts(inner.type, items, named)


def _has_names(kind: Any) -> bool:
    types = load_pyarrow().types
    return bool(types.is_struct(kind) or types.is_union(kind))


def _unnamed(kind: Any) -> Iterator[Any]:
    types = load_pyarrow().types
    if types.is_map(kind):
        yield from (kind.key_field, kind.item_field)
    elif hasattr(kind, "value_field"):
        yield kind.value_field
    elif hasattr(kind, "storage_type"):
        yield load_pyarrow().field("storage", kind.storage_type)
    elif hasattr(kind, "value_type"):  # of a dictionary, or of values that stand once for a run of rows
        yield load_pyarrow().field("value", kind.value_type)


def rebuilt(schema: Any, change: Callable[[Path, Any], Any]) -> Any:
    """The schema with each field with a name as it is changed; a field's type has been rebuilt already."""
    pa = load_pyarrow()
    return pa.schema([_rebuilt((field.name,), field, change) for field in schema], schema.metadata)


def _rebuilt(path: Path, field: Any, change: Callable[[Path, Any], Any]) -> Any:
    if field.type.num_fields:
        field = field.with_type(_rebuilt_type(path, field.type, change))
    return change(path, field)


def _rebuilt_type(path: Path, kind: Any, change: Callable[[Path, Any], Any]) -> Any:
    """A type with its fields as they are changed; one that cannot be made anew stays as it is."""
    pa = load_pyarrow()
    types = pa.types

    def inside(field: Any) -> Any:
        return field.with_type(_rebuilt_type(path, field.type, change)) if field.type.num_fields else field

    if types.is_struct(kind):
        fields = [kind.field(at) for at in range(kind.num_fields)]
        return pa.struct([_rebuilt((*path, one.name), one, change) for one in fields])
    if types.is_union(kind):
        fields = [kind.field(at) for at in range(kind.num_fields)]
        made = [_rebuilt((*path, one.name), one, change) for one in fields]
        return pa.union(made, mode=kind.mode, type_codes=kind.type_codes)
    if types.is_map(kind):
        return pa.map_(inside(kind.key_field), inside(kind.item_field), keys_sorted=kind.keys_sorted)
    if types.is_fixed_size_list(kind):
        return pa.list_(inside(kind.value_field), kind.list_size)
    if types.is_large_list(kind):
        return pa.large_list(inside(kind.value_field))
    if types.is_list(kind):
        return pa.list_(inside(kind.value_field))
    if getattr(types, "is_list_view", _never)(kind):
        return pa.list_view(inside(kind.value_field))
    if getattr(types, "is_large_list_view", _never)(kind):
        return pa.large_list_view(inside(kind.value_field))
    return kind


def _never(_kind: object) -> bool:
    return False
