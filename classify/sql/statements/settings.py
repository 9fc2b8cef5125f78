"""USE, SET and transactions: where later names are looked up, and what a later statement would mean otherwise.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"app.users": {"id": "internal"}, "hr.users": {"ssn": "restricted"}})
>>> found = analyse("set search_path to hr; select ssn from users", catalog, dialect="postgres", default_schema="app")
>>> [one.column for one in found.reads]
['hr.users.ssn']
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from classify.exposure import Cause
from classify.sql.names.flows import asked, indirect
from classify.sql.names.relation import Out, Relation
from classify.sql.names.scope import Scope
from classify.sql.session.session import table_variable
from classify.sql.sources.made import Made
from classify.sql.walk.dispatch import Ran, StatementHandler, flow_of
from classify.sql.walk.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterable


_PATHS = frozenset(("search_path", "schema", "current_schema"))


# What may stand behind BEGIN and START TRANSACTION: the pages of PostgreSQL, MySQL, SQLite and Snowflake on them.
_MODES = (
    r"(?i)(read\s+(only|write)|isolation\s+level\s+\w+(\s+\w+)?|(not\s+)?deferrable|name\s+\w+|work|tran(saction)?|"
    r"deferred|immediate|exclusive|concurrent|with\s+consistent\s+snapshot)\Z"
)


def _begin(walk: Walk, node: exp.Transaction) -> Ran:
    if not all(re.match(_MODES, str(mode)) for mode in node.args.get("modes") or ()):
        _not_modelled(walk, node, "begin")
        return Ran("unknown", None)
    walk.session.script.begin()
    return Ran("transaction", None)


def _commit(walk: Walk, node: exp.Commit) -> Ran:
    walk.session.script.commit()
    return Ran("transaction", None)


def _end(walk: Walk, node: exp.EndStatement) -> Ran:
    """END behind BEGIN, which is a block's in some dialects (`DialectRow.end_commits`)."""
    if walk.row.end_commits:
        walk.session.script.commit()
        return Ran("transaction", None)
    _not_modelled(walk, node, "end")
    return Ran("unknown", None)


def _rollback(walk: Walk, node: exp.Rollback) -> Ran:
    savepoint = node.args.get("savepoint")
    walk.session.script.roll_back(savepoint.name.lower() if isinstance(savepoint, exp.Expr) else "")
    return Ran("transaction", None)


# PostgreSQL, "LISTEN", "NOTIFY", "CLOSE", "DEALLOCATE": of a channel, a cursor, a prepared statement; SQLite,
# "REINDEX".
_SIGNALS = frozenset(("listen", "unlisten", "notify", "close", "deallocate", "reindex"))


def _begin_or_savepoint(walk: Walk, node: exp.Expr) -> Ran:
    """Statements of two words, which the parser takes for a value and its alias."""
    left = node.this if node.__class__ is exp.Alias else node
    first = left.this if left.__class__ is exp.Column and not left.args.get("table") else None
    word = first.name.lower() if isinstance(first, exp.Identifier) and not first.args.get("quoted") else ""
    second = node.alias.lower() if node.__class__ is exp.Alias else ""
    script = walk.session.script
    if (word, second) == ("start", "transaction"):
        script.begin()
    elif (word, second) == ("abort", ""):
        script.roll_back()
    elif word == "end" and second in ("", "transaction") and walk.row.end_commits:
        script.commit()
    elif word == "savepoint" and second:
        script.save(second)
    elif word == "release" and second:
        script.release(second)
    elif (word in _SIGNALS and second) or (word in ("checkpoint", "reindex") and not second):
        return Ran("maintenance", None)
    else:
        walk.unresolved(Cause.STATEMENT, node.key, node, "this is no statement that is modelled; run it under review")
        return Ran("unknown", None)
    return Ran("transaction", None)


def _use(walk: Walk, node: exp.Use) -> Ran:
    """USE changes where later names are looked up."""
    this = node.args.get("this")
    kind = str(node.args.get("kind") or "").upper()
    if kind in ("ROLE", "WAREHOUSE", "SECONDARY ROLES"):
        return Ran("use", None)
    parts = walk.session.parts(this) if this.__class__ is exp.Table else None
    if parts is None or kind not in ("", "SCHEMA", "DATABASE"):
        _not_modelled(walk, node, "use")
    else:
        if not walk.session.use(kind, parts):
            _not_modelled(walk, node, "use")
        walk.session.script.changed()
    return Ran("use", None)


def _set(walk: Walk, node: exp.Set) -> Ran:
    """SET of variables, of the search path, and of what changes no answer."""
    walk.rest(node, frozenset(("expressions",)))
    for item in node.args.get("expressions") or ():
        _set_one(walk, item)
    return Ran("set", None)


def _set_one(walk: Walk, item: exp.Expr) -> None:
    kind = str(item.args.get("kind") or "").upper()
    this = item.args.get("this")
    if kind in ("NAMES", "CHARACTER SET"):
        _check_charset(walk, item, this)
        return
    if kind == "TRANSACTION":
        return
    if this.__class__ is not exp.EQ:
        _not_modelled(walk, item, "set")
        return
    left, right = this.args["this"], this.args["expression"]
    if left.__class__ is exp.Parameter or (kind == "VARIABLE" and left.__class__ is exp.Column):
        flow = 0 if _is_word(right) else flow_of(walk, right, Scope(None, None))
        walk.assign(left.name, flow | indirect(asked(walk.found.reads)))
        return
    declared = _declared(walk, left)
    if declared:
        flow = flow_of(walk, right, Scope(None, None))
        for one in declared:
            walk.account(one)
            walk.assign(one.name, flow | indirect(asked(walk.found.reads)))
        return
    name = left.name.lower()
    if name in ("role", "session_authorization") and not changes_user(walk, right.name):
        return
    if name in _CHARSETS:
        _check_charset(walk, item, right)
        return
    if name in _PATHS and left.__class__ is exp.Column:
        if right.__class__ in (exp.Var, exp.Column) and right.name.upper() == "DEFAULT":
            set_path(walk, walk.session.first_path, local=kind == "LOCAL")
            return
        names = _names(walk, right, listed=name == "search_path")
        if names is not None:
            set_path(walk, names, local=kind == "LOCAL")
            return
    if not walk.row.is_harmless(_dotted(left)) or not (_is_word(right) or right.find(exp.Query) is None):
        _not_modelled(walk, item, "set")


def _declared(walk: Walk, node: exp.Expr) -> list[exp.Expr]:
    """The names of the variables that `SET x = …` or `SET (x, y) = …` assigns, where the script has declared each."""
    columns = node.expressions if node.__class__ is exp.Tuple else [node]
    names = [one.this for one in columns if one.__class__ is exp.Column and not one.args.get("table")]
    known = walk.session.script.variables
    if not walk.row.bare_variables or len(names) < len(columns) or any(one.name.lower() not in known for one in names):
        return []
    return names


def _dotted(node: exp.Expr) -> str:
    """A setting's name with all its parts, in lower case; an empty text for a field of what is no name."""
    parts: list[str] = []
    while node.__class__ is exp.Dot:
        parts.insert(0, node.args["expression"].name)
        node = node.args["this"]
    if node.__class__ is not exp.Column:
        return "" if parts else node.name.lower()
    names = [node.args[key].name for key in ("catalog", "db", "table", "this") if node.args.get(key)]
    return ".".join([*names, *parts]).lower()


def _check_charset(walk: Walk, item: exp.Expr, value: object) -> None:
    """A character set in which a backslash may be the second half of a character moves the ends of later texts."""
    name = value.name.lower() if isinstance(value, exp.Expr) else ""
    if not re.match(_SAFE_CHARSETS, name):
        _not_modelled(walk, item, "set")


# The settings of the client's character set, and those sets in which the byte of a backslash is always one (MySQL,
# "Character Sets and Collations in MySQL"; PostgreSQL, "24.3 Character Set Support"). Of gbk, gb18030, big5, sjis and
# cp932 it is not so.
_CHARSETS = frozenset(("names", "client_encoding", "character_set_client"))
_SAFE_CHARSETS = r"(utf-?8\w*|unicode|latin\w*|iso[-_]?8859\w*|win125\d|cp125\d|ascii|sql_ascii|binary|default)\Z"


def _declare(walk: Walk, node: exp.Declare) -> Ran:
    """DECLARE of variables, with the values that they begin with."""
    walk.rest(node, frozenset(("expressions", "replace")))
    for item in node.args.get("expressions") or ():
        names = item.this if isinstance(item.this, list) else [item.this]
        kinds = (exp.Parameter, exp.Identifier) if walk.row.bare_variables else (exp.Parameter,)
        kind = item.args.get("kind")
        single = names[0] if len(names) == 1 and names[0].__class__ is exp.Parameter else None
        if kind.__class__ is exp.Schema and walk.row.table_variables and single is not None:
            _declare_table(walk, single, kind)
            continue
        if kind.__class__ is exp.Schema or not all(isinstance(one, kinds) for one in names):
            walk.unhandled(item, "in DECLARE")
            continue
        value = item.args.get("default")
        flow = flow_of(walk, value, Scope(None, None)) if value is not None else 0
        for one in names:
            if isinstance(one, exp.Identifier):
                walk.account(one)
            walk.assign(one.name, flow | indirect(asked(walk.found.reads)))
    return Ran("declare", None)


def _declare_table(walk: Walk, name: exp.Parameter, columns: exp.Schema) -> None:
    """`DECLARE @t TABLE (…)`: an empty table, until the script ends."""
    outs: list[Out] = []
    for one in columns.expressions:
        for inner in one.find_all(exp.Query, exp.Command):
            walk.unhandled(inner, "in DECLARE")
        if one.__class__ is exp.ColumnDef:
            outs.append(Out(one.name, walk.key(one.this), 0))
    made = Made(table_variable(name), Relation(outs, asks=True), temporary=True)
    walk.found.filled.append(made)
    walk.session.define((made.name,), made)


def _is_word(node: exp.Expr) -> bool:
    """Whether a value is a bare word, `on` or `utf8`, and no variable's or column's."""
    return node.__class__ in (exp.Var, exp.Boolean, exp.Literal) or (
        node.__class__ is exp.Column and not node.args.get("table")
    )


def _names(walk: Walk, node: exp.Expr, *, listed: bool) -> list[str] | None:
    """The schemas that a value of SET names, folded: as words, or in a text with commas between them (DuckDB)."""
    fold = walk.row.datasets.fold
    if node.__class__ is exp.Literal and node.args.get("is_string"):
        text = node.name
        if not listed or not walk.row.path_in_text:
            return [fold(text, True)]
        return [fold(one.strip().strip('"'), '"' in one) for one in text.split(",")]
    if node.__class__ is exp.Var:
        return [fold(node.name, False)]
    if node.__class__ is exp.Column and node.this.__class__ is exp.Identifier and not node.args.get("table"):
        return [fold(node.name, bool(node.this.args.get("quoted")))]
    return None


def set_path(walk: Walk, names: Iterable[str], *, local: bool) -> None:
    """Look later names up in those schemas, in order.

    `"$user"` is a schema of the caller's own name; where there is none it is passed over (PostgreSQL, 5.9.3).
    """
    if local and not walk.session.script.in_transaction:
        # PostgreSQL, "SET": it has no effect there, unless whoever runs the script began a transaction.
        walk.session.script.doubt = "what a SET LOCAL outside a transaction does is not known; begin one before it"
    walk.session.search_path = tuple(name for name in names if name != "$user")
    walk.session.script.changed(local=local)


def changes_user(walk: Walk, user: str) -> bool:
    """Whether names are looked up elsewhere under another user.

    The path's `"$user"` is the schema of that user's name (PostgreSQL manual, 5.9.3), where there is one.
    """
    return walk.session.compiled.has_schema(walk.row.datasets.fold(user, False))


def _not_modelled(walk: Walk, node: exp.Expr, word: str) -> None:
    """Note a switch that may change what later statements mean, and them with it."""
    detail = f"what later statements mean after this `{word}` is not modelled; remove it or run it on its own"
    walk.unresolved(Cause.STATEMENT, word, node, detail)
    walk.session.script.doubt = f"what this means after an earlier `{word}` is not modelled; run it on its own"


STATEMENTS: Mapping[type, StatementHandler] = {
    exp.Transaction: _begin,
    exp.Commit: _commit,
    exp.EndStatement: _end,
    exp.Rollback: _rollback,
    **dict.fromkeys((exp.Alias, exp.Column), _begin_or_savepoint),
    exp.Use: _use,
    exp.Set: _set,
    exp.Declare: _declare,
}
