"""`classify check`: the findings in a repository's files of SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from classify.cli.options import (
    find_or_load_settings,
    load_catalog,
    output_options,
    require_known,
    source_options,
    sql_options,
)
from classify.cli.style import clean, echo, excerpt_lines, place

if TYPE_CHECKING:
    from classify.checks import Report
    from classify.errors import Problem


@click.command(
    epilog="\b\nclassify check queries/\nclassify check -c catalog.yaml -d postgres --ceiling internal report.sql"
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@source_options
@sql_options
@click.option("--ceiling", metavar="LEVEL", help="Highest level that a statement may touch.")
@output_options
def check(
    *,
    paths: tuple[Path, ...],
    catalog: tuple[Path, ...],
    scheme: Path | None,
    config: Path | None,
    dialect: str | None,
    default_schema: str | None,
    ceiling: str | None,
    output_format: str,
) -> int:
    """Findings in .sql files: what touches more than its ceiling, and what cannot be resolved.

    PATHS are files and folders; the current folder if there are none. A `-- classify: dialect=… ceiling=…` line above a
    file's first statement wins over [[tool.classify.paths]], that over the options here, and they over [tool.classify].
    """
    from classify.checks import Checker, Overrides, discover
    from classify.cli.progress import tracked

    settings = find_or_load_settings(config).with_defaults(Overrides(dialect, ceiling, default_schema))
    discovery = discover(paths or (Path(),), settings)
    known = load_catalog(settings, catalog, scheme)
    require_known(settings, known)
    if ceiling is not None:
        known.scheme.level(ceiling)
    checker = Checker(known, settings)
    reports = [checker.check_file(path) for path in tracked(discovery.files, "checking")]
    problems = [*discovery.problems, *(problem for report in reports for problem in report.problems)]
    if output_format == "json":
        echo([_json(reports, problems)])
    else:
        echo(_text(reports))
    _print_problems(problems)
    if output_format == "text":
        _print_summary(reports, problems)
    return 2 if problems else 1 if any(report.findings for report in reports) else 0


def _text(reports: Iterable[Report]) -> Iterator[str]:
    for report in reports:
        if report.findings:
            from classify.checks.excerpts import masked_text

            text = masked_text(report)
            for finding in report.findings:
                code = click.style(finding.code, fg="red", bold=True)
                yield f"{place(report.path, finding.span)}: {code} {clean(finding.message)}"
                yield from excerpt_lines(text, finding.span, "red", "  ")
                yield f"  {click.style('help', fg='cyan')}: {clean(finding.help)}"


def _json(reports: Sequence[Report], problems: Iterable[Problem]) -> str:
    import json

    document = {
        "version": 1,
        "files": len(reports),
        "findings": [{"file": report.path, **finding.to_dict()} for report in reports for finding in report.findings],
        "errors": [{"place": problem.place, "path": problem.path, "message": problem.message} for problem in problems],
    }
    return json.dumps(document, indent=2)


def _print_problems(problems: Iterable[Problem]) -> None:
    """One line per problem, but one for all files that have the same: a missing ceiling is missing everywhere."""
    places: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        places.setdefault((problem.path, problem.message), []).append(problem.place)
    for (path, message), found in places.items():
        more = f" (and in {_count(len(found) - 1, 'more file')})" if len(found) > 1 else ""
        where = f"{found[0]}: {path}" if path else found[0]
        click.echo(f"error: {clean(where)}: {clean(message)}{more}", err=True)


def _print_summary(reports: Sequence[Report], problems: Sequence[Problem]) -> None:
    """One line on the standard error; nothing where all is well."""
    findings = sum(len(report.findings) for report in reports)
    if not findings and not problems:
        return
    files = sum(bool(report.findings) for report in reports)
    unread = sum(bool(report.problems) for report in reports)
    parts = [f"{_count(findings, 'finding')} in {files} of {_count(len(reports), 'file')}"]
    if unread:
        parts.append(f"{_count(unread, 'file')} not checked")
    click.echo(", ".join(parts), err=True)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
