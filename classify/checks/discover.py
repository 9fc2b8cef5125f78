"""Finds the files of a check."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from classify.errors import Problem, UsageError
from classify.hosts import SUFFIXES

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from classify.checks.settings import Settings


@frozen(eq=False, repr=False)
class Discovery:
    """The files to check, each once, and the paths that could not be looked at."""

    files: tuple[Path, ...]
    problems: tuple[Problem, ...]


def discover(paths: Iterable[Path], settings: Settings, *, force_exclude: bool = False) -> Discovery:
    """The files that are named, and those that may hold SQL in the folders that are named, in order of their names.

    A file that is named is checked even if the settings exclude it, unless `force_exclude` says otherwise. Hidden
    folders, linked ones and what git ignores are not entered.

    Raises:
        UsageError: there is no file at all; checking nothing by mistake must not look like a pass.
    """
    named = tuple(paths)
    found: dict[Path, None] = {}
    problems: list[Problem] = []
    left_out = False
    for path in named:
        if path.is_dir():
            found.update(dict.fromkeys(_below(path, settings, problems)))
        elif not path.exists():
            problems.append(Problem(str(path), "", "no such file or folder"))
        elif force_exclude and settings.excludes(path):
            left_out = True
        else:
            found[path] = None
    if not found and not problems and not left_out:
        shown = ", ".join(f"`{path}`" for path in named)
        raise UsageError(f"no .sql or .py file to check in {shown}, name a file or another folder")
    return Discovery(tuple(found), tuple(problems))


def _below(folder: Path, settings: Settings, problems: list[Problem]) -> Iterator[Path]:
    def note(error: OSError) -> None:
        reason = (error.strerror or type(error).__name__).lower()
        problems.append(Problem(str(error.filename), "", f"cannot be read: {reason}"))

    ignored = _Ignored(folder)
    for root, folders, files in os.walk(folder, onerror=note):
        here = Path(root)
        ignored.enter(here, ".gitignore" in files)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and not settings.excludes(here / name, folder=True)
            and not ignored.covers(here / name, folder=True)
        )
        for name in sorted(files):
            path = here / name
            if (
                name.lower().endswith(SUFFIXES)
                and not name.startswith(".")
                and not settings.excludes(path)
                and not ignored.covers(path)
            ):
                yield path


class _Ignored:
    """What the `.gitignore` files of a repository cover; of several, the one deeper down decides (git, "gitignore")."""

    def __init__(self, start: Path) -> None:
        self._specs: list[tuple[Path, GitIgnoreSpec]] = []
        here = start.resolve()
        root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), None)
        self._in_repository = root is not None
        for folder in reversed(here.parents) if root is not None else ():
            if folder.is_relative_to(root or here) and (folder / ".gitignore").is_file():
                self._read(folder)

    def enter(self, folder: Path, has_file: bool) -> None:
        """Note that the walk is in a folder, from top to bottom."""
        if self._specs and not all(folder.resolve().is_relative_to(one) for one, _ in self._specs):
            here = folder.resolve()
            self._specs = [(one, spec) for one, spec in self._specs if here.is_relative_to(one)]
        if has_file and self._in_repository:
            self._read(folder.resolve())

    def covers(self, path: Path, *, folder: bool = False) -> bool:
        for root, spec in reversed(self._specs):
            try:
                relative = (path.parent.resolve() / path.name).relative_to(root).as_posix()
            except ValueError:
                continue
            found = spec.check_file(f"{relative}/" if folder else relative)
            if found.include is not None:
                return found.include
        return False

    def _read(self, folder: Path) -> None:
        from pathspec import GitIgnoreSpec  # only where there is such a file

        try:
            lines = (folder / ".gitignore").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return
        self._specs.append((folder, GitIgnoreSpec.from_lines(lines)))
