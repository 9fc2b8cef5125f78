"""Checks files: the snippets of SQL in one, each against the settings, and what comments in it accept."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve, field, frozen

from classify.catalog import Catalog, Dataset
from classify.checks.directives import Suppression, read_suppressions
from classify.checks.finding import Finding, Severity
from classify.checks.header import header_place, read_header
from classify.checks.reading import read_file
from classify.checks.rules import RAISE_RULES, RULES, SUPPRESSION_RULES, PlacedHole, Raise, Rule, Subject
from classify.checks.settings import NO_REQUEST, Overrides, Selection, Settings
from classify.checks.suppress import Checked, uses
from classify.errors import FileError, Problem, UsageError, nearest
from classify.exposure import Cause, Lines, Span
from classify.hosts import Found, Snippet, find_snippets

if TYPE_CHECKING:
    from classify.checks.asked import Asked
    from classify.policy import Policy  # noqa: TC004  # loaded where the settings name one

T = TypeVar("T")


@frozen
class Report:
    """What a check says of one file.

    Attributes:
        path: of the file, as messages name it.
        text: of the file; empty where it could not be read.
        dialect: that its SQL was read in; empty where none was found.
        findings: in the order of the text; their places are in the file.
        suppressed: what comments in the file accept, each with the comment.
        raised: ceilings that the file raises, with a reason or without.
        problems: why it could not be checked; a file with one has no findings.
        snippets: of SQL in it.
        named: canonical names of the datasets that its SQL reads or writes.
    """

    path: str
    text: str = field(default="", repr=False)
    dialect: str = ""
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    suppressed: tuple[tuple[Finding, Suppression], ...] = ()
    raised: tuple[Raise, ...] = ()
    snippets: tuple[Snippet, ...] = field(default=(), repr=False)
    named: frozenset[str] = field(default=frozenset(), repr=False)


@frozen(eq=False, repr=False)
class Checker:
    """Checks files with one catalog and the settings of each file.

    Attributes:
        catalog: of the datasets that the files may name.
        settings: with the defaults of the command line.
        today: the day on which declassifications and suppressions must hold.
        policy: of the settings, or None.
    """

    catalog: Catalog
    settings: Settings
    today: datetime.date = field(factory=datetime.date.today)
    policy: Policy | None = None

    def check_file(self, path: Path) -> Report:
        """What the rules say of a file; a file that cannot be checked has problems instead."""
        shown = str(path)
        try:
            return self.check_text(read_file(path), path, shown)
        except FileError as error:
            return Report(shown, problems=error.problems)

    def check_text(self, text: str, path: Path, shown: str) -> Report:
        """What the rules say of a text.

        INVARIANT one-fault-one-file: a fault of ours is a problem of its file; the others are checked.

        Args:
            path: of the file that it is, or would be: its settings hold.
            shown: what messages call it.
        """
        try:
            return self._check(text, path, shown)
        except FileError as error:
            return Report(shown, problems=error.problems)
        except UsageError as error:
            return Report(shown, problems=(Problem(shown, "", str(error)),))
        except Exception as error:  # the file counts as not checked
            if os.environ.get("CLASSIFY_TRACEBACK"):
                raise
            message = (
                f"a fault of classify itself ({type(error).__name__}), please report it with what the same command "
                "prints with CLASSIFY_TRACEBACK=1"
            )
            return Report(shown, problems=(Problem(shown, "", message),))

    def _check(self, text: str, path: Path, shown: str) -> Report:
        of_path = self.settings.of_file(path)
        found = find_snippets(path, text, of_path.dialect, self.settings.callees)
        if found.failure is not None:
            message, offset = found.failure
            raise FileError([Problem(_place(shown, text, offset), "", f"{message}, or exclude it")])
        if not found.snippets:
            return Report(shown, text)
        whole_file = found.snippets[0].places is None
        own = read_header(text, shown) if whole_file else Overrides()
        if own.ceiling is not None and own.ceiling not in self.catalog.scheme.names:
            names = self.catalog.scheme.names
            hint = nearest(own.ceiling, names) or f", expected one of {', '.join(names)}"
            at = header_place(text)[0]
            raise FileError([Problem(_place(shown, text, at), "", f"unknown ceiling `{own.ceiling}`{hint}")])
        settings = own.over(of_path)
        if settings.dialect is None:
            raise UsageError("no dialect, pass --dialect NAME or set `dialect` in [tool.classify] of pyproject.toml")
        if own.dialect is not None and own.dialect != of_path.dialect:
            found = find_snippets(path, text, own.dialect, self.settings.callees)
        source = "the file" if own.ceiling is not None else self.settings.ceiling_source(path)
        selection, asked = self.settings.selection_of(path), self._asked(path)
        return _Reading(self, found, text, shown, settings, of_path, selection, source, asked).report()

    def _asked(self, path: Path) -> Asked | None:
        """The policy, and what it is asked of a file; None where the settings ask none."""
        request = self.settings.request_of(path)
        if self.policy is None or request == NO_REQUEST:
            return None
        from classify.checks.asked import Asked  # few settings name a policy, and it takes as long to load as attrs

        return Asked(self.policy, request)


class _Reading:
    """One file as it is being checked."""

    def __init__(
        self,
        checker: Checker,
        found: Found,
        text: str,
        shown: str,
        settings: Overrides,
        below: Overrides,
        selection: Selection,
        ceiling_source: str,
        asked: Asked | None,
    ) -> None:
        self._checker = checker
        self._found = found
        self._text = text
        self._shown = shown
        self._settings = settings
        self._below = below  # what the settings say without the file's own words
        self._selection = selection
        self._ceiling_source = ceiling_source
        self._asked = asked
        self._lines = Lines(text)
        self._scheme = checker.catalog.scheme
        self._named: set[str] = set()

    def report(self) -> Report:
        raised = list(self._raised_by_header())
        checked: list[Checked] = []
        for snippet in self._found.snippets:
            ceiling = self._ceiling(snippet, raised)
            checked.append(self._snippet(snippet, ceiling))
        suppressions = read_suppressions(self._found, self._text, self._shown, self._scheme.names)
        used = uses(suppressions, checked, self._text, self._scheme, self._checker.today)
        covered: dict[int, Suppression] = {}
        for use in used:
            for finding in use.covered:
                covered.setdefault(id(finding), use.suppression)
        findings: list[Finding] = []
        accepted: list[tuple[Finding, Suppression]] = []
        for one in checked:
            for finding in one.findings:
                placed = self._in_file(finding, one.snippet)
                if id(finding) in covered:
                    accepted.append((placed, covered[id(finding)]))
                else:
                    findings.append(placed)
        findings += [one for rule in SUPPRESSION_RULES for use in used for one in self._counting(rule, use)]
        findings += [one for raise_rule in RAISE_RULES for each in raised for one in self._counting(raise_rule, each)]
        findings.sort(key=lambda finding: (finding.span.start_offset, finding.code))
        return Report(
            self._shown,
            self._text,
            self._settings.dialect or "",
            tuple(findings),
            (),
            tuple(accepted),
            tuple(raised),
            self._found.snippets,
            frozenset(self._named),
        )

    # -- one snippet

    def _snippet(self, snippet: Snippet, ceiling: str) -> Checked:
        """A snippet's findings; all places are in it."""
        from classify.sql import analyse  # the parser is most of a start: a wrong setting need not wait for it

        checker, settings = self._checker, self._settings
        exposure = analyse(
            snippet.text,
            checker.catalog,
            dialect=settings.dialect or "",
            default_schema=settings.default_schema,
            today=checker.today,
        )
        self._named.update(one.name for statement in exposure.statements for one in statement.datasets)
        causes = {unresolved.cause for unresolved in exposure.unresolved}
        if not snippet.is_sure and causes == {Cause.SYNTAX}:
            return Checked(snippet, ())  # a text that only read like a statement
        lines = Lines(snippet.text)
        subject = Subject(
            exposure,
            self._scheme.level(ceiling),
            checker.settings.touch,
            find_dataset(checker.catalog, settings.sink) if settings.sink is not None else None,
            tuple(PlacedHole(hole.name, lines.span(hole.start, hole.end), hole.is_template) for hole in snippet.holes),
            checker.catalog,
            checker.today,
            self._asked,
            checker.policy.terms.regions if checker.policy is not None else None,
        )
        findings = [finding for rule in RULES for finding in self._counting(rule, subject)]
        return Checked(snippet, tuple(findings), tuple(statement.span for statement in exposure.statements))

    def _counting(self, rule: Rule[T, Finding], subject: T) -> Iterator[Finding]:
        """A rule's findings, with their severity; none where the settings leave the rule out."""
        severity = self._selection.severity(rule.code, by_default=rule.by_default)
        if severity is None:
            return
        for finding in rule.check(subject):
            yield finding if severity is Severity.ERROR else evolve(finding, severity=severity)

    def _in_file(self, finding: Finding, snippet: Snippet) -> Finding:
        """A finding whose places are in the file."""
        if finding.ceiling:
            source = "the code around it" if snippet.ceilings else self._ceiling_source
            finding = evolve(finding, ceiling_source=source)
        if snippet.places is None:
            return finding

        def placed(span: Span) -> Span:
            return self._lines.span(*snippet.place(span.start_offset, span.end_offset))

        return evolve(
            finding,
            span=placed(finding.span),
            statement=placed(finding.statement),
            parts=tuple(
                evolve(part, spans=tuple(map(placed, part.spans)), via=tuple(map(placed, part.via)))
                for part in finding.parts
            ),
        )

    # -- ceilings

    def _raised_by_header(self) -> Iterator[Raise]:
        own, below = self._settings.ceiling, self._below.ceiling
        if own is not None and below is not None and self._rank(own) > self._rank(below):
            yield Raise(own, below, self._settings.reason or "", self._lines.span(*header_place(self._text)))

    def _ceiling(self, snippet: Snippet, raised: list[Raise]) -> str:
        """The ceiling that holds for a snippet: the lowest of the code around it, else the file's."""
        of_file = self._settings.ceiling
        for one in snippet.ceilings:
            if one.level not in self._scheme.names:
                known = nearest(one.level, self._scheme.names) if one.level else ""
                what = f"unknown ceiling `{one.level}`{known}" if one.level else "the ceiling is no constant text"
                message = f"{what}, expected one of {', '.join(self._scheme.names)}"
                raise FileError([Problem(_place(self._shown, self._text, one.place), "", message)])
        if snippet.ceilings:
            lowest = min(snippet.ceilings, key=lambda one: self._rank(one.level))
            if of_file is not None and self._rank(lowest.level) > self._rank(of_file):
                found = Raise(lowest.level, of_file, lowest.reason, self._lines.span(lowest.place, lowest.place + 1))
                if found not in raised:
                    raised.append(found)
            return lowest.level
        if of_file is None:
            raise UsageError("no ceiling, pass --ceiling LEVEL or set `ceiling` in [tool.classify] of pyproject.toml")
        return of_file

    def _rank(self, level: str) -> int:
        return self._scheme.level(level).rank


def _place(shown: str, text: str, offset: int) -> str:
    at = Lines(text).position(offset)
    return f"{shown}:{at.line}:{at.column}"


def find_dataset(catalog: Catalog, name: str) -> Dataset:
    """The dataset that a setting names in the catalog's own spelling.

    Raises:
        UsageError: no such dataset.
    """
    found = catalog.get(name)
    if found is not None:
        return found
    hint = nearest(name, (str(dataset.name) for dataset in catalog.datasets)) or ", add it to the catalog"
    raise UsageError(f"unknown sink `{name}`{hint}")
