"""Labels on schemas and tables: written, read, held to a ceiling, and turned into a catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from classify.arrow.refused import TableRefused
from classify.catalog import Catalog, Column, Dataset
from classify.catalog.schema_files import dataset_columns
from classify.columnar import Tagged, load_pyarrow, read_labels, write_labels
from classify.columnar.walk import Path
from classify.declare import Tag
from classify.errors import UsageError, nearest
from classify.labels import DEFAULT_SCHEME, Label, Scheme
from classify.names import parse_name

T = TypeVar("T")


def schema_of(data: Any) -> Any:
    """The schema of a table, a batch, a dataset or a reader, or of itself.

    Raises:
        UsageError: it has none.
    """
    pa = load_pyarrow()
    found = data if isinstance(data, pa.Schema) else getattr(data, "schema", None)
    if isinstance(found, pa.Schema):
        return found
    raise UsageError(f"expected a pyarrow schema or something that has one, found {type(data).__name__}")


def with_schema(data: Any, schema: Any) -> Any:
    """The same data with another schema, whose types differ in their metadata alone.

    Raises:
        UsageError: it is no schema, table or batch.
    """
    pa = load_pyarrow()
    if isinstance(data, pa.Schema):
        return schema
    if isinstance(data, (pa.Table, pa.RecordBatch)):
        return type(data).from_arrays(data.columns, schema=schema)
    raise UsageError(f"expected a pyarrow schema, table or record batch, found {type(data).__name__}")


def tag(
    data: T,
    columns: Mapping[str, str | Tag | Label] | Dataset | None = None,
    *,
    label: str | None = None,
    residency: str | Iterable[str] | None = None,
    name: str | None = None,
    scheme: Scheme = DEFAULT_SCHEME,
) -> T:
    """The schema, table or batch with labels at its columns.

    Args:
        data: a `pyarrow.Schema`, `Table` or `RecordBatch`.
        columns: by column, or by the path to a struct's field (`address.street`), its level, its tag or its label; or a
            dataset of a catalog, whose columns' labels they get.
        label: the level of columns that are neither named nor labelled yet; None for the scheme's default.
        residency: where those and the named ones must stay, unless their tag says otherwise.
        name: of the dataset, for whoever makes a catalog of it.
        scheme: of the labels.

    Raises:
        UsageError: a column that is not there, an unknown level or category, or a label lower than the one that a
            column has already, which takes `retag`.
    """
    tagged = read_labels(schema_of(data), scheme)
    known = tagged if _has_any(tagged) else None
    found = _labels(tagged, known, columns, label, residency, scheme)
    if known is not None:
        for path in known.lost:
            if path in found and found[path] != scheme.top:
                raise UsageError(f"`{'.'.join(path)}` has lost its label, or never had one: use `retag` with a reason")
        for entry, old in zip(known.entries, known.labels, strict=True):
            if not found[entry.path].dominates(old):
                shown = ".".join(entry.path)
                raise UsageError(
                    f"`{shown}` is {old} already, and {found[entry.path]} is lower: use `retag` with a reason"
                )
    name = name or (known.name if known is not None else None)
    reason = known.reason if known is not None else None
    made: T = with_schema(data, write_labels(schema_of(data), found, name=_checked(name), reason=reason))
    return made


def retag(
    data: T,
    columns: Mapping[str, str | Tag | Label] | Dataset | None = None,
    *,
    reason: str,
    label: str | None = None,
    residency: str | Iterable[str] | None = None,
    name: str | None = None,
    scheme: Scheme = DEFAULT_SCHEME,
) -> T:
    """As `tag`, whatever labels were there before; the reason is kept with them.

    Columns that are not named keep the label that they have, or get that of `label` where theirs was lost.

    Raises:
        UsageError: no reason, a column that is not there, or an unknown level or category.
    """
    if not reason.strip():
        raise UsageError("a label that is set anew needs a reason: pass reason=TEXT")
    tagged = read_labels(schema_of(data), scheme)
    known = tagged if _has_any(tagged) else None
    found = _labels(tagged, known, columns, label, residency, scheme)
    name = name or (known.name if known is not None else None)
    made: T = with_schema(data, write_labels(schema_of(data), found, name=_checked(name), reason=reason.strip()))
    return made


def _has_any(tagged: Tagged) -> bool:
    """Whether data has any label at all."""
    return len(tagged.lost) < sum(entry.parent is None for entry in tagged.entries)


def _checked(name: str | None) -> str | None:
    return None if name is None else str(parse_name(name))


def _labels(
    tagged: Tagged,
    known: Tagged | None,
    columns: Mapping[str, str | Tag | Label] | Dataset | None,
    label: str | None,
    residency: str | Iterable[str] | None,
    scheme: Scheme,
) -> dict[Path, Label]:
    """The label of each field with a name: as given, else as it is, else as what is around it, else the default."""
    stays = (residency,) if isinstance(residency, str) else tuple(residency or ())
    default = scheme.label(label if label is not None else scheme.default, (), stays)
    given = _given(columns, stays, scheme)
    unquoted = dict(_unquoted((), columns.columns)) if isinstance(columns, Dataset) else {}
    lost = set(known.lost) if known is not None else set()
    found: dict[Path, Label] = {}
    for entry, old in zip(tagged.entries, tagged.labels, strict=True):
        path = entry.path
        is_known = known is not None and (label is None or path[:1] not in lost)
        said = given.get(path) or unquoted.get(_lowered(path))
        if said is not None:
            label_here = said
        elif is_known:
            label_here = old
        else:
            label_here = found[path[:-1]] if entry.parent is not None else default
        # Arrow lets two columns have one name; they are one to whoever reads by name.
        found[path] = label_here.join(found[path]) if path in found else label_here
    for path in given if not isinstance(columns, Dataset) else ():
        if path in found:
            continue
        hint = nearest(".".join(path), {".".join(one) for one in found}) or ", correct its name or leave it out"
        raise UsageError(f"no column `{'.'.join(path)}`{hint}")
    return found


def _given(
    columns: Mapping[str, str | Tag | Label] | Dataset | None, stays: tuple[str, ...], scheme: Scheme
) -> dict[Path, Label]:
    if columns is None:
        return {}
    if isinstance(columns, Dataset):
        return dict(_of_dataset((), columns.columns))
    return {
        tuple(part.text for part in parse_name(column).parts): _label(column, said, stays, scheme)
        for column, said in columns.items()
    }


def _of_dataset(path: Path, columns: Iterable[Column]) -> Iterable[tuple[Path, Label]]:
    for column in columns:
        here = (*path, column.name.text)
        yield here, column.label
        yield from _of_dataset(here, column.fields)


def _unquoted(path: Path, columns: Iterable[Column]) -> Iterable[tuple[Path, Label]]:
    """The labels of a dataset's columns by names in which case does not count, for those that it does not quote."""
    for column in columns:
        if not column.name.quoted:
            here = (*path, column.name.text.lower())
            yield here, column.label
            yield from _unquoted(here, column.fields)


def _lowered(path: Path) -> Path:
    return tuple(part.lower() for part in path)


def _label(column: str, said: str | Tag | Label, stays: tuple[str, ...], scheme: Scheme) -> Label:
    try:
        if isinstance(said, Label):
            return scheme.label(str(said.level), said.categories, said.residency)
        if isinstance(said, Tag):
            return scheme.label(said.level, said.categories, stays if said.residency is None else said.residency)
        if isinstance(said, str):
            return scheme.label(said, (), stays)
    except UsageError as error:
        raise UsageError(f"column `{column}`: {error}") from None
    raise UsageError(f"column `{column}`: expected a level, a Tag or a Label, found {type(said).__name__}")


def label_of(data: Any, *, scheme: Scheme = DEFAULT_SCHEME) -> Label:
    """The highest class among the columns; top where one has no label, or lost it.

    Raises:
        UsageError: damaged metadata, or of another scheme.
    """
    found = read_labels(schema_of(data), scheme)
    return scheme.high_water_mark(found.labels)


def column_labels(data: Any, *, scheme: Scheme = DEFAULT_SCHEME) -> dict[str, Label]:
    """The label of each column, and of structs' fields by their path (`address.street`), in order.

    Raises:
        UsageError: damaged metadata, or of another scheme.
    """
    tagged = read_labels(schema_of(data), scheme)
    found: dict[str, Label] = {}
    for entry, label in zip(tagged.entries, tagged.labels, strict=True):
        path = ".".join(entry.path)
        found[path] = label.join(found[path]) if path in found else label  # Arrow lets two columns have one name
    return found


def require(data: T, ceiling: str, *, scheme: Scheme = DEFAULT_SCHEME) -> T:
    """The same table, if no column of it is above the ceiling.

    Raises:
        TableRefused: one is, or nobody knows its label any more.
        UsageError: an unknown level, damaged metadata, or of another scheme.
    """
    highest = scheme.level(ceiling)
    tagged = read_labels(schema_of(data), scheme)
    over = [
        (".".join(entry.path), label)
        for entry, label in zip(tagged.entries, tagged.labels, strict=True)
        if label.level.rank > highest.rank
    ]
    if not over:
        return data
    label = scheme.high_water_mark(label for _, label in over)
    lost = any(found == scheme.top for _, found in over)  # nobody tags a column as everything at once
    shown = [
        f"`{path}` ({'its label was lost' if found == scheme.top else found})" for path, found in over[:_MOST_SHOWN]
    ]
    more = f" and {len(over) - _MOST_SHOWN} more" if len(over) > _MOST_SHOWN else ""
    help_ = "leave them out with `classify.arrow.select`"
    if lost:
        help_ += ", or say with `classify.arrow.retag` what they are"
    raise TableRefused(
        f"class {label.level} is above the ceiling {ceiling}: {', '.join(shown)}{more}; {help_}", label, ceiling, over
    )


_MOST_SHOWN = 3


def catalog_of(name: str, data: Any, *, scheme: Scheme = DEFAULT_SCHEME) -> Catalog:
    """The catalog of one dataset, with the labels that a schema's fields have.

    Raises:
        UsageError: no such name, damaged metadata, or of another scheme.
    """
    tagged = read_labels(schema_of(data), scheme)
    label = scheme.untagged
    return Catalog((Dataset(parse_name(name), dataset_columns(tagged), label),), scheme)
