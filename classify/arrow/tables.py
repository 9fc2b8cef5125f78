"""What tables go through, with their labels kept: each takes and returns `pyarrow.Table`s."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from classify.arrow.tagging import schema_of, with_schema
from classify.columnar import SCHEMA_KEY, Tagged, entries_of, load_pyarrow, parse_list, read_labels, write_labels
from classify.columnar.walk import Path
from classify.errors import UsageError
from classify.labels import DEFAULT_SCHEME, Label, Scheme

Labels = dict[Path, Label]


def _labels_of(table: Any, scheme: Scheme) -> Labels:
    """The label of each field with a name; of two that have one name, both theirs."""
    found: Labels = {}
    tagged = read_labels(schema_of(table), scheme)
    for entry, label in zip(tagged.entries, tagged.labels, strict=True):
        found[entry.path] = label.join(found[entry.path]) if entry.path in found else label
    return found


def _written(table: Any, labels: Labels, scheme: Scheme, *sources: Tagged) -> Any:
    """The table with labels; a struct's field that is called otherwise now is as high as its column, a column top."""
    schema = schema_of(table)
    highest: dict[str, Label] = {}
    for path, label in labels.items():
        highest[path[0]] = label.join(highest[path[0]]) if path[0] in highest else label
    top = scheme.top
    found = {entry.path: labels.get(entry.path, highest.get(entry.path[0], top)) for entry in entries_of(schema)}
    reasons = dict.fromkeys(one.reason for one in sources if one.reason is not None)
    return with_schema(table, write_labels(schema, found, reason="; ".join(reasons) or None))


def _renamed(labels: Labels, names: Mapping[str, str]) -> Labels:
    """The labels with columns called otherwise; those that get one name are as high as all of them."""
    found: Labels = {}
    for path, label in labels.items():
        here = (names.get(path[0], path[0]), *path[1:])
        found[here] = label.join(found[here]) if here in found else label
    return found


def select(table: Any, columns: Sequence[str], *, scheme: Scheme = DEFAULT_SCHEME) -> Any:
    """Some of the columns."""
    labels = _labels_of(table, scheme)
    _require_columns(table, columns)
    return _written(table.select(list(columns)), labels, scheme, read_labels(table.schema, scheme))


def rename(table: Any, columns: Mapping[str, str] | Sequence[str], *, scheme: Scheme = DEFAULT_SCHEME) -> Any:
    """The columns called otherwise: by their old names, or all of them in order."""
    old = list(table.column_names)
    if isinstance(columns, Mapping):
        _require_columns(table, columns)
        new = [columns.get(name, name) for name in old]
    else:
        new = list(columns)
        if len(new) != len(old):
            raise UsageError(f"{len(new)} names for {len(old)} columns: name each of them, or some by a mapping")
    tagged = read_labels(table.schema, scheme)
    labels: Labels = {}
    column = -1
    for entry, label in zip(tagged.entries, tagged.labels, strict=True):
        column += entry.parent is None
        here = (new[column], *entry.path[1:])
        labels[here] = label.join(labels[here]) if here in labels else label
    return _written(table.rename_columns(new), labels, scheme, tagged)


def cast(table: Any, schema: Any, *, scheme: Scheme = DEFAULT_SCHEME, **options: Any) -> Any:
    """The columns with other types; the labels are the table's, whatever stands in the schema.

    Args:
        schema: with the table's names, in order.
        options: as `pyarrow.Table.cast` takes them.
    """
    labels = _labels_of(table, scheme)
    return _written(table.cast(schema, **options), labels, scheme, read_labels(table.schema, scheme))


def concat(tables: Iterable[Any], *, scheme: Scheme = DEFAULT_SCHEME, **options: Any) -> Any:
    """The rows of all tables; each column is as high as in every one of them.

    Args:
        options: as `pyarrow.concat_tables` takes them.
    """
    known = list(tables)
    labels: Labels = {}
    for table in known:
        for path, label in _labels_of(table, scheme).items():
            labels[path] = label.join(labels[path]) if path in labels else label
    plain = [with_schema(table, table.schema.remove_metadata()) for table in known]
    made = load_pyarrow().concat_tables(plain, **options)
    return _written(made, labels, scheme, *(read_labels(table.schema, scheme) for table in known))


def join(
    left: Any,
    right: Any,
    keys: str | Sequence[str],
    right_keys: str | Sequence[str] | None = None,
    *,
    left_suffix: str | None = None,
    right_suffix: str | None = None,
    scheme: Scheme = DEFAULT_SCHEME,
    **options: Any,
) -> Any:
    """Two tables joined; each column is as high as itself and all keys, which decide what rows there are.

    Args:
        left_suffix, right_suffix: for names that both have.
        options: as `pyarrow.Table.join` takes them.
    """
    named = {"left_suffix": left_suffix, "right_suffix": right_suffix}
    made = left.join(right, keys, right_keys, **{key: one for key, one in named.items() if one is not None}, **options)
    sides = []
    deciding = scheme.bottom
    for table, own, suffix in ((left, keys, left_suffix), (right, right_keys or keys, right_suffix)):
        labels = _labels_of(table, scheme)
        for key in [own] if isinstance(own, str) else own:
            deciding = scheme.high_water_mark((deciding, *(one for path, one in labels.items() if path[0] == key)))
        sides.append(labels)
        if suffix:
            sides.append(_renamed(labels, {name: name + suffix for name in table.column_names}))
    labels = {}
    for side in sides:
        for path, label in side.items():
            labels[path] = scheme.high_water_mark((label, deciding, *((labels[path],) if path in labels else ())))
    return _written(made, labels, scheme, *(read_labels(table.schema, scheme) for table in (left, right)))


def to_pandas(table: Any, *, scheme: Scheme = DEFAULT_SCHEME, **options: Any) -> Any:
    """A data frame that has the labels in its `attrs`, for `from_pandas`.

    Args:
        options: as `pyarrow.Table.to_pandas` takes them.
    """
    tagged = _written(table, _labels_of(table, scheme), scheme, read_labels(table.schema, scheme))
    frame = table.to_pandas(**options)
    frame.attrs[_ATTRIBUTE] = tagged.schema.metadata[SCHEMA_KEY].decode()
    return frame


def from_pandas(frame: Any, *, scheme: Scheme = DEFAULT_SCHEME, **options: Any) -> Any:
    """A table with the labels of a frame that `to_pandas` made, where its columns are still those; else without any.

    Args:
        options: as `pyarrow.Table.from_pandas` takes them; an index without a name is left out if they do not say.

    Raises:
        UsageError: damaged labels, or of another scheme.
    """
    if all(name is None for name in frame.index.names):  # which rows were kept, and no column of anyone's
        options.setdefault("preserve_index", False)
    table = load_pyarrow().Table.from_pandas(frame, **options)
    text = frame.attrs.get(_ATTRIBUTE)
    if text is None:
        return table
    entries = entries_of(table.schema)
    found = parse_list(text, entries, scheme) if isinstance(text, str) else None
    if found is None:
        return table
    labels = {entry.path: label for entry, label in zip(entries, found.labels, strict=True)}
    return with_schema(table, write_labels(table.schema, labels, reason=found.reason))


_ATTRIBUTE = SCHEMA_KEY.decode()


def _require_columns(table: Any, columns: Iterable[str]) -> None:
    known = set(table.column_names)
    for column in columns:
        if column not in known:
            from classify.errors import nearest

            raise UsageError(f"no column `{column}`{nearest(column, known) or ', expected one of the table'}")
