"""Reads YAML, TOML and JSON files with the place of every entry, and holds them against a form."""

from classify.documents.check import Report, check, child, expected, whole_of
from classify.documents.node import Items, Key, Node, Scalar, Table
from classify.documents.read import parse_document, read_document, read_text, shown_path
from classify.documents.shapes import (
    Day,
    Either,
    Field,
    Form,
    ListOf,
    Nothing,
    Record,
    Ref,
    TableOf,
    Text,
    Truth,
    Version,
    Whole,
    Word,
)

__all__ = [
    "Day",
    "Either",
    "Field",
    "Form",
    "Items",
    "Key",
    "ListOf",
    "Node",
    "Nothing",
    "Record",
    "Ref",
    "Report",
    "Scalar",
    "Table",
    "TableOf",
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
    "whole_of",
]
