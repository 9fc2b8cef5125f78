"""The fields of a class of any kind, with the tags and nested classes that their annotations hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, get_origin

from attrs import field, fields_dict, frozen, has

from classify.declare import mapped
from classify.declare.annotations import (
    NOTHING,
    Arguments,
    Inner,
    arguments_of,
    hints_of,
    meaning_of,
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
    if mapped.is_mapped(declared):
        return fields_of_table(mapped.table_of(declared), names)
    known = arguments_of(declared, arguments)
    if _is_model(declared):
        return tuple(_field(*one, known) for one in _of_model(declared, names))
    hints = hints_of(declared, names)
    return tuple(_field(name, Part(name), hints[name], known) for name in _names(declared, hints))


def fields_of_table(table: mapped.MappedTable, names: Mapping[str, Any] = NOTHING) -> tuple[Field, ...]:
    """The columns of a table that classes are mapped to.

    Raises:
        NameError, UsageError: as for `fields_of`.
    """
    return tuple(
        _field(column.attribute, column.name, column.hint, NOTHING, column.tags) for column in table.columns(names)
    )


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
    else:
        known = [name for name, hint in hints.items() if not _is_class_variable(hint)]
    return [name for name in known if name in hints]


def _is_model(declared: type) -> bool:
    """Whether it is a model of pydantic's."""
    return hasattr(declared, "__pydantic_core_schema__") and isinstance(
        getattr(declared, "model_fields", None), Mapping
    )


def _of_model(declared: Any, names: Mapping[str, Any]) -> Iterator[tuple[str, Part, Any]]:
    """The fields of a model, called as in what it writes by alias and in its JSON Schema, with their annotations.

    Pydantic has evaluated these already, with names that the module may not have any more.
    """
    if not declared.__pydantic_complete__:
        declared.model_rebuild(raise_errors=False)  # as pydantic does itself when the model is first used
    hints = {} if declared.__pydantic_complete__ else hints_of(declared, names)
    for name, known in declared.model_fields.items():
        hint = hints.get(name, Annotated[known.annotation, *known.metadata] if known.metadata else known.annotation)
        alias = known.serialization_alias or known.alias
        yield name, Part(alias if isinstance(alias, str) else name), hint
    for name, computed in declared.model_computed_fields.items():
        yield name, Part(computed.alias or name), computed.return_type


def _is_class_variable(hint: Any) -> bool:
    return hint is ClassVar or get_origin(hint) is ClassVar


def has_fields(candidate: type) -> bool:
    """Whether a class is one whose fields are data, of whatever kind, or any other with tags in it."""
    return (
        has(candidate)
        or _is_model(candidate)
        or mapped.is_mapped(candidate)
        or dataclasses.is_dataclass(candidate)
        or (issubclass(candidate, dict) and hasattr(candidate, "__required_keys__"))  # of whatever module's TypedDict
        or (issubclass(candidate, tuple) and hasattr(candidate, "_fields"))
        or _holds_tags(candidate, set())
    )


def _holds_tags(candidate: type, seen: set[type]) -> bool:
    """Whether a tag can be reached from the annotations of a class, of whatever kind it is.

    INVARIANT no-tag-lost: no tag that can be reached from a declared class is lost.
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
