"""How labels stand in an Arrow schema, and what is believed of what stands there.

Each field has the JSON of its label under `classify:label`. Libraries keep or drop that as they please, so the schema
has all labels once more under `classify:labels`, with a digest of its fields' names: another schema's do not fit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen

from classify.columnar.walk import Entry, Path, entries_of, rebuilt
from classify.errors import UsageError
from classify.labels import Label, Scheme

FIELD_KEY = b"classify:label"
SCHEMA_KEY = b"classify:labels"
VERSION = 1


@frozen(eq=False)
class Tagged:
    """What a schema says of itself.

    Attributes:
        entries: its fields with a name, in order.
        labels: of each.
        lost: the paths of columns whose label nobody knows, and so is top.
        name: of the dataset, or None.
        reason: why its labels are not those of what it was made of, or None.
    """

    entries: tuple[Entry, ...]
    labels: tuple[Label, ...]
    lost: tuple[Path, ...] = ()
    name: str | None = None
    reason: str | None = None


def read_labels(schema: Any, scheme: Scheme) -> Tagged:
    """The labels of a `pyarrow.Schema`'s fields.

    A column has the label that stands at it, or that of the schema's own list where that fits and no column has one
    any more; else nobody knows, and it is top. A struct's field without a label has that of what is around it.

    Raises:
        UsageError: what stands under a key is no label of the scheme.
    """
    entries = entries_of(schema)
    known: dict[bytes, Label] = {}
    own = [_own(entry, scheme, known) for entry in entries]
    mirror = _mirror(schema, entries, scheme)
    lost: list[Path] = []
    labels: list[Label] = []
    has_own = any(label is not None for label in own)
    top = scheme.top
    for at, (entry, label) in enumerate(zip(entries, own, strict=True)):
        listed = mirror.labels[at] if mirror is not None and (label is not None or not has_own) else None
        found = label or listed
        if label is not None and listed is not None and label != listed:
            found = label.join(listed)
        if found is None and entry.parent is not None:
            found = labels[entry.parent]
        elif found is None:
            lost.append(entry.path)
            found = top
        for item in entry.items:  # what stands at a list's items is the list's
            said = _label_at(item, entry.path, scheme, known)
            found = found.join(said) if said is not None else found
        labels.append(found)
    return Tagged(
        tuple(entries),
        tuple(labels),
        tuple(lost),
        mirror.name if mirror is not None else None,
        mirror.reason if mirror is not None else None,
    )


def write_labels(
    schema: Any, labels: Mapping[Path, Label], *, name: str | None = None, reason: str | None = None
) -> Any:
    """The schema with a label at each field with a name.

    Args:
        labels: by path; each field has one.
        name: of the dataset.
        reason: why the labels are not those of what it was made of.
    """
    texts: dict[Label, bytes] = {}

    def change(path: Path, field: Any) -> Any:
        label = labels[path]
        text = texts.get(label)
        if text is None:
            text = texts[label] = json.dumps(label.to_dict(), sort_keys=True).encode()
        return field.with_metadata({**(field.metadata or {}), FIELD_KEY: text})

    made = rebuilt(schema, change)
    entries = entries_of(schema)
    numbers = {label: at for at, label in enumerate(dict.fromkeys(labels[entry.path] for entry in entries))}
    document: dict[str, Any] = {
        "version": VERSION,
        "digest": digest(entries),
        "labels": [label.to_dict() for label in numbers],
        "fields": [numbers[labels[entry.path]] for entry in entries],
    }
    document |= {key: value for key, value in (("name", name), ("reason", reason)) if value is not None}
    return made.with_metadata({**(schema.metadata or {}), SCHEMA_KEY: json.dumps(document, sort_keys=True).encode()})


def digest(entries: Iterable[Entry]) -> str:
    """A digest of fields' paths, in order."""
    text = json.dumps([entry.path for entry in entries], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def parse_list(text: bytes | str, paths: Sequence[Entry], scheme: Scheme) -> Tagged | None:
    """A schema's own list of labels; None where it is another schema's, or of a version that is not known.

    Raises:
        UsageError: it is no such list.
    """
    where = SCHEMA_KEY.decode()
    try:
        document = json.loads(text)
        version, fields = document["version"], document["fields"]
        if version != VERSION or document["digest"] != digest(paths):
            return None
        labels = [_parsed(one, scheme, where) for one in document["labels"]]
        found = tuple(labels[at] for at in fields)
        negative = any(at < 0 for at in fields)
    except (ValueError, TypeError, LookupError):
        raise UsageError(f"what stands in the schema under `{where}` is no list of labels: tag it anew") from None
    if len(found) != len(paths) or negative:
        raise UsageError(f"what stands in the schema under `{where}` has not one label a field: tag it anew")
    name, reason = document.get("name"), document.get("reason")
    return Tagged(tuple(paths), found, (), *(one if isinstance(one, str) else None for one in (name, reason)))


def _mirror(schema: Any, entries: Sequence[Entry], scheme: Scheme) -> Tagged | None:
    text = (schema.metadata or {}).get(SCHEMA_KEY)
    return parse_list(text, entries, scheme) if text is not None else None


def _own(entry: Entry, scheme: Scheme, known: dict[bytes, Label]) -> Label | None:
    return _label_at(entry.field, entry.path, scheme, known)


def _label_at(field: Any, path: Path, scheme: Scheme, known: dict[bytes, Label]) -> Label | None:
    text = (field.metadata or {}).get(FIELD_KEY)
    if text is None:
        return None
    found = known.get(text)
    if found is None:
        where = f"`{'.'.join(path)}` under `{FIELD_KEY.decode()}`"
        try:
            document = json.loads(text)
        except ValueError:
            raise UsageError(f"what stands at {where} is no label: tag it anew") from None
        found = known[text] = _parsed(document, scheme, where)
    return found


def _parsed(document: Any, scheme: Scheme, where: str) -> Label:
    """The label of a JSON document.

    Raises:
        UsageError: it is none, or not one of the scheme's.
    """
    if not isinstance(document, dict) or set(document) - {"level", "categories", "residency"}:
        raise UsageError(f"what stands at {where} is no label: tag it anew")
    level, categories, residency = (document.get(key, []) for key in ("level", "categories", "residency"))
    lists = isinstance(categories, list) and isinstance(residency, list)
    if not isinstance(level, str) or not lists or not all(isinstance(one, str) for one in (*categories, *residency)):
        raise UsageError(f"what stands at {where} is no label: tag it anew")
    try:
        return scheme.label(level, categories, residency)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
