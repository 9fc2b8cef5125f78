"""Catalog files: what they come to, and every problem at once with its place and path."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from classify.catalog import Catalog, Column, Dataset
from classify.errors import FileError, UsageError
from classify.labels import Scheme

YAML = """\
# yaml-language-server: $schema=../json/catalog.schema.json
version: 1
datasets:
  - name: app.users
    label: internal
    residency: [us]
    owner: identity
    columns:
      id: internal
      seen: {type: timestamp}
      country: {level: public, type: varchar}
      email: {level: confidential, categories: [pii.email], residency: [eu]}
      nick: {categories: [pii.name]}
      '"Odd Name"': restricted
      profile:
        level: confidential
        categories: [pii]
        fields:
          birthday: {level: restricted, categories: [pii.birth_date]}
          note: {}
          city: public
  - name: app.active_users
    view: select id, country from app.users where not deleted
    dialect: postgres
    rows: confidential
    columns: {id: internal, country: public}
    declassify:
      country: {to: public, reason: "country alone identifies nobody", owner: privacy, until: 2027-06-30}
  - name: '"Raw".events'
    columns: {payload: {}}
"""
TOML = """\
version = 1
[[datasets]]
name = "app.users"
label = "internal"
residency = ["us"]
owner = "identity"
[datasets.columns]
id = "internal"
seen.type = "timestamp"
country = { level = "public", type = "varchar" }
email = { level = "confidential", categories = ["pii.email"], residency = ["eu"] }
nick = { categories = ["pii.name"] }
'"Odd Name"' = "restricted"
[datasets.columns.profile]
level = "confidential"
categories = ["pii"]
[datasets.columns.profile.fields]
birthday = { level = "restricted", categories = ["pii.birth_date"] }
note = {}
city = "public"

[[datasets]]
name = "app.active_users"
view = "select id, country from app.users where not deleted"
dialect = "postgres"
rows = "confidential"
columns = { id = "internal", country = "public" }
[datasets.declassify.country]
to = "public"
reason = "country alone identifies nobody"
owner = "privacy"
until = 2027-06-30

[[datasets]]
name = '"Raw".events'
columns.payload = {}
"""


def load(folder: Path, text: str, name: str = "catalog.yaml", scheme: Scheme | None = None) -> Catalog:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return Catalog.load(path, scheme=scheme)


def problems(folder: Path, text: str, name: str = "catalog.yaml", scheme: Scheme | None = None) -> list[str]:
    with pytest.raises(FileError) as caught:
        load(folder, text, name, scheme)
    return [str(problem).removeprefix(f"{folder}/{name}") for problem in caught.value.problems]


def shown(columns: tuple[Column, ...]) -> dict[str, object]:
    """The labels by name; of a column with fields, its own and theirs."""
    return {
        str(column.name): (str(column.label), shown(column.fields)) if column.fields else str(column.label)
        for column in columns
    }


def without_place(dataset: Dataset) -> tuple[object, ...]:
    return (
        dataset.name,
        dataset.columns,
        dataset.label,
        dataset.declared_rows,
        dataset.owner,
        dataset.view,
        dataset.dialect,
        dataset.declassify,
    )


def test_a_catalog_is_read(tmp_path: Path) -> None:
    users, active, raw = load(tmp_path, YAML).datasets
    assert shown(users.columns) == {
        "id": "internal @us",
        "seen": "internal @us",
        "country": "public @us",
        "email": "confidential pii.email @eu",
        "nick": "internal pii.name @us",
        '"Odd Name"': "restricted @us",
        "profile": (
            "confidential pii @us",
            {"birthday": "restricted pii.birth_date @us", "note": "confidential pii @us", "city": "public @us"},
        ),
    }
    assert (str(users.name), users.owner, str(users.label), users.view) == (
        "app.users",
        "identity",
        "internal @us",
        None,
    )
    assert users.columns[2].type == "varchar"
    assert str(users.rows) == "public"
    assert users.place == f"{tmp_path}/catalog.yaml:4:5"
    assert (active.view, active.dialect) == ("select id, country from app.users where not deleted", "postgres")
    assert str(active.rows) == "confidential"
    (entry,) = active.declassify
    assert (str(entry.column), str(entry.to), entry.owner, entry.until) == (
        "country",
        "public",
        "privacy",
        datetime.date(2027, 6, 30),
    )
    assert str(raw.name) == '"Raw".events'
    assert shown(raw.columns) == {"payload": "restricted"}


def test_the_three_formats_say_the_same(tmp_path: Path) -> None:
    import yaml

    document = json.dumps(yaml.safe_load(YAML), default=str, indent=1)
    known = [without_place(dataset) for dataset in load(tmp_path, YAML).datasets]
    assert [without_place(dataset) for dataset in load(tmp_path, TOML, "catalog.toml").datasets] == known
    assert [without_place(dataset) for dataset in load(tmp_path, document, "catalog.json").datasets] == known


def test_a_label_may_say_more_than_a_level(tmp_path: Path) -> None:
    (dataset,) = load(
        tmp_path,
        """version: 1
datasets:
  - name: t
    label: {level: internal, categories: [pii]}
    residency: [eu]
    rows: {level: public, residency: [us]}
    columns: {a: {}, b: {categories: [pii.name, finance]}, c: public, d: {level: public, residency: []}}
""",
    ).datasets
    assert str(dataset.label) == "internal pii @eu"
    assert str(dataset.rows) == "public @us"
    assert shown(dataset.columns) == {
        "a": "internal pii @eu",
        "b": "internal finance pii.name @eu",
        "c": "public @eu",
        "d": "public",
    }


def test_every_problem_is_reported_with_place_and_path(tmp_path: Path) -> None:
    text = """\
version: 1
datasets:
  - name: app.users
    lable: internal
    columns:
      id: intrenal
      ssn: {level: restricted, categories: pii.ssn}
      first name: internal
      a.b: internal
      n: 3
      e:
      Id: internal
      deep: {fields: {x: {level: none}, y: []}}
  - name: app..users
    columns: {id: internal}
  - columns: {}
  - just a text
  - name: app.users
    columns: {id: internal}
  - name: app.v
    view: select 1
    dialect: postgre
    columns: {country: public}
    declassify:
      country: {to: public, owner: privacy, until: 2027-02-30}
      contry: {to: low, reason: r, owner: o}
  - name: a.b.c.d
    columns: {id: internal}
  - name: app.empty
  - name: app.t
    dialect: postgres
    columns: {id: internal, id: public}
owner: me
"""
    assert problems(tmp_path, text) == [
        ":4:5: $.datasets[0].lable: unknown key `lable` (did you mean `label`?)",
        ":6:11: $.datasets[0].columns.id: unknown level `intrenal` (did you mean `internal`?)",
        ":7:44: $.datasets[0].columns.ssn.categories: expected a list, found `pii.ssn`, write `[pii.ssn]`",
        (
            ':8:7: $.datasets[0].columns["first name"]: expected a column\'s name: one part, in double quotes if it'
            " holds a dot, a space or a quote, found `first name`"
        ),
        (
            ':9:7: $.datasets[0].columns["a.b"]: expected a column\'s name: one part, in double quotes if it holds'
            " a dot, a space or a quote, found `a.b`"
        ),
        (
            ":10:10: $.datasets[0].columns.n: "
            "expected a level or a mapping (`{}` is an untagged column), found `3`, put it in quotes"
        ),
        ":11:9: $.datasets[0].columns.e: expected a level or a mapping (`{}` is an untagged column), found nothing",
        ":12:7: $.datasets[0].columns.Id: column `Id` is there twice, first as `id`; remove one, or quote both",
        (
            ":13:34: $.datasets[0].columns.deep.fields.x.level: "
            "unknown level `none`, expected one of public, internal, confidential, restricted"
        ),
        (
            ":13:44: $.datasets[0].columns.deep.fields.y: "
            "expected a level or a mapping (`{}` is an untagged column), found a list"
        ),
        (
            ":14:11: $.datasets[1].name: expected a name of one to three parts joined by dots, each plain or in double"
            " quotes, found `app..users`"
        ),
        ":16:5: $.datasets[2]: no `name`, every dataset has one",
        ":16:14: $.datasets[2].columns: is empty, expected at least one column",
        ":17:5: $.datasets[3]: expected a dataset, found `just a text`",
        f":18:11: $.datasets[4].name: `app.users` is there twice, first at {tmp_path}/catalog.yaml:3:11, remove one",
        ":22:14: $.datasets[5].dialect: unknown dialect `postgre` (did you mean `postgres`?)",
        ":25:16: $.datasets[5].declassify.country: no `reason`, every declassification has one",
        ":25:52: $.datasets[5].declassify.country.until: expected a date as 2027-06-30, found `2027-02-30`",
        ":26:7: $.datasets[5].declassify.contry: unknown column `contry` (did you mean `country`?)",
        (
            ":26:20: $.datasets[5].declassify.contry.to: "
            "unknown level `low`, expected one of public, internal, confidential, restricted"
        ),
        (
            ":27:11: $.datasets[6].name: expected a name of one to three parts joined by dots, each plain or in double"
            " quotes, found `a.b.c.d`"
        ),
        ":29:5: $.datasets[7]: neither `columns` nor `view`, every dataset has one",
        ":31:5: $.datasets[8].dialect: `dialect` without `view`, add it or remove this",
        ":32:29: $.datasets[8].columns.id: `id` is there twice, first in line 32, remove one",
        ":33:1: $.owner: unknown key `owner`, expected one of $schema, version, datasets",
    ]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "catalog.json",
            '{"version": 1, "datasets": [{"name": "t",\n  "columns": {"id": "internl"}}]}',
            ":2:21: $.datasets[0].columns.id: unknown level `internl` (did you mean `internal`?)",
        ),
        (
            "catalog.toml",
            'version = 1\n[[datasets]]\nname = "t"\n[datasets.columns]\n id = "internl"',
            ":5:2: $.datasets[0].columns.id: unknown level `internl` (did you mean `internal`?)",
        ),
        ("catalog.yaml", "[1]", ":1:1: $: expected a catalog file, found a list"),
        ("catalog.yaml", "{version: 1}", ":1:1: $: no `datasets`, every catalog file has one"),
        ("catalog.yaml", "version: 1\nlevels: [a]", ":1:1: is a scheme and no catalog, name it as the scheme"),
        ("catalog.yaml", "", ": is empty"),
    ],
)
def test_each_format_has_places(tmp_path: Path, name: str, text: str, expected: str) -> None:
    assert problems(tmp_path, text, name) == [expected]


def test_yaml_words_that_others_read_as_truth_values_are_names(tmp_path: Path) -> None:
    columns = "{on: internal, no: internal, 2024-01-01: internal}"
    text = f"version: 1\ndatasets: [{{name: on, residency: [no], columns: {columns}}}]"
    (dataset,) = load(tmp_path, text).datasets
    assert str(dataset.name) == "on"
    assert shown(dataset.columns) == {"on": "internal @no", "no": "internal @no", '"2024-01-01"': "internal @no"}


def test_names_that_differ_in_case_alone_are_two_only_in_quotes(tmp_path: Path) -> None:
    head = "version: 1\ndatasets:\n  - name: app.users\n    columns: {id: internal}\n"
    assert len(problems(tmp_path, head + "  - {name: APP.Users, columns: {id: internal}}\n")) == 1
    quoted = load(tmp_path, head + "  - {name: 'app.\"Users\"', columns: {id: internal, '\"ID\"': internal}}\n")
    assert [str(dataset.name) for dataset in quoted.datasets] == ["app.users", 'app."Users"']


def test_aliases_of_aliases_end(tmp_path: Path) -> None:
    lines = ["version: 1", "x0: &x0 {level: public}"]
    lines += [f"x{n}: &x{n} {{fields: {{a: *x{n - 1}, b: *x{n - 1}, c: *x{n - 1}}}}}" for n in range(1, 30)]
    lines += ["datasets: [{name: t, columns: {a: *x29}}]"]
    assert problems(tmp_path, "\n".join(lines)) == [
        ":13:42: more than 1000000 values with aliases spelled out, use fewer"
    ]


def test_a_flood_of_problems_is_cut(tmp_path: Path) -> None:
    columns = ", ".join(f"c{n}: nope" for n in range(1000))
    found = problems(tmp_path, f"version: 1\ndatasets: [{{name: t, columns: {{{columns}}}}}]")
    assert len(found) == 201
    assert found[-1] == ": more than 200 problems, the rest is not listed"


def test_a_scheme_gives_the_levels_and_the_default(tmp_path: Path) -> None:
    scheme = Scheme(("open", "closed"), "closed", frozenset(("pii.email",)))
    text = "version: 1\ndatasets: [{name: t, columns: {a: open, b: {}, c: {level: open, categories: [pii.mail]}}}]"
    assert problems(tmp_path, text, scheme=scheme) == [
        (
            ":2:78: $.datasets[0].columns.c.categories[0]: unknown category `pii.mail` (did you mean `pii.email`?),"
            " expected one that the scheme lists"
        )
    ]
    catalog = load(tmp_path, text.replace("pii.mail", "pii.email"), scheme=scheme)
    assert catalog.scheme is scheme
    assert shown(catalog.datasets[0].columns) == {"a": "open", "b": "closed", "c": "open pii.email"}


def entry(name: str, *columns: str) -> str:
    inner = ", ".join(f"{column}: internal" for column in columns or ("id",))
    return f"version: 1\ndatasets: [{{name: {name}, columns: {{{inner}}}}}]\n"


def test_a_folder_stands_for_the_catalog_files_in_it(tmp_path: Path) -> None:
    for name, text in {
        "b.yaml": entry("b"),
        "a.yml": entry("a"),
        "deep/c.json": '{"version": 1, "datasets": [{"name": "c", "columns": {"id": "internal"}}]}',
        "deep/d.toml": 'version = 1\n[[datasets]]\nname = "d"\ncolumns.id = "internal"',
        "scheme.yaml": "version: 1\nlevels: [a]\ndefault: a # of datasets",
        "schema.json": '{"$schema": "x", "properties": {"datasets": {}}}',
        "compose.yaml": "version: '3'\nservices: {}",
        "broken.yaml": "a: [",
        "notes.txt": "datasets",
        ".hidden.yaml": entry("hidden"),
        ".hidden/e.yaml": entry("hidden"),
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert [str(dataset.name) for dataset in Catalog.load(tmp_path).datasets] == ["a", "b", "c", "d"]
    again = Catalog.load(tmp_path, tmp_path / "b.yaml", str(tmp_path / "deep"))
    assert [str(dataset.name) for dataset in again.datasets] == ["a", "b", "c", "d"]


def test_the_problems_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(entry("one"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(entry("one"), encoding="utf-8")
    (tmp_path / "c.yaml").write_text("datasets: [", encoding="utf-8")
    (tmp_path / "d.yaml").write_text("version: 1\ndataset: []", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        Catalog.load(tmp_path, tmp_path / "missing.yaml")
    found = [str(problem).removeprefix(f"{tmp_path}/") for problem in caught.value.problems]
    assert found == [
        f"b.yaml:2:19: $.datasets[0].name: `one` is there twice, first at {tmp_path}/a.yaml:2:19, remove one",
        "c.yaml:2:1: not YAML: did not find expected node content",
        "d.yaml:1:1: $: no `datasets`, every catalog file has one",
        "d.yaml:2:1: $.dataset: unknown key `dataset` (did you mean `datasets`?)",
        "missing.yaml: cannot be read: no such file or directory",
    ]


def test_a_folder_without_catalog_files_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no catalog files in the folder, expected"):
        Catalog.load(tmp_path)


def test_nothing_to_load_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="no catalog file or folder to load, name at least one"):
        Catalog.load()
