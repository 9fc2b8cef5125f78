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
    from classify.checks.settings import Settings


@frozen
class Discovery:
    """The files to check, each once, and the paths that could not be looked at."""

    files: tuple[Path, ...]
    problems: tuple[Problem, ...]


def discover(paths: Iterable[Path], settings: Settings) -> Discovery:
    """The files that are named, and the files that may hold SQL in the folders that are named, in order of their names.

    A file that is named is checked even if the settings exclude it. Hidden folders and linked ones are not entered.

    Raises:
        UsageError: there is no file at all; checking nothing by mistake must not look like a pass.
    """
    named = tuple(paths)
    found: dict[Path, None] = {}
    problems: list[Problem] = []
    for path in named:
        if path.is_dir():
            found.update(dict.fromkeys(_below(path, settings, problems)))
        elif path.exists():
            found[path] = None
        else:
            problems.append(Problem(str(path), "", "no such file or folder"))
    if not found and not problems:
        shown = ", ".join(f"`{path}`" for path in named)
        raise UsageError(f"no .sql or .py file to check in {shown}, name a file or another folder")
    return Discovery(tuple(found), tuple(problems))


def _below(folder: Path, settings: Settings, problems: list[Problem]) -> Iterator[Path]:
    def note(error: OSError) -> None:
        reason = (error.strerror or type(error).__name__).lower()
        problems.append(Problem(str(error.filename), "", f"cannot be read: {reason}"))

    for root, folders, files in os.walk(folder, onerror=note):
        here = Path(root)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and not settings.excludes(here / name, folder=True)
        )
        for name in sorted(files):
            path = here / name
            if name.lower().endswith(SUFFIXES) and not name.startswith(".") and not settings.excludes(path):
                yield path
