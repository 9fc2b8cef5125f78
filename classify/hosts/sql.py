"""Files of SQL: the whole file is one snippet, but for what the engines' own clients take for commands of theirs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from classify.hosts.placeholders import settle
from classify.hosts.snippet import Found, Hole, Snippet


def find(text: str, dialect: str | None, callees: Iterable[str] = ()) -> Found:
    """The file as a snippet: its clients' commands are blanked out, or semicolons, and all else keeps its place."""
    cleaned, commands = _without_commands(text, dialect)
    settled = settle(cleaned, psql=_CLEANERS.get(dialect or "") is _psql)
    holes = sorted((*settled.holes, *commands), key=lambda hole: hole.start)
    return Found((Snippet(settled.text, 0, len(text), holes=tuple(holes)),))


Cleaner = Callable[[str], Iterator[tuple[int, int, str, bool]]]
"""Yields stretches of a text, what stands in their place, and whether they run or change what is not seen here."""


def _without_commands(text: str, dialect: str | None) -> tuple[str, list[Hole]]:
    """The text without its clients' commands, as long as before, and those that may run anything."""
    cleaner = _CLEANERS.get(dialect or "")
    if cleaner is None:
        return text, []
    pieces: list[str] = []
    holes: list[Hole] = []
    at = 0
    for start, end, instead, opaque in cleaner(text):
        if start < at:
            continue
        pieces += [text[at:start], instead.ljust(end - start)]
        if opaque:
            word = re.match(r"\\?[\w!@]+", text[start:end])
            holes.append(Hole(word[0] if word else "", start, end))
        at = end
    pieces.append(text[at:])
    return "".join(pieces), holes


# -- psql

# PostgreSQL, "psql": commands that show, format or keep something for later; all others may run or change anything.
_PSQL_HARMLESS = frozenset(
    r"\a \C \cd \conninfo \copyright \crosstabview \d \da \db \dc \dC \dd \dD \df \dg \di \dl \dm \dn \do \dp \ds \dt "
    r"\dT \du \dv \dx \echo \elif \else \encoding \endif \errverbose \f \g \gdesc \gset \gx \h \help \H \if \l \p "
    r"\password \prompt \pset \q \qecho \r \s \set \setenv \sf \sv \t \T \timing \unset \warn \watch \x \z \?".split()
)
_PSQL_RUNS = frozenset((r"\g", r"\gx", r"\gset", r"\gdesc", r"\crosstabview", r"\watch"))
# Patterns are texts here: each is compiled for the files of its own dialect alone.
_PSQL = r"(?<![\\\w'])\\[a-zA-Z!?]+[^\n]*"


def _psql(text: str) -> Iterator[tuple[int, int, str, bool]]:
    r"""Lines of psql's own; `\g` and its kin end a statement."""
    for found in _outside_texts(text, _PSQL, dollars=True):
        word = re.match(r"\\[a-zA-Z!?]+", found[0])
        name = word[0] if word else ""
        # `\g file` and `\g | command` send rows away, as `\o` does.
        sends = name in (r"\g", r"\gx") and bool(found[0][len(name) :].strip())
        instead = ";" if name in _PSQL_RUNS else ""
        yield found.start(), found.end(), instead, name.rstrip("+S") not in _PSQL_HARMLESS or sends


# -- SQL Server's clients, Oracle's SQL*Plus, MySQL's

_GO = r"(?im)^[ \t]*GO(?:[ \t]+\d+)?[ \t]*(?=\r?$|--)"
# SQL Server, "sqlcmd utility", "Commands"; those after the bar only print or set up.
_SQLCMD = (
    r"(?im)"
    r"^[ \t]*(?::(?:connect|ed|exit|out|quit|r|xml)|!!|(?P<harmless>:(?:error|help|list|listvar|on|perftrace|reset|"
    r"serverlist|setvar)))\b[^\n]*"
)


def _sqlcmd(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """`GO` ends a batch (SQL Server, "GO"); lines of `sqlcmd` begin with a colon."""
    bare = _without_comments(text)
    lines = [(found.start(), found.end(), ";", False) for found in _outside_texts(text, _GO)]
    lines += [
        (found.start(), found.end(), "", not found["harmless"])
        for found in _outside_texts(text, _SQLCMD)
        if _may_begin(bare, found.start(), _GO, _SQLCMD)
    ]
    yield from sorted(lines)


_SLASH = r"(?m)^[ \t]*/[ \t]*\r?$"
# Oracle, "SQL*Plus Command Reference": what sets up the client or prints.
_SQLPLUS_HARMLESS = (
    r"(?im)"
    r"^[ \t]*(?:ACC(?:EPT)?|BRE(?:AK)?|BTI(?:TLE)?|CL(?:EAR)?[ \t]+\w+|COL(?:UMN)?|COMP(?:UTE)?|DEF(?:INE)?|PAU(?:SE)?|"
    r"PRO(?:MPT)?|PRI(?:NT)?|REM(?:ARK)?|SHO(?:W)?|TIMI(?:NG)?|TTI(?:TLE)?|UNDEF(?:INE)?|VAR(?:IABLE)?|"
    r"WHENEVER|EXIT|QUIT|DESC(?:RIBE)?|SET[ \t]+(?!ROLE\b|TRANSACTION\b|CONSTRAINTS?\b)\w+)\b[^\n]*"
)
_SQLPLUS_OPAQUE = (
    r"(?im)"
    r"^[ \t]*(?:@@?[^\s;][^\n]*|STA(?:RT)?[ \t]+(?!WITH\b)[^\n]*|HO(?:ST)?[ \t][^\n]*|![^\n=]*|SPO(?:OL)?\b[^\n]*|"
    r"(?:CONN(?:ECT)?[ \t]+(?!BY\b)|COPY[ \t]+FROM\b)[^\n]*)"
)


def _sqlplus(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """A slash alone runs what stands above it; other lines are SQL*Plus's where a statement may begin."""
    bare = _without_comments(text)
    lines = [(found.start(), found.end(), ";", False) for found in _outside_texts(text, _SLASH)]
    for pattern, opaque in ((_SQLPLUS_HARMLESS, False), (_SQLPLUS_OPAQUE, True)):
        lines += [
            (found.start(), found.end(), "", opaque)
            for found in _outside_texts(text, pattern)
            if _may_begin(bare, found.start(), _SLASH, _SQLPLUS_HARMLESS, _SQLPLUS_OPAQUE)
        ]
    yield from sorted(lines)


def _without_comments(text: str) -> str:
    """The text with its comments blanked out, as long as before; neither client's SQL escapes with a backslash."""
    return _texts(escapes=False, dollars=False).sub(
        lambda found: " " * len(found[0]) if found[0].startswith(("--", "/*")) else found[0], text
    )


def _may_begin(text: str, at: int, *commands: str) -> bool:
    """Whether a statement may begin there: at the start, behind a semicolon, or behind a line that is a command.

    Args:
        text: without its comments.
    """
    above = text[:at].rstrip()
    if not above or above.endswith(";"):
        return True
    line = above.rpartition("\n")[2]
    return any(re.match(command, line) for command in commands)


_DELIMITER = r"(?im)^[ \t]*DELIMITER[ \t]+(\S+)[^\n]*$"
_MYSQL_COMMAND = r"(?im)^[ \t]*(?:\\[.!]|SOURCE[ \t]|SYSTEM[ \t])[^\n]*"


def _mysql(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """`DELIMITER` sets what ends a statement from there on (MySQL, "mysql Client Commands")."""
    lines: list[tuple[int, int, str, bool]] = []
    marks = _outside_texts(text, _DELIMITER)
    for at, found in enumerate(marks):
        lines.append((found.start(), found.end(), "", False))
        sign = found[1]
        if sign == ";":
            continue
        stop = marks[at + 1].start() if at + 1 < len(marks) else len(text)
        start = found.end()  # no text or comment is open there, so what follows can be read by itself
        lines += [
            (start + one.start(), start + one.end(), ";", False)
            for one in _outside_texts(text[start:stop], re.escape(sign))
        ]
    lines += [(found.start(), found.end(), "", True) for found in _outside_texts(text, _MYSQL_COMMAND)]
    yield from sorted(lines)


_CLEANERS: dict[str, Cleaner] = {
    "mysql": _mysql,
    "oracle": _sqlplus,
    "postgres": _psql,
    "redshift": _psql,
    "tsql": _sqlcmd,
}


def _texts(*, escapes: bool, dollars: bool) -> re.Pattern[str]:
    inside = r"(?:[^'\\]|''|\\.)*" if escapes else r"(?:[^']|'')*"
    dollar = r"|\$((?:[A-Za-z_]\w*)?)\$.*?(?:\$\1\$|\Z)" if dollars else ""
    return re.compile(
        rf"""--[^\n]*|/\*.*?(?:\*/|\Z)|'{inside}(?:'|\Z)|"(?:[^"]|"")*(?:"|\Z){dollar}""",
        re.DOTALL,
    )


def _outside_texts(text: str, pattern: str, *, dollars: bool = False) -> list[re.Match[str]]:
    """The matches that do not begin inside a text or a comment, however an engine reads a backslash in one."""
    found = list(re.finditer(pattern, text))
    for escapes in (False, True) if "\\'" in text else (False,):
        if found:
            found = _outside(found, _texts(escapes=escapes, dollars=dollars).finditer(text))
    return found


def _outside(found: list[re.Match[str]], inside: Iterator[re.Match[str]]) -> list[re.Match[str]]:
    left = []
    current = next(inside, None)
    for one in found:
        while current is not None and current.end() <= one.start():
            current = next(inside, None)
        if current is None or not current.start() <= one.start() < current.end():
            left.append(one)
    return left
