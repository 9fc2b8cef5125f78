"""The catalog: every dataset that is known, as one immutable value."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from classify.catalog.dataset import Column, Dataset
from classify.catalog.index import Ambiguous, DatasetIndex
from classify.errors import UsageError
from classify.labels import DEFAULT_SCHEME, Scheme
from classify.labels.scheme import nearest
from classify.names import FOLDING, Folding, parse_name


@frozen(eq=False)
class Catalog:
    """Every dataset that is known.

    Attributes:
        datasets: in the order of their declaration.
        scheme: that their labels belong to.
        default_database, search_path: where a name with fewer parts is looked up.
    """

    datasets: tuple[Dataset, ...] = ()
    scheme: Scheme = DEFAULT_SCHEME
    default_database: str | None = None
    search_path: tuple[str, ...] = field(default=(), converter=tuple)
    derived: dict[str, object] = field(factory=dict, init=False, repr=False)

    def index(self, dialect: str | None = None) -> DatasetIndex:
        """The datasets by name as a dialect compares names, made once; without one, as an unknown dialect might.

        Raises:
            UsageError: an unknown dialect.
        """
        key = f"index {dialect}"
        found = self.derived.get(key)
        if not isinstance(found, DatasetIndex):
            found = self.derived[key] = DatasetIndex(self.datasets, _folding(dialect))
        return found

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
        near = index.nearest(parts[-1].text)
        hint = f" (did you mean `{near.name}`?)" if near is not None else ", add it to the catalog"
        raise UsageError(f"unknown dataset `{name}`{hint}")

    @classmethod
    def from_mapping(
        cls,
        datasets: Mapping[str, Mapping[str, str]],
        *,
        views: Mapping[str, str] | None = None,
        dialect: str | None = None,
        default_schema: str | None = None,
        default_database: str | None = None,
        scheme: Scheme = DEFAULT_SCHEME,
    ) -> Catalog:
        """PROVISIONAL"""
        found = [
            Dataset(
                parse_name(name),
                tuple(Column(parse_name(column).parts[0], scheme.label(level)) for column, level in columns.items()),
                scheme.untagged,
            )
            for name, columns in datasets.items()
        ]
        found += [
            Dataset(parse_name(name), (), scheme.untagged, view=sql, dialect=dialect)
            for name, sql in (views or {}).items()
        ]
        return cls(tuple(found), scheme, default_database, (default_schema,) if default_schema else ())


def _folding(dialect: str | None) -> Folding:
    """How a dialect compares the parts of datasets' names."""
    if dialect is None:
        return Folding.PREFER_EXACT
    if dialect not in FOLDING:
        known = ", ".join(FOLDING)
        raise UsageError(f"unknown dialect `{dialect}`{nearest(dialect, FOLDING)}, expected one of {known}")
    return FOLDING[dialect].datasets
