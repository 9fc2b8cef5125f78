"""What the code calls an invariant has a name, and a test shows each."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

_STATED = re.compile(r"\bINVARIANT\b ?(?P<name>[\w-]*)(?P<ends>:?)")
_SHOWN = re.compile(r"^@pytest\.mark\.invariant\(\"(?P<name>[\w-]+)\"\)", re.MULTILINE)


def test_each_invariant_has_a_test_of_its_name_and_none_has_gone() -> None:
    stated, shown = set(), set()
    for path in (ROOT / "classify").rglob("*.py"):
        for match in _STATED.finditer(path.read_text(encoding="utf-8")):
            is_named = match["name"] != "" and match["ends"] != ""
            assert is_named, f"{path.name}: `INVARIANT name: …`, not `{match[0]}`"
            stated.add(match["name"])
    for path in (ROOT / "tests").rglob("*.py"):
        shown |= {match["name"] for match in _SHOWN.finditer(path.read_text(encoding="utf-8"))}
    assert stated == shown
