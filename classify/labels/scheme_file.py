"""Reads a scheme from a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from classify.documents import (
    Either,
    Field,
    Form,
    Items,
    ListOf,
    Node,
    Nothing,
    Record,
    Ref,
    Report,
    Scalar,
    Table,
    TableOf,
    Text,
    Version,
    check,
    child,
    expected,
    read_document,
    shown_path,
)
from classify.errors import FileError, UsageError
from classify.labels.declassify import DeclassifyingFunction, refusal
from classify.labels.label import Label
from classify.labels.scheme import CATEGORY, LEVEL, Scheme

LEVEL_TEXT = Text("a level", LEVEL)
CATEGORY_TEXT = Text("a category: words joined by dots, as `pii.ssn`", CATEGORY)
RESIDENCY_TEXT = Text("a residency: a word, as `eu`", r"""^[^\s,"'`\x00-\x1f\x7f-\x9f]+$""")
LABEL_FIELDS = {
    "level": Field(LEVEL_TEXT),
    "categories": Field(ListOf(CATEGORY_TEXT, help="What kind of data it is; `pii.ssn` is a kind of `pii`.")),
    "residency": Field(ListOf(RESIDENCY_TEXT, help="Where the data must stay.")),
}
LABEL = Either(
    "a level, or a mapping with `level`",
    (LEVEL_TEXT, Record("a label", {**LABEL_FIELDS, "level": Field(LEVEL_TEXT, required=True)})),
)

SCHEME_FILE = Form(
    "scheme",
    "A scheme: the levels and categories that labels are made of",
    Record(
        "a scheme file",
        {
            "$schema": Field(Text("where the JSON Schema of the file is", help="For editors.")),
            "version": Field(Version(1), required=True),
            "levels": Field(ListOf(LEVEL_TEXT, least=1, help="The levels' names, lowest first."), required=True),
            "default": Field(Text("a level", LEVEL, help="The level of what nobody tagged."), required=True),
            "categories": Field(Ref("categories", help="The known categories; without it, any may be used.")),
            "declassify": Field(
                ListOf(
                    Record(
                        "a declassifying function",
                        {
                            "function": Field(
                                Text("a function's name", r"""^[^\s()"'`\x00-\x1f\x7f-\x9f]+$"""), required=True
                            ),
                            "label": Field(LABEL, required=True),
                            "owner": Field(Text("who answers for it"), required=True),
                            "reason": Field(Text("why its result is no more than that"), required=True),
                        },
                    ),
                    help="Functions trusted to lower what they are given.",
                )
            ),
        },
    ),
    {
        "categories": Either(
            "a list of categories, or a mapping by category to the kinds of it",
            (ListOf(CATEGORY_TEXT), TableOf("category", CATEGORY_TEXT, Ref("categories")), Nothing()),
        )
    },
)


def load_scheme(path: str | os.PathLike[str]) -> Scheme:
    """The scheme of a YAML, TOML or JSON file.

    Raises:
        FileError: with everything that is wrong in the file.
    """
    report = Report(shown_path(Path(path)))
    found = check(read_document(Path(path)), SCHEME_FILE, report)
    scheme = _scheme(found, report) if found is not None else None
    if report.problems or scheme is None:
        raise FileError(report.problems)
    return scheme


def _scheme(found: Table, report: Report) -> Scheme | None:
    names = _level_names(found.get("levels"), report)
    default = found.get("default")
    if isinstance(default, Scalar) and names and default.text not in names:
        report.add(default.at, "$.default", f"unknown level `{default.text}`{expected(default.text, names)}")
    if not names or not isinstance(default, Scalar) or report.problems:
        # Labels need the levels: what else is wrong in them shows once those are right.
        _refuse_functions(found, report)
        return None
    categories = frozenset(_categories(found.get("categories"), "")) if "categories" in found.entries else None
    plain = Scheme(names, default.text, categories)
    functions = tuple(_functions(found.get("declassify"), plain, report))
    return Scheme(names, default.text, categories, functions)


def _level_names(node: Node | None, report: Report) -> tuple[str, ...]:
    names: list[str] = []
    for index, item in enumerate(node.items if isinstance(node, Items) else ()):
        if not isinstance(item, Scalar) or item.value is None:
            continue  # reported
        if item.text in names:
            report.add(item.at, f"$.levels[{index}]", f"`{item.text}` is there twice, remove one")
        else:
            names.append(item.text)
    return tuple(names)


def _categories(node: Node | None, above: str) -> Iterator[str]:
    """Every category of a tree or list, as a dotted name."""
    if isinstance(node, Items):
        for item in node.items:
            if isinstance(item, Scalar) and item.value is not None:
                yield above + item.text
    elif isinstance(node, Table):
        for key, value in node.entries.values():
            yield above + key.text
            yield from _categories(value, f"{above}{key.text}.")


def _refuse_functions(found: Table, report: Report) -> None:
    node = found.get("declassify")
    for index, item in enumerate(node.items if isinstance(node, Items) else ()):
        function = item.get("function") if isinstance(item, Table) else None
        if isinstance(function, Scalar) and refusal(function.text):
            report.add(function.at, f"$.declassify[{index}].function", refusal(function.text))


def _functions(node: Node | None, scheme: Scheme, report: Report) -> Iterator[DeclassifyingFunction]:
    seen: set[str] = set()
    for index, item in enumerate(node.items if isinstance(node, Items) else ()):
        path = f"$.declassify[{index}]"
        if not isinstance(item, Table):
            continue
        function, owner, reason = (text_of(item.get(key)) for key in ("function", "owner", "reason"))
        label = read_label(item.get("label"), scheme, child(path, "label"), report)
        at = item.entries["function"][1].at if function else item.at
        problem = refusal(function)
        if not problem and function.lower() in seen:
            problem = f"`{function}` is there twice, remove one"
        seen.add(function.lower())
        if problem:
            report.add(at, f"{path}.function", problem)
        elif label is not None:
            yield DeclassifyingFunction(function, label, owner, reason)


def text_of(node: Node | None) -> str:
    """The text of a value that was checked to be one, or an empty one where there is none."""
    return node.text if isinstance(node, Scalar) and node.value is not None else ""


def read_label(node: Node | None, scheme: Scheme, path: str, report: Report) -> Label | None:
    """The label that a level or a mapping spells; None where it was reported."""
    if isinstance(node, Table):
        level = read_level(node.get("level"), scheme, child(path, "level"), report)
        categories = read_categories(node.get("categories"), scheme, child(path, "categories"), report)
        residency = read_texts(node.get("residency"))
    else:
        level, categories, residency = read_level(node, scheme, path, report), (), ()
    return scheme.label(level, categories, residency) if level is not None else None


def read_level(node: Node | None, scheme: Scheme, path: str, report: Report) -> str | None:
    """The level's name; None where there is none or it was reported."""
    if not isinstance(node, Scalar):
        return None
    if node.text in scheme.names:
        return node.text
    report.add(node.at, path, f"unknown level `{node.text}`{expected(node.text, scheme.names)}")
    return None


def read_categories(node: Node | None, scheme: Scheme, path: str, report: Report) -> tuple[str, ...]:
    """The categories of a list, without those that were reported."""
    found: list[str] = []
    for index, item in enumerate(node.items if isinstance(node, Items) else ()):
        if not isinstance(item, Scalar) or item.value is None:
            continue
        try:
            scheme.require_category(item.text)
        except UsageError as error:
            report.add(item.at, f"{path}[{index}]", str(error))
        else:
            found.append(item.text)
    return tuple(found)


def read_texts(node: Node | None) -> tuple[str, ...]:
    """The texts of a list that was checked to hold texts."""
    items = node.items if isinstance(node, Items) else ()
    return tuple(item.text for item in items if isinstance(item, Scalar) and item.value is not None)
