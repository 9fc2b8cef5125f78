"""Reads a file into values with places, by the format that its name says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from classify.documents.node import NOWHERE, Node, broken
from classify.reading import Kind, text_of_file

SUFFIXES = (".yaml", ".yml", ".toml", ".json")
LARGEST = 64 * 1024 * 1024  # bytes; a catalog of a million columns is smaller
_SUFFIXES = ", ".join(SUFFIXES[:-1]) + f" or {SUFFIXES[-1]}"
_DOCUMENT = Kind(f"a {_SUFFIXES} file", "looks like a binary file, expected UTF-8 text", LARGEST)


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
    return text_of_file(path, _DOCUMENT, shown_path(path))


def parse_document(text: str, shown: str) -> Node:
    """The values of a text whose format the end of its file's name says.

    Raises:
        FileError: another kind of file, an empty one, or broken syntax.
    """
    reader = _reader(Path(shown).suffix.lower())
    if reader is None:
        raise broken(shown, NOWHERE, f"is of no known kind, expected a {_SUFFIXES} file")
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
