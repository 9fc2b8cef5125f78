"""The fields of a class, with the tags and nested classes that their annotations hold."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints

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
    """Whether a class is of a kind whose fields are data: attrs, dataclass, TypedDict or NamedTuple."""
    return (
        has(candidate)
        or dataclasses.is_dataclass(candidate)
        or typing.is_typeddict(candidate)
        or (issubclass(candidate, tuple) and hasattr(candidate, "_fields"))
    )


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


def _parts(hint: Any) -> Iterator[Tag | type]:
    """The tags and classes of an annotation: also inside of `| None`, `list[…]`, `NotRequired[…]` and the like."""
    if get_origin(hint) is Annotated:
        # A parameter that is itself annotated has its metadata merged into one list.
        yield from (extra for extra in hint.__metadata__ if isinstance(extra, Tag))
        yield from _parts(hint.__origin__)
        return
    kind = get_origin(hint) or hint
    if isinstance(kind, type):
        yield kind
    for argument in get_args(hint):
        if not isinstance(argument, (str, bytes, int)):  # of a Literal
            yield from _parts(argument)
