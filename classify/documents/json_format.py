"""Reads JSON, with the places that the standard library's parser does not tell."""

from __future__ import annotations

import json
import re

from classify.documents.node import DEEPEST, Items, Key, Node, Place, Scalar, broken, is_text, map_of
from classify.lines import LineTable

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]|[^\s\[\]{}:,"]+')


def read_json(text: str, shown: str) -> Node:
    """The values of a JSON text.

    Raises:
        FileError: broken syntax.
    """
    lines = LineTable(text)
    depth = 0
    for match in _TOKEN.finditer(text):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(match[0], 0)
        if depth > DEEPEST:
            raise broken(shown, lines.place(match.start()), f"nested more than {DEEPEST} deep")
    try:
        json.loads(text, parse_constant=_no_constant, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        raise broken(shown, (error.lineno, error.colno), f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}") from None
    except ValueError as error:
        raise broken(shown, (0, 0), f"not JSON: {error}") from None
    return _values(text, lines, shown)


def _values(text: str, lines: LineTable, shown: str) -> Node:
    """The values of a text that is known to be JSON."""
    stack: list[tuple[bool, Place, list[Node]]] = []
    root: list[Node] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in "{[":
            stack.append((token == "[", lines.place(match.start()), []))
            continue
        if token in "}]":
            is_list, at, found = stack.pop()
            node: Node = Items(tuple(found), at) if is_list else map_of(zip(_keys(found), found[1::2], strict=True), at)
        elif token[0] == '"':
            value = json.loads(token)
            if not is_text(value):
                raise broken(shown, lines.place(match.start()), "not JSON: half of a character")
            node = Scalar(value, value, lines.place(match.start()))
        else:
            node = Scalar(_plain(token), token, lines.place(match.start()))
        (stack[-1][2] if stack else root).append(node)
    return root[0]


def _keys(found: list[Node]) -> list[Key]:
    return [Key(node.text, node.at) for node in found[::2] if isinstance(node, Scalar)]


def _plain(token: str) -> int | float | bool | None:
    if token in ("null", "true", "false"):
        return {"true": True, "false": False}.get(token)
    number = float(token)  # a whole number of any length, without the time that reading its digits would take
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _no_constant(name: str) -> None:
    raise ValueError(f"`{name}` is no JSON value")
