"""Text that an engine runs and the parser does not see."""

from __future__ import annotations

from classify.exposure import Cause
from classify.sql.dialects import DialectRow
from classify.sql.parse import tokens
from classify.sql.walk import Note


def hidden_text(sql: str, row: DialectRow) -> list[Note]:
    """What stands in the text for the engine alone: MySQL's executable comments (MySQL manual, 11.7 "Comments")."""
    places = [at for mark in row.executable_comments for at in _occurrences(sql, mark)]
    if not places:
        return []
    found = []
    # The same letters inside a text or a quoted name start no comment.
    literals = [(token.start, token.end) for token in tokens(sql, row.name)]
    for at in sorted(set(places)):
        if any(start <= at <= end for start, end in literals):
            continue
        end = sql.find("*/", at)
        place = at, end + 2 if end >= 0 else len(sql)
        detail = "the server runs the text of this comment; write it as plain SQL"
        found.append(Note(Cause.HIDDEN_TEXT, "comment", None, detail, place))
    return found


def _occurrences(sql: str, mark: str) -> list[int]:
    found = []
    at = sql.find(mark)
    while at >= 0:
        found.append(at)
        at = sql.find(mark, at + 1)
    return found
