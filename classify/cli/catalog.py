"""`classify catalog`: what is known of datasets."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import frozen

from classify.cli.catalog_diff import diff
from classify.cli.options import find_or_load_settings, load_catalog, output_options, require_known, source_options
from classify.cli.style import echo, label_text
from classify.labels import Label
from classify.lines import printable

if TYPE_CHECKING:
    from classify.catalog import Catalog, Column, Dataset


@click.group(no_args_is_help=False)
def catalog() -> None:
    """What is known of datasets: their columns and labels."""


catalog.add_command(diff)


@frozen(eq=False, repr=False)
class _Entry:
    """A column, or a field in one, as the list shows it."""

    dataset: str
    column: str
    label: Label
    type: str | None

    def to_dict(self) -> dict[str, Any]:
        return {"dataset": self.dataset, "column": self.column, "label": self.label.to_dict(), "type": self.type}


@catalog.command(
    name="list", epilog='\b\nclassify catalog list -c catalog.yaml\nclassify catalog list "app.*" --level confidential'
)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@source_options
@click.option("--level", metavar="LEVEL", help="Only columns of this level or a higher one.")
@click.option("--category", metavar="CATEGORY", help="Only columns of this category or a kind of it.")
@output_options
def list_columns(
    *,
    names: tuple[str, ...],
    catalog: tuple[Path, ...],
    scheme: Path | None,
    config: Path | None,
    level: str | None,
    category: str | None,
    output_format: str,
) -> int:
    """Datasets and their columns, with labels.

    NAME is a dataset's name, or a pattern of one; all datasets if there are none.
    """
    settings = find_or_load_settings(config)
    known = load_catalog(settings, catalog, scheme)
    lowest = known.scheme.level(level).rank if level is not None else 0
    entries = [
        entry for dataset in _datasets(known, names) for entry in _entries(dataset, known, settings.defaults.dialect)
    ]
    if category is not None and not any(_has(entry.label, category) for entry in entries):
        from classify.errors import nearest

        hint = nearest(category, {one for entry in entries for one in entry.label.categories})
        raise click.UsageError(f"no column has the category `{category}`{hint}")
    found = [
        entry
        for entry in entries
        if entry.label.level.rank >= lowest and (category is None or _has(entry.label, category))
    ]
    if output_format == "json":
        import json

        echo([json.dumps({"version": 1, "columns": [entry.to_dict() for entry in found]}, indent=2)])
    else:
        echo(_table(found))
    return 0


@catalog.command(epilog="\b\nclassify catalog validate -c catalog.yaml")
@source_options
@click.option("--dialect", "-d", metavar="NAME", help="Dialect of the views that name none.")
@output_options
def validate(
    *,
    catalog: tuple[Path, ...],
    scheme: Path | None,
    config: Path | None,
    dialect: str | None,
    output_format: str,
) -> int:
    """What is wrong in the catalog's files and in the definitions of its views."""
    from classify.checks.views import check_views

    settings = find_or_load_settings(config)
    known = load_catalog(settings, catalog, scheme)
    require_known(settings, known)
    problems = list(check_views(known, dialect or settings.defaults.dialect))
    if output_format == "json":
        import json

        document = [{"place": problem.place, "path": problem.path, "message": problem.message} for problem in problems]
        echo([json.dumps({"version": 1, "datasets": len(known.datasets), "problems": document}, indent=2)])
    else:
        echo(printable(str(problem)) for problem in problems)
    return 1 if problems else 0


@catalog.command(epilog="\b\nclassify catalog coverage -c catalog.yaml")
@source_options
@output_options
def coverage(*, catalog: tuple[Path, ...], scheme: Path | None, config: Path | None, output_format: str) -> int:
    """How many columns have a tag, dataset by dataset; the others count with the scheme's default."""
    known = load_catalog(find_or_load_settings(config), catalog, scheme)
    rows = [
        (str(dataset.name), sum(column.is_tagged for column in dataset.columns), len(dataset.columns))
        for dataset in known.datasets
        if dataset.view is None
    ]
    tagged, total = sum(row[1] for row in rows), sum(row[2] for row in rows)
    if output_format == "json":
        import json

        document = {
            "version": 1,
            "columns": total,
            "tagged": tagged,
            "datasets": [{"dataset": name, "columns": all_, "tagged": some} for name, some, all_ in rows],
        }
        echo([json.dumps(document, indent=2)])
        return 0
    width = max((len(name) for name, _, _ in rows), default=0)
    lines = [f"{printable(name):{width}}  {some} of {all_}" for name, some, all_ in rows if some < all_]
    share = f" ({100 * tagged // total} %)" if total else ""
    echo([*lines, f"{tagged} of {total} columns have a tag{share}"])
    return 0


def _datasets(known: Catalog, names: tuple[str, ...]) -> Iterator[Dataset]:
    """The datasets that any of the names or patterns means.

    Raises:
        click.UsageError: one that means none.
    """
    spelled = {str(dataset.name): dataset for dataset in known.datasets}
    if not names:
        yield from spelled.values()
        return
    found = {name: [spelling for spelling in spelled if fnmatchcase(spelling, name)] for name in names}
    for name, spellings in found.items():
        if not spellings:
            from classify.errors import nearest

            raise click.UsageError(f"no dataset `{name}`{nearest(name, spelled)}")
    wanted = {spelling for spellings in found.values() for spelling in spellings}
    yield from (dataset for spelling, dataset in spelled.items() if spelling in wanted)


def _entries(dataset: Dataset, known: Catalog, dialect: str | None) -> Iterator[_Entry]:
    """The columns that are declared; of a view, those that its definition yields, with the labels that it yields."""
    name = str(dataset.name)
    written_in = dataset.dialect or dialect
    if dataset.view is not None and written_in is not None:
        from classify.sql import analyse

        exposure = analyse(f"select * from {name}", known, dialect=written_in)
        if exposure.outputs:
            yield from (_Entry(name, output.name, output.label, None) for output in exposure.outputs)
            return
        if not dataset.columns:
            yield _Entry(name, "*", exposure.label, None)
    for column in dataset.columns:
        yield from _with_fields(name, column, str(column.name))


def _with_fields(dataset: str, column: Column, path: str) -> Iterator[_Entry]:
    yield _Entry(dataset, path, column.label, column.type)
    for inner in column.fields:
        yield from _with_fields(dataset, inner, f"{path}.{inner.name}")


def _has(label: Label, category: str) -> bool:
    """Whether a label has a category, or a kind of it."""
    return any(found in (category, "*") or found.startswith(f"{category}.") for found in label.categories)


def _table(entries: list[_Entry]) -> Iterator[str]:
    width = max((len(str(entry.label)) for entry in entries), default=0)
    for entry in entries:
        kind = f"  {printable(entry.type)}" if entry.type else ""
        yield f"{label_text(entry.label, width)}  {printable(f'{entry.dataset}.{entry.column}')}{kind}"
