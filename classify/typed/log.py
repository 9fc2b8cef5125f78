"""A filter for logging that lets no labelled value and no table out."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from classify.typed.labeled import Labeled

_DEEPEST = 8


class RedactingFilter(logging.Filter):
    """Puts `<restricted>` in the place of each `Labeled` value, and `<table>` in that of each data frame and table.

    A `Labeled` value prints itself so already. The filter also keeps it from handlers that pickle records or write what
    is in `extra`, and from a `%d` that would raise; and what a table holds from every log. Put it on handlers, whose
    filters see every record: `handler.addFilter(RedactingFilter())`.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact a record; all of them pass."""
        arguments = record.args
        if arguments:
            changed = _redacted(arguments, _DEEPEST)
            if changed is not arguments:
                # A `%d` or `%.2f` takes no text: what is formatted now needs no arguments any more.
                record.msg, record.args = _formatted(str(record.msg), changed), None
        elif not isinstance(record.msg, str):
            record.msg = _redacted(record.msg, _DEEPEST)
        for name, value in list(vars(record).items()):
            if name not in _OWN:
                setattr(record, name, _redacted(value, _DEEPEST))
        return True


_OWN = frozenset(vars(logging.makeLogRecord({})))
_FRAMES = ("pandas", "polars", "pyarrow")


def _redacted(value: Any, depth: int) -> Any:
    """The value, or what stands in its place; the same object where nothing in it is redacted."""
    if isinstance(value, Labeled):
        return str(value)
    if type(value).__module__.partition(".")[0] in _FRAMES:
        return "<table>"
    if depth == 0:
        return "<nested>" if isinstance(value, (Mapping, list, tuple, set, frozenset)) else value
    if isinstance(value, Mapping):
        mapped = {_redacted(key, depth - 1): _redacted(one, depth - 1) for key, one in value.items()}
        return mapped if _differs(mapped.values(), value.values()) or _differs(mapped, value) else value
    if isinstance(value, (list, tuple, set, frozenset)):
        found = [_redacted(one, depth - 1) for one in value]
        return type(value)(found) if type(value) in (list, tuple, set, frozenset) and _differs(found, value) else value
    return value


def _differs(one: Any, other: Any) -> bool:
    return any(first is not second for first, second in zip(one, other, strict=True))


def _formatted(message: str, arguments: Any) -> str:
    """The message with its arguments; with the arguments behind it where they do not fit."""
    try:
        return str(message % arguments)
    except (TypeError, ValueError, KeyError):
        return f"{message} {arguments}"
