"""Holds a document against a form, and gathers everything that is wrong in it."""

from __future__ import annotations

import datetime
import re

from classify.documents.entry import Entry
from classify.documents.node import NOWHERE, Items, Key, Map, Node, Scalar, kind_of, kind_where_text, shortened
from classify.documents.problems import Problems, child, expected
from classify.documents.shapes import (
    Day,
    Either,
    Form,
    ListOf,
    MapOf,
    Nothing,
    Record,
    Ref,
    Shape,
    Text,
    Truth,
    Version,
    Whole,
    Word,
)

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_DROPPED = Scalar(None, "", NOWHERE)  # stands for an item that was reported, so that the others keep their numbers


def check(node: Node, form: Form, problems: Problems, path: str = "$") -> Entry | None:
    """What of the document has the form's shape: without the entries that are reported; None if nothing has.

    Args:
        path: of the node, where it is a part of a document.
    """
    found = _check(node, form.root, path, form, problems)
    return Entry(found, problems, path) if isinstance(found, Map) else None


def _check(node: Node, shape: Shape, path: str, form: Form, problems: Problems) -> Node | None:
    """The value as far as it has the shape; None if it has not."""
    if problems.full:
        return None
    while isinstance(shape, Ref):
        shape = form.definitions[shape.name]
    if isinstance(shape, Either):
        option = _option(node, shape)
        if option is None:
            problems.add(node.at, path, f"expected {shape.expected}, found {kind_where_text(node)}")
            return None
        return _check(node, option, path, form, problems)
    if isinstance(shape, Record):
        return _record(node, shape, path, form, problems)
    if isinstance(shape, MapOf):
        return _table(node, shape, path, form, problems)
    if isinstance(shape, ListOf):
        return _list(node, shape, path, form, problems)
    wrong = _scalar_problem(node, shape)
    if wrong:
        problems.add(node.at, path, wrong)
        return None
    return node


def _option(node: Node, shape: Either) -> Shape | None:
    """The form of the several that a value is meant to have, by its kind alone."""
    for option in shape.options:
        if isinstance(option, (Record, MapOf)):
            fits = isinstance(node, Map)
        elif isinstance(option, ListOf):
            fits = isinstance(node, Items)
        elif isinstance(option, Nothing):
            fits = isinstance(node, Scalar) and node.value is None
        else:
            fits = isinstance(node, Scalar) and isinstance(node.value, str)
        if fits:
            return option
    return None


def _scalar_problem(node: Node, shape: Text | Word | Whole | Truth | Day | Nothing | Version) -> str:
    """What is wrong with a value that should be a single one, or nothing."""
    if isinstance(shape, Nothing):
        return "" if isinstance(node, Scalar) and node.value is None else f"expected nothing, found {kind_of(node)}"
    if isinstance(shape, Version):
        fits = isinstance(node, Scalar) and not isinstance(node.value, bool) and node.value == shape.number
        return "" if fits else f"expected version {shape.number}, found {kind_of(node)}"
    if isinstance(shape, Day):
        if isinstance(node, Scalar) and isinstance(node.value, str) and _is_day(node.text):
            return ""
        return f"expected a date as 2027-06-30, found {kind_of(node)}"
    if isinstance(shape, Truth):
        fits = isinstance(node, Scalar) and isinstance(node.value, bool)
        return "" if fits else f"expected true or false, found {kind_of(node)}"
    if isinstance(shape, Whole):
        number = node.value if isinstance(node, Scalar) else None
        if isinstance(number, int) and not isinstance(number, bool) and shape.least <= number <= shape.most:
            return ""
        return f"expected a whole number from {shape.least} to {shape.most}, found {kind_of(node)}"
    if isinstance(shape, Word):
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            return f"expected a {shape.kind}, found {kind_where_text(node)}"
        if node.text in shape.known:
            return ""
        return f"unknown {shape.kind} `{shortened(node.text)}`{expected(node.text, shape.known)}"
    if isinstance(node, Scalar) and isinstance(node.value, str) and re.fullmatch(shape.pattern, node.text):
        return ""
    return f"expected {shape.expected}, found {kind_where_text(node)}"


def _is_day(text: str) -> bool:
    if not _DAY.match(text):
        return False
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _record(node: Node, shape: Record, path: str, form: Form, problems: Problems) -> Map | None:
    if not isinstance(node, Map):
        problems.add(node.at, path, f"expected {shape.kind}, found {kind_of(node)}")
        return None
    _again(node, path, problems)
    kept: dict[str, tuple[Key, Node]] = {}
    for key, value in node.entries.values():
        field = shape.fields.get(key.text)
        inner = child(path, key.text)
        if field is None:
            problems.add(key.at, inner, f"unknown key `{shortened(key.text)}`{expected(key.text, shape.fields)}")
            continue
        found = _check(value, field.shape, inner, form, problems)
        if found is not None:
            kept[key.text] = (key, found)
        if key.text in shape.needs and shape.needs[key.text] not in node.entries:
            problems.add(key.at, inner, f"`{key.text}` without `{shape.needs[key.text]}`, add it or remove this")
    for name, field in shape.fields.items():
        if field.required and name not in node.entries:
            problems.add(node.at, path, f"no `{name}`, every {shape.kind.removeprefix('a ')} has one")
    if shape.any_of and not any(key in node.entries for key in shape.any_of):
        names = " nor ".join(f"`{key}`" for key in shape.any_of)
        problems.add(node.at, path, f"neither {names}, every {shape.kind.removeprefix('a ')} has one")
    return Map(kept, node.at)


def _table(node: Node, shape: MapOf, path: str, form: Form, problems: Problems) -> Map | None:
    if not isinstance(node, Map):
        problems.add(node.at, path, f"expected a mapping by {shape.kind}, found {kind_of(node)}")
        return None
    _again(node, path, problems)
    if len(node.entries) < shape.least:
        problems.add(node.at, path, f"is empty, expected at least one {shape.kind}")
    kept: dict[str, tuple[Key, Node]] = {}
    for key, value in node.entries.values():
        inner = child(path, key.text)
        if not re.fullmatch(shape.key.pattern, key.text):
            named = f"`{shortened(key.text)}`" if key.text.strip() else "an empty text"
            problems.add(key.at, inner, f"expected {shape.key.expected}, found {named}")
            continue
        found = _check(value, shape.value, inner, form, problems)
        if found is not None:
            kept[key.text] = (key, found)
    return Map(kept, node.at)


def _list(node: Node, shape: ListOf, path: str, form: Form, problems: Problems) -> Items | None:
    if not isinstance(node, Items):
        is_one = isinstance(node, Scalar) and node.text.strip() and not isinstance(shape.item, Record)
        hint = f", write `[{shortened(node.text)}]`" if isinstance(node, Scalar) and is_one else ""
        problems.add(node.at, path, f"expected a list, found {kind_of(node)}{hint}")
        return None
    if len(node.items) < shape.least:
        problems.add(node.at, path, "is empty, expected at least one")
    kept = [_check(item, shape.item, f"{path}[{index}]", form, problems) for index, item in enumerate(node.items)]
    return Items(tuple(item if item is not None else _DROPPED for item in kept), node.at)


def _again(node: Map, path: str, problems: Problems) -> None:
    for key in node.again:
        first = node.entries[key.text][0]
        where = f" in line {first.at[0]}" if first.at[0] else ""
        problems.add(key.at, child(path, key.text), f"`{shortened(key.text)}` is there twice, first{where}, remove one")
