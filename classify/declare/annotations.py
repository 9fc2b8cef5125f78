"""The fields of a class, with the tags and nested classes that their annotations hold."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, TypeVar, get_args, get_origin, get_type_hints

from attrs import fields_dict, frozen, has

from classify.declare.tag import Tag
from classify.errors import UsageError


@frozen
class AnnotatedField:
    """A field of a class.

    Attributes:
        tags: every tag in its annotation.
        classes: every class in its annotation, from the outside inwards.
    """

    name: str
    tags: tuple[Tag, ...]
    classes: tuple[type, ...]


def annotated_fields(declared: type, names: Mapping[str, Any] = MappingProxyType({})) -> tuple[AnnotatedField, ...]:
    """The fields of a class in order, inherited ones first; of an attrs class or dataclass, those that it takes.

    Args:
        names: what annotations may name beside what the class's own module holds.

    Raises:
        NameError: an annotation names what does not exist yet.
        UsageError: an annotation that cannot be evaluated.
    """
    try:
        hints = get_type_hints(declared, localns={**names, declared.__name__: declared}, include_extras=True)
    except NameError:
        raise
    except Exception as error:  # an annotation is any expression, so it may raise anything
        raise UsageError(f"`{declared.__qualname__}` has an annotation that cannot be evaluated: {error}") from error
    return tuple(_field(name, hints[name]) for name in _names(declared, hints))


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
    if candidate in seen or candidate.__module__ in _WITHOUT_TAGS:
        return False
    seen.add(candidate)
    if not any("__annotations__" in vars(one) or "__annotate_func__" in vars(one) for one in candidate.__mro__):
        return False
    try:
        fields = annotated_fields(candidate)
    except (NameError, UsageError):
        # What cannot be read may hold one: the descent tells what is wrong with it.
        return any("Tag" in str(hint) for one in candidate.__mro__ for hint in _raw(one).values())
    return any(field.tags or any(_holds_tags(inner, seen) for inner in field.classes) for field in fields)


# Classes of these are what values are made of.
_WITHOUT_TAGS = frozenset(("builtins", "collections", "datetime", "decimal", "enum", "pathlib", "typing", "uuid"))


def _raw(declared: type) -> Mapping[str, Any]:
    """The annotations of a class itself, as they are written."""
    found = vars(declared).get("__annotations__")
    return found if isinstance(found, Mapping) else {}


def _names(declared: type, hints: dict[str, Any]) -> list[str]:
    if has(declared):
        known = list(fields_dict(declared))
    elif dataclasses.is_dataclass(declared):
        known = [field.name for field in dataclasses.fields(declared)]
    else:
        known = [name for name, hint in hints.items() if not _is_class_variable(hint)]
    return [name for name in known if name in hints]


def _is_class_variable(hint: Any) -> bool:
    return hint is ClassVar or get_origin(hint) is ClassVar


def _field(name: str, hint: Any) -> AnnotatedField:
    found = tuple(_parts(hint))
    tags = tuple(part for part in found if isinstance(part, Tag))
    return AnnotatedField(name, tags, tuple(part for part in found if isinstance(part, type)))


def _parts(hint: Any, seen: tuple[Any, ...] = ()) -> Iterator[Tag | type]:
    """The tags and classes of an annotation: also inside of `| None`, `list[…]`, `NotRequired[…]` and aliases."""
    if get_origin(hint) is Annotated:
        # A parameter that is itself annotated has its metadata merged into one list.
        yield from (extra for extra in hint.__metadata__ if isinstance(extra, Tag))
        yield from _parts(hint.__origin__, seen)
        return
    kind = get_origin(hint) or hint
    if isinstance(kind, type):
        yield kind
    for inner in (*_aliased(kind), *get_args(hint)):
        # An alias may name itself, as a tree's does. The other kinds stand in a Literal.
        if not isinstance(inner, (str, bytes, int)) and not any(inner is one for one in seen):
            yield from _parts(inner, (*seen, inner))


def _aliased(kind: Any) -> Iterator[Any]:
    """What stands behind a new type, an alias of a type, or a variable for one."""
    if isinstance(kind, typing.NewType):
        yield kind.__supertype__
    elif type(kind).__name__ == "TypeAliasType":  # of `typing` since Python 3.12, and of `typing_extensions`
        yield kind.__value__
    elif isinstance(kind, TypeVar):
        yield from (one for one in (kind.__bound__, *kind.__constraints__) if one is not None)
