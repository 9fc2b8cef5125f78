"""Schemas of other formats whose own annotations hold tags, as catalog files: Avro, and JSON Schema.

The key `classify` at a record, or a schema of objects, says what its dataset has (`name`, `label`, …); at a field or a
property it is the entry of the column, as in a catalog file: a level, or a mapping.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from attrs import field, frozen

from classify.documents.node import NOWHERE, Items, Key, Map, Node, Place, Scalar, broken

ANNOTATION = "classify"

_MOST_FIELDS = 20_000
_MOST_AROUND = 64

_Found: TypeAlias = tuple[list[Node], list[tuple[Key, Node]]]
"""The annotations of a value, and the entries of the fields in it."""


def avro_catalog(document: Node, shown: str) -> Node:
    """An Avro schema as a catalog file: a dataset for each record at the top.

    Raises:
        FileError: no record, a type that is not there, or annotations that contradict each other.
    """
    reader = _Avro(shown)
    records = list(document.items) if isinstance(document, Items) else [document]
    found = [reader.dataset(one) for one in records]
    return _catalog(found, document.at)


def json_schema_catalog(document: Node, shown: str, stem: str) -> Node:
    """A JSON Schema of objects as a catalog file of one dataset.

    Args:
        stem: what the dataset is called if neither annotation nor title say.

    Raises:
        FileError: a reference that leads nowhere or out of the file, or annotations that contradict each other.
    """
    assert isinstance(document, Map), "what is no mapping is no JSON Schema"
    reader = _JsonSchema(shown, document)
    said, fields = reader.value(document, ("#",))
    title = document.get("title")
    name = title if isinstance(title, Scalar) and isinstance(title.value, str) else Scalar(stem, stem, document.at)
    return _catalog([_dataset(said[:1], fields, name, document.at)], document.at)


def node_of(value: Any) -> Node:
    """A value of Python's as a document, with no places."""
    if isinstance(value, Mapping):
        return Map({str(key): (Key(str(key), NOWHERE), node_of(one)) for key, one in value.items()}, NOWHERE)
    if isinstance(value, (list, tuple)):
        return Items(tuple(map(node_of, value)), NOWHERE)
    return Scalar(value, str(value), NOWHERE)


def _catalog(datasets: Iterable[Node], at: Place) -> Node:
    return _table([("version", Scalar(1, "1", at)), ("datasets", Items(tuple(datasets), at))], at)


def _table(entries: Iterable[tuple[str, Node]], at: Place) -> Map:
    return Map({key: (Key(key, at), value) for key, value in entries}, at)


def _dataset(said: list[Node], fields: list[tuple[Key, Node]], name: Node, at: Place) -> Node:
    own = said[0] if said else None
    entries = dict(own.entries) if isinstance(own, Map) else {}
    if own is not None and not isinstance(own, Map):
        entries["label"] = (Key("label", own.at), own)
    quoted = Scalar(_quoted(str(getattr(name, "value", ""))), "", name.at)
    entries.setdefault("name", (Key("name", name.at), quoted._replace(text=str(quoted.value))))
    entries["columns"] = (Key("columns", at), Map({key.text: (key, value) for key, value in fields}, at))
    return Map(entries, own.at if own is not None else at)


def _quoted(name: str) -> str:
    return name if name.isidentifier() else '"' + name.replace('"', '""') + '"'


@frozen(eq=False)
class _Reader:
    """What both formats share.

    Attributes:
        shown: the file, as a person calls it.
    """

    shown: str
    count: Iterator[int] = field(factory=itertools.count, init=False)

    def column(self, key: Key, found: _Found) -> tuple[Key, Node]:
        """The entry of a column: its annotation, with the fields in it."""
        if next(self.count) > _MOST_FIELDS:  # a few types that refer to each other twice come to any number
            raise broken(
                self.shown, key.at, f"comes to more than {_MOST_FIELDS} fields with what it refers to, split it"
            )
        said, fields = found
        for other in said[1:]:
            if _plain(other) != _plain(said[0]):
                raise broken(self.shown, other.at, f"`{key.text}` has two annotations that differ, keep one")
        entries: dict[str, tuple[Key, Node]] = {}
        if said and isinstance(said[0], Map):
            entries.update(said[0].entries)
        elif said:
            entries["level"] = (Key("level", said[0].at), said[0])
        if fields:
            entries["fields"] = (Key("fields", key.at), Map({one.text: (one, node) for one, node in fields}, key.at))
        return Key(_quoted(key.text), key.at), Map(entries, said[0].at if said else key.at)

    def joined(self, parts: Iterable[_Found]) -> _Found:
        """What several values that stand for one have together."""
        said: list[Node] = []
        fields: dict[str, tuple[Key, Node]] = {}
        for more, inner in parts:
            said += more
            for key, node in inner:
                known = fields.setdefault(key.text, (key, node))
                if _plain(known[1]) != _plain(node):
                    raise broken(self.shown, key.at, f"`{key.text}` is there twice, with other annotations")
        return said, list(fields.values())


@frozen(eq=False)
class _Avro(_Reader):
    """Reads Avro's types ("Specification", Schema Declaration)."""

    named: dict[str, Map] = field(factory=dict, init=False)

    def dataset(self, node: Node) -> Node:
        if not isinstance(node, Map) or _text(node.get("type")) not in ("record", "error"):
            raise broken(self.shown, node.at, "expected a record, whose fields are the columns")
        said, fields = self.value(node, "", ())
        name = node.get("name")
        return _dataset(said, fields, name if name is not None else Scalar("", "", node.at), node.at)

    def value(self, node: Node | None, space: str, around: tuple[str, ...]) -> _Found:
        """What a type says. `space` is the namespace around it."""
        if isinstance(node, Items):
            return self.joined(self.value(one, space, around) for one in node.items)
        if isinstance(node, Scalar):
            return self._reference(node, space, around)
        if not isinstance(node, Map):
            return [], []
        said = [own] if (own := node.get(ANNOTATION)) is not None else []
        kind = node.get("type")
        name = _text(node.get("name"))
        if name:
            space = _text(node.get("namespace")) or name.rpartition(".")[0] or space
            full = name if "." in name or not space else f"{space}.{name}"
            self.named[full] = node
            around = (*around, full)
        listed = node.get("fields")
        if isinstance(listed, Items):
            return said, [self._field(one, space, around) for one in listed.items if isinstance(one, Map)]
        inner = [node.get(key) for key in ("items", "values")]
        if not isinstance(kind, Scalar) or _text(kind) not in _COMPLEX:
            inner.append(kind)
        more, fields = self.joined(self.value(one, space, around) for one in inner if one is not None)
        return [*said, *more], fields

    def _field(self, node: Map, space: str, around: tuple[str, ...]) -> tuple[Key, Node]:
        name = node.get("name")
        if not isinstance(name, Scalar):
            raise broken(self.shown, node.at, "a field without a name")
        said = [own] if (own := node.get(ANNOTATION)) is not None else []
        more, fields = self.value(node.get("type"), space, around)
        return self.column(Key(name.text, name.at), ([*said, *more], fields))

    def _reference(self, node: Scalar, space: str, around: tuple[str, ...]) -> _Found:
        name = node.text
        if name in _PRIMITIVE:
            return [], []
        full = name if "." in name or not space else f"{space}.{name}"
        known = self.named.get(full) or self.named.get(name)
        if known is None:
            raise broken(self.shown, node.at, f"no type `{name}` before this, define it in the same file")
        if len(around) > _MOST_AROUND:
            raise broken(self.shown, node.at, f"refers more than {_MOST_AROUND} deep")
        if full in around or name in around:
            return [], []  # a record inside of itself: its fields have the tags of what is around them
        return self.value(known, space, around)


_COMPLEX = ("record", "error", "enum", "array", "map", "fixed")
_PRIMITIVE = ("null", "boolean", "int", "long", "float", "double", "bytes", "string", *_COMPLEX)


@frozen(eq=False)
class _JsonSchema(_Reader):
    """Reads JSON Schema (draft 2020-12 and those before it, "Core" and "Validation")."""

    root: Map

    def value(self, node: Node | None, around: tuple[str, ...]) -> _Found:
        """What a schema says."""
        if isinstance(node, Items):
            return self.joined(self.value(one, around) for one in node.items)
        if not isinstance(node, Map):
            return [], []
        parts: list[_Found] = [([own], [])] if (own := node.get(ANNOTATION)) is not None else []
        for key, (at, inner) in node.entries.items():
            parts += self._keyword(key, at, inner, around)
        return self.joined(parts)

    def _keyword(self, key: str, at: Key, inner: Node, around: tuple[str, ...]) -> Iterator[_Found]:
        if key == "properties" and isinstance(inner, Map):
            yield [], [self.column(name, self.value(one, around)) for name, one in inner.entries.values()]
        elif key in ("$ref", "$dynamicRef") and isinstance(inner, Scalar):
            if len(around) > _MOST_AROUND:
                raise broken(self.shown, at.at, f"refers more than {_MOST_AROUND} deep")
            if inner.text not in around:  # one inside of itself has the tags of what is around it
                yield self.value(self._target(inner), (*around, inner.text))
        elif key == "patternProperties" and isinstance(inner, Map):
            yield from (self.value(one, around) for _, one in inner.entries.values())
        elif key in _INSIDE:
            yield self.value(inner, around)
        elif key not in _DEFINITIONS and key != ANNOTATION and _holds_annotation(inner):
            raise broken(self.shown, at.at, f"an annotation under `{key}` is not read, put it at the property")

    def _target(self, reference: Scalar) -> Node:
        text = reference.text
        if not text.startswith("#"):
            raise broken(self.shown, reference.at, f"`{text}` leads out of the file, which is not followed")
        found: Node | None = self.root
        for part in text[1:].strip("/").split("/") if text != "#" else ():
            step = part.replace("~1", "/").replace("~0", "~")
            found = found.get(step) if isinstance(found, Map) else None
        if found is None:
            raise broken(self.shown, reference.at, f"`{text}` leads nowhere, correct it")
        return found


_INSIDE = frozenset(
    "additionalItems additionalProperties allOf anyOf contains else if items oneOf prefixItems then "
    "unevaluatedItems unevaluatedProperties".split()
)
_DEFINITIONS = frozenset(("$defs", "definitions"))  # which are read where they are referred to


def _holds_annotation(node: Node) -> bool:
    if isinstance(node, Items):
        return any(map(_holds_annotation, node.items))
    return isinstance(node, Map) and (
        ANNOTATION in node.entries or any(_holds_annotation(one) for _, one in node.entries.values())
    )


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and isinstance(node.value, str) else ""


def _plain(node: Node) -> object:
    """A value without places, to be compared."""
    if isinstance(node, Items):
        return tuple(map(_plain, node.items))
    if isinstance(node, Map):
        return {key: _plain(value) for key, (_, value) in node.entries.items()}
    return node.value
