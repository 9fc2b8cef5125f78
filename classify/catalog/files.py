"""Reads the datasets of catalog files, and of all catalog files in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from classify.catalog.annotated import avro_catalog, json_schema_catalog, node_of
from classify.catalog.dataset import Dataset
from classify.catalog.reader import Seen, read_datasets
from classify.catalog.schema_files import ARROW_SUFFIXES, read_arrow_file, read_avro_schema
from classify.catalog.tags import identity_of
from classify.documents import Map, Node, Problems, parse_document, read_text, shown_path
from classify.documents.json_format import read_json
from classify.documents.node import NOWHERE, Scalar, broken
from classify.documents.read import SUFFIXES
from classify.errors import FileError, Problem, UsageError, nearest
from classify.labels import Scheme

_SCHEMA = "https://json-schema.org/"  # a schema of catalogs is none
_SCHEMA_HOST = "json-schema.org/"


def load_datasets(paths: Iterable[Path], scheme: Scheme) -> tuple[Dataset, ...]:
    """The datasets of some files and folders, in order; a file that is named twice is read once.

    Raises:
        FileError: with everything that is wrong in all of the files.
        UsageError: no path.
    """
    problems: list[Problem] = []
    found: list[Dataset] = []
    seen: Seen = {}
    read: set[Path] = set()
    named = tuple(paths)
    if not named:
        raise UsageError("no catalog file or folder to load, name at least one")
    for path in named:
        try:
            if path.suffix.lower() in ARROW_SUFFIXES and not path.is_dir():
                if _is_new(path, read):
                    found.append(_new(read_arrow_file(path, scheme), seen))
                continue
            for shown, document in _documents(path, read, problems):
                own = Problems(shown)
                found += read_datasets(document, scheme, own, seen)
                problems += own.listed
        except FileError as error:
            problems += error.problems
    if problems:
        raise FileError(problems)
    return tuple(found)


def _new(dataset: Dataset, seen: Seen) -> Dataset:
    """The dataset, if no file before has one of its name."""
    key = identity_of(dataset.name)
    if key in seen:
        raise broken(dataset.place, NOWHERE, f"has dataset `{dataset.name}`, which {seen[key]} has already")
    seen[key] = dataset.place
    return dataset


def _documents(path: Path, read: set[Path], problems: list[Problem]) -> Iterator[tuple[str, Node]]:
    """The catalog files at a path that were not read before, with what they hold."""
    if not path.is_dir():
        if _is_new(path, read):
            shown = shown_path(path)
            yield shown, _catalog(_document(path, shown), shown)
        return
    count = 0
    for file in _files(path):
        try:
            # Most other files in a folder say so without being parsed.
            text = read_text(file)
            if "dataset" not in text.lower() or _SCHEMA in text:
                continue
            document = parse_document(text, shown_path(file))
        except FileError as error:
            problems += error.problems
            count += 1
            continue
        if _is_catalog(document):
            count += 1
            if _is_new(file, read):
                yield shown_path(file), document
    if not count:
        raise broken(
            shown_path(path), NOWHERE, f"no catalog files in the folder, expected {', '.join(SUFFIXES)} with `datasets`"
        )


def _document(path: Path, shown: str) -> Node:
    """What a file that is named itself holds, as a catalog file: schemas of other formats are turned into one."""
    suffix = path.suffix.lower()
    if suffix == ".avro":
        return avro_catalog(node_of(read_avro_schema(path)), shown)
    text = read_text(path)
    if suffix == ".avsc":
        return avro_catalog(read_json(text, shown), shown)
    found = parse_document(text, shown)
    if suffix == ".json" and isinstance(found, Map) and "datasets" not in found.entries:
        schema = found.get("$schema")
        if isinstance(schema, Scalar) and _SCHEMA_HOST in schema.text:
            return json_schema_catalog(found, shown, path.stem)
    return found


def _files(folder: Path) -> Iterator[Path]:
    """The files of a folder and those below it that may be catalogs, in order; hidden ones are passed over."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                yield Path(root, name)


def _is_new(path: Path, read: set[Path]) -> bool:
    resolved = path.resolve()
    if resolved in read:
        return False
    read.add(resolved)
    return True


def _is_catalog(document: Node) -> bool:
    """Whether a file in a folder is meant as a catalog: a key that is nearly `datasets` is a mistake worth telling."""
    if not isinstance(document, Map) or "levels" in document.entries:
        return isinstance(document, Map) and "datasets" in document.entries
    return any(nearest(key.lower(), ("datasets",)) for key in document.entries)


def _catalog(document: Node, shown: str) -> Node:
    if isinstance(document, Map) and "levels" in document.entries and "datasets" not in document.entries:
        raise broken(shown, document.at, "is a scheme and no catalog, name it as the scheme")
    return document
