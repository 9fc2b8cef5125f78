"""Files of SQL: what the engines' own clients take for their commands is no SQL, and what runs more of it is a hole."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from classify.hosts import find_snippets


def holes(text: str, dialect: str) -> tuple[str, list[str]]:
    [snippet] = find_snippets(PurePath("q.sql"), text, dialect).snippets
    assert len(snippet.text) == len(text)
    assert snippet.text.count("\n") == text.count("\n")
    return snippet.text, [text[hole.start : hole.end].strip() for hole in snippet.holes]


@pytest.mark.parametrize(
    ("dialect", "text", "left"),
    [
        ("postgres", "\\set x 1\n\\timing on\nselect a from t where b = :x;", "select a from t where b = :x;"),
        ("postgres", "select a from t \\gset\nselect b from t;", "select a from t ; select b from t;"),
        ("postgres", "select '\\d' from t;", "select '\\d' from t;"),
        ("postgres", "select $$ \\i x $$;", "select $$ \\i x $$;"),
        ("tsql", "select a from t\nGO\nselect b from t\ngo 3\n", "select a from t ; select b from t ;"),
        ("tsql", "select 'x\nGO\n'", "select 'x GO '"),
        ("tsql", "select a from t where b =\n:on and ssn = 1", "select a from t where b = :on and ssn = 1"),
        ("tsql", ":setvar x 1\nselect a from t", "select a from t"),
        ("oracle", "set echo off\nprompt hi\nselect a\nfrom t\n/\nexit\n", "select a from t ;"),
        ("oracle", "select a\n,\ncolumn from t;", "select a , column from t;"),
        (
            "mysql",
            "DELIMITER //\nselect a from t//\nDELIMITER ;\nselect b from t;",
            "select a from t; select b from t;",
        ),
        ("mysql", "DELIMITER $$\nselect a$$\nselect b$$\n", "select a; select b;"),
        ("bigquery", "select a\nGO\n", "select a GO"),
    ],
)
def test_commands_of_clients_are_no_sql(dialect: str, text: str, left: str) -> None:
    found, opaque = holes(text, dialect)
    assert " ".join(found.split()) == left
    assert opaque == []


@pytest.mark.parametrize(
    ("dialect", "text", "opaque"),
    [
        ("postgres", "\\i more.sql\nselect 1;", "\\i more.sql"),
        ("postgres", "\\copy t to 'f'\n", "\\copy t to 'f'"),
        ("postgres", "select a from t \\g out.txt\n", "\\g out.txt"),
        ("postgres", "select 'select 1' \\gexec\n", "\\gexec"),
        ("postgres", "\\c other\nselect 1;", "\\c other"),
        ("tsql", ":r more.sql\nselect 1", ":r more.sql"),
        ("oracle", "@more.sql\nselect 1 from dual;", "@more.sql"),
        ("oracle", "host rm x\n", "host rm x"),
        ("mysql", "source more.sql\n", "source more.sql"),
    ],
)
def test_commands_that_run_more_are_holes(dialect: str, text: str, opaque: str) -> None:
    assert holes(text, dialect)[1] == [opaque]


@pytest.mark.parametrize("name", ["a.sql", "A.SQL", "a.hql", "a.ddl", "a.bq", "a.psql", "a.sqlx", "notes.txt"])
def test_what_is_no_python_is_sql(name: str) -> None:
    [snippet] = find_snippets(PurePath(name), "select 1", None).snippets
    assert (snippet.text, snippet.places) == ("select 1", None)
