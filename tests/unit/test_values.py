"""What the library hands out is a value: it compares, copies and pickles."""

from __future__ import annotations

import copy
import pickle

from classify import Catalog, analyse

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
