"""What decides, and whether it is what it was: the policy, the groups and the catalog. A change of one is an event."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from classify.access.store import Store, Transaction
from classify.access.tables import DIGESTS
from classify.catalog import Catalog, Column


def note_changes(store: Store, digests: Mapping[str, str], by: str | None = None) -> None:
    """Append an event for each of what decides that is another than when it was last looked at.

    Args:
        digests: of `policy`, `groups` and `catalog`, as far as they are known.
        by: the person who uses it first, or None.
    """
    with store.reading() as step:
        if not _changed(step, digests):
            return
    with store.writing() as step:
        step.journal.lock()  # another may see the same change
        for name, digest in _changed(step, digests).items():
            step.connection.execute(sa.delete(DIGESTS).where(DIGESTS.c.name == name))
            step.connection.execute(sa.insert(DIGESTS), [{"name": name, "digest": digest}])
            who = step.journal.person(by) if by is not None else None
            step.journal.append(f"{name}.changed", {"content": digest, "by": who})


def _changed(step: Transaction, digests: Mapping[str, str]) -> dict[str, str]:
    known = {row.name: row.digest for row in step.connection.execute(sa.select(DIGESTS))}
    return {name: digest for name, digest in sorted(digests.items()) if known.get(name) != digest}


def digest_of(catalog: Catalog) -> str:
    """The same for catalogs that say the same of each dataset, whatever their order and their files."""
    found = hashlib.sha256()
    for dataset in sorted(catalog.datasets, key=lambda one: str(one.name)):
        lowered = (f"{one!r}" for one in dataset.declassify)
        for part in (str(dataset.name), str(dataset.label), str(dataset.rows), dataset.view or "", *lowered):
            _add(found, part)
        for name, label in _columns(dataset.columns, ""):
            _add(found, name)
            _add(found, label)
    return f"sha256:{found.hexdigest()}"


def _columns(columns: Iterable[Column], around: str) -> Iterable[tuple[str, str]]:
    for column in columns:
        name = f"{around}{column.name}"
        yield name, str(column.label)
        yield from _columns(column.fields, f"{name}.")


def _add(found: hashlib._Hash, text: str) -> None:
    data = text.encode(errors="surrogatepass")
    found.update(len(data).to_bytes(8, "big"))
    found.update(data)
