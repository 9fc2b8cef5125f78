"""Catalogs out of Avro's schemas and JSON Schemas whose annotations hold tags."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import fastavro
import pydantic
import pytest

from classify import Catalog, Column, FileError


def shown(columns: tuple[Column, ...]) -> dict[str, object]:
    return {
        str(column.name): (str(column.label), shown(column.fields)) if column.fields else str(column.label)
        for column in columns
    }


def load(tmp_path: Path, name: str, document: object) -> dict[str, object]:
    path = tmp_path / name
    path.write_text(json.dumps(document, indent=1))
    return {str(dataset.name): shown(dataset.columns) for dataset in Catalog.load(path).datasets}


PLACE = {
    "type": "record",
    "name": "Place",
    "fields": [
        {"name": "country", "type": "string", "classify": "public"},
        {
            "name": "street",
            "type": ["null", "string"],
            "classify": {"level": "restricted", "categories": ["pii.address"]},
        },
    ],
}
USER = {
    "type": "record",
    "name": "User",
    "namespace": "com.example",
    "classify": {"name": "app.users", "label": "internal", "residency": ["us"]},
    "fields": [
        {"name": "id", "type": {"type": "long", "logicalType": "x"}},
        {"name": "email", "type": {"type": "string", "classify": "confidential"}},
        {"name": "home", "type": PLACE},
        {"name": "others", "type": {"type": "array", "items": "com.example.Place"}, "classify": "internal"},
        {"name": "by_name", "type": {"type": "map", "values": "Place"}},
        {"name": "manager", "type": ["null", "User"], "default": None},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["a"]}},
    ],
}
_PLACE = ("internal @us", {"country": "public @us", "street": "restricted pii.address @us"})
USERS = {
    "app.users": {
        "id": "internal @us",
        "email": "confidential @us",
        "home": _PLACE,
        "others": _PLACE,
        "by_name": _PLACE,
        "manager": "internal @us",
        "kind": "internal @us",
    }
}


def test_an_avro_schema_is_a_dataset(tmp_path: Path) -> None:
    assert load(tmp_path, "user.avsc", USER) == USERS


def test_an_avro_file_is_one_too(tmp_path: Path) -> None:
    path = tmp_path / "users.avro"
    with path.open("wb") as file:
        fastavro.writer(file, fastavro.parse_schema(json.loads(json.dumps(USER))), [])
    assert {str(dataset.name): shown(dataset.columns) for dataset in Catalog.load(path).datasets} == USERS
    path.write_bytes(b"not at all")
    with pytest.raises(FileError, match="has no schema that can be read"):
        Catalog.load(path)


def test_several_records_are_several_datasets(tmp_path: Path) -> None:
    plain = {"type": "record", "name": "Order", "fields": [{"name": "id", "type": "int", "classify": "public"}]}
    assert load(tmp_path, "all.avsc", [USER, plain]) == USERS | {"Order": {"id": "public"}}


def test_without_fastavro_the_extra_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.avro").write_bytes(b"")
    code = (
        "import sys; sys.modules['fastavro'] = None\nimport classify\n"
        "try: classify.Catalog.load('x.avro')\nexcept classify.UsageError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "no fastavro here, install it: pip install 'classify-sdk[avro]'\n"


SCHEMA = "https://json-schema.org/draft/2020-12/schema"
JSON_USER: dict[str, Any] = {
    "$schema": SCHEMA,
    "title": "User",
    "type": "object",
    "classify": {"label": "internal"},
    "properties": {
        "id": {"type": "integer"},
        "card-no": {"type": "string", "classify": {"level": "restricted"}},
        "home": {"$ref": "#/$defs/Place"},
        "others": {"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/Place"}, {"type": "null"}]}},
        "note": {"anyOf": [{"type": "string", "classify": "confidential"}, {"type": "null"}]},
        "parent": {"$ref": "#"},
        "tags": {"type": "object", "additionalProperties": {"type": "string", "classify": "public"}},
    },
    "$defs": {
        "Place": {
            "type": "object",
            "allOf": [{"properties": {"country": {"classify": "public"}}}],
            "properties": {"street": {"type": "string", "classify": "restricted"}, "inner": {"$ref": "#/$defs/Place"}},
        },
    },
}


def test_a_json_schema_is_a_dataset(tmp_path: Path) -> None:
    place = ("internal", {"country": "public", "street": "restricted", "inner": "internal"})
    assert load(tmp_path, "user.json", JSON_USER) == {
        "User": {
            "id": "internal",
            '"card-no"': "restricted",
            "home": place,
            "others": place,
            "note": "confidential",
            "parent": "internal",
            "tags": "public",
        }
    }


def test_a_json_schema_without_a_title_is_called_as_its_file(tmp_path: Path) -> None:
    document = {"$schema": SCHEMA, "properties": {"a": {"classify": "public"}}}
    assert load(tmp_path, "app-users.json", document) == {'"app-users"': {"a": "public"}}


def test_pydantics_own_schema_can_be_annotated(tmp_path: Path) -> None:
    class Inner(pydantic.BaseModel):
        ssn: str = pydantic.Field(json_schema_extra={"classify": "restricted"})

    class Outer(pydantic.BaseModel):
        inner: Inner | None = None
        many: dict[str, list[Inner]] = {}

    document = Outer.model_json_schema() | {"$schema": SCHEMA, "classify": "internal"}
    inner = ("internal", {"ssn": "restricted"})
    assert load(tmp_path, "outer.json", document) == {"Outer": {"inner": inner, "many": inner}}


@pytest.mark.parametrize(
    ("name", "document", "message"),
    [
        ("a.avsc", "string", "expected a record"),
        ("a.avsc", {"type": "enum", "name": "E", "symbols": []}, "expected a record"),
        ("a.avsc", {"type": "record", "name": "R", "fields": [{"name": "a", "type": "Nope"}]}, "no type `Nope`"),
        ("a.avsc", {"type": "record", "name": "R", "fields": [{"type": "int"}]}, "a field without a name"),
        (
            "a.avsc",
            {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "classify": "secret"}]},
            r"a\.avsc:\d+:\d+: .*unknown level `secret`",
        ),
        (
            "a.avsc",
            {"type": "record", "name": "R", "fields": [{"name": "a", "type": "int", "classify": {"leval": "public"}}]},
            "leval",
        ),
        (
            "a.avsc",
            {
                "type": "record",
                "name": "R",
                "fields": [{"name": "a", "type": {"type": "int", "classify": "public"}, "classify": "internal"}],
            },
            "`a` has two annotations that differ",
        ),
        ("a.json", {"$schema": SCHEMA, "properties": {"a": {"$ref": "#/$defs/B"}}}, "`#/[$]defs/B` leads nowhere"),
        ("a.json", {"$schema": SCHEMA, "properties": {"a": {"$ref": "b.json"}}}, "`b.json` leads out of the file"),
        (
            "a.json",
            {"$schema": SCHEMA, "properties": {"a": {}}, "not": {"properties": {"a": {"classify": "public"}}}},
            "an annotation under `not` is not read",
        ),
        (
            "a.json",
            {
                "$schema": SCHEMA,
                "oneOf": [
                    {"properties": {"a": {"classify": "public"}}},
                    {"properties": {"a": {"classify": "internal"}}},
                ],
            },
            "`a` is there twice, with other annotations",
        ),
        ("a.json", {"$schema": SCHEMA, "type": "string"}, "at least 1|needs|columns"),
        ("a.json", {"$schema": SCHEMA, "properties": {"a": {"classify": 3}}}, "expected a level"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, name: str, document: object, message: str) -> None:
    with pytest.raises(FileError, match=message):
        load(tmp_path, name, document)


def test_a_folder_has_catalog_files_alone(tmp_path: Path) -> None:
    load(tmp_path, "user.avsc", USER)
    load(tmp_path, "user.json", JSON_USER)
    (tmp_path / "catalog.yaml").write_text("version: 1\ndatasets: [{name: t, columns: {a: public}}]\n")
    assert [str(dataset.name) for dataset in Catalog.load(tmp_path).datasets] == ["t"]


def test_schemas_that_grow_without_an_end_are_refused(tmp_path: Path) -> None:
    doubling = {f"d{at}": {"properties": {key: {"$ref": f"#/$defs/d{at + 1}"} for key in "ab"}} for at in range(40)}
    chain = {f"d{at}": {"$ref": f"#/$defs/d{at + 1}"} for at in range(3_000)}
    for definitions, message in ((doubling, "more than 20000 fields"), (chain, "refers more than 64 deep")):
        last = {f"d{len(definitions)}": {"type": "string"}}
        document = {"$schema": SCHEMA, "properties": {"a": {"$ref": "#/$defs/d0"}}, "$defs": definitions | last}
        with pytest.raises(FileError, match=message):
            load(tmp_path, "a.json", document)
