"""Reads datasets from a mapping of the program's own: for tests, notebooks and other tools."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from classify.catalog.dataset import Dataset
from classify.catalog.reader import read_datasets
from classify.documents import Items, Key, Map, Node, Problems, Scalar, expected
from classify.documents.node import NOWHERE, shortened
from classify.errors import UsageError
from classify.labels import Scheme
from classify.names import FOLDING

_PATH = re.compile(r"\A\$\.datasets\[(\d+)\](?:\.columns|\.name)?")
_VERSION = (Key("version", NOWHERE), Scalar(1, "1", NOWHERE))


def map_datasets(
    datasets: Mapping[str, Mapping[str, Any]], views: Mapping[str, str], dialect: str | None, scheme: Scheme
) -> tuple[Dataset, ...]:
    """The datasets of a mapping by name to their columns, then the views; a view's columns may be among the former.

    Args:
        dialect: that the views are written in, and by whose rules two names are the same.

    Raises:
        UsageError: with everything that is wrong in it.
    """
    if dialect is not None and dialect not in FOLDING:
        raise UsageError(f"unknown dialect `{dialect}`{expected(dialect, FOLDING)}")
    entries = [_entry(name, columns, views.get(name), dialect) for name, columns in datasets.items()]
    entries += [_entry(name, None, view, dialect) for name, view in views.items() if name not in datasets]
    document = _table({"datasets": entries})
    problems = Problems("")
    folding = FOLDING[dialect] if dialect is not None else None
    found = read_datasets(Map({"version": _VERSION, **document.entries}, NOWHERE), scheme, problems, {}, folding)
    if problems:
        names = [str(entry["name"]) for entry in entries]
        raise UsageError("\n".join(f"{_path(problem.path, names)}: {problem.message}" for problem in problems.listed))
    return found


def _path(path: str, names: list[str]) -> str:
    """The path in the mapping that was given, from that in the document made of it."""
    return _PATH.sub(lambda match: f'$["{shortened(names[int(match[1])])}"]', path)


def _entry(name: str, columns: object, view: str | None, dialect: str | None) -> dict[str, object]:
    entry: dict[str, object] = {"name": name}
    if columns is not None:
        entry["columns"] = columns
    if view is not None:
        entry["view"] = view
        if dialect is not None:
            entry["dialect"] = dialect
    return entry


def _table(value: Mapping[Any, object]) -> Map:
    return Map({str(key): (Key(str(key), NOWHERE), _node(inner)) for key, inner in value.items()}, NOWHERE)


def _node(value: object) -> Node:
    if isinstance(value, Mapping):
        return _table(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return Items(tuple(_node(inner) for inner in value), NOWHERE)
    if value is None or isinstance(value, (str, bool, int, float)):
        return Scalar(value, "" if value is None else str(value), NOWHERE)
    if isinstance(value, datetime.date):
        return Scalar(value.isoformat(), value.isoformat(), NOWHERE)
    raise UsageError(f"expected texts, lists and mappings in a catalog, found {type(value).__name__}")
