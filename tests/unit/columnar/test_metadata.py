"""Labels in the metadata of Arrow schemas: what is written, and what is believed."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from classify import DEFAULT_SCHEME, Label, Scheme, UsageError
from classify.columnar import SCHEMA_KEY, entries_of, read_labels, write_labels

ITEM = pa.struct([pa.field("street", pa.string()), pa.field("codes", pa.list_(pa.struct([pa.field("z", pa.int8())])))])
NESTED = pa.schema(
    [
        pa.field("id", pa.int64(), metadata={"other": "kept"}),
        pa.field("address", ITEM),
        pa.field("many", pa.large_list(ITEM)),
        pa.field("few", pa.list_(pa.struct([pa.field("x", pa.int8())]), 2)),
        pa.field("by_key", pa.map_(pa.string(), pa.struct([pa.field("v", pa.int8())]))),
        pa.field("either", pa.dense_union([pa.field("a", pa.int8()), pa.field("b", pa.string())])),
        pa.field("coded", pa.dictionary(pa.int8(), pa.string())),
    ],
    metadata={"made by": "us"},
)
PATHS = [
    "id", "address", "address.street", "address.codes", "address.codes.z", "many", "many.street", "many.codes",
    "many.codes.z", "few", "few.x", "by_key", "by_key.v", "either", "either.a", "either.b", "coded",
]  # fmt: skip
RESTRICTED = DEFAULT_SCHEME.label("restricted", ["pii.ssn"], ["us"])
PUBLIC = DEFAULT_SCHEME.label("public")


def labelled(schema: pa.Schema, label: Label = PUBLIC, **others: Label) -> pa.Schema:
    given = {tuple(path.replace("__", ".").split(".")): one for path, one in others.items()}
    return write_labels(schema, {entry.path: given.get(entry.path, label) for entry in entries_of(schema)})


def read(schema: pa.Schema) -> dict[str, str]:
    found = read_labels(schema, DEFAULT_SCHEME)
    return {".".join(entry.path): str(label) for entry, label in zip(found.entries, found.labels, strict=True)}


def test_every_field_with_a_name_has_a_path() -> None:
    assert [".".join(entry.path) for entry in entries_of(NESTED)] == PATHS


@pytest.mark.parametrize("path", PATHS)
def test_a_label_is_read_where_it_was_written(path: str) -> None:
    schema = labelled(NESTED, **{path.replace(".", "__"): RESTRICTED})
    assert read(schema) == {one: "restricted pii.ssn @us" if one == path else "public" for one in PATHS}
    assert schema.equals(NESTED)
    assert schema.metadata[b"made by"] == b"us"
    assert schema.field("id").metadata[b"other"] == b"kept"


@pytest.mark.parametrize("path", PATHS)
def test_fields_alone_or_the_list_alone_are_enough(path: str) -> None:
    schema = labelled(NESTED, **{path.replace(".", "__"): RESTRICTED})
    expected = read(schema)
    assert read(schema.remove_metadata()) == expected
    assert read(NESTED.with_metadata(schema.metadata)) == expected


def test_without_labels_every_column_is_top_and_lost() -> None:
    found = read_labels(NESTED, DEFAULT_SCHEME)
    assert set(found.labels) == {DEFAULT_SCHEME.top}
    assert [".".join(path) for path in found.lost] == [field.name for field in NESTED]


def test_another_schemas_list_does_not_fit() -> None:
    schema = labelled(pa.schema([("a", pa.int8()), ("b", pa.int8())]))
    plain = pa.schema([("a", pa.int8()), ("c", pa.int8())])
    assert set(read(plain.with_metadata(schema.metadata)).values()) == {"restricted * @*"}
    turned = pa.schema([("b", pa.int8()), ("a", pa.int8())])
    assert set(read(turned.with_metadata(schema.metadata)).values()) == {"restricted * @*"}


def test_a_column_that_was_put_there_has_no_label_though_the_list_has_its_name() -> None:
    table = pa.table({"name": ["Ann"], "ssn": ["078"]}).cast(
        labelled(pa.schema([("name", pa.string()), ("ssn", pa.string())]), ssn=RESTRICTED)
    )
    swapped = table.set_column(0, "name", table["ssn"])
    assert read(swapped.schema) == {"name": "restricted * @*", "ssn": "restricted pii.ssn @us"}


def test_where_both_speak_the_higher_holds() -> None:
    schema = labelled(pa.schema([("a", pa.int8())]), RESTRICTED)
    lowered = pa.schema(
        [schema.field("a").with_metadata({"classify:label": '{"level": "public"}'})], metadata=schema.metadata
    )
    assert read(lowered) == {"a": "restricted pii.ssn @us"}
    assert read(lowered.remove_metadata()) == {"a": "public"}


def test_a_label_at_a_lists_items_is_the_lists() -> None:
    item = pa.field("item", pa.string(), metadata={"classify:label": '{"level": "restricted"}'})
    schema = pa.schema([pa.field("tags", pa.list_(item), metadata={"classify:label": '{"level": "public"}'})])
    assert read(schema) == {"tags": "restricted"}


def test_a_structs_field_without_a_label_has_that_of_what_is_around_it() -> None:
    schema = pa.schema([pa.field("a", ITEM, metadata={"classify:label": '{"level": "internal"}'})])
    assert set(read(schema).values()) == {"internal"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "`a` under `classify:label` is no label"),
        ("3", "`a` under `classify:label` is no label"),
        ('{"level": 3}', "is no label"),
        ('{"level": "public", "categories": "pii"}', "is no label"),
        ('{"level": "public", "tenant": "x"}', "is no label"),
        ('{"level": "secret"}', "`a` under `classify:label`: unknown level `secret`"),
        ('{"level": "public", "categories": ["p i"]}', "is no category"),
        (b"\xff\xfe", "is no label"),
    ],
)
def test_damaged_labels_are_an_error_and_never_lower(text: str | bytes, message: str) -> None:
    schema = pa.schema([pa.field("a", pa.int8(), metadata={"classify:label": text})])
    with pytest.raises(UsageError, match=message):
        read(schema)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"fields": [0]}, "has not one label a field"),
        ({"fields": [0, -1]}, "has not one label a field"),
        ({"fields": [0, 7]}, "is no list of labels"),
        ({"fields": "ab"}, "is no list of labels"),
        ({"labels": [{"level": "secret"}]}, "unknown level `secret`"),
        ({"labels": 3}, "is no list of labels"),
        ({"digest": None}, None),
        ({"version": 2}, None),
    ],
)
def test_a_damaged_list_is_an_error_and_an_unknown_one_is_none(change: dict[str, object], message: str | None) -> None:
    schema = labelled(pa.schema([("a", pa.int8()), ("b", pa.int8())]))
    document = json.loads(schema.metadata[SCHEMA_KEY]) | change
    changed = pa.schema([("a", pa.int8()), ("b", pa.int8())], metadata={SCHEMA_KEY: json.dumps(document)})
    if message is None:
        assert set(read(changed).values()) == {"restricted * @*"}
    else:
        with pytest.raises(UsageError, match=message):
            read(changed)


def test_a_list_that_is_no_json_is_an_error() -> None:
    for text in ("{", "[]", "null", b"\xff"):
        with pytest.raises(UsageError, match="is no list of labels"):
            read(pa.schema([("a", pa.int8())], metadata={SCHEMA_KEY: text}))


def test_labels_of_another_scheme_are_an_error() -> None:
    own = Scheme(("low", "high"), "high")
    schema = write_labels(pa.schema([("a", pa.int8())]), {("a",): own.label("low")})
    assert str(read_labels(schema, own).labels[0]) == "low"
    with pytest.raises(UsageError, match="unknown level `low`"):
        read(schema)


def test_two_columns_of_one_name_keep_their_places() -> None:
    schema = pa.schema([pa.field("a", pa.int8()), pa.field("a", pa.string())])
    assert list(read(labelled(schema)).values()) == ["public"]
