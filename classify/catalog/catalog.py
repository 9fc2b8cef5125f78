"""The catalog: every dataset that is known, as one immutable value."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from attrs import field, frozen

from classify.catalog.dataset import Dataset
from classify.catalog.index import Ambiguous, DatasetIndex
from classify.catalog.merge import merge_datasets
from classify.catalog.shelf import Shelf
from classify.errors import UsageError, nearest
from classify.labels import DEFAULT_SCHEME, Scheme
from classify.names import FOLDING, Folding, loosest, parse_name


def _texts(schemas: Iterable[str]) -> tuple[str, ...]:
    return tuple(schemas)


def _spelled_out(datasets: tuple[Dataset, ...] | Shelf) -> tuple[Dataset, ...]:
    return datasets.all() if isinstance(datasets, Shelf) else datasets


@frozen(repr=False)
class Catalog:
    """Every dataset that is known.

    Attributes:
        datasets: in the order of their declaration.
        scheme: that their labels belong to.
        default_database, search_path: where a name with fewer parts is looked up.
        derived: what others made of this catalog and keep with it; no part of its value.
    """

    _datasets: tuple[Dataset, ...] | Shelf = field(default=(), alias="datasets", eq=_spelled_out)
    scheme: Scheme = DEFAULT_SCHEME
    default_database: str | None = None
    search_path: tuple[str, ...] = field(default=(), converter=_texts)
    derived: dict[str, object] = field(factory=dict, init=False, eq=False)

    @property
    def datasets(self) -> tuple[Dataset, ...]:
        return _spelled_out(self._datasets)

    @property
    def shelf(self) -> Shelf:
        """The datasets by name, made once."""
        if isinstance(self._datasets, Shelf):
            return self._datasets
        found = self.derived.get("shelf")
        if not isinstance(found, Shelf):
            found = self.derived["shelf"] = Shelf(self._datasets)
        return found

    def __repr__(self) -> str:
        columns = sum(len(dataset.columns) for dataset in self.datasets)
        return f"<Catalog: {len(self.datasets)} datasets, {columns} columns>"

    def __getstate__(self) -> tuple[object, ...]:
        """What is pickled and copied: the value alone, without what others made of it."""
        return self.datasets, self.scheme, self.default_database, self.search_path

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.__init__(*state)  # type: ignore[misc]  # a frozen value is set by its initialiser alone

    def index(self, dialect: str | None = None) -> DatasetIndex:
        """The datasets by name as a dialect compares names, made once; without one, as an unknown dialect might.

        Raises:
            UsageError: an unknown dialect.
        """
        key = f"index {dialect}"
        found = self.derived.get(key)
        if not isinstance(found, DatasetIndex):
            found = self.derived[key] = DatasetIndex(self.shelf, _folding(dialect))
        return found

    def get(self, name: str) -> Dataset | None:
        """The dataset whose name is spelled so in the canonical way, as exposures and findings spell it, or None."""
        try:
            own = parse_name(name).parts[-1]
        except UsageError:
            return None
        return next((one for one in self.shelf.named(loosest(own.text)) if str(one.name) == name), None)

    def find(
        self,
        name: str,
        *,
        dialect: str | None = None,
        default_schema: str | None = None,
        default_database: str | None = None,
    ) -> Dataset:
        """The dataset that a name means, looked up as an engine does.

        Args:
            name: one to three parts joined by dots, each plain or in double quotes.
            dialect: whose rules for identifiers hold.
            default_schema, default_database: override the catalog's own.

        Raises:
            UsageError: no such dataset, several that the name may mean, no name, or an unknown dialect.
        """
        index = self.index(dialect)
        parts = parse_name(name).parts
        path = (default_schema,) if default_schema is not None else self.search_path
        database = default_database if default_database is not None else self.default_database
        found = index.lookup(parts, path, database)
        if isinstance(found, Dataset):
            return found
        if isinstance(found, Ambiguous):
            places = ", ".join(f"`{dataset.name}`" for dataset in found.datasets)
            raise UsageError(f"`{name}` may be {places}, qualify it or name a default schema")
        there = index.elsewhere(index.folding.fold(parts[-1].text, parts[-1].quoted)) if len(parts) == 1 else ()
        if there and not path:
            places = ", ".join(f"`{dataset.name}`" for dataset in there)
            raise UsageError(f"`{name}` may be {places}, qualify it or name a default schema")
        near = index.nearest(parts[-1].text)
        hint = f" (did you mean `{near.name}`?)" if near is not None else ", add it to the catalog"
        raise UsageError(f"unknown dataset `{name}`{hint}")

    def __or__(self, other: Catalog) -> Catalog:
        """The datasets of both catalogs; one that both declare must be tagged alike.

        Raises:
            UsageError: with every conflict between their datasets, schemes or defaults.
        """
        if not isinstance(other, Catalog):
            return NotImplemented
        if self.scheme != other.scheme:
            raise UsageError("two catalogs with different schemes cannot be joined, load both with the same one")
        if self.default_database and other.default_database and self.default_database != other.default_database:
            raise UsageError(
                f"two default databases, `{self.default_database}` and `{other.default_database}`, keep one"
            )
        if self.search_path and other.search_path and self.search_path != other.search_path:
            raise UsageError("two catalogs with different search paths cannot be joined, give one of them alone a path")
        return Catalog(
            merge_datasets(self.datasets, other.datasets),
            self.scheme,
            self.default_database or other.default_database,
            self.search_path or other.search_path,
        )

    @classmethod
    def load(cls, *paths: str | os.PathLike[str], scheme: Scheme | None = None) -> Catalog:
        """The catalog of some files; a folder stands for all YAML, TOML and JSON catalog files in it and below.

        Others are named one by one: Parquet, Arrow and Feather files, with the labels of their schemas; Avro's schemas
        and data files, and JSON Schemas, with tags in their annotations.

        Args:
            scheme: of the labels; the default one if None.

        Raises:
            FileError: with everything that is wrong in all of the files.
        """
        from classify.catalog.files import load_datasets

        known = scheme if scheme is not None else DEFAULT_SCHEME
        return cls(load_datasets(map(Path, paths), known), known)

    @classmethod
    def from_mapping(
        cls,
        datasets: Mapping[str, Mapping[str, Any]],
        *,
        views: Mapping[str, str] | None = None,
        dialect: str | None = None,
        default_schema: str | None = None,
        default_database: str | None = None,
        scheme: Scheme = DEFAULT_SCHEME,
    ) -> Catalog:
        """The catalog of a mapping from datasets' names to their columns.

        >>> str(Catalog.from_mapping({"app.users": {"id": "internal"}}).datasets[0].columns[0].label)
        'internal'

        Args:
            datasets: by name, the columns; by a column's name, its level, or a mapping as in a catalog file.
            views: by name, the definitions; their columns may be among the datasets.
            dialect: that the definitions are written in, and by whose rules two names are the same.
            default_schema, default_database: where a name with fewer parts is looked up.

        Raises:
            UsageError: with everything that is wrong in the mapping.
        """
        from classify.catalog.mapping import map_datasets

        found = map_datasets(datasets, views or {}, dialect, scheme)
        return cls(found, scheme, default_database, (default_schema,) if default_schema is not None else ())

    @classmethod
    def of(cls, *classes: type, scheme: Scheme = DEFAULT_SCHEME) -> Catalog:
        """The catalog of classes that are declared with `@classify.dataset`.

        Raises:
            UsageError: with everything that is wrong in their declarations, a class without one included.
        """
        from classify.catalog.marks import collect

        return cls(collect(classes, scheme), scheme)

    @classmethod
    def of_module(cls, module: str | ModuleType, *, scheme: Scheme = DEFAULT_SCHEME) -> Catalog:
        """The catalog of all declared classes that a module defines or imports; of a package, with all modules in it.

        Raises:
            UsageError: no such module, one that cannot be imported, or with everything that is wrong in the
                declarations.
        """
        from classify.catalog.marks import collect, marked_classes

        return cls(collect(marked_classes(module), scheme), scheme)


def _folding(dialect: str | None) -> Folding:
    """How a dialect compares the parts of datasets' names."""
    if dialect is None:
        return Folding.PREFER_EXACT
    if dialect not in FOLDING:
        known = ", ".join(FOLDING)
        raise UsageError(f"unknown dialect `{dialect}`{nearest(dialect, FOLDING) or f', expected one of {known}'}")
    return FOLDING[dialect].datasets
