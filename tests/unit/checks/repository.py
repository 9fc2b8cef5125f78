"""A small repository for the checks' tests: a catalog in memory, and files whose texts are handed over."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

from classify.catalog import Catalog
from classify.checks import Checker, Overrides, Report, Settings
from classify.checks.fingerprint import locate
from classify.checks.run import Run

TODAY = datetime.date(2026, 6, 1)


def catalog() -> Catalog:
    return Catalog.from_mapping(
        {
            "app.users": {"id": "internal", "country": "public", "email": "confidential", "ssn": "restricted"},
            "mart.contacts": {"email": "internal"},
        },
        dialect="postgres",
        default_schema="app",
    )


def checker(settings: Settings | None = None) -> Checker:
    found = settings or Settings(Path.cwd())
    return Checker(catalog(), found.with_defaults(Overrides("postgres", "internal")), TODAY)


def report(text: str, name: str = "q.sql", settings: Settings | None = None) -> Report:
    return checker(settings).check_text(text, Path(name), name)


def codes(text: str, name: str = "q.sql", settings: Settings | None = None) -> list[str]:
    found = report(text, name, settings)
    assert found.problems == ()
    return [finding.code for finding in found.findings]


def run(files: Mapping[str, str], *, show_suppressed: bool = False) -> Run:
    reports = tuple(report(text, name) for name, text in files.items())
    root = Path.cwd()
    problems = tuple(problem for one in reports for problem in one.problems)
    return Run(reports, tuple(locate(reports, root)), problems, root, catalog().scheme, show_suppressed=show_suppressed)
