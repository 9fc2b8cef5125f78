"""INVARIANT: no tag that can be reached from a declared class is lost, whatever kind of class or alias holds it."""

from __future__ import annotations

import dataclasses
import operator
import sys
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Generic, NamedTuple, NewType, TypedDict, TypeVar

import attrs
import pydantic
import pytest
import typing_extensions

from classify.catalog import Catalog, Column
from classify.declare import Tag, dataset

Secret = Annotated[str, Tag("restricted")]
_T = TypeVar("_T")
_Bound = TypeVar("_Bound", bound=Secret)


@attrs.frozen
class Attrs:
    inner: Secret


@dataclasses.dataclass
class Data:
    inner: Secret


class Typed(TypedDict):
    inner: Secret


class Named(NamedTuple):
    inner: Secret


class Plain:
    inner: Secret


class Inherits(Plain):
    pass


class Model(pydantic.BaseModel):
    inner: Secret


class Box(Generic[_T]):
    item: _T


class Deep:
    plain: Plain


class Bounded(Generic[_Bound]):
    item: _Bound


New = NewType("New", Secret)
NewOfNew = NewType("NewOfNew", New)
NewOfClass = NewType("NewOfClass", Plain)
Alias = typing_extensions.TypeAliasType("Alias", Secret)
OfAlias = typing_extensions.TypeAliasType("OfAlias", list[Alias])
OfClass = typing_extensions.TypeAliasType("OfClass", Plain)

FORMS: dict[str, Any] = {
    "itself": Secret,
    "attrs": Attrs,
    "dataclass": Data,
    "TypedDict": Typed,
    "NamedTuple": Named,
    "plain class": Plain,
    "plain class that inherits": Inherits,
    "pydantic model": Model,
    "class in a class": Deep,
    "generic": Box[Plain],
    "generic of a tag": Box[Secret],
    "variable with a bound": Bounded,
    "new type": New,
    "new type of a new type": NewOfNew,
    "new type of a class": NewOfClass,
    "alias": Alias,
    "alias of an alias": OfAlias,
    "alias of a class": OfClass,
}
_of: Any = operator.getitem  # `kind[form]`, which a type checker would take for a type

WRAPPED: dict[str, Any] = {
    "alone": lambda form: form,
    "optional": lambda form: form | None,
    "union": lambda form: form | int,
    "list": lambda form: _of(list, form),
    "mapping": lambda form: _of(Mapping, (str, form)),
    "tuple": lambda form: _of(tuple, (form, ...)),
    "annotated": lambda form: _of(Annotated, (form, "of something else")),
}


def _levels(columns: tuple[Column, ...]) -> Iterator[str]:
    for column in columns:
        yield str(column.label.level)
        yield from _levels(column.fields)


@pytest.mark.invariant("no-tag-lost")
@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED.keys())
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("kind", ["attrs", "dataclass", "plain"])
def test_a_tag_is_found(kind: str, form: Any, wrap: Any) -> None:
    made: type = type("Outer", (), {"__annotations__": {"column": wrap(form)}, "__module__": __name__})
    if kind == "attrs":
        made = attrs.define(made)
    elif kind == "dataclass":
        made = dataclasses.dataclass(made)
    declared = dataset("app.t", label="public")(made)
    assert "restricted" in set(_levels(Catalog.of(declared).datasets[0].columns))


if sys.version_info >= (3, 12):  # the statement `type` came with it

    def test_a_tag_behind_the_statement_type_is_found() -> None:
        names: dict[str, Any] = {"Secret": Secret, "Plain": Plain}
        exec("type Word = Secret\ntype Tree = list[Tree] | Plain\ntype Of[T] = dict[str, T]", names)
        for form in (names["Word"], _of(list, names["Word"]), names["Tree"], names["Of"][Secret]):
            made: type = type("Outer", (), {"__annotations__": {"column": form}, "__module__": __name__})
            declared = dataset("app.t", label="public")(made)
            assert "restricted" in set(_levels(Catalog.of(declared).datasets[0].columns))
