"""Files of Python: the texts of SQL that they hand to a database, found without running or importing anything.

A text is SQL by who takes it and by how it begins, together: `execute("select …")` is, a docstring that begins with
`Select …` is not. Names are followed to the constants that they are assigned, in the same function, class and module;
what only the running program knows is a hole (`placeholders.py`).
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator

from attrs import evolve

from classify.hosts.placeholders import HOLE, settle
from classify.hosts.python_comments import comments
from classify.hosts.python_names import Scope, Source
from classify.hosts.python_text import Piece, formatted, subqueries
from classify.hosts.snippet import Ceiling, Found, Snippet

_VERBS = (
    "SELECT|WITH|INSERT|UPDATE|DELETE|MERGE|REPLACE|CREATE|ALTER|DROP|TRUNCATE|COPY|CALL|EXEC|EXECUTE|EXPLAIN|VALUES|"
    "UNLOAD|EXPORT|PIVOT|UNPIVOT"
)
_ABOVE = r"(?>(?:\s|--[^\n]*\n|/\*.*?\*/|\()*)"  # atomic: comments may be told apart in one way alone
# How a text begins that a function takes which takes SQL alone: with a verb; with one behind other statements; or with
# what only the program knows.
_BEGINS = re.compile(
    rf"{_ABOVE}(?:(?:{_VERBS}|FROM|TABLE)\b\s*[^\s;]|"
    rf"(?!GRANT\b|REVOKE\b)\w.*[;\n][ \t]*(?:{_VERBS})\b\s*[^\s;]|"
    r"(?:BEGIN|DECLARE|DO|IF|SET|USE)\b.*\b(?:SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO)\b|"
    r"\ue000.*\b(?:SELECT|FROM|SET|INTO|WHERE|AND|OR|ON|JOIN|GROUP|ORDER|HAVING|LIMIT|UNION|VALUES|RETURNING)\b)",
    re.IGNORECASE | re.DOTALL,
)
# How one begins that may be taken for other things: a verb in one case, and what must follow it.
_VERB_CASES = r"(?!(?:[A-Z][a-z]))"
_CLEAR = re.compile(
    rf"""{_ABOVE}{_VERB_CASES}(?i:
        SELECT\b.+\bFROM\b
      | WITH\s+(?:RECURSIVE\s+)?[\w"`\ue000]+\s*(?:\([^)]*\)\s*)?AS\b
      | INSERT\s+(?:OR\s+\w+\s+|IGNORE\s+|OVERWRITE\s+)?(?:INTO|TABLE)\b
      | UPDATE\s+\S+(?:\s+(?:AS\s+)?\w+)?\s+SET\b
      | DELETE\s+FROM\b
      | (?:MERGE|REPLACE)\s+INTO\b
      | (?:CREATE|ALTER|DROP)\s+(?:OR\s+REPLACE\s+|TEMP(?:ORARY)?\s+|EXTERNAL\s+|MATERIALI[SZ]ED\s+)*(?:TABLE|VIEW)\b
      | TRUNCATE\s+TABLE\b
      | COPY\s+[\w."\ue000]+\s*(?:\([^)]*\)\s*)?(?:TO|FROM)\b
    )""",
    re.VERBOSE | re.DOTALL,
)

# Words that hardly any module without SQL has; and in one that hands texts over, a text that begins with a verb of SQL.
_GAP = r"""[\s\\"']"""
_MAY_HOLD = re.compile(
    rf"\bSELECT{_GAP}|\bINSERT{_GAP}+\w+{_GAP}|\bUPDATE{_GAP}[^=\n]{{0,200}}{_GAP}SET\b|\bDELETE{_GAP}+FROM\b|\bMERGE{_GAP}+INTO\b|"
    rf"\b(?:CREATE|ALTER|DROP|TRUNCATE){_GAP}+[A-Z]+{_GAP}|\bCOPY{_GAP}",
    re.IGNORECASE,
)
_MAY_BEGIN = re.compile(rf"""['"]{_GAP}{{0,20}}(?:{_VERBS}){_GAP}""", re.IGNORECASE)
_MAY_TAKE = re.compile(r"execute|read_sql|mogrify|sql_text|exec_driver_sql")

# Functions and methods whose first argument is SQL, whoever has them.
_SURE = frozenset("execute executemany executescript exec_driver_sql read_sql read_sql_query mogrify".split())
# Those that take other texts too.
_PERHAPS = re.compile(
    r"text|raw|run|get_records|get_first|get_(?:pandas_)?df(?:_by_chunks)?|iterate|stream|scalars?|copy|copy_expert|"
    r"create_view|extra|\w*(?:sql|query|exec|fetch|database|cursor)\w*",
    re.IGNORECASE,
)
_KEYWORDS = frozenset("sql query statement operation".split())
_TEMPLATE = re.compile(r"\{\w*\}")
"""In a text that nothing takes: what some code will put in by `format`."""

_MARKERS = frozenset(("classify.sql_text",))
_MOST = 20_000
"""The most texts that are looked at in one file."""


def find(text: str, dialect: str | None, callees: Iterable[str] = ()) -> Found:
    """The texts of SQL in a module.

    Args:
        text: of the module.
        dialect: not needed.
        callees: of the user's own, whose first argument is SQL: `run_sql`, `hook.get_records`.
    """
    named = any(name.rpartition(".")[2] in text for name in callees)
    if not (named or _MAY_HOLD.search(text) or (_MAY_TAKE.search(text) and _MAY_BEGIN.search(text))):
        return Found(())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the module's escapes; its own linter tells them
            tree = ast.parse(text)
    except SyntaxError as error:
        source = Source(text)
        at = source.offset(error.lineno or 1, max((error.offset or 1) - 1, 0), characters=True)
        return Found((), failure=("is not Python as this interpreter reads it, correct it", at))
    except (ValueError, RecursionError, MemoryError):
        return Found((), failure=("nests too deeply to be read as Python, simplify it", 0))
    source = Source(text)
    finder = _Finder(source, frozenset((*_MARKERS, *callees)))
    finder.module(tree)
    if len(finder.snippets) > _MOST:
        return Found((), failure=(f"holds more than {_MOST} texts of SQL, split it", 0))
    found = sorted(finder.kept(), key=lambda one: one.start)
    said = comments(text) if found else ()
    if said:
        found = _with_statements(found, tree, source)
    return Found(tuple(found), said)


def _with_statements(snippets: list[Snippet], tree: ast.Module, source: Source) -> list[Snippet]:
    """The snippets, each with the innermost statements of Python that it begins in and that take it."""
    ranges = sorted(
        (source.offset(node.lineno, node.col_offset), source.end(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt)
    )
    found = []
    for one in snippets:
        around = [
            max((start, end) for start, end in ranges if start <= at < end)
            for at in dict.fromkeys((one.start, *(start for start, _ in one.around)))
        ]
        found.append(evolve(one, around=tuple(around)))
    return found


class _Finder:
    """Walks over a module and gathers its texts of SQL."""

    def __init__(self, source: Source, callees: frozenset[str]) -> None:
        self._source = source
        self._callees = callees
        self._ours: dict[str, str] = {}  # what `from classify import … as …` calls our names
        self._called: set[tuple[int, str, tuple[Ceiling, ...]]] = set()
        self.snippets: dict[tuple[int, str, tuple[Ceiling, ...]], Snippet] = {}

    def module(self, tree: ast.Module) -> None:
        scope = Scope.of(tree, None, self._source)
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module == "classify":
                self._ours |= {alias.asname or alias.name: alias.name for alias in node.names}
        self._body(tree.body, scope, ())

    def _body(self, body: list[ast.stmt], scope: Scope, ceilings: tuple[Ceiling, ...]) -> None:
        for statement in body:
            self._statement(statement, scope, ceilings)

    def _statement(self, node: ast.stmt, scope: Scope, ceilings: tuple[Ceiling, ...]) -> None:
        """One statement: what stands in it, then those below it, each under its own scope and ceilings."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            inner = ceilings + self._ceilings(node.decorator_list, scope)
            self._expressions([*node.decorator_list, *_defaults(node)], scope, ceilings)
            self._body(node.body, scope.inside(node), inner)
            return
        if isinstance(node, (ast.With, ast.AsyncWith)):
            calls = [item.context_expr for item in node.items]
            self._expressions(calls, scope, ceilings)
            self._body(node.body, scope, ceilings + self._ceilings(calls, scope))
            return
        own: list[ast.AST] = []
        below: list[ast.stmt] = []
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                below.append(child)
            elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
                below += child.body
                own += [one for one in ast.iter_child_nodes(child) if not isinstance(one, ast.stmt)]
            else:
                own.append(child)
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.Return)) and node.value is not None:
            self._kept(node.value, scope, ceilings)
        self._expressions(own, scope, ceilings)
        self._body(below, scope, ceilings)

    def _expressions(self, nodes: Iterable[ast.AST], scope: Scope, ceilings: tuple[Ceiling, ...]) -> None:
        pending = list(nodes)
        while pending:
            node = pending.pop()
            if isinstance(node, ast.Call):
                self._call(node, scope, ceilings)
            pending += ast.iter_child_nodes(node)

    def _call(self, node: ast.Call, scope: Scope, ceilings: tuple[Ceiling, ...]) -> None:
        name, dotted = _names(node.func)
        pattern = None
        if name in self._callees or dotted in self._callees or self._ours.get(dotted) == "sql_text":
            pattern = re.compile("")
        elif name in _SURE:
            pattern = _BEGINS
        elif _PERHAPS.fullmatch(name):
            pattern = _CLEAR
        if pattern is not None:
            for argument in node.args[:1] if pattern is not _CLEAR else node.args[:2]:
                self._take(argument, pattern, scope, ceilings, node)
        for keyword in node.keywords:
            if keyword.arg in _KEYWORDS:
                self._take(keyword.value, pattern or _CLEAR, scope, ceilings, node)
        if name == "extra":
            self._fragments([*node.args, *(keyword.value for keyword in node.keywords)], scope, ceilings, node)

    def _fragments(self, values: list[ast.expr], scope: Scope, ceilings: tuple[Ceiling, ...], taker: ast.Call) -> None:
        """Django's `extra(select={…}, where=[…])`: of the fragments of SQL, the queries in parentheses."""
        pending: list[ast.expr | None] = [*values]
        while pending:
            node = pending.pop()
            if isinstance(node, (ast.List, ast.Tuple)):
                pending += node.elts
            elif isinstance(node, ast.Dict):
                pending += node.values
            elif node is not None:
                for piece in scope.texts(node):
                    for inner in subqueries(piece):
                        self._add(inner, ceilings, self._source.place(taker), called=True)

    def _kept(self, value: ast.expr, scope: Scope, ceilings: tuple[Ceiling, ...]) -> None:
        """Texts that are assigned or returned: who runs them may stand in another file, or in no place that is seen."""
        pending = [value]
        while pending:
            node = pending.pop()
            if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
                pending += node.elts
            elif isinstance(node, ast.Dict):
                pending += node.values
            elif isinstance(node, (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Call, ast.IfExp)):
                for piece in scope.texts(node):
                    filled = formatted(piece) if _TEMPLATE.search(piece.text) else piece
                    if _CLEAR.match(filled.text):
                        self._add(filled, ceilings, self._source.place(node), called=False)

    def _take(
        self, node: ast.expr, pattern: re.Pattern[str], scope: Scope, ceilings: tuple[Ceiling, ...], taker: ast.expr
    ) -> None:
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            for one in node.elts:
                self._take(one, pattern, scope, ceilings, taker)
            return
        for piece in scope.texts(node):
            if piece.text.strip(f"{HOLE} \t\r\n;") and pattern.match(piece.text):
                self._add(piece, ceilings, self._source.place(taker), called=True)

    def _add(self, piece: Piece, ceilings: tuple[Ceiling, ...], taken: int, *, called: bool) -> None:
        """Keep a text. One that several calls take is kept once, and again for each other ceiling."""
        if len(self.snippets) > _MOST:
            return  # the file as a whole is refused
        key = (piece.places[0], piece.text, ceilings)
        if called:
            self._called.add(key)
        known = self.snippets.get(key)
        if known is not None:
            self.snippets[key] = evolve(known, around=(*known.around, (taken, taken)))
            return
        at = [place for place, char in enumerate(piece.text) if char == HOLE]
        settled = settle(piece.text, dict(zip(at, piece.holes, strict=True)), bound=called)
        self.snippets[key] = Snippet(
            settled.text,
            min(piece.places),
            max(piece.places) + 1,
            piece.places,
            settled.holes,
            ceilings,
            ((taken, taken),),
        )

    def kept(self) -> list[Snippet]:
        """The snippets; of a text that something takes, only as it is taken, and under the ceilings of its takers."""
        taken = {start for start, _, _ in self._called}
        return [
            evolve(one, is_sure=key in self._called)
            for key, one in self.snippets.items()
            if key in self._called or key[0] not in taken
        ]

    def _ceilings(self, nodes: Iterable[ast.expr], scope: Scope) -> tuple[Ceiling, ...]:
        """The ceilings that decorators or the items of a WITH set."""
        found = []
        for node in nodes:
            if not isinstance(node, ast.Call):
                continue
            _, dotted = _names(node.func)
            if dotted != "classify.ceiling" and self._ours.get(dotted) != "ceiling":
                continue
            given = [*node.args[:1], *(one.value for one in node.keywords if one.arg == "level")]
            reasons = [one.value for one in node.keywords if one.arg == "reason"]
            found.append(Ceiling(_plain(given, scope), _plain(reasons, scope), self._source.place(node)))
        return tuple(found)


def _plain(nodes: list[ast.expr], scope: Scope) -> str:
    """The constant text of the first of some nodes; an empty text where it is none."""
    texts = list(scope.texts(nodes[0])) if nodes else []
    return texts[0].text if len(texts) == 1 and HOLE not in texts[0].text else ""


def _defaults(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[ast.AST]:
    if isinstance(node, ast.ClassDef):
        yield from (*node.bases, *node.keywords)
    else:
        yield node.args


def _names(node: ast.expr) -> tuple[str, str]:
    """The last part of a callee's name, and its last two parts joined by a dot."""
    if isinstance(node, ast.Name):
        return node.id, node.id
    if isinstance(node, ast.Attribute):
        before = node.value
        if isinstance(before, ast.Call):
            before = before.func
        owner = before.id if isinstance(before, ast.Name) else before.attr if isinstance(before, ast.Attribute) else ""
        return node.attr, f"{owner}.{node.attr}"
    return "", ""
