"""What a catalog file may hold: the reader checks files against it, and its JSON Schema is made of it."""

from __future__ import annotations

from classify.documents import Day, Either, Field, Form, ListOf, MapOf, Record, Ref, Text, Version, Word
from classify.labels.scheme_file import LABEL, LABEL_FIELDS, LEVEL_TEXT, RESIDENCY_TEXT
from classify.names import FOLDING

# Names have no control characters: a terminal would obey them.
_PART = r"""\s*("([^"\x00-\x1f\x7f-\x9f]|"")+"|[^\s."\x00-\x1f\x7f-\x9f]+)\s*"""
_COLUMN = Text("a column's name: one part, in double quotes if it holds a dot, a space or a quote", rf"^{_PART}$")

_DECLASSIFICATION = Record(
    "a declassification",
    {
        "to": Field(LABEL._replace(help="The label that the column counts as."), required=True),
        "reason": Field(Text("why the column is no more than that"), required=True),
        "owner": Field(Text("who answers for it"), required=True),
        "until": Field(Day(help="The last day on which it holds.")),
    },
)

_DATASET = Record(
    "a dataset",
    {
        "name": Field(
            Text(
                "a name of one to three parts joined by dots, each plain or in double quotes",
                rf"^{_PART}(\.{_PART}){{0,2}}$",
                help='[database.]schema.table; a part in double quotes keeps its case: app."Users".',
            ),
            required=True,
        ),
        "label": Field(LABEL._replace(help="Of its untagged columns; without it, the scheme's default.")),
        "rows": Field(LABEL._replace(help="Of the fact that rows exist; without it, what all columns have in common.")),
        "residency": Field(ListOf(RESIDENCY_TEXT, help="Where its data must stay, unless a column says otherwise.")),
        "owner": Field(Text("who answers for it", help="Who answers for it.")),
        "columns": Field(MapOf("column", _COLUMN, Ref("column"), least=1, help="Its columns in order.")),
        "view": Field(Text("a query", help="The view's definition.")),
        "dialect": Field(Word("dialect", tuple(FOLDING), help="That the view's definition is written in.")),
        "declassify": Field(
            MapOf("column", _COLUMN, _DECLASSIFICATION, help="The view's columns that count as a lower label.")
        ),
    },
    any_of=("columns", "view"),
    needs={"dialect": "view", "declassify": "view"},
)

CATALOG_FILE = Form(
    "catalog",
    "A catalog: datasets and columns with their labels",
    Record(
        "a catalog file",
        {
            "$schema": Field(Text("where the JSON Schema of the file is", help="For editors.")),
            "version": Field(Version(1), required=True),
            "datasets": Field(ListOf(_DATASET), required=True),
        },
    ),
    {
        "column": Either(
            "a level or a mapping (`{}` is an untagged column)",
            (
                LEVEL_TEXT,
                Record(
                    "a column",
                    {
                        **LABEL_FIELDS,
                        "type": Field(Text("a type", help="As the engine spells it.")),
                        "fields": Field(MapOf("field", _COLUMN, Ref("column"), help="Its nested fields in order.")),
                    },
                ),
            ),
        )
    },
)
