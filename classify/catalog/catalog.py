"""The catalog: every dataset that is known, as one immutable value."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from classify.catalog.dataset import Column, Dataset
from classify.labels import DEFAULT_SCHEME, Scheme
from classify.names import parse_name


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
