"""Which files a check need not look at: those that were found clean before, under all that decides their answer."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from classify.cache import Cache, read_line

if TYPE_CHECKING:
    from classify.checks import Report, Settings


class Clean:
    """The cache of one run, and the keys of its files."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._keys: dict[str, bytes] = {}

    def left(self, files: Sequence[Path]) -> tuple[Path, ...]:
        """The files that are not known to be clean."""
        for path in files:
            try:
                status = path.stat()
                key = self._cache.key(str(path), path.read_bytes()) if stat.S_ISREG(status.st_mode) else None
            except OSError:
                continue  # the check says what is wrong with it
            if key is not None:
                self._keys[str(path)] = key
        known = self._cache.clean(list(self._keys.values()))
        return tuple(path for path in files if self._keys.get(str(path)) not in known)

    def keep(self, reports: Iterable[Report]) -> None:
        """Note the files of which nothing at all is to be said."""
        fresh = [
            self._keys[report.path]
            for report in reports
            if report.path in self._keys
            and not (report.findings or report.problems or report.suppressed or report.raised)
        ]
        if fresh:
            self._cache.add(fresh)
        self._cache.close()


def known_clean(catalog: tuple[Path, ...], scheme: Path | None, settings: Settings) -> Clean | None:
    """The cache for this command line; None where it has no part in it."""
    arguments = click.get_current_context().find_root().obj
    line = read_line(arguments[1:]) if arguments and arguments[0] == "check" else None
    if line is None:
        return None
    paths = [*(catalog or settings.catalog)]
    paths += [path for path in (scheme or settings.scheme, settings.policy, settings.groups) if path is not None]
    try:
        cache = Cache(line)
        cache.learn(tuple(str(path.resolve()) for path in paths))
    except OSError:
        return None
    return Clean(cache)
