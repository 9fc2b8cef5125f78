"""Statements that the parser keeps as text: those that only set the session, or rename; every other is unresolved.

>>> from classify import Catalog, analyse
>>> catalog = Catalog.from_mapping({"users": {"id": "internal", "name": "internal", "ssn": "restricted"}})
>>> found = analyse("reset search_path; select id from users", catalog, dialect="postgres")
>>> [one.column for one in found.reads]
['users.id']
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from classify.exposure import Cause
from classify.sql.session.script import Missing
from classify.sql.statements.ddl import rename, write_whole
from classify.sql.statements.introspection import shows_no_data
from classify.sql.statements.maintenance import kind_of_words
from classify.sql.statements.settings import changes_user, set_path
from classify.sql.walk.dispatch import Ran, StatementHandler

if TYPE_CHECKING:
    from classify.sql.walk.walk import Walk

_Words = list[tuple[str, bool]]
"""Each word or mark of a statement, and whether it is quoted."""


def _command(walk: Walk, node: exp.Command) -> Ran:
    words = _words(walk, node)
    plain = [text.lower() if not quoted else "" for text, quoted in words]
    if plain[:1] == ["set"] and _set(walk, words[1:], plain[1:]):
        return Ran("set", None)
    if plain[:1] == ["reset"] and _reset(walk, plain[1:]):
        return Ran("set", None)
    if plain[:2] == ["rename", "table"] and _rename(walk, node, words[2:]):
        return Ran("alter", None)
    if shows_no_data(walk, plain):
        return Ran("show", None)
    if plain == ["go"]:
        return Ran("transaction", None)
    kind = _kind(walk, node, words)
    if kind:
        if kind == "drop" and plain[-1] == "cascade":
            walk.session.script.cascade()
        return Ran(kind, None)
    word = node.name.lower()
    walk.unresolved(
        Cause.DYNAMIC_SQL if word in _RUN_TEXT else Cause.STATEMENT,
        word,
        node,
        "the parser keeps this statement as text; run it under review, or split off the query in it",
    )
    if word in _SWITCHES:
        walk.session.script.doubt = f"what this means after an earlier `{word}` is not modelled; run it on its own"
    return Ran("unknown", None)


def _kind(walk: Walk, node: exp.Command, words: _Words) -> str:
    """The kind of a statement that moves no data, or an empty text.

    INVARIANT comments-may-run: with a comment in it, the words may not be all of it; nor where the next statement may
    stand behind it without a semicolon.
    """
    if walk.row.semicolons_optional or "/*" in str(node.args.get("expression")):
        return ""
    return kind_of_words([part for text, quoted in words for part in (["?"] if quoted else text.lower().split())])


# Words of statements whose text is itself SQL.
_RUN_TEXT = frozenset(("do", "execute", "prepare", "exec", "immediate"))
# Words of statements after which names may mean something else.
_SWITCHES = frozenset(("set", "reset", "rename", "exchange", "alter", "discard", "detach", "attach"))


def _words(walk: Walk, node: exp.Command) -> _Words:
    rest = node.args.get("expression")
    text = rest if isinstance(rest, str) else rest.name if rest is not None else ""
    try:
        tokens: list[Token] = Dialect.get_or_raise(walk.row.name).tokenize(text)
    except SqlglotError:
        return []
    quoted = (TokenType.STRING, TokenType.IDENTIFIER)
    # The first word is set apart: the tokenizer would take all behind it for one text.
    return [(node.name, False), *((token.text, token.token_type in quoted) for token in tokens)]


def _set(walk: Walk, words: _Words, plain: list[str]) -> bool:
    """SET [SESSION | LOCAL] …: whether it is one that is modelled."""
    local = plain[:1] == ["local"]
    if plain[:1] in (["local"], ["session"]) and plain[:2] != ["session", "authorization"]:
        words, plain = words[1:], plain[1:]
    if plain[:1] == ["role"] or plain[:2] == ["session", "authorization"]:
        return not changes_user(walk, words[-1][0])
    if plain[:2] == ["time", "zone"]:
        return True
    if plain[:1] == ["constraints"] or plain[:2] == ["characteristics", "as"]:
        return True
    if plain[:1] == ["schema"]:
        values = words[1:]
    elif plain[:1] == ["search_path"] and (plain[1:2] == ["to"] or words[1:2] == [("=", False)]):
        values = words[2:]
    else:
        return False
    return _set_path(walk, values, local=local)


def _set_path(walk: Walk, values: _Words, *, local: bool) -> bool:
    if [text.lower() for text, quoted in values if not quoted] == ["default"]:
        walk.session.search_path = walk.session.first_path
        walk.session.script.changed(local=local)
        return True
    names, commas = values[::2], values[1::2]
    if not names or len(values) % 2 == 0 or any(mark != (",", False) for mark in commas):
        return False
    fold = walk.row.datasets.fold
    set_path(walk, [fold(text, quoted) for text, quoted in names], local=local)
    return True


def _reset(walk: Walk, plain: list[str]) -> bool:
    if plain in (["search_path"], ["all"]):
        walk.session.search_path = walk.session.first_path
        walk.session.script.changed()
        return True
    return plain in (["role"], ["session", "authorization"], ["timezone"], ["time", "zone"])


def _rename(walk: Walk, node: exp.Command, words: _Words) -> bool:
    """RENAME TABLE a TO b, …: each in turn."""
    pairs: list[list[_Words]] = [[[], []]]
    side = 0
    for text, quoted in words:
        if not quoted and text == ",":
            pairs.append([[], []])
            side = 0
        elif not quoted and text.lower() == "to" and not side:
            side = 1
        else:
            pairs[-1][side].append((text, quoted))
    named = [(_parts(walk, old), _parts(walk, new)) for old, new in pairs]
    if any(not old or not new for old, new in named):
        return False
    for old, new in named:
        found = walk.session.find(old)
        if isinstance(found, Missing):
            walk.unresolved(found.cause, ".".join(old), node, found.detail)
            continue
        write_whole(walk, found, node)
        rename(walk, old, new, found, node)
    return True


def _parts(walk: Walk, words: _Words) -> tuple[str, ...]:
    """The folded parts of a name; none where it is no name."""
    if len(words) % 2 == 0 or any(dot != (".", False) for dot in words[1::2]):
        return ()
    fold = walk.row.datasets.fold
    return tuple(fold(text, quoted) for text, quoted in words[::2])


STATEMENTS: Mapping[type, StatementHandler] = {
    exp.Command: _command,
}
