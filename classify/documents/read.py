"""Reads a file into values with places, by the format that its name says."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

from classify.documents.node import NOWHERE, Node, broken

SUFFIXES = (".yaml", ".yml", ".toml", ".json")
LARGEST = 64 * 1024 * 1024  # bytes; a catalog of a million columns is smaller


def read_document(path: Path) -> Node:
    """The values of a YAML, TOML or JSON file.

    Raises:
        FileError: no such file, another kind of file, an empty one, no text, or broken syntax.
    """
    return parse_document(read_text(path), shown_path(path))


def shown_path(path: Path) -> str:
    """The path as a person would name it from here."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (OSError, ValueError):
        return str(path)


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        FileError: it cannot be read, is no regular file, is too large, or is no UTF-8 text.
    """
    shown = shown_path(path)
    try:
        found = path.stat()
        # A named pipe or a device would be waited on forever.
        if not stat.S_ISREG(found.st_mode):
            raise broken(shown, NOWHERE, f"is no regular file, name a {_suffixes()} file")
        if found.st_size > LARGEST:
            raise broken(shown, NOWHERE, f"has more than {LARGEST >> 20} MB, split it")
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise broken(shown, NOWHERE, f"cannot be read: {_reason(error)}") from None
    if 0 in data:
        raise broken(shown, NOWHERE, "looks like a binary file, expected UTF-8 text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise broken(shown, NOWHERE, f"is not UTF-8 at byte {error.start}, save it as UTF-8") from None


def parse_document(text: str, shown: str) -> Node:
    """The values of a text whose format the end of its file's name says.

    Raises:
        FileError: another kind of file, an empty one, or broken syntax.
    """
    reader = _reader(Path(shown).suffix.lower())
    if reader is None:
        raise broken(shown, NOWHERE, f"is of no known kind, expected a {_suffixes()} file")
    if not text.strip():
        raise broken(shown, NOWHERE, "is empty")
    return reader(text, shown)


def _reader(suffix: str) -> Callable[[str, str], Node] | None:
    # Each format's parser loads only when a file needs it.
    if suffix in (".yaml", ".yml"):
        from classify.documents.yaml_format import read_yaml

        return read_yaml
    if suffix == ".json":
        from classify.documents.json_format import read_json

        return read_json
    if suffix == ".toml":
        from classify.documents.toml_format import read_toml

        return read_toml
    return None


def _suffixes() -> str:
    return ", ".join(SUFFIXES[:-1]) + f" or {SUFFIXES[-1]}"


def _reason(error: OSError | ValueError) -> str:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return (reason or type(error).__name__).lower()
