"""What an annotation holds: its tags, and the classes that values of it are made of."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from attrs import frozen

from classify.declare.tag import Tag
from classify.errors import UsageError

Arguments = Mapping[Any, tuple[Any, ...]]
"""What a generic class's variables stand for: by variable, every annotation that was given for it."""

NOTHING: Mapping[Any, Any] = MappingProxyType({})


@frozen
class Inner:
    """A class in an annotation.

    Attributes:
        declared: the class.
        arguments: what its variables stand for there.
        inside: the classes in its own arguments, which are its items where it has no fields.
    """

    declared: type
    arguments: Arguments
    inside: tuple[Inner, ...] = ()


@frozen
class Meant:
    """What an annotation holds.

    Attributes:
        tags: every tag in it.
        classes: every class in it, of which none stands in another one's arguments.
    """

    tags: tuple[Tag, ...]
    classes: tuple[Inner, ...]


def hints_of(declared: type, names: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
    """The annotations of a class and of those that it is derived from, evaluated.

    Args:
        names: what annotations may name beside what the class's own module holds.

    Raises:
        NameError: an annotation names what does not exist yet.
        UsageError: an annotation that cannot be evaluated.
    """
    try:
        return get_type_hints(declared, localns={**names, declared.__name__: declared}, include_extras=True)
    except NameError:
        raise
    except Exception as error:  # an annotation is any expression, so it may raise anything
        raise UsageError(f"`{declared.__qualname__}` has an annotation that cannot be evaluated: {error}") from error


def own_hint(owner: type, name: str, names: Mapping[str, Any] = NOTHING) -> Any:
    """One annotation that stands in a class itself, evaluated; or what a function of that name there returns.

    Raises:
        LookupError: there is none.
        NameError, UsageError: as for `hints_of`.
    """
    found = raw_hints(owner).get(name)
    if found is None:
        function = getattr(vars(owner).get(name), "fget", None)
        found = getattr(function, "__annotations__", {}).get("return")
    if found is None:
        raise LookupError(name)
    known = {**names, owner.__name__: owner}
    holder = type(owner.__name__, (), {"__annotations__": {name: found}, "__module__": owner.__module__})
    try:
        return hints_of(holder, known)[name]
    except NameError:
        # The module's names come first: an attribute may be called as the alias in its annotation is.
        return hints_of(holder, {**vars(owner), **known})[name]


def raw_hints(declared: type) -> Mapping[str, Any]:
    """The annotations of a class itself, as they are written."""
    found = vars(declared).get("__annotations__")
    return found if isinstance(found, Mapping) else {}


def arguments_of(declared: type, given: Arguments = NOTHING) -> Arguments:
    """What the variables of a class and of those that it is derived from stand for.

    A variable that two of its bases use in two ways stands for both.
    """
    found: dict[Any, tuple[Any, ...]] = dict(given)
    for base in getattr(declared, "__mro__", ()):
        for parent in vars(base).get("__orig_bases__", ()):
            _put(found, _parameters(get_origin(parent)), get_args(parent))
        model = vars(base).get("__pydantic_generic_metadata__") or {}
        if model.get("origin") is not None:  # pydantic makes a class of `Page[User]`
            parameters = model["origin"].__pydantic_generic_metadata__["parameters"]
            _put(found, parameters, model["args"])
    return found


def _put(found: dict[Any, tuple[Any, ...]], parameters: tuple[Any, ...], arguments: tuple[Any, ...]) -> None:
    for parameter, argument in zip(parameters, arguments, strict=False):
        if parameter is not argument:
            found[parameter] = (*found.get(parameter, ()), argument)


def meaning_of(hint: Any, arguments: Arguments = NOTHING) -> Meant:
    """The tags and classes of an annotation: also inside of `| None`, `list[…]`, `NotRequired[…]` and aliases."""
    found = tuple(_parts(hint, (), arguments))
    tags = tuple(one for one in found if isinstance(one, Tag))  # those in a class's arguments are the field's too
    return Meant(tags, tuple(one for one in found if isinstance(one, Inner)))


def _parts(hint: Any, seen: tuple[Any, ...], arguments: Arguments) -> Iterator[Tag | Inner]:
    if get_origin(hint) is Annotated:
        # A parameter that is itself annotated has its metadata merged into one list.
        yield from (extra for extra in hint.__metadata__ if isinstance(extra, Tag))
        yield from _parts(hint.__origin__, seen, arguments)
        return
    kind = get_origin(hint) or hint
    inside: list[Tag | Inner] = []
    for inner in (*_aliased(kind, arguments), *get_args(hint)):
        # An alias may name itself, as a tree's does. The other kinds stand in a Literal.
        if not isinstance(inner, (str, bytes, int)) and not any(inner is one for one in seen):
            inside += _parts(inner, (*seen, inner), arguments)
    if not isinstance(kind, type):
        yield from inside
        return
    parameters = _parameters(kind)
    given: dict[Any, tuple[Any, ...]] = {}
    for parameter, argument in zip(parameters, get_args(hint), strict=False):
        if parameter is not argument:
            # What it is made of may be called as the parameter is, and then stands for what it does outside.
            outer = (argument, *_parameters(argument))
            given[parameter] = (argument, *(known for one in outer for known in _given(arguments, one)))
    yield from (one for one in inside if isinstance(one, Tag))
    classes = tuple(one for one in inside if isinstance(one, Inner))
    yield Inner(kind, given, classes)
    if not all(isinstance(one, TypeVar) for one in parameters):
        yield from classes  # variables for several types at once are not followed


def _parameters(kind: Any) -> tuple[Any, ...]:
    """The variables of a generic class, or of an annotation that is made of some."""
    found = getattr(kind, "__parameters__", ())
    return found if isinstance(found, tuple) else ()


def _given(arguments: Arguments, variable: Any) -> tuple[Any, ...]:
    return arguments.get(variable, ()) if isinstance(variable, TypeVar) else ()


def _aliased(kind: Any, arguments: Arguments) -> Iterator[Any]:
    """What stands behind a new type, an alias of a type, or a variable for one."""
    if isinstance(kind, typing.NewType):
        yield kind.__supertype__
    elif type(kind).__name__ == "TypeAliasType":  # of `typing` since Python 3.12, and of `typing_extensions`
        yield kind.__value__
    elif isinstance(kind, TypeVar):
        yield from (one for one in (kind.__bound__, *kind.__constraints__) if one is not None)
        yield from arguments.get(kind, ())
