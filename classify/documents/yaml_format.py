"""Reads YAML, by the parser's events: those nest without recursion, and an alias is not copied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from classify.documents.node import (
    DEEPEST,
    NOWHERE,
    Items,
    Key,
    Map,
    Node,
    Place,
    Scalar,
    broken,
    is_text,
    map_of,
    shortened,
)
from classify.errors import FileError
from classify.lines import LineTable

# YAML 1.2's core schema ("10.3.2 Tag resolution"), as editors read it: `on`, `no` and dates are texts.
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))
_WHOLE = re.compile(r"[-+]?[0-9]+\Z")
_NUMBER = re.compile(r"(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)\Z")
_TEXT_TAGS = (None, "!", "tag:yaml.org,2002:str")
_MERGE = "<<"
_MOST_SPELLED = 1_000_000  # aliases of aliases can spell more values than a machine holds
_NUMBER_STARTS = frozenset("+-.0123456789")
_LONGEST_NUMBER = 300  # digits; a longer one would cost time to read, and means nothing here

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's parser is ten times as fast, if there is one


def read_yaml(text: str, shown: str) -> Node:
    """The values of a YAML text.

    Raises:
        FileError: broken syntax, several documents, tags, or an alias inside of what it stands for.
    """
    try:
        return _Reader(yaml.parse(text, Loader=_Loader), shown).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # libyaml looks ahead, so its own limit may come before the event that tells of ours.
        deep = _too_deep(text[: mark.index]) if mark else None
        if deep is not None:
            raise broken(shown, deep, f"nested more than {DEEPEST} deep") from None
        message = shortened(error.problem or error.context or "broken syntax")
        raise broken(shown, _place(mark) if mark else (0, 0), f"not YAML: {message}") from None
    except yaml.YAMLError as error:
        message = shortened(str(getattr(error, "reason", "")) or "broken syntax")
        raise broken(shown, _position(text, getattr(error, "position", None)), f"not YAML: {message}") from None


class _Open:
    """A list or mapping whose end has not come yet."""

    __slots__ = ("anchor", "at", "found", "is_list", "size")

    def __init__(self, is_list: bool, at: Place, anchor: str | None) -> None:
        self.is_list = is_list
        self.at = at
        self.anchor = anchor
        self.found: list[Node] = []  # of a mapping, keys and values by turns
        self.size = 1  # how many values it holds with all aliases spelled out


class _Reader:
    """Builds the values from the parser's events."""

    def __init__(self, events: Iterator[Any], shown: str) -> None:
        self._events = events
        self._shown = shown
        self._anchors: dict[str, Node | None] = {}  # None while its own value is being read
        self._sizes: dict[str, int] = {}

    def document(self) -> Node:
        """The only document's value."""
        stack: list[_Open] = []
        root: Node | None = None
        for event in self._events:
            kind, size = type(event), 1
            if kind is yaml.ScalarEvent:
                node: Node = self._scalar(event)
            elif kind is yaml.AliasEvent:
                node = self._alias(event)
                size = self._sizes[event.anchor]
            elif kind in (yaml.MappingStartEvent, yaml.SequenceStartEvent):
                stack.append(self._open(event, len(stack)))
                continue
            elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
                done = stack.pop()
                size = done.size
                node = Items(tuple(done.found), done.at) if done.is_list else self._table(done)
                if done.anchor is not None:
                    self._anchors[done.anchor] = node
                    self._sizes[done.anchor] = size
            elif kind is yaml.DocumentStartEvent and root is not None:
                raise self._broken(event, "a second document, expected one in a file")
            else:
                continue
            if stack:
                stack[-1].found.append(node)
                stack[-1].size += size
                if kind is yaml.AliasEvent and stack[-1].size > _MOST_SPELLED:
                    raise self._broken(event, f"more than {_MOST_SPELLED} values with aliases spelled out, use fewer")
            else:
                root = node
        if root is None:
            raise broken(self._shown, (0, 0), "is empty")
        return root

    def _open(self, event: Any, depth: int) -> _Open:
        if depth >= DEEPEST:
            raise self._broken(event, f"nested more than {DEEPEST} deep")
        is_list = isinstance(event, yaml.SequenceStartEvent)
        if event.tag not in (None, "!", "tag:yaml.org,2002:seq" if is_list else "tag:yaml.org,2002:map"):
            raise self._broken(event, f"tag `{shortened(event.tag)}` has no meaning here, remove it")
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        return _Open(is_list, _place(event.start_mark), event.anchor)

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self._anchors:
            raise self._broken(event, f"alias `*{shortened(event.anchor)}` before its anchor")
        node = self._anchors[event.anchor]
        if node is None:
            raise self._broken(event, f"alias `*{shortened(event.anchor)}` inside of what it stands for")
        return node

    def _scalar(self, event: Any) -> Scalar:
        text = event.value
        if event.tag not in _TEXT_TAGS:
            raise self._broken(event, f"tag `{shortened(event.tag)}` has no meaning here, remove it")
        if not is_text(text):
            raise self._broken(event, "not YAML: half of a character")
        value = _plain(text) if event.implicit[0] and event.tag is None and event.style in (None, "") else text
        node = Scalar(value, text, _place(event.start_mark))
        if event.anchor is not None:
            self._anchors[event.anchor] = node
            self._sizes[event.anchor] = 1
        return node

    def _table(self, done: _Open) -> Map:
        pairs: list[tuple[Key, Node]] = []
        merged: list[tuple[Key, Node]] = []
        for named, value in zip(done.found[::2], done.found[1::2], strict=True):
            if not isinstance(named, Scalar):
                raise broken(self._shown, named.at, "a list or mapping as a key, expected a text")
            if named.text == _MERGE:
                merged += self._merged(value)
            else:
                pairs.append((Key(named.text, named.at), value))
        own = {key.text for key, _ in pairs}
        # YAML's merge key: a key of the mapping itself wins, then the earlier of those merged.
        for key, value in merged:
            if key.text not in own:
                own.add(key.text)
                pairs.append((key, value))
        return map_of(iter(pairs), done.at)

    def _merged(self, value: Node) -> list[tuple[Key, Node]]:
        tables = value.items if isinstance(value, Items) else (value,)
        found: list[tuple[Key, Node]] = []
        for table in tables:
            if not isinstance(table, Map):
                raise broken(self._shown, value.at, "`<<` takes a mapping or a list of mappings")
            found += table.entries.values()
        return found

    def _broken(self, event: Any, message: str) -> FileError:
        return broken(self._shown, _place(event.start_mark), message)


def _plain(text: str) -> str | int | float | bool | None:
    """What a text without quotes stands for."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if text[0] in _NUMBER_STARTS and _NUMBER.match(text) and len(text) <= _LONGEST_NUMBER:
        if _WHOLE.match(text):
            return int(text)
        return int(text, 0) if text[1:2] in ("o", "x") else float(text)
    return text


def _place(mark: Any) -> Place:
    return (mark.line + 1, mark.column + 1)


def _too_deep(text: str) -> Place | None:
    """Where a text that the parser refuses opens more brackets than may nest, or None."""
    opened: list[int] = []
    for found in re.finditer(r"[\[\]{}]", text):
        if found[0] in "[{":
            opened.append(found.start())
        elif opened:
            opened.pop()
    return _position(text, opened[DEEPEST]) if len(opened) > DEEPEST else None


def _position(text: str, offset: object) -> Place:
    return LineTable(text).place(offset) if isinstance(offset, int) else NOWHERE
