"""`classify analyse`: what one text of SQL touches, and why."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from attrs import frozen

from classify.cli.options import (
    find_or_load_settings,
    load_catalog,
    output_options,
    require_known,
    source_options,
    sql_options,
)
from classify.cli.style import echo

_ARGUMENT = "<sql>"  # what places call a text that no file holds
_INPUT = "<stdin>"


@frozen(eq=False, repr=False)
class _Text:
    """A text of SQL, what places call it, and the file it is of, if any."""

    text: str
    shown: str
    path: Path | None


@click.command(
    epilog="\b\nclassify analyse -c catalog.yaml -d postgres 'select id from app.users where ssn is null'\n"
    "classify analyse -c catalog.yaml -d postgres -f report.sql --ceiling internal"
)
@click.argument("sql", required=False)
@click.option("--file", "-f", type=click.Path(path_type=Path), metavar="FILE", help="Read the SQL from a file.")
@source_options
@sql_options
@click.option("--ceiling", metavar="LEVEL", help="Exit with 1 if the class is above this level.")
@output_options
def analyse(
    *,
    sql: str | None,
    file: Path | None,
    catalog: tuple[Path, ...],
    scheme: Path | None,
    config: Path | None,
    dialect: str | None,
    default_schema: str | None,
    ceiling: str | None,
    output_format: str,
) -> int:
    """What a text of SQL touches: its class, and the label, use and place of every column.

    SQL is the text itself, or - for the standard input.
    """
    from classify.checks import Overrides
    from classify.checks.header import read_header
    from classify.checks.rules.rule import above

    text = _text(sql, file)
    settings = find_or_load_settings(config).with_defaults(Overrides(dialect, None, default_schema))
    known = load_catalog(settings, catalog, scheme)
    require_known(settings, known)
    level = known.scheme.level(ceiling) if ceiling is not None else None
    below = settings.of_file(text.path) if text.path is not None else settings.defaults
    found = read_header(text.text, text.shown).over(below)
    if found.dialect is None:
        raise click.UsageError("no dialect, pass --dialect NAME or set `dialect` in [tool.classify] of pyproject.toml")

    from classify.sql import analyse as analyse_sql

    exposure = analyse_sql(text.text, known, dialect=found.dialect, default_schema=found.default_schema)
    if output_format == "json":
        import json

        echo([json.dumps(exposure.to_dict(), indent=2)])
    else:
        from classify.cli.explain import explain
        from classify.sql.text.masking import masked

        echo(explain(exposure, masked(text.text, found.dialect), text.shown))
    if level is None or not (above(exposure.label, level) or exposure.unresolved):
        return 0
    why = "not known, which is" if exposure.unresolved else f"{exposure.label.level},"
    click.echo(f"the class is {why} above the ceiling {level}", err=True)
    return 1


def _text(sql: str | None, file: Path | None) -> _Text:
    """The text to analyse.

    Raises:
        click.UsageError: none, or two of them.
        FileError: it cannot be read, or is no text.
    """
    from classify.checks.reading import decode, read_file

    if (sql is None) == (file is None):
        raise click.UsageError("expected one text of SQL: as an argument, with -f FILE, or - for the standard input")
    if file is not None:
        return _Text(read_file(file), str(file), file)
    if sql == "-":
        return _Text(decode(sys.stdin.buffer.read(), _INPUT), _INPUT, None)
    assert sql is not None
    if sql.endswith(".sql") and len(sql.split()) == 1:
        what = "is a file, pass it with -f" if Path(sql).is_file() else "is no SQL, and there is no such file"
        raise click.UsageError(f"`{sql}` {what}")
    # An argument that is not text of the terminal's encoding arrives with surrogates.
    return _Text(decode(sql.encode(errors="surrogateescape"), _ARGUMENT), _ARGUMENT, None)
