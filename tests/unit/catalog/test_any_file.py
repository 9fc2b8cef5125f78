"""Whatever a file holds, it is a catalog or a list of problems: nothing else is raised."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classify.catalog.reader import read_datasets
from classify.documents import Problems, parse_document
from classify.errors import FileError
from classify.labels import DEFAULT_SCHEME

TEXTS = {
    "catalog.yaml": """\
version: 1
datasets:
  - &one
    name: app.users
    label: internal
    residency: [us]
    columns: {id: internal, ssn: {level: restricted, categories: [pii.ssn], fields: {x: public}}}
  - <<: *one
    name: 'app."V"'
    view: |
      select 1
    dialect: postgres
    declassify: {id: {to: public, reason: "r", owner: o, until: 2027-06-30}}
""",
    "catalog.json": """\
{"version": 1, "datasets": [{"name": "t", "columns": {"id": {"level": "public", "type": "\\u0041"}}}]}""",
    "catalog.toml": """\
version = 1
[[datasets]]
name = "t" # note
residency = ["us",
  'eu']
[datasets.columns]
id = "public"
ssn = { level = "restricted", categories = ["pii.ssn"] }
"a b".type = '''x'''
""",
}
PIECES = [*"\"'[]{}:,#&*!|>-=.\\\n\t% ~?@`0aé\ud7ff\u2028", "<<", "&one", "*one", "null", "'''", '"""', "- "]


def judge(text: str, name: str) -> bool:
    """Whether a text is a catalog without problems; every problem is one line with the file's name."""
    found = Problems(name)
    try:
        read_datasets(parse_document(text, name), DEFAULT_SCHEME, found, {})
    except FileError as error:
        problems = error.problems
    else:
        problems = found.listed
    for problem in problems:
        assert problem.place.startswith(name)
        assert problem.message
        assert len(str(problem).splitlines()) == 1
        assert "\x1b" not in str(problem)
        str(problem).encode()
    return not problems


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_broken_below_was_right_before(name: str) -> None:
    text = TEXTS[name] if name != "catalog.toml" else TEXTS[name].replace('"a b"', "'\"a b\"'")
    assert judge(text, name)


@given(st.sampled_from(sorted(TEXTS)), st.data())
def test_a_file_that_was_damaged(name: str, data: st.DataObject) -> None:
    text = TEXTS[name]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        end = min(len(text), at + data.draw(st.integers(0, 8)))
        text = text[:at] + data.draw(st.one_of(st.just(""), st.sampled_from(PIECES))) + text[end:]
    judge(text, name)


@given(st.sampled_from(sorted(TEXTS)), st.text(max_size=60))
@example("catalog.yaml", "%YAML 1.9\n---\n")
@example("catalog.yaml", "--- !<!>\n")
@example("catalog.yaml", "a: \U000e0001")
@example("catalog.toml", "\ufeff")
def test_any_text(name: str, text: str) -> None:
    judge(text, name)


ESCAPE = "\x1b[31m"
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.sampled_from(["public", "t", ESCAPE]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(
                st.text(max_size=4),
                st.sampled_from(
                    "version datasets name label rows residency owner columns view dialect declassify level categories "
                    "type fields to reason until id".split()
                ),
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@given(
    VALUES, st.sampled_from(("label", "rows", "residency", "owner", "columns", "view", "dialect", "declassify", "name"))
)
def test_any_value_at_any_key(value: Any, key: str) -> None:
    entry: dict[str, Any] = {"name": "t", "view": "select 1", "columns": {"id": "internal"}, key: value}
    judge(json.dumps({"version": 1, "datasets": [entry]}), "catalog.json")
