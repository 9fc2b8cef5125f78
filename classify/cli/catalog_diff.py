"""`classify catalog diff`: tags in code, tags in files and a live database, held against each other."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from classify.cli.options import find_or_load_settings, load_catalog, load_scheme, output_options, source_options
from classify.cli.style import echo
from classify.lines import printable

if TYPE_CHECKING:
    from classify.catalog import Catalog
    from classify.catalog.compare import Found
    from classify.labels import Scheme


@click.command(
    epilog="\b\nclassify catalog diff --module app.models -c catalog.yaml\n"
    "classify catalog diff --database sqlite:///app.db"
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--module", "-m", "modules", multiple=True, metavar="MODULE", help="Module or package with tagged classes."
)
@click.option("--database", metavar="URL", help="Database to look at, as SQLAlchemy writes its URL.")
@source_options
@output_options
def diff(
    *,
    names: tuple[str, ...],
    modules: tuple[str, ...],
    database: str | None,
    catalog: tuple[Path, ...],
    scheme: Path | None,
    config: Path | None,
    output_format: str,
) -> int:
    """What tags in code, tags in files and a database say differently.

    With --module the classes are held against the catalog's files; with --database both against the columns that are
    there. NAME is a dataset's name, or a pattern of one; all datasets if there are none.
    """
    from classify.errors import UsageError

    if not modules and database is None:
        raise UsageError("nothing to compare the catalog with, pass --module MODULE or --database URL")
    settings = find_or_load_settings(config)
    has_files = bool(catalog or settings.catalog)
    files = load_catalog(settings, catalog, scheme) if has_files or not modules else None
    code = _code(modules, files.scheme if files is not None else load_scheme(settings, scheme)) if modules else None
    if code is not None and files is None and database is None:
        raise UsageError("no catalog to compare the classes with, pass --catalog PATH or --database URL")
    sides: list[tuple[str, str, list[Found]]] = []
    if code is not None and files is not None:
        from classify.catalog.compare import compare

        sides.append(("code", "files", list(compare(code.datasets, files.datasets, settings.defaults.dialect))))
    if database is not None:
        from classify.catalog.compare import compare_database
        from classify.catalog.database import read_database

        live = read_database(database)
        schema = settings.defaults.default_schema or live.default_schema
        for side, known in (("code", code), ("files", files)):
            if known is not None:
                found = compare_database(known.datasets, live.columns, schema, live.dialect)
                sides.append((side, "database", list(found)))
    shown = [
        (one, other, found)
        for one, other, all_found in sides
        for found in all_found
        if not names or any(fnmatchcase(found.dataset, name) for name in names)
    ]
    if output_format == "json":
        import json

        document = [{"between": [one, other], **found.to_dict()} for one, other, found in shown]
        echo([json.dumps({"version": 1, "differences": document}, indent=2)])
    else:
        echo(_lines(shown))
    return 1 if shown else 0


def _code(modules: tuple[str, ...], scheme: Scheme | None) -> Catalog:
    """The catalog of the classes in some modules, found as from the folder that the command runs in."""
    from classify.catalog import Catalog
    from classify.labels import DEFAULT_SCHEME

    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    known = scheme if scheme is not None else DEFAULT_SCHEME
    found = Catalog((), known)
    for module in modules:
        found |= Catalog.of_module(module, scheme=known)
    if not found.datasets:
        from classify.errors import UsageError

        raise UsageError(f"no declared class in {', '.join(modules)}, decorate one with `@classify.dataset(…)`")
    return found


def _lines(shown: list[tuple[str, str, Any]]) -> Iterator[str]:
    """A line for each difference: what, and what either side says."""
    where = {"code": "in code", "files": "in the files", "database": "in the database"}
    for one, other, found in shown:
        name = found.dataset if found.column is None else f"{found.dataset}.{found.column}"
        place = f" ({found.place})" if found.place else ""
        if found.kind == "missing":
            said = f"{where[one]}, not {where[other]}"
        elif found.kind == "extra":
            said = f"{where[other]}, not {where[one]}"
        else:
            said = f"{found.one} {where[one]}, {found.other} {where[other]}"
        yield printable(f"{name}: {said}{place}")
