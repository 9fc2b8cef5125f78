"""Reads files as text: what may be read, and what is said of what may not."""

from __future__ import annotations

import codecs
import stat
from pathlib import Path
from typing import NamedTuple

from classify.errors import FileError, Problem

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Kind(NamedTuple):
    """A kind of file.

    Attributes:
        wanted: what to name instead of what is no regular file.
        binary: what is said of bytes that are no text.
        largest: the most bytes that it may have, or None.
        utf_16: whether it may be UTF-16, with a byte order mark.
    """

    wanted: str
    binary: str
    largest: int | None = None
    utf_16: bool = False


def text_of_file(path: Path, kind: Kind, shown: str) -> str:
    """The text of a file.

    Raises:
        FileError: it cannot be read, is no regular file, is too large, or is no text; the message calls it `shown`.
    """
    try:
        found = path.stat()
        # A named pipe or a device would be waited on forever.
        if not stat.S_ISREG(found.st_mode):
            raise _wrong(shown, f"is no regular file, name {kind.wanted}")
        if kind.largest is not None and found.st_size > kind.largest:
            raise _wrong(shown, f"has more than {kind.largest >> 20} MB, split it")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise _wrong(shown, f"cannot be read: {(reason or type(error).__name__).lower()}") from None
    return text_of_bytes(data, kind, shown)


def text_of_bytes(data: bytes, kind: Kind, shown: str) -> str:
    """The text that bytes spell: UTF-8, with or without a byte order mark, or UTF-16 with one.

    Raises:
        FileError: another encoding, or a binary file; the message calls it `shown`.
    """
    encoding = "utf-16" if kind.utf_16 and data.startswith(_UTF_16) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if 0 in data[:8192]:
            raise _wrong(shown, kind.binary) from None
        name = "UTF-16" if encoding == "utf-16" else "UTF-8"
        raise _wrong(shown, f"is not {name} at byte {error.start}, save it as UTF-8") from None
    if "\0" in text:
        raise _wrong(shown, kind.binary)
    return text


def _wrong(place: str, message: str) -> FileError:
    return FileError([Problem(place, "", message)])
