"""Labels on Arrow schemas and tables, on a real pyarrow, pandas, polars and DuckDB."""

from __future__ import annotations

import contextlib
import io
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset
import pyarrow.feather
import pyarrow.parquet
import pytest

from classify import DEFAULT_SCHEME, Catalog, FileError, Label, Tag, UsageError, analyse, arrow

USERS = pa.table(
    {
        "id": [1, 2, 3],
        "email": ["a@x", "b@x", "c@x"],
        "address": [{"country": "US", "street": "1 Elm"}, {"country": "FR", "street": "2 Oak"}, None],
    }
)
TAGS: dict[str, str | Tag | Label] = {
    "id": "public",
    "email": Tag("confidential", "pii.email"),
    "address.street": "restricted",
}
LABELS = {
    "id": "public",
    "email": "confidential pii.email @us",
    "address": "internal @us",
    "address.country": "internal @us",
    "address.street": "restricted @us",
}


@pytest.fixture(scope="module")
def users() -> pa.Table:
    found = arrow.tag(USERS, TAGS, label="internal", residency="us")
    return arrow.retag(found, {"id": DEFAULT_SCHEME.label("public")}, reason="row numbers")


def shown(data: Any) -> dict[str, str]:
    return {path: str(label) for path, label in arrow.column_labels(data).items()}


def test_tables_batches_and_schemas_are_tagged(users: pa.Table) -> None:
    assert shown(users) == LABELS
    assert users.equals(USERS)
    for data in (USERS.schema, USERS.to_batches()[0]):
        found = arrow.tag(data, TAGS, label="internal", residency="us")
        assert type(found) is type(data)
        assert shown(found) == LABELS | {"id": "public @us"}
    assert str(arrow.label_of(users)) == "restricted pii.email @us"


def test_a_datasets_labels_are_given_to_a_table() -> None:
    catalog = Catalog.from_mapping({"users": {"id": "public", "email": "restricted"}})
    found = arrow.tag(USERS, catalog.find("users"), label="internal")
    assert shown(found) == {"id": "public", "email": "restricted"} | dict.fromkeys(list(LABELS)[2:], "internal")


def test_case_counts_in_a_datasets_names_where_they_are_quoted() -> None:
    catalog = Catalog.from_mapping({"users": {"ID": "restricted", '"Email"': "restricted"}})
    table = pa.table({"id": [1], "Id": [1], "Email": ["x"], "email": ["y"]})
    assert shown(arrow.tag(table, catalog.find("users"), label="public")) == {
        "id": "restricted",
        "Id": "restricted",
        "Email": "restricted",
        "email": "public",
    }


def test_a_label_is_not_lowered_without_a_reason(users: pa.Table) -> None:
    with pytest.raises(UsageError, match=r"`email` is confidential pii\.email @us already, and public is lower"):
        arrow.tag(users, {"email": "public"})
    assert shown(arrow.tag(users, {"email": Tag("restricted", "pii", "pii.email", residency="us")}))["email"] == (
        "restricted pii.email @us"
    )
    lowered = arrow.retag(users, {"email": "public"}, reason="hashed by the mail team")
    assert shown(lowered) == LABELS | {"email": "public"}
    assert b"hashed by the mail team" in lowered.schema.metadata[b"classify:labels"]
    with pytest.raises(UsageError, match="needs a reason"):
        arrow.retag(users, {"email": "public"}, reason=" ")


def test_an_untagged_table_has_the_top_label() -> None:
    assert arrow.label_of(USERS) == DEFAULT_SCHEME.top
    assert shown(arrow.tag(USERS))["id"] == "restricted"  # the scheme's default
    assert shown(arrow.retag(USERS, label="public", reason="made up"))["email"] == "public"


def test_a_column_that_appeared_is_top_until_it_is_tagged(users: pa.Table) -> None:
    more = users.append_column("score", pa.array([1.0, 2.0, 3.0]))
    assert shown(more) == LABELS | {"score": "restricted * @*"}
    with pytest.raises(arrow.TableRefused, match=r"`score` \(its label was lost\).*classify\.arrow\.retag"):
        arrow.require(arrow.select(more, ["id", "score"]), "internal")
    assert shown(arrow.retag(more, {"score": "internal"}, reason="a model's"))["score"] == "internal"
    with pytest.raises(UsageError, match="`score` has lost its label, or never had one: use `retag`"):
        arrow.tag(more, {"score": "internal"})
    assert shown(arrow.tag(more, {"address": Tag("restricted", residency="us")}))["score"] == "restricted * @*"
    assert shown(arrow.retag(more, label="internal", reason="all of them"))["score"] == "internal"


def test_a_table_is_held_to_a_ceiling(users: pa.Table) -> None:
    part = arrow.select(users, ["id", "email"])
    assert arrow.require(part, "confidential") is part
    with pytest.raises(arrow.TableRefused) as refused:
        arrow.require(users, "internal")
    assert str(refused.value) == (
        "class restricted is above the ceiling internal: `email` (confidential pii.email @us), `address.street` "
        "(restricted @us); leave them out with `classify.arrow.select`"
    )
    assert [path for path, _ in refused.value.columns] == ["email", "address.street"]
    again = pickle.loads(pickle.dumps(refused.value))
    assert (str(again), again.label, again.ceiling) == (str(refused.value), refused.value.label, "internal")


def test_renamed_cast_and_selected_columns_keep_their_labels(users: pa.Table) -> None:
    assert shown(arrow.rename(users, {"email": "mail"})) == {
        {"email": "mail"}.get(path, path): label for path, label in LABELS.items()
    }
    swapped = arrow.rename(users, ["email", "id", "address"])
    assert (shown(swapped)["email"], shown(swapped)["id"]) == ("public", "confidential pii.email @us")
    kind = pa.schema([("id", pa.int8()), ("email", pa.large_string()), ("address", USERS.schema.field("address").type)])
    assert shown(arrow.cast(users, kind)) == LABELS
    lying = arrow.tag(kind, label="public")
    assert shown(arrow.cast(users, lying)) == LABELS
    assert shown(arrow.select(users, ["address"])) == {k: v for k, v in LABELS.items() if k.startswith("address")}


def test_a_structs_field_that_is_called_otherwise_is_as_high_as_its_column(users: pa.Table) -> None:
    other = pa.struct([pa.field("country", pa.string()), pa.field("road", pa.string())])
    part = arrow.select(users, ["address"])
    with contextlib.suppress(pa.ArrowException):  # some versions cast structs with the same names alone
        found = arrow.cast(part, pa.schema([("address", other)]))
        assert shown(found)["address.road"] == "restricted @us"


def test_two_columns_of_one_name_are_as_high_as_both() -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    assert shown(arrow.tag(table, {"a": "restricted"}, label="public")) == {"a": "restricted"}


def test_rows_of_several_tables_are_as_high_as_each(users: pa.Table) -> None:
    low = arrow.tag(pa.table({"id": [4], "email": ["d@x"]}), label="public")
    part = arrow.select(users, ["id", "email"])
    for tables in ([low, part], [part, low]):
        both = arrow.concat(tables)
        assert shown(both) == {"id": "public", "email": "confidential pii.email @us"}
        assert both.num_rows == 4
    assert shown(arrow.concat([low, USERS.select(["id", "email"])])) == dict.fromkeys(
        ("id", "email"), "restricted * @*"
    )
    wider = arrow.concat([low, arrow.tag(pa.table({"note": ["n"]}), label="internal")], promote_options="default")
    assert shown(wider) == {"id": "public", "email": "public", "note": "internal"}


def test_what_is_joined_is_as_high_as_its_keys() -> None:
    left = arrow.tag(pa.table({"ssn": ["a", "b"], "name": ["x", "y"]}), {"ssn": "restricted"}, label="internal")
    right = arrow.tag(
        pa.table({"number": ["a"], "name": ["z"], "city": ["Rome"]}), {"city": "public"}, label="internal"
    )
    joined = arrow.join(left, right, "ssn", "number", left_suffix="_l", right_suffix="_r", join_type="inner")
    assert sorted(shown(joined)) == ["city", "name_l", "name_r", "ssn"]
    assert set(shown(joined).values()) == {"restricted"}
    public = arrow.tag(pa.table({"id": [1], "a": [2]}), label="public")
    other = arrow.tag(pa.table({"id": [1], "b": [2]}), {"b": "confidential"}, label="public")
    assert shown(arrow.join(public, other, "id")) == {"id": "public", "a": "public", "b": "confidential"}
    assert shown(arrow.join(public, other, ["id"], join_type="left semi")) == {"id": "public", "a": "public"}


def test_pandas_hands_the_labels_on_while_the_columns_are_the_same(users: pa.Table) -> None:
    frame = arrow.to_pandas(users)
    assert shown(arrow.from_pandas(frame)) == LABELS
    assert shown(arrow.from_pandas(frame[frame["id"] > 1])) == LABELS
    for changed in (frame.assign(more=1), frame[["id"]], frame.rename(columns={"id": "number"})):
        assert arrow.label_of(arrow.from_pandas(changed)) == DEFAULT_SCHEME.top
    frame.attrs["classify:labels"] = "{"
    with pytest.raises(UsageError, match="is no list of labels"):
        arrow.from_pandas(frame)


def through_parquet(table: pa.Table) -> pa.Table:
    buffer = io.BytesIO()
    pa.parquet.write_table(table, buffer)
    return pa.parquet.read_table(io.BytesIO(buffer.getvalue()))


def through_feather(table: pa.Table) -> pa.Table:
    buffer = io.BytesIO()
    pa.feather.write_feather(table, buffer)
    return pa.feather.read_table(io.BytesIO(buffer.getvalue()))


def through_a_stream(table: pa.Table) -> pa.Table:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return pa.ipc.open_stream(sink.getvalue()).read_all()


def through_a_schema_message(table: pa.Table) -> pa.Schema:
    return pa.ipc.read_schema(table.schema.serialize())  # what Flight sends first


def through_a_dataset(table: pa.Table) -> pa.Table:
    return pa.dataset.dataset(table).to_table()


def through_pickle(table: pa.Table) -> Any:
    return pickle.loads(pickle.dumps(table))


@pytest.mark.parametrize(
    "through",
    [through_parquet, through_feather, through_a_stream, through_a_schema_message, through_a_dataset, through_pickle],
)
def test_labels_come_through(users: pa.Table, through: Callable[[pa.Table], Any]) -> None:
    assert shown(through(users)) == LABELS


def test_a_dataset_of_files_has_the_labels(users: pa.Table, tmp_path: Path) -> None:
    pa.dataset.write_dataset(users, tmp_path / "users", format="parquet")
    found = pa.dataset.dataset(tmp_path / "users")
    assert shown(found) == LABELS
    assert arrow.label_of(found) == arrow.label_of(users)


@pytest.mark.parametrize("writer", ["duckdb", "pandas", "polars"])
def test_files_that_others_wrote_are_tagged_and_read_back(writer: str, tmp_path: Path) -> None:
    path = tmp_path / "users.parquet"
    if writer == "duckdb":
        with duckdb.connect() as connection:
            connection.execute(f"copy (select 1 as id, {{'street': 'x'}} as address) to '{path}' (format parquet)")
    elif writer == "pandas":
        pd.DataFrame({"id": [1], "address": [{"street": "x"}]}).to_parquet(path)
    else:
        pl.DataFrame({"id": [1], "address": [{"street": "x"}]}).write_parquet(path)
    table = pa.parquet.read_table(path)
    assert arrow.label_of(table) == DEFAULT_SCHEME.top
    with pytest.raises(FileError, match="has no labels in its schema"):
        Catalog.load(path)
    pa.parquet.write_table(arrow.tag(table, {"address.street": "restricted"}, label="internal", name="app.users"), path)
    expected = {"id": "internal", "address": "internal", "address.street": "restricted"}
    assert shown(pa.parquet.read_table(path)) == expected
    catalog = Catalog.load(path)
    exposure = analyse("select address.street from app.users", catalog, dialect="duckdb")
    assert (str(exposure.label), not exposure.unresolved) == ("restricted", True)


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow", "t.feather", "stream.arrow"])
def test_a_catalog_is_loaded_from_a_files_schema(users: pa.Table, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "t.parquet":
        pa.parquet.write_table(users, path)
    elif name.startswith("stream"):
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, users.schema) as stream:
            stream.write_table(users)
    else:
        pa.feather.write_feather(users, path)
    (found,) = Catalog.load(path).datasets
    assert str(found.name) == path.stem
    assert {str(column.name): str(column.label) for column in found.columns} == {
        path: label for path, label in LABELS.items() if "." not in path
    }
    (tmp_path / "twice.yaml").write_text(f"version: 1\ndatasets: [{{name: {path.stem}, label: public}}]\n")
    with pytest.raises(FileError, match=f"has dataset `{path.stem}`, which .*twice.yaml"):
        Catalog.load(tmp_path / "twice.yaml", path)


def test_a_file_that_is_none_is_one_line(tmp_path: Path) -> None:
    for suffix in (".parquet", ".arrow", ".feather"):
        path = tmp_path / f"x{suffix}"
        with pytest.raises(FileError, match="no such file"):
            Catalog.load(path)
        for data in (b"", b"not at all", b"ARROW1\0\0", b"PAR1PAR1"):
            path.write_bytes(data)
            with pytest.raises(FileError, match="has no schema that can be read") as failed:
                Catalog.load(path)
            assert len(str(failed.value).splitlines()) == 1


def test_a_catalog_of_a_schema(users: pa.Table) -> None:
    catalog = arrow.catalog_of("app.users", users.schema)
    exposure = analyse("select id from app.users where address.street = 'x'", catalog, dialect="duckdb")
    assert {read.column: str(read.label) for read in exposure.reads} == {
        "app.users.id": "public",
        "app.users.address.street": "restricted @us",
    }


def test_the_result_of_a_query_has_its_classes() -> None:
    catalog = Catalog.from_mapping({"users": {"id": "internal", "ssn": "restricted"}})
    query = "select id as number, count(*) from users where ssn like '0%' group by id"
    with duckdb.connect() as connection:
        connection.execute("create table users as select 1 as id, '078' as ssn")
        table = connection.sql(query).to_arrow_table()
    schema = analyse(query, catalog, dialect="duckdb").arrow_schema(table.schema)
    found = pa.Table.from_arrays(table.columns, schema=schema)
    assert list(shown(found).values()) == ["restricted", "restricted"]
    part = analyse("select id, ssn from users", catalog, dialect="duckdb")
    assert shown(part.arrow_schema(pa.schema([("id", pa.int8()), ("ssn", pa.string())]))) == {
        "id": "internal",
        "ssn": "restricted",
    }
    with pytest.raises(UsageError, match="the query returns 2 columns and the schema has 1"):
        part.arrow_schema(pa.schema([("id", pa.int8())]))
    with pytest.raises(UsageError, match="column 1 of the query is `id`, of the schema `ssn`"):
        part.arrow_schema(pa.schema([("ssn", pa.string()), ("id", pa.int8())]))
    unknown = analyse("select * from nowhere", catalog, dialect="duckdb")
    assert shown(unknown.arrow_schema(pa.schema([("a", pa.int8())]))) == {"a": "restricted * @*"}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: arrow.tag(USERS, {"emial": "public"}), r"no column `emial` \(did you mean `email`\?\)"),
        (lambda: arrow.tag(USERS, {"address.streat": "public"}), r"no column `address\.streat`"),
        (lambda: arrow.tag(USERS, {"id": "secret"}), "column `id`: unknown level `secret`"),
        (lambda: arrow.tag(USERS, {"id": 3}), "column `id`: expected a level, a Tag or a Label, found int"),  # type: ignore[dict-item]
        (lambda: arrow.tag(USERS, label="secret"), "unknown level `secret`"),
        (lambda: arrow.tag({"id": [1]}, {"id": "public"}), "expected a pyarrow schema or something that has one"),
        (
            lambda: arrow.tag(pa.dataset.dataset(USERS), {"id": "public"}),
            "schema, table or record batch, found InMemory",
        ),
        (lambda: arrow.label_of(3), "found int"),
        (lambda: arrow.require(USERS, "secret"), "unknown level `secret`"),
        (lambda: arrow.select(USERS, ["emial"]), r"no column `emial` \(did you mean `email`\?\)"),
        (lambda: arrow.rename(USERS, {"emial": "x"}), "no column `emial`"),
        (lambda: arrow.rename(USERS, ["a"]), "1 names for 3 columns"),
    ],
)
def test_wrong_use_is_one_line(call: Callable[[], object], message: str) -> None:
    with pytest.raises(UsageError, match=message) as failed:
        call()
    assert len(str(failed.value).splitlines()) == 1


def test_without_pyarrow_the_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['pyarrow'] = None\nimport classify.arrow\n"
        "try: classify.arrow.label_of(3)\nexcept classify.UsageError as error: print(error)\n"
        "try: classify.Catalog.load('x.parquet')\nexcept classify.UsageError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["no pyarrow here, install it: pip install 'classify-sdk[arrow]'"] * 2


def test_pyarrow_is_loaded_when_it_is_used() -> None:
    code = "import sys, classify, classify.arrow, classify.catalog; print('pyarrow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
