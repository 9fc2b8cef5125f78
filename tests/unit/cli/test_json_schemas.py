"""The JSON Schemas are those of the code, and judge files as the reader does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from classify.catalog import Catalog
from classify.cli.json_schemas import schema_files, write_schemas
from classify.errors import FileError
from classify.labels import Scheme

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"


def dataset(**entries: Any) -> dict[str, Any]:
    return {"version": 1, "datasets": [{"name": "app.users", "columns": {"id": "internal"}, **entries}]}


def view(**entries: Any) -> dict[str, Any]:
    return {"version": 1, "datasets": [{"name": "v", "view": "select 1", **entries}]}


def declassify(**entries: Any) -> dict[str, Any]:
    return view(declassify={"id": {"to": "public", "reason": "why", "owner": "me", **entries}})


def scheme(**entries: Any) -> dict[str, Any]:
    return {"version": 1, "levels": ["low", "high"], "default": "high", **entries}


GOOD_CATALOGS = [
    dataset(),
    {"$schema": "../json/catalog.schema.json", **dataset()},
    dataset(name='db."My ""own"" Schema"."a.b"'),
    dataset(label="public", residency=["eu"], owner="me", rows={"level": "public", "categories": ["a.b"]}),
    dataset(columns={"id": {}, '"a b"': {"type": "int"}, "größe": {"level": "public", "categories": ["pii", "*"]}}),
    dataset(columns={"deep": {"fields": {"deeper": {"fields": {"deepest": "restricted"}}}}}),
    view(),
    view(dialect="bigquery", columns={"id": "public"}),
    declassify(),
    declassify(until="2027-06-30", to={"level": "internal", "residency": ["eu"]}),
    {"version": 1, "datasets": []},
]
BAD_CATALOGS = [
    [],
    {},
    {"version": 2, "datasets": []},
    {"version": "1", "datasets": []},
    {"version": True, "datasets": []},
    {"version": 1},
    {"version": 1, "datasets": {}},
    {"version": 1, "datasets": [{"columns": {"id": "internal"}}]},
    {"version": 1, "datasets": [{"name": "t"}]},
    {"version": 1, "datasets": ["t"]},
    dataset(name="a..b"),
    dataset(name="a.b.c.d"),
    dataset(name='a"b'),
    dataset(name=""),
    dataset(name=3),
    dataset(colums={}),
    dataset(columns={}),
    dataset(columns=["id"]),
    dataset(columns={"id": None}),
    dataset(columns={"id": 3}),
    dataset(columns={"id": ["internal"]}),
    dataset(columns={"a b": "internal"}),
    dataset(columns={"a.b": "internal"}),
    dataset(columns={"": "internal"}),
    dataset(columns={"id": {"level": "inter nal"}}),
    dataset(columns={"id": {"levl": "internal"}}),
    dataset(columns={"id": {"categories": "pii"}}),
    dataset(columns={"id": {"categories": ["pii..ssn"]}}),
    dataset(columns={"id": {"categories": [None]}}),
    dataset(columns={"id": {"fields": {"x": []}}}),
    dataset(columns={"id": {"type": 3}}),
    dataset(residency="eu"),
    dataset(residency=["e u"]),
    dataset(owner=" "),
    dataset(label=None),
    dataset(label={"categories": ["pii"]}),
    dataset(dialect="postgres"),
    dataset(declassify={}),
    view(view=""),
    view(dialect="postgre"),
    view(declassify={"id": {"to": "public", "reason": "why"}}),
    view(declassify={"id": "public"}),
    declassify(reason=""),
    declassify(until="30.6.2027"),
    declassify(until="2027-02-30"),
    declassify(who="me"),
]
GOOD_SCHEMES = [
    scheme(),
    scheme(categories=["pii.ssn", "finance"]),
    scheme(categories={"pii": {"contact": ["email"], "ssn": None}, "finance": [], "other": {}}),
    scheme(declassify=[{"function": "f.g", "label": "low", "owner": "me", "reason": "why"}]),
]
BAD_SCHEMES = [
    {},
    scheme(levels=[]),
    scheme(levels=["a b", "high"]),
    scheme(levels="high"),
    scheme(default=None),
    scheme(categories="pii"),
    scheme(categories={"pii": "ssn"}),
    scheme(categories={"a b": []}),
    scheme(categories=[{"pii": []}]),
    scheme(declassify={"f": "low"}),
    scheme(declassify=[{"function": "f(x)", "label": "low", "owner": "me", "reason": "why"}]),
    scheme(declassify=[{"function": "f", "label": "low", "owner": "me"}]),
    scheme(level="high"),
]


def validator(name: str) -> jsonschema.Draft202012Validator:
    known = json.loads(schema_files()[f"{name}.schema.json"])
    jsonschema.Draft202012Validator.check_schema(known)
    return jsonschema.Draft202012Validator(known, format_checker=jsonschema.FormatChecker())


def write(folder: Path, document: object) -> Path:
    path = folder / "file.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", sorted(schema_files()))
def test_the_files_are_those_of_the_code(name: str) -> None:
    """Run `python -m classify.cli.json_schemas schemas/json` where they are not."""
    assert (SCHEMAS / "json" / name).read_text(encoding="utf-8") == schema_files()[name]


def test_there_is_no_other_schema() -> None:
    assert {path.name for path in (SCHEMAS / "json").iterdir()} == set(schema_files())


def test_they_are_written_where_one_says(tmp_path: Path) -> None:
    write_schemas(tmp_path)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == dict(schema_files())


@pytest.mark.parametrize("document", GOOD_CATALOGS, ids=json.dumps)
def test_schema_and_reader_take_a_good_catalog(tmp_path: Path, document: object) -> None:
    validator("catalog").validate(document)
    Catalog.load(write(tmp_path, document))


@pytest.mark.parametrize("document", BAD_CATALOGS, ids=json.dumps)
def test_schema_and_reader_refuse_a_bad_catalog(tmp_path: Path, document: object) -> None:
    assert not validator("catalog").is_valid(document)
    with pytest.raises(FileError):
        Catalog.load(write(tmp_path, document))


@pytest.mark.parametrize("document", GOOD_SCHEMES, ids=json.dumps)
def test_schema_and_reader_take_a_good_scheme(tmp_path: Path, document: object) -> None:
    validator("scheme").validate(document)
    Scheme.load(write(tmp_path, document))


@pytest.mark.parametrize("document", BAD_SCHEMES, ids=json.dumps)
def test_schema_and_reader_refuse_a_bad_scheme(tmp_path: Path, document: object) -> None:
    assert not validator("scheme").is_valid(document)
    with pytest.raises(FileError):
        Scheme.load(write(tmp_path, document))


@pytest.mark.parametrize("path", sorted(SCHEMAS.rglob("*.yaml")), ids=lambda path: path.name)
def test_the_samples_are_as_their_schema_says(path: Path) -> None:
    import yaml

    form = {"policy.yaml": "policy", "groups.yaml": "groups", "policy-cases.yaml": "policy-cases"}.get(
        path.name, "catalog"
    )
    validator(form).validate(json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str)))
