"""Reads a text of SQL from bytes."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path

from classify.errors import FileError, Problem

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BINARY = "looks like a binary file, not SQL; exclude it"


def read_file(path: Path) -> str:
    """The text of a file.

    Raises:
        FileError: it cannot be read, or is no text.
    """
    try:
        # A named pipe or a device would be waited on forever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise _wrong(str(path), "is no regular file, name a file of SQL")
        data = path.read_bytes()
    except OSError as error:
        raise _wrong(str(path), f"cannot be read: {(error.strerror or type(error).__name__).lower()}") from None
    return decode(data, str(path))


def decode(data: bytes, shown: str) -> str:
    """The text that bytes spell: UTF-8, with or without a byte order mark, or UTF-16 with one.

    Raises:
        FileError: another encoding, or a binary file; the message calls it `shown`.
    """
    encoding = "utf-16" if data.startswith(_UTF_16) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if 0 in data[:8192]:
            raise _wrong(shown, _BINARY) from None
        name = "UTF-16" if encoding == "utf-16" else "UTF-8"
        raise _wrong(shown, f"is not {name} at byte {error.start}, save it as UTF-8") from None
    if "\0" in text:
        raise _wrong(shown, _BINARY)
    return text


def _wrong(place: str, message: str) -> FileError:
    return FileError([Problem(place, "", message)])
