"""The decorator that declares a class as a dataset: the class is marked, nothing is registered."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from types import FrameType
from typing import TypeVar

from attrs import evolve

from classify.catalog.marks import MARK, declaration_of
from classify.declare import mapped
from classify.declare.annotations import NOTHING
from classify.declare.declaration import DatasetDeclaration, place_of, problems_of, unknown_column
from classify.declare.fields import fields_of
from classify.declare.tag import Tag, residencies
from classify.errors import UsageError
from classify.labels import Scheme
from classify.names import parse_name

_C = TypeVar("_C", bound=type)


def dataset(
    name: str | None = None,
    *,
    label: str | None = None,
    residency: str | Iterable[str] | None = None,
    columns: Mapping[str, str | Tag] | None = None,
    scheme: Scheme | None = None,
) -> Callable[[_C], _C]:
    """A decorator that marks a class as the dataset of that name, and returns the same class.

    The class is one of attrs, a dataclass, a TypedDict, a NamedTuple, a pydantic model, one that SQLAlchemy maps, or a
    plain one with annotations. Its fields are the columns; `Annotated[str, Tag("restricted")]` tags one, and a field
    whose type is such a class itself has its fields nested in it. `Catalog.of` and `Catalog.of_module` collect marked
    classes.

    Args:
        name: one to three parts joined by dots, each plain or in double quotes; of a mapped class None for its table's.
            Without a name the base that mapped classes are derived from stands for all of its tables.
        label: the level of its untagged columns; None for the scheme's default.
        residency: where its data must stay, unless a tag says otherwise.
        columns: tags from outside, for a class that is somebody else's: by column, or by the path to a nested field,
            its level or its tag.
        scheme: that its levels and categories are of, to be told at once what it lacks; None to be told when the class
            is collected.

    Raises:
        UsageError: no such name; or, of the class that is decorated, a field with two tags, a tag for a column that is
            not there, a class that is declared otherwise already, or what the scheme lacks.
    """
    parsed = parse_name(name) if name is not None else None
    if parsed is not None and len(parsed.parts) > 3:
        raise UsageError(f"`{name}` has {len(parsed.parts)} parts, expected [database.]schema.table")
    shown = f"dataset `{name}`" if name is not None else "a dataset"
    stays = None if residency is None else residencies(residency, shown)
    outside = tuple((_path(column), _tag(column, tag)) for column, tag in (columns or {}).items())

    def mark(target: _C) -> _C:
        if not isinstance(target, type):
            raise UsageError(f"{shown} is declared on {type(target).__name__}, expected a class")
        made = _declaration(DatasetDeclaration(parsed, label, stays, outside), target, sys._getframe(1))
        known = declaration_of(target)
        if known is not None and known != made:
            raise UsageError(f"`{target.__qualname__}` is declared already, as another dataset: derive a class from it")
        setattr(target, MARK, made)
        if scheme is not None:
            made.datasets(target, scheme)
        return target

    return mark


def _path(column: str) -> tuple[str, ...]:
    return tuple(part.text for part in parse_name(column).parts)


def _tag(column: str, tag: object) -> Tag:
    if isinstance(tag, Tag):
        return tag
    if isinstance(tag, str):
        return Tag(tag)
    raise UsageError(f"column `{column}`: expected a level or a Tag, found {type(tag).__name__}")


def _declaration(made: DatasetDeclaration, target: type, frame: FrameType) -> DatasetDeclaration:
    """The declaration with the fields of the class that a frame decorates, as far as they can be read yet."""
    if mapped.is_base(target):
        if made.name is not None or made.outside:
            raise UsageError(f"`{target.__qualname__}` stands for several tables: name and tag them at their classes")
        return made
    if made.name is None and not mapped.is_mapped(target):
        raise UsageError(
            f"`{target.__qualname__}` is mapped to no table that it could be called after: name the dataset"
        )
    made = _with_fields(made, target, frame)
    outside = dict(made.outside)
    problems: list[str] = []
    for one in made.fields or ():
        given = [outside[path] for path in {(one.attribute,), (one.name.text,)} if path in outside]
        problems += problems_of(place_of(target), one, given)
    if made.fields is not None:
        known = {name for one in made.fields for name in (one.attribute, one.name.text)}
        problems += [unknown_column(place_of(target), path, known) for path, _ in made.outside if path[0] not in known]
    if problems:
        raise UsageError("\n".join(problems))
    return made


def _with_fields(made: DatasetDeclaration, target: type, frame: FrameType) -> DatasetDeclaration:
    """With the fields, or without where an annotation names a class that is defined later."""
    try:
        return evolve(made, fields=fields_of(target))
    except NameError:
        pass
    # The module's names come first: a base class of another module means its own.
    names = {**frame.f_globals, **frame.f_locals}
    try:
        return evolve(made, fields=fields_of(target, names), names=names if mapped.is_mapped(target) else NOTHING)
    except NameError:
        return made
