"""Declares a class as a dataset: the class is marked, nothing is registered."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import TypeVar

from attrs import frozen

from classify.catalog import Column, Dataset
from classify.catalog.marks import MARK, declaration_of
from classify.catalog.tags import tagged
from classify.declare.annotations import AnnotatedField, annotated_fields, has_fields
from classify.declare.tag import residencies
from classify.errors import UsageError
from classify.labels import Label, Scheme
from classify.names import Name, Part, parse_name

_C = TypeVar("_C", bound=type)


def dataset(name: str, *, label: str | None = None, residency: str | Iterable[str] | None = None) -> Callable[[_C], _C]:
    """A decorator that marks a class as the dataset of that name, and returns the same class.

    The class is one of attrs, a dataclass, a TypedDict, a NamedTuple or a plain one with annotations. Its fields are
    the columns; `Annotated[str, Tag("restricted")]` tags one, and a field whose type is such a class itself has its
    fields nested in it. `Catalog.of` and `Catalog.of_module` collect marked classes.

    Args:
        name: one to three parts joined by dots, each plain or in double quotes.
        label: the level of its untagged columns; None for the scheme's default.
        residency: where its data must stay, unless a tag says otherwise.

    Raises:
        UsageError: no such name, or, of the class that is decorated, a field with two tags.
    """
    parsed = parse_name(name)
    if len(parsed.parts) > 3:
        raise UsageError(f"`{name}` has {len(parsed.parts)} parts, expected [database.]schema.table")
    stays = None if residency is None else residencies(residency, f"dataset `{name}`")

    def mark(target: _C) -> _C:
        if not isinstance(target, type):
            raise UsageError(f"dataset `{name}` is declared on {type(target).__name__}, expected a class")
        fields = _fields_here(target, sys._getframe(1))
        problems = [problem for field in fields or () for problem in _problems(target, field)]
        if problems:
            raise UsageError("\n".join(problems))
        setattr(target, MARK, DatasetDeclaration(parsed, label, stays, fields))
        return target

    return mark


def _fields_here(declared: type, frame: FrameType) -> tuple[AnnotatedField, ...] | None:
    """The fields of a class that a frame decorates; None where an annotation names a class that is defined later."""
    try:
        return annotated_fields(declared)
    except NameError:
        pass
    try:
        # The module's names come first: a base class of another module means its own.
        return annotated_fields(declared, {**frame.f_globals, **frame.f_locals})
    except NameError:
        return None


@frozen
class DatasetDeclaration:
    """What a decorated class carries.

    Attributes:
        name: of the dataset.
        label: the level of its untagged columns, or None.
        residency: where its data must stay, or None.
        fields: of the class, or None where they could not be read yet when it was decorated.
    """

    name: Name
    label: str | None
    residency: tuple[str, ...] | None
    fields: tuple[AnnotatedField, ...] | None

    def own_label(self, scheme: Scheme, above: Label) -> Label:
        """The label of untagged fields, of a class that stands alone or in a field that is labelled `above`."""
        return tagged(scheme, above, self.label, (), self.residency)

    def dataset(self, declared: type, scheme: Scheme) -> Dataset:
        """The dataset that the class declares.

        Raises:
            UsageError: with every field that has an unknown level or category, two tags, or a type that is not there.
        """
        place = f"{declared.__module__}.{declared.__qualname__}"
        problems: list[str] = []
        try:
            label = self.own_label(scheme, scheme.untagged)
        except UsageError as error:
            problems.append(f"{place}: {error}")
            label = scheme.untagged
        columns = tuple(_columns(declared, label, scheme, problems, (declared,)))
        if not columns and not problems:
            problems.append(f"{place}: no annotated fields, add one for each column")
        if problems:
            raise UsageError("\n".join(problems))
        return Dataset(self.name, columns, label, place=place)


def _columns(
    declared: type, above: Label, scheme: Scheme, problems: list[str], around: tuple[type, ...]
) -> Iterator[Column]:
    """The columns of a class; what is wrong with them goes to `problems`."""
    declaration = declaration_of(declared)
    known = declaration.fields if isinstance(declaration, DatasetDeclaration) else None
    try:
        fields = known if known is not None else annotated_fields(declared)
    except NameError as error:
        problems.append(f"{declared.__module__}.{declared.__qualname__}: {error}, import it at run time too")
        return
    except UsageError as error:
        problems.append(str(error))
        return
    for field in fields:
        found = _problems(declared, field)
        label = above
        if found:
            problems += found
        elif field.tags:
            tag = field.tags[0]
            try:
                label = tagged(scheme, above, tag.level, tag.categories, tag.residency)
            except UsageError as error:
                problems.append(f"{declared.__module__}.{declared.__qualname__}.{field.name}: {error}")
        nested = _joined(_nested(field, label, scheme, problems, around))
        yield Column(Part(field.name), label, fields=nested)


def _nested(
    field: AnnotatedField, above: Label, scheme: Scheme, problems: list[str], around: tuple[type, ...]
) -> Iterator[Column]:
    for inner in field.classes:
        # A class inside of itself, as a tree's node is, ends the descent: its fields have the tags of the outer ones.
        if inner in around or not (declaration_of(inner) is not None or has_fields(inner)):
            continue
        label = above
        declaration = declaration_of(inner)
        if isinstance(declaration, DatasetDeclaration):
            try:
                own = declaration.own_label(scheme, above)
                label = own.join(above) if field.tags else own
            except UsageError as error:
                problems.append(f"{inner.__module__}.{inner.__qualname__}: {error}")
        yield from _columns(inner, label, scheme, problems, (*around, inner))


def _joined(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The fields of a value that may be of several classes: one that two of them have is as high as both."""
    found: dict[str, Column] = {}
    for column in columns:
        first = found.get(column.name.text)
        if first is None:
            found[column.name.text] = column
        else:
            fields = _joined((*first.fields, *column.fields))
            found[column.name.text] = Column(first.name, first.label.join(column.label), fields=fields)
    return tuple(found.values())


def _problems(declared: type, field: AnnotatedField) -> list[str]:
    if len(field.tags) < 2:
        return []
    place = f"{declared.__module__}.{declared.__qualname__}.{field.name}"
    return [f"{place}: {len(field.tags)} tags on one field, keep one"]
