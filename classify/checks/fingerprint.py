"""Which finding is the same as one of another day: by rule, path and what was found, whatever its lines and wording."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from classify.checks.check import Report
from classify.checks.excerpts import masked_text
from classify.checks.finding import Finding

_VERSION = "v1"
"""Of the recipe: another one would give every finding another name."""


@frozen(eq=False, repr=False)
class Located:
    """A finding with what tells it from others.

    Attributes:
        report: of its file.
        path: of the file, relative to the repository, with slashes.
        identity: of the rule, the path and what was found.
        occurrence: how many of that identity stand before it in the file.
        statement: of the statement's words, without literals, comments and layout.
    """

    finding: Finding
    report: Report
    path: str
    identity: str
    occurrence: int
    statement: str

    @property
    def fingerprint(self) -> str:
        """Of this very finding, also among several of one identity."""
        return self.identity if not self.occurrence else f"{self.identity}.{self.occurrence}"


def locate(reports: Iterable[Report], root: Path) -> list[Located]:
    """The findings of a run, each with what tells it from others.

    Args:
        root: of the repository, to which paths are relative.
    """
    found: list[Located] = []
    for report in reports:
        if not report.findings:
            continue
        path = relative_path(report.path, root)
        text = masked_text(report)
        seen: Counter[str] = Counter()
        for finding in report.findings:
            identity = digest(_VERSION, finding.code, path, *finding.what)
            statement = text[finding.statement.start_offset : finding.statement.end_offset]
            found.append(Located(finding, report, path, identity, seen[identity], digest(_words(statement), size=4)))
            seen[identity] += 1
    return found


def digest(*parts: str, size: int = 8) -> str:
    """A short hash of some texts, in hexadecimal; no secret is kept by it, and none is put in."""
    import hashlib  # only where something was found

    return hashlib.blake2b("\0".join(parts).encode(errors="surrogatepass"), digest_size=size).hexdigest()


def relative_path(path: str, root: Path) -> str:
    """A file's path relative to the repository, with slashes; as it is where it lies elsewhere."""
    try:
        return Path(path).resolve().relative_to(root).as_posix()
    except (ValueError, OSError):
        return Path(path).as_posix()


def repository_root(start: Path) -> Path:
    """The folder of the repository that a path is in, by its `.git`; the path itself where there is none."""
    here = start.resolve()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def statement_fingerprint(sql: str, dialect: str) -> str:
    """The same for texts that differ in literals, comments and layout alone."""
    from classify.sql.text.masking import masked

    return digest(_words(masked(sql, dialect)))


def _words(text: str) -> str:
    """A statement's words and signs, without its layout; its literals are masked already."""
    return " ".join(re.findall(r"\w+|[^\w\s·]", text.casefold()))
