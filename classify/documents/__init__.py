"""Reads YAML, TOML and JSON files with the place of every entry, and holds them against a form."""

from classify.documents.check import check
from classify.documents.entry import Entry, Said
from classify.documents.node import Items, Key, Map, Node, Scalar
from classify.documents.problems import Problems, child, expected
from classify.documents.read import parse_document, read_document, read_text, shown_path
from classify.documents.shapes import (
    Day,
    Either,
    Field,
    Form,
    ListOf,
    MapOf,
    Nothing,
    Record,
    Ref,
    Text,
    Truth,
    Version,
    Whole,
    Word,
)

__all__ = [
    "Day",
    "Either",
    "Entry",
    "Field",
    "Form",
    "Items",
    "Key",
    "ListOf",
    "Map",
    "MapOf",
    "Node",
    "Nothing",
    "Problems",
    "Record",
    "Ref",
    "Said",
    "Scalar",
    "Text",
    "Truth",
    "Version",
    "Whole",
    "Word",
    "check",
    "child",
    "expected",
    "parse_document",
    "read_document",
    "read_text",
    "shown_path",
]
