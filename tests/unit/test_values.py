"""What the library hands out is a value: it compares, copies and pickles."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from classify import Catalog, UsageError, analyse

TABLES = {"app.users": {"id": "internal", "ssn": "restricted"}}
QUERY = "select id from app.users where ssn = '1'"


def catalog() -> Catalog:
    return Catalog.from_mapping(TABLES)


def test_exposures_are_values() -> None:
    one, other = (analyse(QUERY, catalog(), dialect="postgres") for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert one != analyse("select id from app.users", catalog(), dialect="postgres")
    assert one != "exposure"
    assert pickle.loads(pickle.dumps(one)) == copy.copy(one) == copy.deepcopy(one) == one


def test_catalogs_are_values_whatever_was_made_of_them() -> None:
    one, other = catalog(), catalog()
    analyse(QUERY, one, dialect="postgres")
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one
    assert repr(one) == "<Catalog: 1 datasets, 2 columns>"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((b"select 1", Catalog(), "postgres"), "expected a text as `sql`, found bytes"),
        (("select 1", {}, "postgres"), "expected a Catalog as `catalog`, found dict"),
        (("select 1", Catalog(), None), "expected a text as `dialect`, found NoneType"),
        (("select 1", Catalog(), "mssql"), "unknown dialect `mssql` (did you mean `tsql`?)"),
    ],
)
def test_an_argument_that_is_none_is_one_line(arguments: tuple[Any, Any, Any], message: str) -> None:
    sql, known, dialect = arguments
    with pytest.raises(UsageError) as raised:
        analyse(sql, known, dialect=dialect)
    assert str(raised.value) == message
