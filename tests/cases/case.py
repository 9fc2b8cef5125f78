"""The cases in the `.sql` files beside this one: a statement, and what it touches in the words of a data analyst.

A case is a title, a text of SQL, and the columns that it reads; see `docs/contributing.md` for the other lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from attrs import field, frozen

_LINE = re.compile(
    r"-- (?P<key>[a-z]+)(?: (?P<subject>[^:\[\]]+?))?(?:\[(?P<dialects>[^\]]+)\])?:(?: (?P<value>.*))?\Z"
)
_KEYS = frozenset(
    ("reads", "datasets", "output", "writes", "kinds", "spans", "unresolved", "kind", "level", "levels", "engine")
)
_ENGINE = re.compile(r"(?:no|valid) \(.+\)\Z")


@frozen
class Line:
    """One expectation: `-- key subject[dialects]: value`."""

    key: str
    subject: str
    dialects: tuple[str, ...]
    value: str


@frozen
class Case:
    """A text of SQL and what is expected of it.

    Attributes:
        place: `file:line` of its title.
        dialects: the ones that it holds in.
    """

    title: str
    place: str
    dialects: tuple[str, ...]
    sql: str
    lines: tuple[Line, ...] = field(repr=False)

    def values(self, key: str, dialect: str) -> tuple[tuple[str, str], ...]:
        """The (subject, value) pairs of that key: the dialect's own ones, else the ones for every dialect."""
        found = [line for line in self.lines if line.key == key]
        own = [line for line in found if dialect in line.dialects]
        return tuple((line.subject, line.value) for line in own or found if line in own or not line.dialects)

    def value(self, key: str, dialect: str) -> str | None:
        """The one value of that key, or None where the case does not say."""
        found = self.values(key, dialect)
        return found[0][1] if found else None


def read_cases(folder: Path) -> Iterator[Case]:
    """The cases of every `.sql` file in a folder, in order."""
    for path in sorted(folder.glob("*.sql")):
        yield from _cases_of(path)


def _cases_of(path: Path) -> Iterator[Case]:
    dialects: tuple[str, ...] = ()
    block: list[str] = []
    start = 0
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate([*lines, "-- case: "], start=1):
        if not line.startswith("-- case: "):
            block.append(line)
            continue
        if start:
            yield _case(path, start, block, dialects)
        else:
            dialects = tuple(word for head in block if head.startswith("-- dialect: ") for word in head.split()[2:])
        start, block = number, [line]


def _case(path: Path, start: int, block: Iterable[str], dialects: tuple[str, ...]) -> Case:
    title, *rest = block
    place = f"{path.name}:{start}"
    sql: list[str] = []
    lines: list[Line] = []
    for text in rest:
        match = _LINE.match(text)
        if not text.startswith("-- "):
            sql.append(text)
        elif match and match["key"] == "dialect":
            dialects = tuple(match["value"].split())
        elif match and match["key"] in _KEYS:
            if match["key"] == "engine" and not _ENGINE.match(match["value"] or ""):
                raise ValueError(f"{place}: unknown `{text}`: expected `no (why)` or `valid (why)`")
            own = tuple((match["dialects"] or "").split())
            lines.append(Line(match["key"], match["subject"] or "", own, match["value"] or ""))
        else:
            raise ValueError(f"{place}: unknown line `{text}`: expected one of {', '.join(sorted(_KEYS))}")
    if not any(line.key == "reads" for line in lines):
        raise ValueError(f"{place}: no `-- reads:` line")
    return Case(title.removeprefix("-- case: "), place, dialects, "\n".join(sql).strip(), tuple(lines))
