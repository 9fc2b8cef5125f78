"""Files of Python: what is SQL in them, and where each character of it stands."""

from __future__ import annotations

import ast
import importlib
import sys
import textwrap
from pathlib import Path, PurePath

import pytest

from classify.hosts import Snippet, find_snippets
from classify.hosts.python_text import NotUnderstood, read_literals
from tests.unit.checks.repository import checker


def find(source: str, *callees: str) -> tuple[Snippet, ...]:
    found = find_snippets(PurePath("m.py"), textwrap.dedent(source), None, callees)
    assert found.failure is None
    return found.snippets


def texts(source: str, *callees: str) -> list[str]:
    return [" ".join(snippet.text.split()) for snippet in find(source, *callees)]


@pytest.mark.parametrize(
    "call",
    [
        'cursor.execute("{}")',
        'cursor.executemany("{}", rows)',
        'connection.executescript("{}")',
        'connection.exec_driver_sql("{}")',
        'session.execute(text("{}"))',
        'session.execute(sa.text(textwrap.dedent("{}")))',
        'pd.read_sql("{}", connection)',
        'pandas.read_sql_query("{}", con=connection)',
        'spark.sql("{}")',
        'client.query("{}")',
        'duckdb.sql("{}")',
        'User.objects.raw("{}")',
        'PostgresOperator(task_id="x", sql="{}")',
        'PostgresOperator(task_id="x", sql=["{}"])',
        'hook.get_records("{}")',
        'await connection.fetch("{}")',
        'classify.sql_text("{}")',
        'self._run_sql("{}")',
        'db.read_query(connection, "{}")',
        'cursor.execute("{}" if x else y)',
        'cursor.execute(("{}"))',
        'cursor.execute(query := "{}")',
    ],
)
def test_who_takes_it_and_how_it_begins_tell_sql(call: str) -> None:
    assert texts(f"async def f():\n    {call.format('select id from app.users')}") == ["select id from app.users"]


@pytest.mark.parametrize(
    "source",
    [
        '"""Select the rows from the table."""',
        'def f():\n    """Update a run and delete from it."""',
        'frame.query("select > 1")',
        'run("Select a value from the list")',
        'parser.add_argument("--x", help="Select a value from the list")',
        'raise ValueError("Insert into the table failed")',
        "text(\"status = 'select'\")",
        'column(server_default=text("now()"))  # select',
        'cursor.execute("savepoint a")  # select',
        "cursor.execute(query)  # select",
        'execute(b"select 1")',
        "print('select')",
    ],
)
def test_prose_fragments_and_other_texts_are_none(source: str) -> None:
    assert texts(source) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('Q = "select a from t"\ncursor.execute(Q)', ["select a from t"]),
        ('def f():\n    q = "select a from t"\n    q += " where b = 1"\n    c.execute(q)',
         ["select a from t where b = 1"]),
        ('def f(x):\n    q = "select a from t" if x else "select b from t"\n    c.execute(q)',
         ["select a from t", "select b from t"]),
        ('def f():\n    c.execute("select a " + "from t" + " where b = 1")', ["select a from t where b = 1"]),
        ('c.execute("select a "\n    "from t"  # why\n    f" where b = {x}")', ["select a from t where b = ?"]),
        ('class R:\n    Q = "select a from t"\n    def f(self):\n        c.execute(self.Q)', ["select a from t"]),
        ('class R:\n    def f(self):\n        self.q = "select a from t"\n        c.execute(self.q)',
         ["select a from t"]),
        ('class R:\n    Q = "select a from t"\nc.execute(R.Q)', ["select a from t"]),
        ('T = "app.t"\nc.execute(f"select a from {T}")', ["select a from app.t"]),
        ('T = "app.t"\nc.execute("select a from %s where b = %%s" % T)', ["select a from app.t where b = ?"]),
        ('T = "app.t"\nc.execute("select a from {} where b = {}".format(T, x))', ["select a from app.t where b = ?"]),
        ('c.execute(" ".join(["select a", "from t"]))', ["select a from t"]),
        ('p = ["select a", "from t"]\nc.execute(" ".join(p))', ["select a from t"]),
        ('p = ["select a", "from t"]\np.append("where b")\nc.execute(" ".join(p))', ["select a from t ?"]),
        ('c.execute("set local x = 1; select a from t")', ["set local x = 1; select a from t"]),
        ('c.executescript("pragma x;\\ninsert into t select a from u")', ["pragma x; insert into t select a from u"]),
        ('c.execute("begin select a from t end")', ["begin select a from t end"]),
        ('c.execute("grant select on t to u")', []),
        ('c.execute("select a from X".replace("X", t))', ["select a from Xx"]),
        ('a = "select 1"\nc.execute(head + " where a = 1")', ["? where a = 1"]),
        ('try:\n    pass\nexcept c.execute("select a from t"):\n    pass', ["select a from t"]),
        ('match x:\n    case 1 if c.execute("select a from t"):\n        pass', ["select a from t"]),
        ('q.extra(where=["id in (select a from t)", "b > 1"])', ["select a from t"]),
        ('q.extra(select={"n": "(select count(*) from t where (b) = 1)"})', ["select count(*) from t where (b) = 1"]),
        ('q.extra(where=[f"exists (select a from t where b = {x})"])', ["select a from t where b = ?"]),
        ('for q in ("select a from t", "select b from t"):\n    c.execute(q)', ["select a from t", "select b from t"]),
        ('def f(q="select a from t"):\n    c.execute(q)', ["select a from t"]),
        ("Q = 'insert into t (a) values (1)'", ["insert into t (a) values (1)"]),
        ('def f():\n    return f"select a from {t}"', ["select a from ?"]),
        ('Q = {"a": "select a from t", "b": ["select b from t"]}', ["select a from t", "select b from t"]),
        ('Q = "select a from {table}"', ["select a from ?"]),
        ('assert sql == "select a from t"', []),
        ('raise E("select a from t")', []),
    ],
)  # fmt: skip
def test_names_are_followed_to_their_constants(source: str, expected: list[str]) -> None:
    assert texts(source) == expected


@pytest.mark.parametrize(
    ("source", "holes"),
    [
        ('c.execute(f"select a from {table}")', ["table"]),
        ('c.execute(f"select a from t where b = {x!r} and c in ({y:>10})")', []),
        ('c.execute("select a from " + table)', ["table"]),
        ('c.execute("select %s from t" % column)', [""]),
        ('c.execute("select a from t where b = %s" % (x,))', []),
        ('c.execute("select {} from t where b = {}".format(column, x))', [""]),
        ('c.execute(f"{{}} select a from {t.name}")', []),
        ('c.execute(f"select a from {t.name}")', ["t.name"]),
        ('c.execute(f"{head} select a from t")', ["head"]),
        ("c.execute(f\"select a from t where b = '{x}'\")", []),
        ('def f(t):\n    c.execute(f"select a from {t}")', ["t"]),
        ('def f(t="app.t"):\n    c.execute(f"select a from {t}")', ["t"]),
        ('def f(t):\n    t = t or "app.t"\n    c.execute(f"select a from {t}")', ["t"]),
        ('T = "app.t"\ndef f():\n    with g() as T:\n        c.execute(f"select a from {T}")', ["T"]),
        ('T = "app.t"\nx = [c.execute(f"select a from {T}") for T in tables]', ["T"]),
        ('T = "app.t"\ndef f():\n    global T\n    T = g()\ndef h():\n    c.execute(f"select a from {T}")', ["T"]),
        ('class R:\n    T = "app.t"\n    def f(self):\n        c.execute(f"select a from {self.T}")', ["self.T"]),
        (
            'def f():\n  T = "app.t"\n  def g():\n    nonlocal T\n    T = h()\n  c.execute(f"select a from {T}")',
            ["T"],
        ),
        ('T = "app.t"\nc.execute("select a from {} where b = {}".format(*x, T))', [""]),
        ('from m import T\nc.execute(f"select a from {T}")', ["T"]),
        ('T = "app.t"\nT += g()\nc.execute(f"select a from {T}")', ["T"]),
    ],
)
def test_what_only_the_program_knows_is_a_hole(source: str, holes: list[str]) -> None:
    found = [hole.name for snippet in find(source) for hole in snippet.holes]
    assert found == holes


def test_functions_of_the_users_own_may_take_sql() -> None:
    source = 'run_it("vacuum t")\nhook.ask("select 1")\nother.ask("select 2")'
    assert texts(source) == []
    assert texts(source, "run_it", "hook.ask") == ["vacuum t", "select 1"]


def test_each_character_has_its_place() -> None:
    source = 'x = "ü"; c.execute("select\\ta,\\x41,\\u00fc,\\\n b" \'from t\'  # why\n  f"  where c = {y}")\n'
    [snippet] = find(source)
    assert snippet.text == "select\ta,A,ü, bfrom t  where c = ?"
    assert snippet.places is not None
    for char, place in zip(snippet.text, snippet.places, strict=True):
        if char not in "\tA?" and char.isascii():
            assert source[place] == char
    start, end = snippet.place(snippet.text.index("bfrom"), snippet.text.index("from t"))
    assert source[start:end] == "b"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_are_python_s(end: str) -> None:
    source = f'c.execute("""select a{end}from t""")'
    [snippet] = find_snippets(PurePath("m.py"), source, None).snippets
    assert snippet.text == "select a\nfrom t"
    assert snippet.places is not None
    assert source[snippet.places[9]] == "f"


LITERALS = [
    r"'a\tb\\c\'d\"e'", r'r"\t\""', '"""a\nb"""', r"'\x41\101\N{BULLET}\u2022\U0001F600\q'", "'a' \"b\"  # c\n 'd'",
    "u'x'", "'a\\\nb'", "''", r"R'''\''''", "('a'\n'b')",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("literal", LITERALS)
def test_a_literal_spells_what_python_says(literal: str) -> None:
    piece = read_literals(literal, 0, len(literal))
    assert piece.text == ast.literal_eval(f"({literal})")
    assert len(piece.places) == len(piece.text)


@pytest.mark.parametrize("literal", ["b'a'", "'a", "f'{a'", "a", r"'\N{no such}'", "f'}'"])
def test_what_is_not_read_is_said(literal: str) -> None:
    with pytest.raises(NotUnderstood):
        read_literals(literal, 0, len(literal))


def test_fields_of_f_strings_may_hold_anything() -> None:
    source = """c.execute(f"select a from t where b = {d['}']!r:>{w}} and c = {f('"', {1: 2})} and d = {x != y}")"""
    if sys.version_info < (3, 12):
        source = source.replace("""f('"', {1: 2})""", "f({1: 2})")
    [snippet] = find(source)
    assert snippet.text == "select a from t where b = ? and c = ? and d = ?"


def test_code_sets_ceilings_for_what_is_inside_it() -> None:
    source = """
        import classify
        from classify import ceiling as limit

        LEVEL = "internal"

        @classify.ceiling("public")
        class A:
            def f(self):
                c.execute("select a from t")
                with classify.ceiling(LEVEL, reason="why"):
                    c.execute("select b from t")

        @limit(f())
        def g():
            c.execute("select d from t")

        @other.ceiling("public")
        def h():
            c.execute("select e from t")
    """
    found = [[(one.level, one.reason) for one in snippet.ceilings] for snippet in find(source)]
    assert found == [[("public", "")], [("public", ""), ("internal", "why")], [("", "")], []]


def test_a_constant_is_held_to_each_ceiling_under_which_it_is_taken() -> None:
    constant = 'import classify\nQ = "select a from t"\n'
    limited = '@classify.ceiling("public")\ndef f():\n    c.execute(Q)\n'
    free = "def g():\n    c.execute(Q)\n"

    def levels(source: str) -> list[list[str]]:
        return sorted([one.level for one in snippet.ceilings] for snippet in find(source))

    assert levels(constant) == [[]]
    assert levels(constant + limited) == [["public"]]
    assert levels(constant + limited + free) == [[], ["public"]]


def test_python_that_does_not_parse_is_told_with_its_place() -> None:
    found = find_snippets(PurePath("m.py"), 'x = 1\nc.execute("select 1"', None)
    assert found.failure is not None
    assert found.failure[1] >= 6


def test_a_file_without_a_word_of_sql_is_not_parsed() -> None:
    assert find_snippets(PurePath("m.py"), "def f(:", None).failure is None


def test_deep_expressions_end() -> None:
    source = "c.execute('select a from t'" + " + 'x'" * 900 + ")"
    [snippet] = find(source)
    assert snippet.text.startswith("select a from tx")
    assert find_snippets(PurePath("m.py"), "c.execute('select 1')" + "(" * 5000, None).failure is not None


@pytest.mark.parametrize(
    "source",
    [
        'q = "" or x\nc.execute("select a from t " + (q or "b") + (q or "c") + (q or "d") + (q or "e"))',
        'c.execute(f"select \ue000, {x} from t where \ue000 = {y}")',
        "q = q + q\nc.execute('select ' + q)",
        "a = b\nb = a\nc.execute('select 1 ' + a)",
    ],
)
def test_odd_sources_are_read(source: str) -> None:
    for snippet in find(source):
        assert snippet.places is not None
        assert len(snippet.places) == len(snippet.text)


@pytest.mark.invariant("one-fault-one-file")
def test_a_fault_of_ours_is_a_problem_of_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("'078-05-1120'")

    monkeypatch.setattr(importlib.import_module("classify.checks.check"), "find_snippets", fail)
    report = checker().check_text('c.execute("select 1")', Path("m.py"), "m.py")
    assert "a fault of classify itself (KeyError)" in str(report.problems[0])
    assert "078" not in str(report.problems[0])


def test_more_texts_than_are_looked_at_are_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("classify.hosts.python"), "_MOST", 3)
    source = "\n".join(f'c.execute("select {at} from t")' for at in range(5))
    found = find_snippets(PurePath("m.py"), source, None)
    assert found.failure == ("holds more than 3 texts of SQL, split it", 0)


@pytest.mark.parametrize(
    "text",
    [
        "/**/" * 60 + "x",
        "x" + "\\n" * 60_000,
        "{{" * 40_000,
        "${" * 40_000,
        "%(" * 40_000,
        "update " * 40_000,
        "(" * 60_000,
        "/* " * 60_000,
        "".join(f"DELIMITER {at}\n" for at in range(20_000)),
    ],
    ids=["comments", "lines", "templates", "variables", "names", "verbs", "parentheses", "opened", "delimiters"],
)
def test_no_text_hangs(text: str) -> None:
    """Each took hours or minutes where a pattern could be read in many ways, or began to look anew at each place."""
    find(f'c.execute("""{text} select 1""")\nQ = """{text}"""')
    for dialect in ("oracle", "mysql", "tsql"):
        find_snippets(PurePath("q.sql"), text, dialect)


def test_branches_of_which_there_are_many_are_no_silence() -> None:
    branches = "".join(f'    if x == {at}:\n        q = "select a{at} from t"\n' for at in range(12))
    found = find(f'def f(x):\n{branches}    q += " where ssn = 1"\n    c.execute(q)')
    assert any(snippet.holes and "ssn" in snippet.text for snippet in found)
