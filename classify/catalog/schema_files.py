"""The schemas of data files: Parquet, Arrow and Feather files whose fields have labels, and Avro's."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from classify.catalog.dataset import Column, Dataset
from classify.columnar import Tagged, load_pyarrow, read_labels
from classify.documents import shown_path
from classify.documents.node import NOWHERE, broken
from classify.errors import UsageError
from classify.labels import Label, Scheme
from classify.names import Name, Part, parse_name

ARROW_SUFFIXES = (".parquet", ".arrow", ".feather")


def read_arrow_file(path: Path, scheme: Scheme) -> Dataset:
    """The dataset of a file, called as its labels say, else as the file.

    Raises:
        FileError: it cannot be read, has no labels, or damaged ones.
        UsageError: pyarrow is not installed.
    """
    load_pyarrow()
    shown = shown_path(path)
    try:
        schema = _schema(path)
    except FileNotFoundError:
        raise broken(shown, NOWHERE, "cannot be read: no such file or directory") from None
    except Exception as error:  # noqa: BLE001  # what a damaged file raises differs from format to format
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise broken(shown, NOWHERE, f"has no schema that can be read: {reason}") from None
    try:
        tagged = read_labels(schema, scheme)
        name = parse_name(tagged.name) if tagged.name is not None else Name((Part(path.stem),))
    except UsageError as error:
        raise broken(shown, NOWHERE, str(error)) from None
    columns = dataset_columns(tagged)
    if len(tagged.lost) == len(columns):
        raise broken(shown, NOWHERE, "has no labels in its schema, write them with `classify.arrow.tag`")
    return Dataset(name, columns, scheme.untagged, place=shown)


def read_avro_schema(path: Path) -> Any:
    """The schema that stands at the beginning of an Avro data file.

    Raises:
        FileError: it cannot be read.
        UsageError: fastavro is not installed.
    """
    try:
        import fastavro
    except ImportError:
        raise UsageError("no fastavro here, install it: pip install 'classify-sdk[avro]'") from None
    shown = shown_path(path)
    try:
        with path.open("rb") as file:
            return json.loads(fastavro.reader(file).metadata["avro.schema"])
    except OSError as error:
        raise broken(shown, NOWHERE, f"cannot be read: {(error.strerror or type(error).__name__).lower()}") from None
    except Exception as error:  # noqa: BLE001  # what a damaged file raises is up to the library
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise broken(shown, NOWHERE, f"has no schema that can be read: {reason}") from None


def _schema(path: Path) -> Any:
    if path.suffix.lower() == ".parquet":
        import pyarrow.parquet

        return pyarrow.parquet.read_schema(path)
    ipc = load_pyarrow().ipc
    try:
        with ipc.open_file(path) as reader:
            return reader.schema
    except load_pyarrow().ArrowInvalid:
        with path.open("rb") as file, ipc.open_stream(file) as reader:
            return reader.schema


def dataset_columns(tagged: Tagged) -> tuple[Column, ...]:
    """The columns of a schema with their labels, and structs' fields nested in them."""
    below: dict[int | None, list[int]] = {}
    for at, entry in enumerate(tagged.entries):
        below.setdefault(entry.parent, []).append(at)
    lost = set(tagged.lost)

    def columns(parent: int | None) -> Iterable[Column]:
        found: dict[str, Column] = {}
        for at in below.get(parent, ()):
            entry = tagged.entries[at]
            made = _column(entry.path[-1], tagged.labels[at], str(entry.field.type), tuple(columns(at)))
            if entry.path in lost:
                made = Column(made.name, made.label, made.type, made.fields, is_tagged=False)
            first = found.get(entry.path[-1])
            found[entry.path[-1]] = made if first is None else _both(first, made)
        return found.values()

    return tuple(columns(None))


def _column(name: str, label: Label, kind: str, fields: tuple[Column, ...]) -> Column:
    return Column(Part(name), label, kind if not fields else None, fields)


def _both(one: Column, other: Column) -> Column:
    """Two columns of one name, which Arrow allows: as high as both."""
    return Column(one.name, one.label.join(other.label), one.type, (*one.fields, *other.fields))
