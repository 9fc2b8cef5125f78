"""`classify check`: the findings in a repository's files of SQL and Python."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from classify.cli.options import (
    colour_option,
    find_or_load_settings,
    load_catalog,
    load_policy,
    require_known,
    source_options,
    sql_options,
)
from classify.cli.style import echo, excerpt_lines, label_text, place
from classify.lines import printable

if TYPE_CHECKING:
    from classify.checks import Checker, Finding, Report, Settings
    from classify.checks.baseline import Entry
    from classify.checks.diff import Change
    from classify.checks.fingerprint import Located
    from classify.checks.run import Run
    from classify.cli.clean import Clean
    from classify.errors import Problem

_FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit")
_STDIN = "<stdin>"


def _codes(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """The codes of an option that may be given several times, each with several codes."""
    import re

    codes = tuple(code.strip() for value in values for code in value.split(",") if code.strip())
    for code in codes:
        if not re.fullmatch(r"ALL|CLS\d{0,3}", code):
            raise click.BadParameter(f"`{code}` is no rule, expected a code as CLS101, what codes begin with, or ALL")
    return codes if values else None


@click.command(
    epilog="\b\nclassify check queries/\nclassify check -c catalog.yaml -d postgres --ceiling internal report.sql"
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@source_options
@sql_options
@click.option("--ceiling", metavar="LEVEL", help="Highest level that a statement may touch.")
@click.option("--select", multiple=True, metavar="CODES", callback=_codes, help="Only these rules: CLS101, CLS2, ALL.")
@click.option("--ignore", multiple=True, metavar="CODES", callback=_codes, help="Not these rules.")
@click.option("--warn", multiple=True, metavar="CODES", callback=_codes, help="These rules are only printed.")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Findings that are accepted so far.")
@click.option("--update-baseline", is_flag=True, help="Write what is found into the baseline.")
@click.option("--diff", "revision", metavar="REF", help="Only what is new or higher than at the merge base with REF.")
@click.option("--diff-lines", is_flag=True, help="With --diff, only statements with a changed line.")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Processes that work at once. Default: as many as there are cores.",
)
@click.option("--no-cache", is_flag=True, help="Look at every file, also at those that were found clean before.")
@click.option("--force-exclude", is_flag=True, help="Leave out what the settings exclude, even if it is named.")
@click.option("--stdin-filename", type=click.Path(path_type=Path), metavar="FILE", help="The file that - stands for.")
@click.option("--report-suppressed", is_flag=True, help="Write what is accepted too, in json, sarif and junit.")
@click.option(
    "--explain", is_flag=True, help="Print the path of each column, through other names, to where it is used."
)
@click.option("--statistics", is_flag=True, help="Print how many findings each rule has.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 also where there are findings.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How the answer is printed.",
)
@click.option(
    "--output-file",
    "output_files",
    multiple=True,
    metavar="[FORMAT=]FILE",
    help="Write the answer into a file; several times for several formats.",
)
@colour_option
def check(
    *,
    paths: tuple[Path, ...],
    catalog: tuple[Path, ...],
    scheme: Path | None,
    config: Path | None,
    dialect: str | None,
    default_schema: str | None,
    ceiling: str | None,
    select: tuple[str, ...] | None,
    ignore: tuple[str, ...] | None,
    warn: tuple[str, ...] | None,
    baseline: Path | None,
    update_baseline: bool,
    revision: str | None,
    diff_lines: bool,
    jobs: int,
    no_cache: bool,
    force_exclude: bool,
    stdin_filename: Path | None,
    report_suppressed: bool,
    explain: bool,
    statistics: bool,
    exit_zero: bool,
    output_format: str,
    output_files: tuple[str, ...],
) -> int:
    """Findings in files of SQL and Python: what touches more than its ceiling, and what cannot be resolved.

    PATHS are files and folders, or - for the standard input; the current folder if there are none. What a file says
    itself wins over [[tool.classify.paths]], that over the options here, and they over [tool.classify].
    """
    from attrs import evolve

    from classify.checks import Checker, Overrides, Selection
    from classify.checks.catalog_check import check_catalog, checks_catalog
    from classify.checks.fingerprint import locate, repository_root
    from classify.checks.run import Run
    from classify.cli.changed import entries_of_base, has_common_ground
    from classify.cli.clean import known_clean

    targets = [_target(value) for value in output_files]
    _check_use(baseline, revision, update_baseline=update_baseline, diff_lines=diff_lines)
    defaults, selection = Overrides(dialect, ceiling, default_schema), Selection(select, ignore, warn)
    settings = find_or_load_settings(config).with_defaults(defaults).with_selection(selection)
    known = load_catalog(settings, catalog, scheme, no_cache=no_cache)
    policy = load_policy(settings, known.scheme)
    require_known(settings, known, policy)
    if ceiling is not None:
        known.scheme.level(ceiling)
    entries = _entries(baseline, may_be_new=update_baseline) if baseline is not None else ()
    change = _change_since(revision) if revision is not None else None
    # Where what decides all findings is as it was, only files that have changed can have new ones.
    only = change if change is not None and has_common_ground(change, settings, (*catalog, scheme, config)) else None
    checker = Checker(known, settings, policy=policy)
    whole = change is None and (not paths or any(path.is_dir() for path in paths))
    clean = None if no_cache or (whole and checks_catalog(settings)) else known_clean(catalog, scheme, settings)
    reports, outside = _reports(
        checker, paths, settings, stdin_filename, jobs, only, clean, force_exclude=force_exclude
    )
    if whole:
        reports += check_catalog(known, settings, reports)
    problems = (*outside, *(problem for report in reports for problem in report.problems))
    root = repository_root(Path.cwd())
    found = locate(reports, root)
    run = Run(tuple(reports), tuple(found), problems, root, known.scheme, show_suppressed=report_suppressed)
    if baseline is not None:
        run = _against(baseline, entries, run, is_whole=whole, update=update_baseline)
    if change is not None:
        from classify.checks.baseline import compare

        base = entries_of_base(change, reports, config, catalog, scheme, defaults, selection)
        run = evolve(run, found=compare(run.found, base, known.scheme, ()).new)
        if diff_lines:
            run = evolve(run, found=_on_changed_lines(change, run.found))
    _answer(run, targets, output_format, explain=explain)
    _say_more(run, statistics=statistics, summary=output_format == "text")
    if problems:
        return 2
    return 1 if run.errors and not exit_zero else 0


def _entries(baseline: Path, *, may_be_new: bool) -> Sequence[Entry]:
    from classify.checks.baseline import load_baseline  # few runs have one

    return () if may_be_new and not baseline.exists() else load_baseline(baseline)


def _against(baseline: Path, entries: Sequence[Entry], run: Run, *, is_whole: bool, update: bool) -> Run:
    """The run without what the baseline accepts; or with all that was found accepted from now on.

    Args:
        entries: of the baseline.
        is_whole: whether the run was over folders, so that files that are gone count as checked.
    """
    from attrs import evolve

    from classify.checks.baseline import compare, updated, write_baseline
    from classify.checks.fingerprint import relative_path

    covered = {relative_path(report.path, run.root) for report in run.reports if not report.problems}
    if is_whole:
        covered |= {entry.path for entry in entries if not (run.root / entry.path).exists()}
    if update:
        write_baseline(baseline, updated(entries, run.found, run.scheme, covered))
        _say(f"{_count(len(run.found), 'finding')} accepted in {baseline}")
        return evolve(run, found=(), baselined=run.found)
    compared = compare(run.found, entries, run.scheme, covered)
    return evolve(run, found=compared.new, baselined=compared.accepted, stale=compared.stale)


def _change_since(revision: str) -> Change:
    from classify.checks.diff import change_since  # to run other programs takes long to load

    return change_since(revision, Path.cwd())


def _on_changed_lines(change: Change, found: Sequence[Located]) -> tuple[Located, ...]:
    from classify.checks.diff import on_changed_lines

    return tuple(on_changed_lines(change, found))


def _check_use(baseline: Path | None, revision: str | None, *, update_baseline: bool, diff_lines: bool) -> None:
    """Nothing, if the options fit together."""
    if update_baseline and baseline is None:
        raise click.UsageError("--update-baseline needs --baseline FILE")
    if update_baseline and revision is not None:
        raise click.UsageError("--update-baseline takes all that is found, leave out --diff")
    if diff_lines and revision is None:
        raise click.UsageError("--diff-lines needs --diff REF")


def _reports(
    checker: Checker,
    paths: Sequence[Path],
    settings: Settings,
    stdin_filename: Path | None,
    jobs: int,
    only: Change | None,
    clean: Clean | None,
    *,
    force_exclude: bool,
) -> tuple[list[Report], tuple[Problem, ...]]:
    """The reports of all files, and the paths that could not be looked at."""
    from classify.checks import Report, discover
    from classify.checks.fingerprint import relative_path
    from classify.checks.parallel import check_files
    from classify.cli.progress import tracked

    if any(str(path) == "-" for path in paths):
        if len(paths) > 1:
            raise click.UsageError("- stands for the standard input, and nothing else may be named beside it")
        return [_of_stdin(checker, stdin_filename or Path(_STDIN))], ()
    if stdin_filename is not None:
        raise click.UsageError("--stdin-filename needs the path - for the standard input")
    discovery = discover(paths or (Path(),), settings, force_exclude=force_exclude)
    files = discovery.files
    if only is not None:
        files = tuple(path for path in files if relative_path(str(path), only.root) in only.changed)
    left = clean.left(files) if clean is not None else files
    found = {report.path: report for report in tracked(check_files(checker, left, jobs), len(left), "checking")}
    if clean is not None:
        clean.keep(found.values())
    return [found.get(str(path)) or Report(str(path)) for path in files], discovery.problems


def _of_stdin(checker: Checker, path: Path) -> Report:
    from classify.checks import Report
    from classify.checks.reading import decode
    from classify.errors import FileError

    try:
        text = decode(sys.stdin.buffer.read(), str(path))
    except FileError as error:
        return Report(str(path), problems=error.problems)
    return checker.check_text(text, path, str(path))


# -- where the answer goes


def _answer(run: Run, targets: Sequence[tuple[str | None, Path]], output_format: str, *, explain: bool) -> None:
    """Write the answer into the files, and to the standard output unless one of them takes its place."""
    for name, path in targets:
        _write(run, name or output_format, path, explain=explain)
    if any(name is None for name, _ in targets):
        return
    if output_format == "text":
        echo(_text(run, coloured=True, explain=explain))
    else:
        echo([_rendered(run, output_format)])


def _target(value: str) -> tuple[str | None, Path]:
    """The format and the file of one --output-file; None for the one that --format names."""
    name, sign, path = value.partition("=")
    return (name, Path(path)) if sign and name in _FORMATS else (None, Path(value))


def _write(run: Run, name: str, path: Path, *, explain: bool) -> None:
    """Write a run into a file.

    Raises:
        FileError: it cannot be written.
    """
    from classify.errors import FileError, Problem

    text = "\n".join(_text(run, coloured=False, explain=explain)) if name == "text" else _rendered(run, name)
    try:
        path.write_text(f"{text}\n" if text else "", encoding="utf-8", newline="\n")
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise FileError([Problem(str(path), "", f"cannot be written: {reason}")]) from None


def _rendered(run: Run, name: str) -> str:
    from classify.checks.outputs import render

    return render(run, name)


def _text(run: Run, *, coloured: bool, explain: bool) -> Iterator[str]:
    from classify.checks.excerpts import masked_text

    shown: tuple[Report, str] | None = None
    for one in run.found:
        if shown is None or shown[0] is not one.report:
            shown = one.report, masked_text(one.report)
        lines = [*_lines(one.report.path, one.finding, shown[1])]
        if explain:
            lines += _explained(one.finding, shown[1])
        yield from lines if coloured else map(click.unstyle, lines)


def _lines(path: str, finding: Finding, text: str) -> Iterator[str]:
    from classify.checks.finding import Severity

    colour = "red" if finding.severity is Severity.ERROR else "yellow"
    warning = "" if finding.severity is Severity.ERROR else " warning:"
    code = click.style(finding.code, fg=colour, bold=True)
    yield f"{place(path, finding.span)}: {code}{warning} {printable(finding.message)}"
    yield from excerpt_lines(text, finding.span, colour, "  ")
    yield f"  {click.style('help', fg='cyan')}: {printable(finding.help)}"


def _explained(finding: Finding, text: str) -> Iterator[str]:
    """Each column of a finding, and every place at which it is named or flows on under another name."""
    for part in finding.parts:
        if part.label is None:
            continue
        yield f"  {click.style(printable(part.name), bold=True)} {label_text(part.label)}: {', '.join(part.roles)}"
        for span in sorted({*part.spans, *part.via}):
            word = printable(text[span.start_offset : span.end_offset].partition("\n")[0])
            how = "" if span in part.spans else " (under another name)"
            yield f"    {span.start.line}:{span.start.column} {word}{how}"
    if finding.sink:
        yield f"    into {printable(finding.sink)}"


# -- what is said beside it


def _say_more(run: Run, *, statistics: bool, summary: bool) -> None:
    _print_problems(run.problems)
    if statistics:
        for code, number in run.counts:
            _say(f"{number:6} {code}")
    if summary:
        _print_summary(run)


def _print_problems(problems: Iterable[Problem]) -> None:
    """One line per problem, but one for all files that have the same: a missing ceiling is missing everywhere."""
    places: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        places.setdefault((problem.path, problem.message), []).append(problem.place)
    for (path, message), found in places.items():
        more = ""
        if len(found) > 1:
            rest = len(found) - 1 - _MOST_NAMED
            others = f" and {_count(rest, 'more file')}" if rest > 0 else ""
            more = f" (and in {', '.join(found[1 : 1 + _MOST_NAMED])}{others})"
        where = f"{found[0]}: {path}" if path else found[0]
        _say(f"error: {printable(where)}: {printable(message)}{printable(more)}")


_MOST_NAMED = 10


def _print_summary(run: Run) -> None:
    """One line on the standard error; on a terminal also where all is well."""
    parts = []
    if run.found:
        files = len({one.report.path for one in run.found})
        parts.append(f"{_count(len(run.found), 'finding')} in {files} of {_count(len(run.reports), 'file')}")
    unread = sum(bool(report.problems) for report in run.reports)
    if unread:
        whole = "" if run.found else f" of {len(run.reports)}"
        parts.append(f"{unread}{whole} {'file' if unread == 1 and not whole else 'files'} not checked")
    if run.stale:
        parts.append(f"{_count(len(run.stale), 'stale entry', 'stale entries')} in the baseline, take them out with "
                     "--update-baseline")  # fmt: skip
    raised = {report.path for report in run.reports if any(one.reason for one in report.raised)}
    if raised and (parts or sys.stderr.isatty()):
        parts.append(f"{_count(len(raised), 'file')} with a raised ceiling")
    if not parts and sys.stderr.isatty() and not run.problems:
        parts.append(f"{_count(len(run.reports), 'file')}, no findings")
    if parts:
        _say(", ".join(parts))


def _say(line: str) -> None:
    click.echo(line, err=True)


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {plural or f'{noun}s'}"
