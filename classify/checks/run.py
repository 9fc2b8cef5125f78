"""One run of a check: what was found in which files, and what a baseline and comments accept."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen

from classify.checks.check import Report
from classify.checks.finding import Severity
from classify.checks.fingerprint import Located
from classify.errors import Problem
from classify.labels import Scheme

if TYPE_CHECKING:
    from classify.checks.baseline import Entry  # noqa: TC004  # few runs have one


@frozen(eq=False, repr=False)
class Run:
    """What a run came to.

    Attributes:
        reports: of each file, in order.
        found: the findings that count, in the order of the files.
        baselined: those that a baseline accepts.
        stale: entries of the baseline that nothing needs any more.
        problems: what could not be checked, files and paths.
        root: of the repository.
        scheme: of the catalog.
        show_suppressed: whether what comments and the baseline accept is written too, where a format can.
    """

    reports: tuple[Report, ...]
    found: tuple[Located, ...]
    problems: tuple[Problem, ...]
    root: Path
    scheme: Scheme
    baselined: tuple[Located, ...] = ()
    stale: tuple[Entry, ...] = ()
    show_suppressed: bool = field(default=False)

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(one.finding.severity is Severity.ERROR for one in self.found)

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many findings each rule has, the most first."""
        found = Counter(one.finding.code for one in self.found)
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
