"""The fields of a class of any kind, with the tags and nested classes that their annotations hold."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from typing import Any, ClassVar, get_origin

from attrs import field, fields_dict, frozen, has

from classify.declare import mapped
from classify.declare.annotations import (
    NOTHING,
    Arguments,
    Inner,
    arguments_of,
    hints_of,
    meaning_of,
    own_hint,
    raw_hints,
)
from classify.declare.tag import Tag
from classify.errors import UsageError
from classify.names import Part


@frozen
class Field:
    """A field of a class.

    Attributes:
        attribute: as the class calls it.
        name: as the column is called.
        tags: every tag in its annotation.
        classes: every class in its annotation.
    """

    attribute: str
    name: Part
    tags: tuple[Tag, ...]
    classes: tuple[Inner, ...] = field(default=())


def fields_of(declared: type, names: Mapping[str, Any] = NOTHING, arguments: Arguments = NOTHING) -> tuple[Field, ...]:
    """The fields of a class in order, inherited ones first; of an attrs class or dataclass, those that it takes.

    Args:
        names: what annotations may name beside what the class's own module holds.
        arguments: what the class's variables stand for.

    Raises:
        NameError: an annotation names what does not exist yet.
        UsageError: an annotation that cannot be evaluated.
    """
    known = arguments_of(declared, arguments)
    if mapped.is_mapped(declared):
        return fields_of_table(mapped.table_of(declared), names)
    hints = hints_of(declared, names)
    aliases = _aliases(declared)
    found = [_field(name, Part(aliases.get(name, name)), hints[name], known) for name in _names(declared, hints)]
    for name, computed in getattr(declared, "model_computed_fields", {}).items():
        found.append(_field(name, Part(computed.alias or name), _returned(declared, name, names), known))
    return tuple(found)


def fields_of_table(table: mapped.MappedTable, names: Mapping[str, Any] = NOTHING) -> tuple[Field, ...]:
    """The columns of a table that classes are mapped to.

    Raises:
        NameError, UsageError: as for `fields_of`.
    """
    return tuple(
        _field(column.attribute, column.name, column.hint, NOTHING, column.tags) for column in table.columns(names)
    )


def _returned(declared: type, name: str, names: Mapping[str, Any]) -> Any:
    """The annotation of what a computed field returns."""
    for owner in declared.__mro__:
        try:
            return own_hint(owner, name, names)
        except LookupError:
            continue
    return None


def _field(attribute: str, name: Part, hint: Any, arguments: Arguments, tags: tuple[Tag, ...] = ()) -> Field:
    meant = meaning_of(hint, arguments)
    found = tuple(dict.fromkeys((*meant.tags, *tags)))  # one that is said twice is one
    own = [tag.column for tag in found if tag.column is not None]
    return Field(attribute, Part(own[0]) if own else name, found, meant.classes)


def _names(declared: type, hints: dict[str, Any]) -> list[str]:
    if has(declared):
        known = list(fields_dict(declared))
    elif dataclasses.is_dataclass(declared):
        known = [one.name for one in dataclasses.fields(declared)]
    elif _model_fields(declared) is not None:
        known = list(_model_fields(declared) or ())
    else:
        known = [name for name, hint in hints.items() if not _is_class_variable(hint)]
    return [name for name in known if name in hints]


def _model_fields(declared: type) -> Mapping[str, Any] | None:
    """The fields of a pydantic model as it knows them, or None of another class."""
    found = getattr(declared, "model_fields", None)
    return found if isinstance(found, Mapping) and hasattr(declared, "__pydantic_core_schema__") else None


def _aliases(declared: type) -> Mapping[str, str]:
    """What pydantic calls fields in the data that it writes by alias, and in its JSON Schema."""
    found = {name: known.serialization_alias or known.alias for name, known in (_model_fields(declared) or {}).items()}
    return {name: alias for name, alias in found.items() if isinstance(alias, str)}


def _is_class_variable(hint: Any) -> bool:
    return hint is ClassVar or get_origin(hint) is ClassVar


def has_fields(candidate: type) -> bool:
    """Whether a class is one whose fields are data: attrs, dataclass, TypedDict, NamedTuple, or any with tags in it."""
    return (
        has(candidate)
        or dataclasses.is_dataclass(candidate)
        or typing.is_typeddict(candidate)
        or (issubclass(candidate, tuple) and hasattr(candidate, "_fields"))
        or _holds_tags(candidate, set())
    )


def _holds_tags(candidate: type, seen: set[type]) -> bool:
    """Whether a tag can be reached from the annotations of a class, of whatever kind it is.

    INVARIANT: no tag that can be reached from a declared class is lost.
    """
    if candidate in seen or candidate.__module__.partition(".")[0] in _WITHOUT_TAGS:
        return False
    seen.add(candidate)
    if not any("__annotations__" in vars(one) or "__annotate_func__" in vars(one) for one in candidate.__mro__):
        return False
    try:
        fields = fields_of(candidate)
    except (NameError, UsageError):
        # What cannot be read may hold one: the descent tells what is wrong with it.
        return any("Tag" in str(hint) for one in candidate.__mro__ for hint in raw_hints(one).values())
    return any(one.tags or any(_reaches_tags(inner, seen) for inner in one.classes) for one in fields)


def _reaches_tags(inner: Inner, seen: set[type]) -> bool:
    return _holds_tags(inner.declared, seen) or any(_reaches_tags(one, seen) for one in inner.inside)


# Classes of these are what values are made of.
_WITHOUT_TAGS = frozenset(
    "builtins collections datetime decimal enum ipaddress pathlib pydantic pydantic_core sqlalchemy typing uuid".split()
)
