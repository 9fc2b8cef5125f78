"""Parts of the analyser taken away on purpose, one at a time: `python -m tests.laws.removed [--only TEXT]` lists those
that no case of `tests/cases` misses.

A part is a function that returns a flow (it returns none), what a table says of a class (a handler, or that all
arguments are read, becomes "nothing is read"; "nothing is read" goes, and so does the handler of a query, a source or a
statement), and a role of a name that is no value (it goes). A case misses it where its answer is another.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from types import CodeType, FrameType, FunctionType
from typing import Any, NamedTuple

import classify.sql
from classify import Catalog
from classify.sql import analyse
from classify.sql.report import roles
from classify.sql.walk import dispatch
from tests.cases.test_cases import CASES, FOLDER, differences

_TABLES = ("EXPRESSIONS", "QUERIES", "SOURCES", "STATEMENTS")
# Functions that return a number which is no flow.
_NUMBERS = frozenset(
    ("Numbering._first_lowered", "Numbering._take", "Numbering.first", "_Labels.number", "_of_thread", "_offset",
     "_stack", "_start", "_subscripts", "_words")
)  # fmt: skip
_MADE = "is made of its arguments"
_ROLES = ("_ROLES", "_TARGETS", "_WRITTEN", "_ASSIGNED")


class Part(NamedTuple):
    """A part that can be taken away.

    Attributes:
        name: as `expressions Case _case`.
        cases: the numbers of the cases that use it.
        taken: takes it away, and puts it back behind the block.
    """

    name: str
    cases: tuple[int, ...]
    taken: Callable[[], AbstractContextManager[None]]


def is_missed(part: Part) -> bool:
    """Whether a case notices that the part is not there."""
    catalog = Catalog.load(FOLDER / "catalog.yaml")  # which remembers nothing
    with part.taken():
        return any(_is_noticed(catalog, number) for number in part.cases)


def _is_noticed(catalog: Catalog, number: int) -> bool:
    case, dialect = CASES[number]
    try:
        return bool(differences(case, dialect, _analyse(catalog, number)))
    except Exception:  # noqa: BLE001  # whatever it is, it was noticed
        return True


def _analyse(catalog: Catalog, number: int) -> Any:
    case, dialect = CASES[number]
    return analyse(case.sql, catalog, dialect=dialect, default_schema="app")


def parts() -> list[Part]:
    """All parts, with the cases that use each.

    Classes that no case has, and whose value is made of all their arguments, are not among them: they are words of a
    list (`known.py`), and `tests/architecture/test_totality.py` looks at it.
    """
    return [part for part in _parts() if part.cases or not part.name.endswith(_MADE)]


def _parts() -> Iterator[Part]:
    functions = dict(_functions())
    tables: dict[str, dict[type, Any]] = {name: getattr(dispatch, name) for name in _TABLES}
    lists: dict[str, frozenset[Any]] = {name: getattr(roles, name) for name in _ROLES}
    used: defaultdict[object, list[int]] = defaultdict(list)
    _replace({id(table): _Told(name, table) for name, table in tables.items()})
    try:
        for name, entries in lists.items():
            setattr(roles, name, _ToldSet(name, entries))
        catalog = Catalog.load(FOLDER / "catalog.yaml")
        for number in range(len(CASES)):
            _SEEN.clear()
            sys.setprofile(_note)
            try:
                _analyse(catalog, number)
            finally:
                sys.setprofile(None)
            for one in _SEEN:
                used[one].append(number)
    finally:
        for name, entries in lists.items():
            setattr(roles, name, entries)
        _replace({id(getattr(dispatch, name)): table for name, table in tables.items()})
    for code, function in functions.items():
        yield Part(
            f"function {function.__module__.removeprefix('classify.sql.')}:{function.__qualname__}",
            tuple(used[code]),
            partial(_without_flow, function),
        )
    for name, table in tables.items():
        for kind, action in table.items():
            yield Part(
                f"{name.lower()} {kind.__name__} {_spelled(action)}",
                tuple(used[name, kind]),
                partial(_without_entry, table, kind),
            )
    for name, entries in lists.items():
        for entry in entries:
            spelled = f"{entry[0].__name__}.{entry[1]}" if isinstance(entry, tuple) else entry.__name__
            yield Part(
                f"role {name.strip('_').lower()} {spelled}",
                tuple(used[name, entry]),
                partial(_without_role, name, entry),
            )


def _spelled(action: object) -> str:
    if action is dispatch.VISIT:
        return _MADE
    return "reads nothing" if action is dispatch.LEAF else str(getattr(action, "__name__", action))


# -- what a case uses

_SEEN: set[object] = set()


def _note(frame: FrameType, event: str, _: object) -> None:
    if event == "call":
        _SEEN.add(frame.f_code)


class _Told(dict[type, Any]):
    """A table that notes what is looked up."""

    def __init__(self, name: str, table: dict[type, Any]) -> None:
        super().__init__(table)
        self._name = name

    def get(self, key: type, default: Any = None) -> Any:
        _SEEN.add((self._name, key))
        return super().get(key, default)

    def __getitem__(self, key: type) -> Any:
        _SEEN.add((self._name, key))
        return super().__getitem__(key)


class _ToldSet(frozenset[Any]):
    """A list of roles that notes what is found in it."""

    _name: str

    def __new__(cls, name: str, entries: frozenset[Any]) -> _ToldSet:
        made = super().__new__(cls, entries)
        made._name = name
        return made

    def __contains__(self, entry: object) -> bool:
        found = super().__contains__(entry)
        if found:
            _SEEN.add((self._name, entry))
        return found


def _modules() -> Iterator[Any]:
    for module in pkgutil.walk_packages(classify.sql.__path__, "classify.sql."):
        yield importlib.import_module(module.name)


def _replace(by_id: dict[int, Any]) -> None:
    """Put other objects in the place of some, wherever a module has them."""
    for module in _modules():
        for name, value in list(vars(module).items()):
            if id(value) in by_id:
                setattr(module, name, by_id[id(value)])


def _functions() -> Iterator[tuple[CodeType, FunctionType]]:
    """The functions that return a flow."""
    for module in _modules():
        for value in vars(module).values():
            if getattr(value, "__module__", None) != module.__name__:
                continue
            for one in vars(value).values() if isinstance(value, type) else (value,):
                function = one.fget if isinstance(one, property) else one
                if not isinstance(function, FunctionType) or function.__annotations__.get("return") != "int":
                    continue
                if function.__qualname__ not in _NUMBERS:
                    yield function.__code__, function


# -- taken away


def _nothing(*_: object, **__: object) -> int:
    return 0


@contextmanager
def _without_flow(function: FunctionType) -> Iterator[None]:
    code = function.__code__
    function.__code__ = _nothing.__code__
    try:
        yield
    finally:
        function.__code__ = code


@contextmanager
def _without_entry(table: MutableMapping[type, Any], kind: type) -> Iterator[None]:
    action = table[kind]
    if table is dispatch.EXPRESSIONS and action is not dispatch.LEAF:
        table[kind] = dispatch.LEAF
    else:
        del table[kind]
    try:
        yield
    finally:
        table[kind] = action


@contextmanager
def _without_role(name: str, entry: object) -> Iterator[None]:
    entries: frozenset[Any] = getattr(roles, name)
    setattr(roles, name, entries - {entry})
    try:
        yield
    finally:
        setattr(roles, name, entries)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="the parts whose name has this text")
    options = parser.parse_args()
    asked = [part for part in parts() if options.only in part.name]
    left = [part for part in asked if not is_missed(part)]
    for part in left:
        print(part.name, f"(used by {len(part.cases)} cases)")
    print(f"{len(asked)} parts, {len(left)} missed by no case")
    return int(bool(left))


if __name__ == "__main__":
    raise SystemExit(main())
