"""Two catalogs as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from classify.catalog.dataset import Column, Dataset
from classify.catalog.tags import identity, identity_of
from classify.errors import UsageError


def merge_datasets(one: Iterable[Dataset], other: Iterable[Dataset]) -> tuple[Dataset, ...]:
    """The datasets of both; one that both declare must be tagged alike.

    Raises:
        UsageError: with every dataset whose declarations conflict.
    """
    found = {identity_of(dataset.name): dataset for dataset in one}
    conflicts: list[str] = []
    for dataset in other:
        key = identity_of(dataset.name)
        first = found.get(key)
        if first is None:
            found[key] = dataset
            continue
        differences = tuple(_differences(first, dataset))
        if differences:
            conflicts.append(_conflict(first, dataset, differences))
        else:
            found[key] = evolve(first, owner=first.owner or dataset.owner)
    if conflicts:
        raise UsageError("\n".join(conflicts))
    return tuple(found.values())


def _conflict(one: Dataset, other: Dataset, differences: tuple[str, ...]) -> str:
    places = [dataset.place for dataset in (one, other) if dataset.place]
    where = f" ({' and '.join(places)})" if places else ""
    return (
        f"`{one.name}` is declared twice{where} with different {', '.join(differences)}, make them alike or remove one"
    )


def _differences(one: Dataset, other: Dataset) -> Iterator[str]:
    """What a message calls the parts of two declarations that differ."""
    if one.label != other.label:
        yield f"labels ({one.label}, {other.label})"
    if one.declared_rows != other.declared_rows:
        yield "`rows`"
    if (one.view, one.dialect) != (other.view, other.dialect):
        yield "definitions"
    if one.declassify != other.declassify:
        yield "declassifications"
    if [identity(column.name) for column in one.columns] != [identity(column.name) for column in other.columns]:
        # Their order counts too: an INSERT without a column list goes by it.
        yield "columns"
    else:
        yield from _label_differences(one.columns, other.columns, "")


def _label_differences(one: tuple[Column, ...], other: tuple[Column, ...], prefix: str) -> Iterator[str]:
    for first, second in zip(one, other, strict=True):
        name = f"{prefix}{first.name}"
        if first.label != second.label:
            yield f"labels of `{name}` ({first.label}, {second.label})"
        if [identity(inner.name) for inner in first.fields] != [identity(inner.name) for inner in second.fields]:
            yield f"fields of `{name}`"
        else:
            yield from _label_differences(first.fields, second.fields, f"{name}.")
