"""Checks texts of SQL against their settings."""

from __future__ import annotations

from pathlib import Path

from attrs import field, frozen

from classify.catalog import Catalog, Dataset
from classify.checks.finding import Finding
from classify.checks.header import read_header
from classify.checks.reading import read_file
from classify.checks.rules import RULES, Subject
from classify.checks.settings import Settings
from classify.errors import FileError, Problem, UsageError


@frozen
class Report:
    """What a check says of one file.

    Attributes:
        path: of the file, as messages name it.
        text: of the file; empty where it could not be read.
        dialect: that it was read in; empty where none was found.
        findings: in the order of the text.
        problems: why it could not be checked; a file with one has no findings.
    """

    path: str
    text: str = field(default="", repr=False)
    dialect: str = ""
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()


@frozen
class Checker:
    """Checks files with one catalog and the settings of each file.

    Attributes:
        catalog: of the datasets that the files may name.
        settings: with the defaults of the command line.
    """

    catalog: Catalog
    settings: Settings

    def check_file(self, path: Path) -> Report:
        """What the rules say of a file; a file that cannot be checked has problems instead."""
        shown = str(path)
        try:
            text = read_file(path)
            return self._check(text, shown, path)
        except FileError as error:
            return Report(shown, problems=error.problems)
        except UsageError as error:
            return Report(shown, problems=(Problem(shown, "", str(error)),))

    def _check(self, text: str, shown: str, path: Path) -> Report:
        settings = read_header(text, shown).over(self.settings.of_file(path))
        if settings.ceiling is None:
            raise UsageError("no ceiling, pass --ceiling LEVEL or set `ceiling` in [tool.classify] of pyproject.toml")
        if settings.dialect is None:
            raise UsageError("no dialect, pass --dialect NAME or set `dialect` in [tool.classify] of pyproject.toml")
        ceiling = self.catalog.scheme.level(settings.ceiling)
        sink = find_dataset(self.catalog, settings.sink) if settings.sink is not None else None
        from classify.sql import analyse  # the parser is most of a start: a wrong setting need not wait for it

        exposure = analyse(text, self.catalog, dialect=settings.dialect, default_schema=settings.default_schema)
        subject = Subject(exposure, ceiling, self.settings.touch, sink)
        findings = [finding for rule in RULES for finding in rule.check(subject)]
        findings.sort(key=lambda finding: finding.span.start_offset)
        return Report(shown, text, settings.dialect, tuple(findings))


def find_dataset(catalog: Catalog, name: str) -> Dataset:
    """The dataset that a setting names in the catalog's own spelling.

    Raises:
        UsageError: no such dataset.
    """
    for dataset in catalog.datasets:
        if str(dataset.name) == name:
            return dataset
    from classify.labels.scheme import nearest

    hint = nearest(name, (str(dataset.name) for dataset in catalog.datasets)) or ", add it to the catalog"
    raise UsageError(f"unknown sink `{name}`{hint}")
