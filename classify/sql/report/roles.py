"""Roles: where a name in a statement's text gives, and takes no value, by the node at its place and its argument there.

Each list is closed: what has no role here, and no reference that the walk resolved, is unresolved (`accounting.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from classify.sql.text.inside import start_of
from classify.sql.walk.lambdas import is_lambda

if TYPE_CHECKING:
    from classify.sql.names.dialect_row import DialectRow
    from classify.sql.walk.walk import Walk

_COLUMN, _IDENTIFIER, _STAR = exp.Column, exp.Identifier, exp.Star

# Texts, numbers and marks of comments spell no name.
TEXTS = frozenset(
    (TokenType.STRING, TokenType.NUMBER, TokenType.NATIONAL_STRING, TokenType.RAW_STRING, TokenType.HEREDOC_STRING,
     TokenType.BIT_STRING, TokenType.HEX_STRING, TokenType.BYTE_STRING, TokenType.UNICODE_STRING, TokenType.HINT)
)  # fmt: skip

# Where a name gives, and takes no value: the class of the node around it, its argument there, and why.
_ROLES: frozenset[tuple[type, str]] = frozenset(
    {
        (exp.Aliases, "expressions"),
        (exp.PivotAlias, "alias"),
        (exp.Schema, "expressions"),  # written or defined columns
        (exp.ColumnDef, "this"),  # a column, or a field of a type, that is defined
        (exp.Constraint, "this"),
        (exp.Window, "this"),  # a window's name
        (exp.Window, "alias"),
        (exp.DataType, "kind"),  # a type of the user's own
        (exp.Collate, "expression"),  # a collation's
        (exp.Dot, "expression"),  # a field: what stands before the dot is read whole
        (exp.AlterColumn, "this"),
        (exp.ModifyColumn, "rename_from"),
        (exp.Kwarg, "this"),  # an argument's
        (exp.IndexTableHint, "expressions"),  # an index's
        (exp.Index, "this"),
        (exp.IndexColumnConstraint, "this"),
        (exp.Schema, "this"),  # MySQL: ADD UNIQUE KEY name (…)
        (exp.GrantPrincipal, "this"),  # a role's
        (exp.JSONColumnDef, "this"),
        (exp.OpenJSONColumnDef, "this"),
    }
)

# Of which nodes a table is the target, is locked, or is an index: its name says where, and reads nothing.
_TARGETS: frozenset[tuple[type, str]] = frozenset(
    {
        (exp.Alter, "this"),
        (exp.AlterRename, "this"),
        (exp.Create, "this"),
        (exp.Create, "expression"),  # ClickHouse: the table whose columns the new one takes
        (exp.Delete, "tables"),
        (exp.Delete, "this"),
        (exp.Drop, "tables"),
        (exp.Comment, "this"),
        (exp.Grant, "securable"),
        (exp.OnProperty, "this"),  # MySQL: DROP INDEX … ON
        (exp.Revoke, "securable"),
        (exp.LikeProperty, "this"),
        (exp.SwapTable, "this"),
        (exp.Into, "this"),
        (exp.Lock, "expressions"),
        (exp.Schema, "this"),
        (exp.Table, "indexed"),  # SQLite, INDEXED BY: an index's
        (exp.Update, "this"),  # T-SQL: by the alias that FROM gives
    }
)

# Above a column: where it is written, kept out, renamed or defined, and so not read.
_WRITTEN: frozenset[tuple[type, str]] = frozenset(
    {
        (exp.Star, "except_"),
        (exp.RenameColumn, "this"),
        (exp.RenameColumn, "to"),
        (exp.Drop, "tables"),  # ALTER TABLE: … DROP COLUMN
        (exp.Comment, "this"),
        (exp.Insert, "this"),  # MERGE: … THEN INSERT (columns)
        (exp.GrantPrivilege, "expressions"),
    }
)
_ASSIGNED = frozenset((exp.Update, exp.OnConflict))
_CHANGES = (exp.Insert, exp.Update, exp.Delete, exp.Merge)

# The keywords that no dialect takes for a column unless they are quoted.
_RESERVED = frozenset(
    "all and as asc between by case create cross delete desc distinct else end except exists from full group having "
    "in inner insert intersect into is join left like limit natural not null on or order outer right select set "
    "then union update using values when where with".split()
)


class Roles:
    """What the tokens stand for that no resolved reference stands for, by the nodes at their places."""

    def __init__(self, walk: Walk, words: set[str], tree: exp.Expr, tokens: Sequence[Token]) -> None:
        self._row: DialectRow = walk.row
        self._is_lambda = partial(is_lambda, walk)
        self._words = words
        self._tokens = tokens
        self._at: dict[int, exp.Expr] = {}
        self._unplaced: Counter[str] = Counter()  # nodes without a place, by what their token spells
        self._bound: Counter[str] = Counter()  # the names of values that the caller gives
        # The keys of `payload:a."B"`, a path in a value that is read whole, and whether they are quoted.
        self._in_paths: Counter[tuple[str, bool]] = Counter()
        for node in tree.walk():
            self._enter(node)
        for node, _ in walk.found.references:
            if isinstance(node, (exp.Func, exp.Boolean)) and start_of(node) is None:
                word = node.sql_name() if isinstance(node, exp.Func) else str(bool(node.args["this"]))
                self._unplaced[word.lower()] += 1
            part = node.this if node.__class__ is _COLUMN else node
            if part.__class__ in _UNPLACED and start_of(part) is None:
                self._unplaced[str(part.args["this"]).lower()] += 1

    def _enter(self, node: exp.Expr) -> None:
        place, kind = start_of(node), node.__class__
        if place is not None:
            self._at.setdefault(place, node)
        elif kind is exp.DataType:
            self._unplaced[_type_word(node)] += 1
        elif kind in _UNPLACED and self._has_role(node):
            self._unplaced[str(node.args["this"]).lower()] += 1
        if kind in (exp.Placeholder, exp.Parameter) and not isinstance(node.parent, (exp.Bracket, exp.Slice)):
            self._bound[node.name.lower()] += 1
        if kind is exp.JSONExtract and node.args.get("variant_extract") and isinstance(node.expression, exp.JSONPath):
            keys = node.expression.find_all(exp.JSONPathKey)
            self._in_paths.update((str(one.args["this"]).lower(), bool(one.args.get("quoted"))) for one in keys)
        if node.args.get("by_name"):
            self._unplaced["name"] += 1  # UNION BY NAME
        elif kind is exp.UnpivotColumns:
            self._unplaced.update(("name", "value"))  # UNPIVOT … INTO NAME … VALUE

    def unaccounted(self, left: Sequence[Token]) -> Iterator[Token]:
        """Those tokens that have no role."""
        places = {token.start: place for place, token in enumerate(self._tokens)}
        for token in left:
            node = self._at.get(token.start)
            word = token.text.lower()
            if token.token_type is TokenType.STAR:
                if node.__class__ is _STAR and not self._names_nothing(node):
                    yield token
                continue
            if word in self._row.statement_words and word not in self._words and (node is None or not _defines(node)):
                continue  # it begins a statement, and does
            place = places[token.start]
            if node is not None:
                if not self._stands(node, place):
                    yield token
            elif self._is_bound(token, place):
                self._bound[word] -= 1
            elif self._is_in_path(token, place):
                self._in_paths[_path_key(token)] -= 1
            elif not self._is_syntax(token, place) and not self._take(word) and not self._take(_type_of(token)):
                yield token

    def _is_bound(self, token: Token, place: int) -> bool:
        """Whether a word right behind `:`, `$` or `{` names a value that the caller gives; `@x` is the row's to say."""
        before = self._tokens[place - 1] if place else None
        if before is None or before.end + 1 != token.start or before.text not in (":", "$", "{"):
            return False
        return self._bound[token.text.lower()] > 0

    def _is_in_path(self, token: Token, place: int) -> bool:
        """Whether a word behind a colon or a dot is a key of a path; each key stands for one word."""
        behind = place and self._tokens[place - 1].token_type in (TokenType.COLON, TokenType.DOT)
        return bool(behind) and self._in_paths[_path_key(token)] > 0

    def _names_nothing(self, star: exp.Expr | None) -> bool:
        """Whether a star stands for no columns: how many rows there are, whether there are any, whose rows go."""
        parent = star.parent if star is not None else None
        if isinstance(parent, exp.Column):
            parent = parent.parent
        if isinstance(parent, exp.Select):
            around = parent.parent
            around = around.parent if isinstance(around, exp.Subquery) else around
            return isinstance(around, exp.Exists)
        # Before a dot stands a value that is read whole; in COLUMNS a list of names.
        return isinstance(parent, (exp.Count, exp.Columns, exp.Delete, exp.Dot)) or (
            star is not None and star.find_ancestor(exp.Columns) is not None
        )

    def _take(self, word: str) -> bool:
        """Whether a node without a place is left that the word may stand for; each stands for one token."""
        found = self._unplaced[word] > 0
        self._unplaced[word] -= found
        return found

    def _stands(self, node: exp.Expr, place: int) -> bool:
        """Whether the node at a token's place gives it a role."""
        if node.__class__ is not _IDENTIFIER:
            return isinstance(node, exp.Func)  # a function's name
        if not self._row.asks_unused_ctes and self._is_unused(node):
            return True
        return may_name(self._row, node, self._tokens, place) if _defines(node) else self._has_role(node)

    def _has_role(self, node: exp.Expr) -> bool:
        """Whether a word stands where it is no value."""
        parent, key = node.parent, node.arg_key or ""
        if parent is None:
            return False
        kind = parent.__class__
        if (kind, key) in _ROLES:
            return not (kind is exp.Schema and key == "expressions" and _is_constraint(parent))
        if isinstance(parent, exp.Lambda) and key == "expressions":
            return self._is_lambda(parent)
        if kind is exp.Table:
            return _is_target(parent)
        if kind is exp.Parameter:
            return self._row.variables
        if kind is exp.PropertyEQ and key == "this":
            return parent.parent.__class__ is exp.Struct or parent.parent.__class__ is exp.Anonymous
        if kind is exp.Pivot:
            return bool(parent.args.get("unpivot"))
        if kind is exp.In and key == "this":
            return _is_unpivot(parent.parent)
        if key == "unit" or kind in _UNITS:
            return self._row.unit_words or kind in _UNITS
        return kind is _COLUMN and _is_written(parent)

    def _is_unused(self, node: exp.Expr, asked_by: tuple[exp.Expr, ...] = ()) -> bool:
        """Whether a name stands in a common table expression that nothing names but others of that kind."""
        around = node.find_ancestor(exp.CTE)
        while around is not None:
            if not any(around is one for one in asked_by) and not self._is_named(around, asked_by):
                return True
            around = around.find_ancestor(exp.CTE)
        return False

    def _is_named(self, cte: exp.CTE, asked_by: tuple[exp.Expr, ...]) -> bool:
        """Whether a name outside a common table expression is its own, where it can mean it."""
        with_ = cte.parent
        holder = with_.parent if with_ is not None else None
        if with_ is None or holder is None:
            return True
        own = {id(one) for one in cte.find_all(_IDENTIFIER)}
        alias = cte.args["alias"].this
        first = 0
        if not self._row.ctes_see_later and not with_.args.get("recursive"):
            first = start_of(alias) or 0  # those before it do not see it
        return any(
            _is_bare(one)
            and one.name.lower() == alias.name.lower()
            and ((place := start_of(one)) is None or place >= first)
            and id(one) not in own
            and not self._is_unused(one, (*asked_by, cte))
            for one in holder.find_all(_IDENTIFIER)
        )

    def _is_syntax(self, token: Token, place: int) -> bool:
        """Whether a token that no node has the place of is part of the grammar."""
        if token.token_type is TokenType.IDENTIFIER:
            return False
        word = token.text.lower()
        if word in _RESERVED:
            return True
        before = self._tokens[place - 1] if place else None
        if before is not None and before.token_type in (TokenType.DCOLON, TokenType.ALIAS):
            return True  # a type, or a name that is given
        after = self._tokens[place + 1] if place + 1 < len(self._tokens) else None
        if after is not None and after.token_type is TokenType.STRING and not self._row.typed_constants:
            return False
        if after is not None and after.token_type is TokenType.L_PAREN:
            return True  # a function or a type
        return _is_phrase(word, before, after)


# Words of the grammar that no node has the place of, by the words, or kinds of tokens, before and behind them.
_BEHIND: dict[str, frozenset[object]] = {
    "column": frozenset(("add", "drop", "alter", "rename", "modify", "change")),
    "first": frozenset(("nulls", "fetch")),
    "last": frozenset(("nulls",)),
    "next": frozenset(("fetch",)),
    "only": frozenset(("row", "rows")),
    "row": frozenset(("current", TokenType.NUMBER)),
    "rows": frozenset((TokenType.NUMBER,)),
    "time": frozenset(("at",)),
    "zone": frozenset(("time",)),
}
_BEFORE: dict[str, frozenset[object]] = {
    "array": frozenset((TokenType.L_BRACKET,)),
    "current": frozenset(("row",)),
    "date": frozenset((TokenType.STRING,)),
    "interval": frozenset((TokenType.STRING, TokenType.NUMBER)),
    "offset": frozenset((TokenType.NUMBER, TokenType.PLACEHOLDER, TokenType.PARAMETER)),
    "partition": frozenset(("by",)),
    "range": frozenset(("between", "unbounded", "current", TokenType.NUMBER)),
    "rows": frozenset(("between", "unbounded", "current", TokenType.NUMBER)),
    "time": frozenset((TokenType.STRING,)),
    "timestamp": frozenset((TokenType.STRING,)),
    "window": frozenset((TokenType.VAR,)),
}


def _is_phrase(word: str, before: Token | None, after: Token | None) -> bool:
    """Whether a keyword that may be a name stands in a phrase of the grammar."""
    for phrases, beside in ((_BEHIND, before), (_BEFORE, after)):
        if beside is not None and not phrases.get(word, _NONE).isdisjoint((beside.token_type, beside.text.lower())):
            return True
    return False


_NONE: frozenset[object] = frozenset()
_UNPLACED = frozenset((exp.Var, exp.Placeholder, _IDENTIFIER))
_UNITS = frozenset((exp.Extract, exp.Interval, exp.IntervalSpan))


def _type_word(node: exp.Expr) -> str:
    """The key under which a type's node waits for its token."""
    kind = node.args.get("this")
    return f"\0{getattr(kind, 'name', kind)}"


def _path_key(token: Token) -> tuple[str, bool]:
    return token.text.lower(), token.token_type is TokenType.IDENTIFIER


def _type_of(token: Token) -> str:
    return f"\0{token.token_type.name}"


def starts_statement(identifier: exp.Expr, row: DialectRow) -> bool:
    """Whether a word begins a statement, and so is no alias."""
    return not identifier.args.get("quoted") and identifier.args["this"].lower() in row.statement_words


def may_name(row: DialectRow, node: exp.Expr, tokens: Sequence[Token], place: int) -> bool:
    """Whether an alias is one: behind a sign it is an operand of an operator that the parser cut in two."""
    before = tokens[place - 1] if place else None
    if before is None or before.token_type is TokenType.ALIAS:
        return True
    if starts_statement(node, row):
        return False
    return before.token_type in _ENDS or any(letter.isalnum() or letter == "_" for letter in before.text)


def _is_bare(node: exp.Expr) -> bool:
    """Whether a name may be that of a common table expression: of a table, or a value, without a qualifier."""
    parent = node.parent
    if node.__class__ is not _IDENTIFIER or parent is None or node.arg_key != "this":
        return False
    return parent.__class__ in (exp.Table, _COLUMN) and not (parent.args.get("db") or parent.args.get("table"))


# What ends a value, and is no word.
_ENDS = frozenset((TokenType.IDENTIFIER, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, *TEXTS))


def _defines(node: exp.Expr) -> bool:
    """Whether a name is an alias that is being defined."""
    return (node.parent.__class__, node.arg_key) in _ALIASES


_ALIASES: frozenset[tuple[type, str]] = frozenset({(exp.Alias, "alias"), (exp.TableAlias, "this")})


def _is_unpivot(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Pivot) and bool(node.args.get("unpivot"))


def _is_target(table: exp.Expr) -> bool:
    """Whether a table's name says what is written, dropped or locked."""
    join = table.parent
    if isinstance(join, exp.Join) and isinstance(join.parent, exp.Table):
        table = join.parent  # MySQL: DELETE FROM a, b USING …
    return (table.parent.__class__, table.arg_key or "") in _TARGETS


def _is_written(column: exp.Expr) -> bool:
    """Whether a column is a target or a star's exception, maybe below a subscript or in a list."""
    node = column
    while True:
        parent = node.parent
        if parent is None:
            return False
        kind, key = parent.__class__, node.arg_key or ""
        if (kind, key) in _WRITTEN:
            return not (kind is exp.Schema and _is_constraint(parent))
        if kind is exp.Partition:
            return isinstance(parent.find_ancestor(*_CHANGES, exp.Select), _CHANGES)  # of what is written
        if kind is exp.EQ and key == "this":
            above = parent.parent
            if above.__class__ is exp.Partition:
                node = parent
                continue
            return above.__class__ in _ASSIGNED and parent.arg_key == "expressions"
        if kind is exp.Alias and key == "this":
            return (parent.parent.__class__, parent.arg_key) == (exp.Star, "rename")
        if kind is exp.In and key == "expressions" and parent.parent.__class__ is exp.Pivot:
            return not parent.parent.args.get("unpivot")  # values, spelled like names
        if kind not in (exp.Bracket, exp.Dot, exp.Tuple, exp.Paren) or (kind is exp.Bracket and key != "this"):
            return False
        node = parent


def _is_constraint(schema: exp.Expr) -> bool:
    """Whether listed columns are those of a constraint that is added, which reads them."""
    return schema.find_ancestor(exp.AddConstraint) is not None
