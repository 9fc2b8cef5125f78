"""Text that an engine runs and the parser does not see."""

from __future__ import annotations

from classify.exposure import Cause
from classify.sql.dialects import DialectRow
from classify.sql.walk import Note


def hidden_text(sql: str, row: DialectRow) -> list[Note]:
    """What stands in the text for the engine alone: MySQL's executable comments (MySQL manual, 11.7 "Comments")."""
    found = []
    for mark in row.executable_comments:
        at = sql.find(mark)
        if at >= 0:
            end = sql.find("*/", at)
            found.append(
                Note(
                    Cause.HIDDEN_TEXT,
                    "comment",
                    None,
                    "the server runs the text of this comment; write it as plain SQL",
                    (at, end + 2 if end >= 0 else len(sql)),
                )
            )
    return found
