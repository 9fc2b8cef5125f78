"""The rules about the catalog itself: their findings stand in its files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from attrs import evolve

from classify.catalog import Catalog
from classify.checks.check import Report
from classify.checks.finding import Finding
from classify.checks.reading import read_file
from classify.checks.rules import CATALOG_RULES, CatalogUse
from classify.checks.settings import Settings
from classify.errors import FileError
from classify.exposure import Lines, Position, Span


def checks_catalog(settings: Settings) -> bool:
    """Whether a rule about the catalog is selected, and so what each file names is needed."""
    return any(settings.selection.severity(rule.code, by_default=rule.by_default) for rule in CATALOG_RULES)


def check_catalog(catalog: Catalog, settings: Settings, reports: Iterable[Report]) -> list[Report]:
    """A report for each file of the catalog in which the selected rules find something."""
    selected = [
        (rule, severity)
        for rule in CATALOG_RULES
        if (severity := settings.selection.severity(rule.code, by_default=rule.by_default)) is not None
    ]
    if not selected:
        return []
    named = frozenset(name for report in reports for name in report.named)
    use = CatalogUse(catalog, named | _below_views(catalog, settings.defaults.dialect), settings.defaults.dialect)
    found: dict[str, list[Finding]] = {}
    for rule, severity in selected:
        for path, finding in rule.check(use):
            found.setdefault(path, []).append(evolve(finding, severity=severity))
    return [_report(path, findings) for path, findings in sorted(found.items())]


def _report(path: str, findings: list[Finding]) -> Report:
    try:
        text = read_file(Path(path))
    except FileError as error:
        return Report(path, problems=error.problems)
    lines = Lines(text)

    def placed(span: Span) -> Span:
        start = lines.start(span.start.line) + span.start.column - 1
        stop = text.find("\n", start)
        end = stop if stop >= 0 else len(text)
        return Span(span.start, Position(span.start.line, span.start.column + max(end - start, 1)), start, end)

    findings.sort(key=lambda one: (one.span.start, one.code))
    return Report(
        path, text, findings=tuple(evolve(one, span=placed(one.span), statement=placed(one.span)) for one in findings)
    )


def _below_views(catalog: Catalog, dialect: str | None) -> frozenset[str]:
    """The names of the datasets that views of the catalog read."""
    from classify.sql import analyse

    found: set[str] = set()
    for dataset in catalog.datasets:
        written_in = dataset.dialect or dialect
        if dataset.view is not None and written_in is not None:
            exposure = analyse(dataset.view, catalog, dialect=written_in)
            found.update(read.name for statement in exposure.statements for read in statement.datasets)
    return frozenset(found)
