"""Reads a scheme from a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from classify.documents import (
    Either,
    Entry,
    Field,
    Form,
    ListOf,
    MapOf,
    Nothing,
    Problems,
    Record,
    Ref,
    Said,
    Text,
    Version,
    check,
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
            (ListOf(CATEGORY_TEXT), MapOf("category", CATEGORY_TEXT, Ref("categories")), Nothing()),
        )
    },
)


def load_scheme(path: str | os.PathLike[str]) -> Scheme:
    """The scheme of a YAML, TOML or JSON file.

    Raises:
        FileError: with everything that is wrong in the file.
    """
    problems = Problems(shown_path(Path(path)))
    found = check(read_document(Path(path)), SCHEME_FILE, problems)
    scheme = _scheme(found) if found is not None else None
    if problems or scheme is None:
        raise FileError(problems.listed)
    return scheme


def _scheme(found: Entry) -> Scheme | None:
    names: dict[str, Said] = {}
    for level in found.said("levels"):
        if names.setdefault(level.text, level) is not level:
            level.wrong(f"`{level.text}` is there twice, remove one")
    for default in found.said("default") if names else ():
        default.is_one_of(names, "level")
    if not names or "default" not in found or found.problems:
        # Labels need the levels: what else is wrong in them shows once those are right.
        for entry in found.entries("declassify"):
            for function in entry.said("function"):
                if refusal(function.text):
                    function.wrong(refusal(function.text))
        return None
    default_level = found.text("default")
    categories = frozenset(_categories(found, "categories", "")) if "categories" in found else None
    plain = Scheme(tuple(names), default_level, categories)
    return Scheme(tuple(names), default_level, categories, tuple(_functions(found, plain)))


def _categories(around: Entry, key: str, above: str) -> Iterator[str]:
    """Every category of a tree or list, as a dotted name."""
    tree = around.entry(key)
    if tree is None:
        yield from (above + category for category in around.texts(key))
        return
    for name in tree.names():
        yield above + name
        yield from _categories(tree, name, f"{above}{name}.")


def _functions(found: Entry, scheme: Scheme) -> Iterator[DeclassifyingFunction]:
    seen: set[str] = set()
    for entry in found.entries("declassify"):
        label = read_label(entry, "label", scheme)
        function = entry.text("function")
        problem = refusal(function)
        if not problem and function.lower() in seen:
            problem = f"`{function}` is there twice, remove one"
        seen.add(function.lower())
        if problem:
            entry.value("function").wrong(problem)
        elif label is not None:
            yield DeclassifyingFunction(function, label, entry.text("owner"), entry.text("reason"))


def read_label(around: Entry, key: str, scheme: Scheme) -> Label | None:
    """The label that a level or a mapping spells; None where there is none or it was reported."""
    entry = around.entry(key)
    if entry is None:
        level = read_level(around, key, scheme)
        return scheme.label(level) if level is not None else None
    level, categories = read_level(entry, "level", scheme), read_categories(entry, scheme)
    return scheme.label(level, categories, entry.texts("residency")) if level is not None else None


def read_level(entry: Entry, key: str, scheme: Scheme) -> str | None:
    """The level's name; None where there is none or it was reported."""
    found = entry.optional(key)
    if found is None or found in scheme.names:
        return found
    entry.value(key).is_one_of(scheme.names, "level")
    return None


def read_categories(entry: Entry, scheme: Scheme) -> tuple[str, ...]:
    """The categories of a label, without those that were reported."""
    found: list[str] = []
    for category in entry.said("categories") if "categories" in entry else ():
        try:
            scheme.require_category(category.text)
        except UsageError as error:
            category.wrong(str(error))
        else:
            found.append(category.text)
    return tuple(found)
