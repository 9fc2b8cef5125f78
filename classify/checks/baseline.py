"""Baselines: the findings that a repository has accepted so far, one line each, in a file that git merges.

    # classify baseline v1
    3f2a9c0d11e5b764-9c1d22aa CLS101 reports/old.sql restricted app.users.ssn filter

Each line has the hash of what was found and that of the statement, the rule, the path, the class and what was found. No
times and no line numbers stand in it, so that only findings change it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from attrs import frozen

from classify.checks.fingerprint import Located
from classify.errors import FileError, Problem
from classify.labels import Scheme

HEADER = "# classify baseline v1"
_LINE = re.compile(r"([0-9a-f]{16})-([0-9a-f]{8}) (CLS\d{3}) (\S+) (\S+)(?: (.*))?\Z")


@frozen(order=True)
class Entry:
    """One accepted finding; the fields stand in its line in this order."""

    identity: str
    statement: str
    code: str
    path: str
    level: str
    what: str

    def line(self) -> str:
        from urllib.parse import quote  # this and others below only where a baseline is used

        found = f"{self.identity}-{self.statement} {self.code} {quote(self.path)} {self.level} {self.what}"
        return found.rstrip()


@frozen(eq=False, repr=False)
class Compared:
    """A run against a baseline.

    Attributes:
        new: findings that it does not accept.
        accepted: those that it does.
        stale: entries of checked files that no finding needs any more.
    """

    new: tuple[Located, ...]
    accepted: tuple[Located, ...]
    stale: tuple[Entry, ...]


def entry_of(located: Located, scheme: Scheme) -> Entry:
    finding = located.finding
    level = str(finding.label.level if finding.label is not None else scheme.top.level)
    return Entry(located.identity, located.statement, finding.code, located.path, level, "; ".join(finding.what))


def load_baseline(path: Path) -> tuple[Entry, ...]:
    """The entries of a baseline; one that stands twice, as after a merge, accepts two findings.

    Raises:
        FileError: with everything that is wrong in it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise FileError([Problem(str(path), "", f"cannot be read: {reason}, make it with --update-baseline")]) from None
    except UnicodeDecodeError as error:
        raise FileError([Problem(str(path), "", f"is not UTF-8 at byte {error.start}, make it anew")]) from None
    from urllib.parse import unquote

    lines = text.split("\n")
    first = lines[0].rstrip("\r")
    if first != HEADER:
        what = "is a baseline of another version" if first.startswith("# classify baseline") else "is no baseline"
        raise FileError([Problem(f"{path}:1", "", f"{what}, expected `{HEADER}`; make it anew with --update-baseline")])
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines[1:], start=2):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        if re.match(r"<{7}|={7}|>{7}|\|{7}", stripped):
            problems.append(Problem(f"{path}:{number}", "", "a conflict of a merge is left, resolve it"))
            continue
        match = _LINE.match(stripped)
        if match is None:
            problems.append(Problem(f"{path}:{number}", "", "is no entry, make the file anew with --update-baseline"))
            continue
        identity, statement, code, file, level, what = match.groups()
        entries.append(Entry(identity, statement, code, unquote(file), level, what or ""))
    if problems:
        raise FileError(problems)
    return tuple(entries)


def compare(found: Sequence[Located], entries: Iterable[Entry], scheme: Scheme, checked: Iterable[str]) -> Compared:
    """Which findings a baseline accepts: the same rule, path and columns, and no higher class than was accepted.

    Args:
        checked: the paths that the run covers, relative to the repository; entries of others are left alone.
    """
    left: dict[str, list[Entry]] = {}
    for entry in entries:
        left.setdefault(entry.identity, []).append(entry)
    new: list[Located] = []
    accepted: list[Located] = []
    # Of several that are alike, those whose statement is the same one come first.
    for located in sorted(found, key=lambda one: not _has(left, one)):
        taken = _take(left, located, scheme)
        (new if taken is None else accepted).append(located)
    covered = set(checked)
    stale = sorted(entry for rest in left.values() for entry in rest if entry.path in covered)
    order = {id(one): at for at, one in enumerate(found)}
    return Compared(
        tuple(sorted(new, key=lambda one: order[id(one)])),
        tuple(sorted(accepted, key=lambda one: order[id(one)])),
        tuple(stale),
    )


def _has(left: dict[str, list[Entry]], located: Located) -> bool:
    return any(entry.statement == located.statement for entry in left.get(located.identity, ()))


def _take(left: dict[str, list[Entry]], located: Located, scheme: Scheme) -> Entry | None:
    """The entry that accepts a finding, taken out; None where there is none."""
    label = located.finding.label or scheme.top
    ranks = {name: rank for rank, name in enumerate(scheme.names)}
    fit = [
        entry
        for entry in left.get(located.identity, ())
        # INVARIANT unknown-levels-accept-nothing: a level that the scheme does not know accepts nothing.
        if ranks.get(entry.level, -1) >= label.level.rank
    ]
    if not fit:
        return None
    entry = min(fit, key=lambda one: one.statement != located.statement)
    left[located.identity].remove(entry)
    return entry


def updated(entries: Iterable[Entry], found: Iterable[Located], scheme: Scheme, checked: Iterable[str]) -> list[Entry]:
    """The entries after an update: those of the checked files are what was found in them, the others stay."""
    covered = set(checked)
    kept = [entry for entry in entries if entry.path not in covered]
    return sorted([*kept, *(entry_of(located, scheme) for located in found)])


def write_baseline(path: Path, entries: Iterable[Entry]) -> None:
    """Write a baseline, whole or not at all.

    Raises:
        FileError: it cannot be written.
    """
    import tempfile

    text = "\n".join([HEADER, *(entry.line() for entry in sorted(entries))]) + "\n"
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
            Path(name).chmod(mode)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise FileError([Problem(str(path), "", f"cannot be written: {reason}")]) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
