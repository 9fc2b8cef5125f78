"""Names are looked up as engines do; one that may mean several datasets is ambiguous, never the first of them."""

from __future__ import annotations

import pytest

from classify.catalog import Ambiguous, Catalog, Dataset
from classify.errors import UsageError
from classify.names import parse_name

COLUMNS = {"id": "internal"}


def catalog(*names: str) -> Catalog:
    return Catalog.from_mapping(dict.fromkeys(names, COLUMNS))


def look(
    known: Catalog, name: str, dialect: str | None, *path: str, database: str | None = None
) -> str | set[str] | None:
    found = known.index(dialect).lookup(parse_name(name).parts, path, database)
    if isinstance(found, Ambiguous):
        return {str(dataset.name) for dataset in found.datasets}
    return str(found.name) if isinstance(found, Dataset) else None


@pytest.mark.parametrize(
    ("dialect", "known", "asked", "found"),
    [
        ("postgres", "app.users", "APP.Users", True),
        ("postgres", "app.users", 'app."users"', True),
        ("postgres", "app.users", 'app."Users"', False),
        ("postgres", 'app."Users"', "app.Users", False),
        ("postgres", 'app."Users"', 'app."Users"', True),
        ("snowflake", "app.users", 'APP."USERS"', True),
        ("snowflake", "app.users", 'app."users"', False),
        ("snowflake", 'app."users"', "app.users", False),
        ("duckdb", 'app."Users"', 'APP."USERS"', True),
        ("clickhouse", "app.users", "app.Users", False),
        ("clickhouse", "app.Users", 'app."Users"', True),
        ("mysql", "app.Users", "app.users", True),
        ("bigquery", "App.users", "app.Users", True),
    ],
)
def test_case_counts_as_the_dialect_says(dialect: str, known: str, asked: str, found: bool) -> None:
    assert look(catalog(known), asked, dialect) == (known if found else None)


def test_an_exact_match_wins_where_the_server_decides_on_case() -> None:
    known = catalog("app.Users", 'app."users"')
    assert look(known, "app.Users", "mysql") == "app.Users"
    assert look(known, "app.users", "mysql") == 'app."users"'
    assert look(known, "app.USERS", "mysql") == {"app.Users", 'app."users"'}


def test_an_exact_match_further_down_the_path_depends_on_the_server() -> None:
    known = catalog("one.Users", "two.users", "three.users")
    assert look(known, "users", "mysql", "one", "two", "three") == {"one.Users", "two.users"}
    assert look(known, "Users", "mysql", "one", "two") == "one.Users"
    assert look(known, "USERS", "mysql", "two", "one") == "two.users"


def test_two_that_an_insensitive_dialect_cannot_tell_apart_are_ambiguous() -> None:
    assert look(catalog("app.users", 'app."Users"'), "app.users", "duckdb") == {"app.users", 'app."Users"'}


def test_the_search_path_is_walked_in_order() -> None:
    known = catalog("one.users", "two.users", "two.orders")
    assert look(known, "users", "postgres", "one", "two") == "one.users"
    assert look(known, "users", "postgres", "two", "one") == "two.users"
    assert look(known, "orders", "postgres", "one", "two") == "two.orders"
    assert look(known, "users", "postgres", "three") is None
    assert look(known, "users", "postgres", "ONE") == "one.users"


def test_without_a_path_a_bare_name_means_no_dataset_of_a_schema() -> None:
    known = catalog("one.users", "two.users", "two.orders", "events")
    assert look(known, "orders", "postgres") is None
    assert look(known, "users", "postgres") is None
    assert look(known, "events", "postgres") == "events"
    assert look(known, "events", "postgres", "one") == "events"


def test_a_database_left_out_is_the_default_one_or_must_be_the_only_one() -> None:
    known = catalog("eu.app.users", "us.app.users", "us.app.orders", "app.events")
    assert look(known, "app.users", "postgres") == {"eu.app.users", "us.app.users"}
    assert look(known, "app.users", "postgres", database="EU") == "eu.app.users"
    assert look(known, "app.orders", "postgres") == "us.app.orders"
    assert look(known, "app.orders", "postgres", database="eu") is None
    assert look(known, "eu.app.users", "postgres") == "eu.app.users"
    assert look(known, "eu.app.events", "postgres") is None
    assert look(known, "eu.app.events", "postgres", database="eu") == "app.events"
    assert look(known, "us.app.events", "postgres", database="eu") is None
    assert look(known, "EU.app.events", "mysql", database="eu") == "app.events"
    assert look(known, "users", "postgres", "app", database="us") == "us.app.users"


def test_the_index_is_made_once_for_each_dialect() -> None:
    known = catalog("app.users")
    assert known.index("postgres") is known.index("postgres")
    assert known.index("postgres") is not known.index("mysql")
    assert known.index("postgres") is not catalog("app.users").index("postgres")


def test_find_gives_the_dataset_or_says_what_to_do() -> None:
    known = catalog("one.users", "two.users")
    assert str(known.find("one.USERS", dialect="postgres").name) == "one.users"
    assert str(known.find("users", dialect="postgres", default_schema="two").name) == "two.users"
    with pytest.raises(UsageError, match=r"\A`users` may be `one.users`, `two.users`, qualify it or name a default"):
        known.find("users", dialect="postgres")
    with pytest.raises(UsageError, match=r"\Aunknown dataset `one.user` \(did you mean `one.users`\?\)\Z"):
        known.find("one.user", dialect="postgres")
    with pytest.raises(UsageError, match=r"\Aunknown dataset `zebra`, add it to the catalog\Z"):
        known.find("zebra")
    with pytest.raises(UsageError, match=r"\Aunknown dialect `postgre` \(did you mean `postgres`\?\)"):
        known.find("one.users", dialect="postgre")
