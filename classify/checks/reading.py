"""Reads a text of SQL from bytes."""

from __future__ import annotations

from pathlib import Path

from classify.reading import Kind, text_of_bytes, text_of_file

_SQL = Kind("a file of SQL", "looks like a binary file, not SQL; exclude it", utf_16=True)


def read_file(path: Path) -> str:
    """The text of a file.

    Raises:
        FileError: it cannot be read, or is no text.
    """
    return text_of_file(path, _SQL, str(path))


def decode(data: bytes, shown: str) -> str:
    """The text that bytes spell.

    Raises:
        FileError: they spell none; the message calls it `shown`.
    """
    return text_of_bytes(data, _SQL, shown)
