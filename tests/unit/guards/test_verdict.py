"""The gate: SQL that a model wrote, without a connection."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from classify import Catalog, UsageError, ceiling, gate


def test_a_refused_query_says_what_would_be_allowed(catalog: Catalog) -> None:
    check = gate(catalog, ceiling="internal", dialect="postgres")
    verdict = check("select name\nfrom users\nwhere ssn = '078-05-1120'")
    assert not verdict
    assert (verdict.allowed, verdict.label.level, verdict.ceiling) == (False, "restricted", "internal")
    [reason] = verdict.reasons
    assert (reason.code, reason.columns, reason.clauses, reason.line, reason.column) == (
        "CLS101", ("users.ssn",), ("filter",), 3, 7
    )  # fmt: skip
    assert verdict.allowed_columns == (("users", ("id", "name")),)
    told = str(verdict)
    assert told == (
        "Refused: the ceiling is internal. At line 3, column 7: class restricted is above the ceiling internal: "
        "`users.ssn` (filter) (leave it out, or read a dataset within the ceiling). Of users these columns are within "
        "the ceiling: id, name."
    )
    assert "078" not in json.dumps(verdict.to_dict())
    assert verdict.to_dict()["reasons"][0]["columns"] == ["users.ssn"]
    assert pickle.loads(pickle.dumps(verdict)) == verdict


def test_an_allowed_query(catalog: Catalog) -> None:
    check = gate(catalog, ceiling="internal", dialect="postgres")
    verdict = check("select name from users")
    assert verdict
    assert str(verdict) == "Allowed: the query touches the class internal, and the ceiling is internal."
    assert verdict.to_dict() == {
        "version": 1, "allowed": True, "label": verdict.label.to_dict(), "ceiling": "internal",
        "reasons": [], "allowed_columns": {},
    }  # fmt: skip
    with ceiling("public"):
        assert not check("select name from users")
    assert check("select name from users")


@pytest.mark.invariant("the-label-decides")
@pytest.mark.parametrize(
    ("sql", "code"), [("select * from nothing", "CLS201"), ("select from", "CLS202"), ("do $$ begin end $$", "CLS201")]
)
def test_what_is_not_known_is_refused(catalog: Catalog, sql: str, code: str) -> None:
    verdict = gate(catalog, ceiling="restricted", dialect="postgres")(sql)
    assert [reason.code for reason in verdict.reasons] == [code]
    assert not verdict


def test_bad_use(catalog: Catalog) -> None:
    check = gate(catalog, ceiling="internal", dialect="postgres")
    wrong: Any
    for wrong in (None, b"select 1", 1):
        with pytest.raises(UsageError, match="expected a text"):
            check(wrong)
    with pytest.raises(UsageError, match="unknown level"):
        gate(catalog, ceiling="x", dialect="postgres")
    with pytest.raises(UsageError, match="unknown dialect"):
        gate(catalog, ceiling="internal", dialect="x")
    with pytest.raises(UsageError, match="expected a Catalog"):
        gate({}, ceiling="internal", dialect="postgres")  # type: ignore[arg-type]  # wrong on purpose
