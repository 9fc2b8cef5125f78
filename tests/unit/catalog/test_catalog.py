"""Catalogs from mappings and classes, and two catalogs as one."""

from __future__ import annotations

import copy
import pickle
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest

import classify
from classify.catalog import Catalog, Column
from classify.errors import UsageError
from classify.labels import Scheme
from classify.names import Part
from classify.sql import analyse


def test_a_mapping_by_name_and_level() -> None:
    catalog = Catalog.from_mapping(
        {"app.users": {"id": "internal", "ssn": "restricted"}, 'main."Weird Name"': {'"Odd"': "public"}},
        views={"app.v": "select id from app.users"},
        dialect="postgres",
        default_schema="app",
        default_database="db",
    )
    users, weird, view = catalog.datasets
    assert [(str(column.name), str(column.label)) for column in users.columns] == [
        ("id", "internal"),
        ("ssn", "restricted"),
    ]
    assert (str(weird.name), weird.columns[0].name) == ('main."Weird Name"', Part("Odd", True))
    assert (view.view, view.dialect, view.columns) == ("select id from app.users", "postgres", ())
    assert (catalog.search_path, catalog.default_database) == (("app",), "db")


def test_a_mapping_says_all_that_a_file_can() -> None:
    catalog = Catalog.from_mapping(
        {
            "t": {
                "email": {"level": "confidential", "categories": ["pii.email"], "residency": ("eu",), "type": "text"},
                "profile": {"level": "internal", "fields": {"birthday": "restricted"}},
                "free": {},
            },
            "v": {"email": "confidential"},
        },
        views={"v": "select email from t"},
    )
    email, profile, free = catalog.datasets[0].columns
    assert (str(email.label), email.type) == ("confidential pii.email @eu", "text")
    assert profile.fields == (Column(Part("birthday"), catalog.scheme.label("restricted")),)
    assert str(free.label) == "restricted"
    assert [column.name.text for column in catalog.datasets[1].columns] == ["email"]
    assert catalog.datasets[1].view == "select email from t"


@pytest.mark.parametrize(
    ("datasets", "dialect", "expected"),
    [
        (
            {"app.users": {"id": "intern", "a.b": "public"}},
            None,
            [
                (
                    '$["app.users"]["a.b"]: expected a column\'s name: one part, in double quotes if it holds a dot,'
                    " a space or a quote, found `a.b`"
                ),
                '$["app.users"].id: unknown level `intern` (did you mean `internal`?)',
            ],
        ),
        (
            {"a..b": {"id": "internal"}},
            None,
            [
                (
                    '$["a..b"]: expected a name of one to three parts joined by dots, each plain or in double quotes,'
                    " found `a..b`"
                )
            ],
        ),
        ({"t": {"id": "public"}, "T": {"id": "public"}}, None, ['$["T"]: `T` is there twice, remove one']),
        ({"t": {"id": "public"}, '"t"': {"id": "public"}}, "postgres", ['$[""t""]: `"t"` is there twice, remove one']),
        (
            {"t": {"id": "public", "ID": "public"}},
            "mysql",
            ['$["t"].ID: column `ID` is there twice, first as `id`; remove one, or quote both'],
        ),
        ({"t": {}}, None, ['$["t"]: is empty, expected at least one column']),
        ({"t": {"id": 3}}, None, ['$["t"].id: expected a level or a mapping (`{}` is an untagged column), found `3`,']),
        ({"t": {"id": object()}}, None, ["expected texts, lists and mappings in a catalog, found object"]),
        ({"t": {"id": "public"}}, "postgre", ["unknown dialect `postgre` (did you mean `postgres`?)"]),
    ],
)
def test_everything_wrong_in_a_mapping_is_reported(
    datasets: dict[str, dict[str, Any]], dialect: str | None, expected: list[str]
) -> None:
    with pytest.raises(UsageError) as caught:
        Catalog.from_mapping(datasets, dialect=dialect)
    lines = str(caught.value).splitlines()
    assert len(lines) == len(expected)
    assert all(line.startswith(start) for line, start in zip(lines, expected, strict=True))


def test_where_a_dialect_tells_case_apart_names_may_differ_by_it() -> None:
    catalog = Catalog.from_mapping({"t": {"id": "public"}, "T": {"id": "public", "ID": "public"}}, dialect="clickhouse")
    assert [str(dataset.name) for dataset in catalog.datasets] == ["t", "T"]


ONE = {"app.users": {"id": "internal", "ssn": "restricted"}}
TWO = {"app.orders": {"id": "internal"}}


def test_two_catalogs_as_one() -> None:
    joined = Catalog.from_mapping(ONE, default_schema="app") | Catalog.from_mapping(TWO | ONE, default_database="db")
    assert [str(dataset.name) for dataset in joined.datasets] == ["app.users", "app.orders"]
    assert (joined.search_path, joined.default_database) == (("app",), "db")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"id": "public", "ssn": "restricted"}, "labels of `id` (internal, public)"),
        ({"id": "internal"}, "columns"),
        ({"ssn": "restricted", "id": "internal"}, "columns"),
        ({"id": {"level": "internal", "fields": {"a": "public"}}, "ssn": "restricted"}, "fields of `id`"),
    ],
)
def test_a_dataset_that_two_catalogs_tag_differently_is_a_conflict(columns: dict[str, Any], expected: str) -> None:
    with pytest.raises(UsageError) as caught:
        _ = Catalog.from_mapping(ONE) | Catalog.from_mapping({"APP.users": columns})
    assert (
        str(caught.value) == f"`app.users` is declared twice with different {expected}, make them alike or remove one"
    )


def test_a_conflict_names_both_places(tmp_path: Path) -> None:
    for name, rows in (("a.yaml", "public"), ("b.yaml", "internal")):
        text = f"version: 1\ndatasets:\n- {{name: t, rows: {rows}, view: select 1, columns: {{id: internal}}}}\n"
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        _ = Catalog.load(tmp_path / "a.yaml") | Catalog.load(tmp_path / "b.yaml")
    places = f"{tmp_path}/a.yaml:3:3 and {tmp_path}/b.yaml:3:3"
    assert str(caught.value) == f"`t` is declared twice ({places}) with different `rows`, make them alike or remove one"


def test_catalogs_of_different_kinds_are_not_joined() -> None:
    scheme = Scheme(("low", "high"), "high")
    with pytest.raises(UsageError, match="different schemes cannot be joined"):
        _ = Catalog.from_mapping(ONE) | Catalog(scheme=scheme)
    with pytest.raises(UsageError, match="two default databases, `a` and `b`, keep one"):
        _ = Catalog(default_database="a") | Catalog(default_database="b")
    with pytest.raises(UsageError, match="different search paths cannot be joined"):
        _ = Catalog(search_path=("a",)) | Catalog(search_path=("b",))
    with pytest.raises(TypeError):
        _ = Catalog() | {}  # type: ignore[operator]


def test_classes_and_files_are_joined() -> None:
    @classify.dataset("app.users")
    @attrs.frozen
    class User:
        id: int

    joined = Catalog.from_mapping(TWO) | Catalog.of(User)
    assert [str(dataset.name) for dataset in joined.datasets] == ["app.orders", "app.users"]


def test_a_module_is_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("app_models")

    @classify.dataset("app.users")
    class User:
        id: int

    @classify.dataset("app.orders")
    class Order:
        id: int

    class Plain:
        id: int

    class Child(User):
        name: str

    vars(module).update(User=User, Alias=User, Plain=Plain, Child=Child, Order=Order, constant=3)
    monkeypatch.setitem(sys.modules, "app_models", module)
    for collected in (Catalog.of_module("app_models"), Catalog.of_module(module)):
        assert [str(dataset.name) for dataset in collected.datasets] == ["app.users", "app.orders"]
    with pytest.raises(UsageError, match="module `no_such_module` cannot be imported: No module named"):
        Catalog.of_module("no_such_module")


def test_a_package_is_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = "import classify\n\n\n@classify.dataset('app.{0}')\nclass {0}:\n    id: int\n"
    files = {
        "walked/__init__.py": "",
        "walked/__main__.py": "raise SystemExit(3)\n",
        "walked/users.py": declared.format("users"),
        "walked/shop/__init__.py": "from walked.users import users\n",
        "walked/shop/orders.py": declared.format("orders"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    found = Catalog.of_module("walked").datasets
    assert sorted(str(dataset.name) for dataset in found) == ["app.orders", "app.users"]
    (tmp_path / "walked/broken.py").write_text("1 / 0\n")
    with pytest.raises(UsageError, match=r"module `walked\.broken` cannot be imported: division by zero"):
        Catalog.of_module("walked")


def test_what_is_not_declared_is_not_collected() -> None:
    class Plain:
        id: int

    with pytest.raises(UsageError) as caught:
        Catalog.of(Plain, int)
    first, second = str(caught.value).splitlines()
    assert first.endswith("Plain` is no declared class, decorate it with `@classify.dataset(…)`")
    assert second == "`int` is no declared class, decorate it with `@classify.dataset(…)`"


def test_rows_are_known_to_whoever_may_read_the_least_column() -> None:
    (dataset,) = Catalog.from_mapping(
        {
            "t": {
                "a": {"level": "internal", "categories": ["pii.name"], "residency": ["eu"]},
                "b": {"level": "restricted", "categories": ["pii.ssn"], "residency": ["eu", "us"]},
            }
        }
    ).datasets
    assert str(dataset.rows) == "internal pii @eu"


def test_a_catalog_that_was_used_is_copied_without_what_was_made_of_it() -> None:
    """Tables that change places in memory must not come to mean others."""
    used = Catalog.from_mapping(
        {f"app.t{i}": {"a": "restricted" if i % 3 else "public", "b": "internal"} for i in range(200)},
        default_schema="app",
    )
    texts = [f"select a from t{i}" for i in range(200)]
    before = [analyse(text, used, dialect="postgres").to_dict() for text in texts]
    for again in (pickle.loads(pickle.dumps(used)), copy.deepcopy(used), copy.copy(used)):
        assert again.derived == {}
        assert again.datasets == used.datasets
        assert [analyse(text, again, dialect="postgres").to_dict() for text in texts] == before


def test_labels_are_the_same_in_every_dialect_of_a_catalog() -> None:
    """A view that stands in another dialect than the query brings the labels of its tables along."""
    levels = ("public", "internal", "confidential", "restricted")
    views = {
        f"app.v{i}": {"view": f"select a from app.t{i}", "dialect": dialect}
        for i, dialect in enumerate(("mysql", "bigquery", "snowflake", "duckdb"))
    }
    known = Catalog.from_mapping({f"app.t{i}": {"a": level} for i, level in enumerate(levels)}) | _views(views)
    for dialect, order in (("postgres", (3, 0, 1, 2)), ("mysql", (0, 1, 2, 3)), ("duckdb", (2, 3, 0, 1))):
        for i in order:
            assert analyse(f"select a from app.v{i}", known, dialect=dialect).label.level == levels[i]


def _views(views: dict[str, dict[str, str]]) -> Catalog:
    found = Catalog()
    for name, view in views.items():
        found |= Catalog.from_mapping({}, views={name: view["view"]}, dialect=view["dialect"])
    return found
