"""YAML, TOML and JSON: the same values, each with its place; what is broken is one line with the place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from classify.documents import Items, Map, Node, Scalar, parse_document, read_document
from classify.errors import FileError


def plain(node: Node) -> object:
    """The values without their places."""
    if isinstance(node, Map):
        return {key: plain(value) for key, (_, value) in node.entries.items()}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return node.value


def at(node: Node | None, *path: str | int) -> tuple[int, int]:
    """The place of the value at a path; of its key, with a `#` as the last step."""
    for step in path:
        if isinstance(node, Items):
            assert isinstance(step, int)
            node = node.items[step]
        else:
            assert isinstance(node, Map)
            node = node.get(str(step))
    assert node is not None
    return node.at


def problem(text: str, name: str) -> str:
    with pytest.raises(FileError) as caught:
        parse_document(text, name)
    found = str(caught.value)
    assert "\n" not in found
    return found


YAML = """\
# a comment
name: app.users
quoted: 'it''s'
tags: [a, "b"]
deep:
  - {x: 1, y: null}
  - z: true
"""
JSON = """{
  "name": "app.users", "quoted": "it's",
  "tags": ["a",\t"b"],
  "deep": [{"x": 1, "y": null}, {"z":true}]
}"""
TOML = """\
# a comment
name = "app.users" # another
quoted = "it's"
tags = [
  "a", # [
  'b',
]

[[deep]]
x = 1

[[deep]]
z = true
"""
VALUES = {"name": "app.users", "quoted": "it's", "tags": ["a", "b"], "deep": [{"x": 1, "y": None}, {"z": True}]}


def test_the_three_formats_say_the_same() -> None:
    assert plain(parse_document(YAML, "a.yaml")) == VALUES
    assert plain(parse_document(JSON, "a.json")) == VALUES
    without_null = {**VALUES, "deep": [{"x": 1}, {"z": True}]}  # TOML has none
    assert plain(parse_document(TOML, "a.toml")) == without_null


@pytest.mark.parametrize(
    ("text", "name", "places"),
    [
        (YAML, "a.yml", [(2, 7), (4, 11), (6, 5), (6, 9), (7, 8)]),
        (JSON, "a.json", [(2, 11), (3, 17), (4, 12), (4, 18), (4, 38)]),
        (TOML, "a.TOML", [(2, 1), (6, 3), (9, 1), (10, 1), (13, 1)]),
    ],
)
def test_every_value_has_its_place(text: str, name: str, places: list[tuple[int, int]]) -> None:
    node = parse_document(text, name)
    paths: list[tuple[str | int, ...]] = [("name",), ("tags", 1), ("deep", 0), ("deep", 0, "x"), ("deep", 1, "z")]
    assert [at(node, *path) for path in paths] == places


def test_toml_places_in_every_turn_of_the_format() -> None:
    node = parse_document(
        '''a.b . "c d" = 1
[x."y.z"]
s = """two
lines \\""" ] """
after = { p = [1, {q = 2}], "r]" = 1979-05-27 07:32:00, t = 3 }
[[x.list]]
[x.list.inner]
one = 1
[[x.list.inner.again]]
[[x.list]]
two = \'\'\'
raw\'\'\'
three = 3
''',
        "a.toml",
    )
    assert at(node, "a", "b", "c d") == (1, 1)
    assert at(node, "x", "y.z") == (2, 1)
    assert at(node, "x", "y.z", "after") == (5, 1)
    assert at(node, "x", "y.z", "after", "p", 1, "q") == (5, 20)
    assert at(node, "x", "y.z", "after", "t") == (5, 57)
    assert at(node, "x", "list", 0, "inner", "one") == (8, 1)
    assert at(node, "x", "list", 0, "inner", "again", 0) == (9, 1)
    assert at(node, "x", "list", 1, "three") == (13, 1)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("2027-06-30", "2027-06-30"),
        ("12:30:00", "12:30:00"),
        ("1_000", "1_000"),
        ("'1'", "1"),
        ("!!str 1", "1"),
        ("1", 1),
        ("-0.5e3", -500.0),
        ("0x1F", 31),
        ("0o17", 15),
        ("True", True),
        ("~", None),
        ("", None),
        ("9" * 400, "9" * 400),
    ],
)
def test_yaml_is_read_as_editors_read_it(written: str, value: object) -> None:
    assert plain(parse_document(f"key: {written}", "a.yaml")) == {"key": value}


def test_yaml_keys_are_what_they_look_like() -> None:
    text = "on: 1\nno: 2\n2027-06-30: 3\n12: 4\ntrue: 5\n? null\n: 6\n"
    assert plain(parse_document(text, "a.yaml")) == {
        "on": 1,
        "no": 2,
        "2027-06-30": 3,
        "12": 4,
        "true": 5,
        "null": 6,
    }


def test_yaml_aliases_and_merge_keys() -> None:
    text = """\
base: &base {level: public, type: int}
other: &other {level: secret, owner: me}
same: *base
more:
  <<: [*base, *other]
  type: text
"""
    found = plain(parse_document(text, "a.yaml"))
    assert isinstance(found, dict)
    assert found["same"] == {"level": "public", "type": "int"}
    assert found["more"] == {"type": "text", "level": "public", "owner": "me"}


@pytest.mark.parametrize(
    ("text", "name"),
    [("a: 1\nb: 2\na: 3", "a.yaml"), ('{"a": 1,\n "b": 2,\n"a": 3}', "a.json"), ("{a: 1, a: 1,\n\na: 3}", "a.yaml")],
)
def test_a_key_that_is_there_twice_is_known(text: str, name: str) -> None:
    node = parse_document(text, name)
    assert isinstance(node, Map)
    assert node.again[-1].text == "a"
    assert node.again[-1].at == (3, 1)
    assert node.get("a") == Scalar(1, "1", node.entries["a"][1].at)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("a: [1", "a.yaml", "a.yaml:2:1: not YAML: "),
        ("a: b: c", "a.yaml", "a.yaml:1:5: not YAML: "),
        ("a: \x07", "a.yaml", "a.yaml"),
        ("a: 1\n---\nb: 2", "a.yaml", "a.yaml:2:1: a second document, expected one in a file"),
        ("a: !!python/object:os.system x", "a.yaml", "a.yaml:1:4: tag `tag:yaml.org,2002:python/object:os.system`"),
        ("a: !mine {}", "a.yaml", "a.yaml:1:4: tag `!mine` has no meaning here, remove it"),
        ("a: *b", "a.yaml", "a.yaml:1:4: alias `*b` before its anchor"),
        ("a: &b [*b]", "a.yaml", "a.yaml:1:8: alias `*b` inside of what it stands for"),
        ("? [a]\n: 1", "a.yaml", "a.yaml:1:3: a list or mapping as a key, expected a text"),
        ("a: {<<: 1}", "a.yaml", "a.yaml:1:9: `<<` takes a mapping or a list of mappings"),
        ("[" * 5000, "a.yaml", "a.yaml:1:65: nested more than 64 deep"),
        ("[" * 65, "a.yaml", "a.yaml:1:65: nested more than 64 deep"),
        ('a: "]"\nb: ' + "{a: " * 5000, "a.yaml", "a.yaml:2:256: nested more than 64 deep"),
        ("- " * 5000, "a.yaml", "a.yaml:1:129: nested more than 64 deep"),
        ("# nothing", "a.yaml", "a.yaml: is empty"),
        ("  \n ", "a.yaml", "a.yaml: is empty"),
        ('{"a" 1}', "a.json", "a.json:1:6: not JSON: "),
        ("{'a': 1}", "a.json", "a.json:1:2: not JSON: "),
        ('{"a": NaN}', "a.json", "a.json: not JSON: `NaN` is no JSON value"),
        ("[" * 5000, "a.json", "a.json:1:65: nested more than 64 deep"),
        ('"\\ud800"', "a.json", "a.json:1:1: not JSON: half of a character"),
        ("a = ", "a.toml", "a.toml:1:5: not TOML: "),
        ("a = 1\na = 2", "a.toml", "a.toml:2:6: not TOML: "),
        ("a = " + "[" * 5000, "a.toml", "a.toml: nested more than 64 deep"),
        ("a = " + "[" * 100 + "]" * 100, "a.toml", "a.toml:1:69: nested more than 64 deep"),
        ("a = 2027-02-31", "a.toml", "a.toml:1:5: not TOML: "),
        ("a: 1", "a.txt", "a.txt: is of no known kind, expected a .yaml, .yml, .toml or .json file"),
    ],
)
def test_what_is_broken_is_one_line_with_its_place(text: str, name: str, expected: str) -> None:
    assert problem(text, name).startswith(expected)


def test_a_json_number_of_any_length_is_read_at_once() -> None:
    node = parse_document('{"a": ' + "9" * 100_000 + "}", "a.json")
    assert plain(node) == {"a": float("inf")}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a: \xff", "is not UTF-8 at byte 3, save it as UTF-8"),
        (b"a\x00b", "looks like a binary file, expected UTF-8 text"),
        ("a: 1".encode("utf-16"), "looks like a binary file, expected UTF-8 text"),
        (b"", "is empty"),
    ],
)
def test_what_is_no_text_is_one_line(tmp_path: Path, data: bytes, expected: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(data)
    with pytest.raises(FileError) as caught:
        read_document(path)
    assert str(caught.value) == f"{path}: {expected}"


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1", encoding="utf-8-sig")
    assert plain(read_document(path)) == {"a": 1}


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    for name, expected in (
        ("none.yaml", "cannot be read: no such file or directory"),
        ("pipe.yaml", "is no regular file, name a .yaml, .yml, .toml or .json file"),
        (".", "is no regular file, name a .yaml, .yml, .toml or .json file"),
        ("nul\0.yaml", "nul\0.yaml: cannot be read: "),
    ):
        with pytest.raises(FileError) as caught:
            read_document(tmp_path / name)
        assert expected in str(caught.value)


def test_paths_are_shown_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text("a: [", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileError, match=r"\Aa\.yaml:2:1: not YAML: "):
        read_document(tmp_path / "a.yaml")
