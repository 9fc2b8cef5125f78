"""What a change brings: the findings of now that the merge base with another revision did not have.

The base is checked too, its files with its own catalog and settings, out of git's store and without a checkout: a
finding may be new though its line is not, where a filter was taken out below it, or the catalog changed.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from attrs import frozen

from classify.checks.fingerprint import Located
from classify.errors import UsageError

_HUNK = re.compile(rb"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)


@frozen(eq=False, repr=False)
class Change:
    """What has changed since the base.

    Attributes:
        root: of the repository.
        base: the commit that is compared with.
        changed: paths of now that are new or not as they were, relative to the root.
        renamed: those of them that had another path, with that one.
        gone: paths that the base had and that are there no more.
    """

    root: Path
    base: str
    changed: frozenset[str]
    renamed: dict[str, str]
    gone: frozenset[str]

    def before(self, path: str) -> str:
        """The path that a file of now had at the base."""
        return self.renamed.get(path, path)

    def touches(self, paths: Iterable[Path]) -> bool:
        """Whether one of some files, or a file in one of some folders, has changed."""
        wanted = [path.resolve().relative_to(self.root).as_posix() for path in paths if self._is_inside(path)]
        return any(
            one == path or one.startswith(f"{path}/") or path == "." for one in self.all_paths for path in wanted
        )

    @property
    def all_paths(self) -> frozenset[str]:
        """Every path that has changed, come or gone."""
        return self.changed | self.gone | frozenset(self.renamed.values())

    def _is_inside(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self.root)


def change_since(revision: str, start: Path) -> Change:
    """What has changed in the work tree since the merge base of a revision and HEAD.

    Raises:
        UsageError: there is no repository, no such revision, or no common history.
    """
    root = Path(_git(start, "rev-parse", "--show-toplevel", why="--diff needs a repository of git").strip())
    _git(
        root,
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        f"{revision}^{{commit}}",
        why=f"git knows no revision `{revision}`, fetch it or correct its name",
    )
    base = _git(
        root,
        "merge-base",
        "--end-of-options",
        revision,
        "HEAD",
        why=f"`{revision}` and HEAD have no common history here; in a shallow clone fetch it all (fetch-depth: 0)",
    ).strip()
    changed: set[str] = set()
    renamed: dict[str, str] = {}
    gone: set[str] = set()
    fields = iter(_git(root, "diff", "--name-status", "-z", "-M", "--no-ext-diff", base, "--").split("\0"))
    for status in fields:
        if not status:
            continue
        path = next(fields)
        if status[0] in "RC":
            new = next(fields)
            if status[0] == "R":
                renamed[new] = path
                gone.add(path)
            changed.add(new)
        elif status[0] == "D":
            gone.add(path)
        else:
            changed.add(path)
    changed.update(filter(None, _git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")))
    return Change(root, base, frozenset(changed), renamed, frozenset(gone))


def export(change: Change, paths: Iterable[str], folder: Path) -> None:
    """Write files of the base into a folder, each at its path; what the base did not have is left out.

    Args:
        paths: of files and folders at the base, relative to the root.
    """
    wanted = sorted(set(paths))
    if not wanted:
        return
    blobs: dict[str, list[Path]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        listed = _git(change.root, "ls-tree", "-r", "-z", "--full-tree", change.base, "--", *some)
        for line in filter(None, listed.split("\0")):
            meta, _, name = line.partition("\t")
            mode, kind, blob = meta.split()
            target = folder / name
            # A link is no file of SQL, and no path may lead out of the folder.
            if kind == "blob" and mode != "120000" and target.resolve().is_relative_to(folder.resolve()):
                blobs.setdefault(blob, []).append(target)
    given = "".join(f"{blob}\n" for blob in blobs).encode()
    data = _run(change.root, "cat-file", "--batch", given=given).stdout
    at = 0
    for blob, targets in blobs.items():
        stop = data.index(b"\n", at)
        _name, kind, *size = data[at:stop].decode().split()  # in the order of the questions
        if kind != "blob":
            raise UsageError(f"git has not the object {blob} of the base {change.base}, fetch the base with its files")
        text = data[stop + 1 : stop + 1 + int(size[0])]
        at = stop + 2 + int(size[0])
        for target in targets:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text)


_AT_ONCE = 500
"""The paths that one call of git takes: a command line has an end."""


def on_changed_lines(change: Change, found: Sequence[Located]) -> list[Located]:
    """The findings in statements with a line that was added, changed, or stood beside one that was taken out."""
    lines: dict[str, list[tuple[int, int]]] = {}
    kept = []
    for one in found:
        if one.path not in lines:
            lines[one.path] = list(_changed_lines(change, one.path))
        first, last = one.finding.statement.start.line, one.finding.statement.end.line
        if any(start <= last and first <= end for start, end in lines[one.path]):
            kept.append(one)
    return kept


def _changed_lines(change: Change, path: str) -> Iterator[tuple[int, int]]:
    """The first and the last line of each stretch of a file that is not as it was."""
    tracked = _git(change.root, "ls-files", "-z", "--", path)
    if not tracked:
        yield 1, 1 << 30  # a new file
        return
    text = _run(
        change.root,
        "diff",
        "-U0",
        "-M",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        change.base,
        "--",
        path,
        change.before(path),
    ).stdout
    for hunk in _HUNK.finditer(text):
        start = int(hunk[1])
        count = int(hunk[2]) if hunk[2] is not None else 1
        # `+c,0` takes lines out behind line c.
        yield (start, start + count - 1) if count else (start, start + 1)


def _git(folder: Path, *arguments: str, why: str = "") -> str:
    """What git prints.

    Raises:
        UsageError: git is not there, or says no.
    """
    return _run(folder, *arguments, why=why).stdout.decode(errors="surrogateescape")


def _run(
    folder: Path, *arguments: str, why: str = "", given: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    try:
        done = subprocess.run(
            ["git", "--literal-pathspecs", "-c", "core.quotePath=false", "-C", str(folder), *arguments],
            input=given,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise UsageError("git is not installed, install it or leave out --diff") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise UsageError(why or f"git failed: {said}")
    return done
