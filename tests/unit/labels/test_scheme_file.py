"""Schemes from files: every problem at once, each with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from classify.errors import FileError
from classify.labels import Scheme

YAML = """
version: 1
levels: [open, closed, secret]
default: secret
categories:
  pii: {contact: [email, phone], ssn: }
  finance: []
declassify:
  - {function: Privacy.Noise, label: open, owner: privacy, reason: the budget is kept}
  - function: bucket_age
    label: {level: closed, categories: [pii], residency: [eu]}
    owner: privacy
    reason: ten years a bucket
"""
TOML = """
version = 1
levels = ["open", "closed"]
default = "closed"
categories = ["pii.ssn"]
"""


def load(folder: Path, text: str, name: str = "scheme.yaml") -> Scheme:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return Scheme.load(path)


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(FileError) as caught:
        load(folder, text)
    return [str(problem).removeprefix(f"{folder}/scheme.yaml") for problem in caught.value.problems]


def test_a_scheme_is_read_with_its_tree_of_categories_and_its_functions(tmp_path: Path) -> None:
    scheme = load(tmp_path, YAML)
    assert scheme.names == ("open", "closed", "secret")
    assert scheme.untagged.level == "secret"
    assert set(scheme.categories or ()) == {
        "pii",
        "pii.contact",
        "pii.contact.email",
        "pii.contact.phone",
        "pii.ssn",
        "finance",
    }
    noise, bucket = scheme.declassify
    assert (noise.function, str(noise.label), noise.owner, noise.reason) == (
        "privacy.noise",
        "open",
        "privacy",
        "the budget is kept",
    )
    assert str(bucket.label) == "closed pii @eu"


def test_the_three_formats_say_the_same(tmp_path: Path) -> None:
    toml = load(tmp_path, TOML, "scheme.toml")
    json = load(
        tmp_path,
        '{"version": 1, "levels": ["open", "closed"], "default": "closed", "categories": {"pii": ["ssn"]}}',
        "scheme.json",
    )
    assert toml == json
    assert toml != load(tmp_path, YAML)


def test_without_categories_any_may_be_used(tmp_path: Path) -> None:
    scheme = load(tmp_path, "{version: 1, levels: [a, b], default: b}")
    assert scheme.categories is None
    assert scheme.label("a", ["what.ever"]).categories == {"what.ever"}


def test_every_problem_is_reported_with_its_place(tmp_path: Path) -> None:
    assert problems(
        tmp_path,
        """version: 2
levels: [open, open, 3]
default: opne
categories: [a b]
declassify:
  - {function: max, label: open, owner: x, reason: y}
  - {function: noise, label: open, ownr: x, reason: y}
""",
    ) == [
        ":1:10: $.version: expected version 1, found `2`",
        ":2:16: $.levels[1]: `open` is there twice, remove one",
        ":2:22: $.levels[2]: expected a level, found `3`, put it in quotes",
        ":3:10: $.default: unknown level `opne` (did you mean `open`?)",
        ":4:14: $.categories[0]: expected a category: words joined by dots, as `pii.ssn`, found `a b`",
        (
            ":6:16: $.declassify[0].function: "
            "`max` cannot declassify: it returns one of the values that it is given, remove it"
        ),
        ":7:5: $.declassify[1]: no `owner`, every declassifying function has one",
        ":7:36: $.declassify[1].ownr: unknown key `ownr` (did you mean `owner`?)",
    ]


def test_labels_of_functions_are_held_against_the_scheme(tmp_path: Path) -> None:
    assert problems(
        tmp_path,
        """version: 1
levels: [open, closed]
default: closed
categories: [pii]
declassify:
  - {function: noise, label: {level: opn, categories: [pi]}, owner: x, reason: y}
  - {function: NOISE, label: open, owner: x, reason: y}
""",
    ) == [
        ":6:38: $.declassify[0].label.level: unknown level `opn` (did you mean `open`?)",
        (
            ":6:56: $.declassify[0].label.categories[0]: "
            "unknown category `pi` (did you mean `pii`?), expected one that the scheme lists"
        ),
        ":7:16: $.declassify[1].function: `NOISE` is there twice, remove one",
    ]


def test_an_empty_list_of_levels_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, "{version: 1, levels: [], default: a}") == [
        ":1:22: $.levels: is empty, expected at least one"
    ]
