"""The forms for other programs: each is read back as its reader would."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from classify.checks.outputs import FORMATS, render
from classify.checks.rules import ALL_RULES
from tests.unit.checks.repository import run

FILES = {
    "queries/a b.sql": "select ssn from users",
    "queries/ü.sql": "select '\U0001f600\U0001f600' as x, ssn\nfrom users where nope = 1",
    "clean.sql": "select id from users",
    "accepted.sql": '-- classify: allow[CLS101] ceiling=restricted reason="a & <b>"\nselect ssn from users',
    "m.py": 'c.execute(f"select id from {table}")\nc.execute("select ssn "\n  "from users")',
    "broken.py": 'c.execute("select 1"',
}
SCHEMA = Path(__file__).parents[4] / "shared" / "data" / "sarif-schema-2.1.0.json"


def rendered(name: str, files: Mapping[str, str] = FILES, *, show_suppressed: bool = False) -> str:
    return render(run(files, show_suppressed=show_suppressed), name)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_found_is_a_whole_document_too(name: str) -> None:
    text = rendered(name, {"clean.sql": "select id from users"})
    assert text == "" if name == "github" else text


@pytest.mark.parametrize("name", FORMATS)
def test_no_literal_stands_in_any(name: str) -> None:
    text = rendered(name, {"q.sql": "select '078-05-1120' as secret, ssn from users where nope = '078-05-1120'"})
    assert "078" not in text


# -- JSON


def test_json_holds_all_of_a_finding() -> None:
    document = json.loads(rendered("json", show_suppressed=True))
    first = document["findings"][0]
    assert first["file"] == "queries/a b.sql"
    assert (first["code"], first["name"], first["severity"]) == ("CLS101", "class-above-ceiling", "error")
    assert first["ceiling"] == "internal"
    assert first["label"]["level"] == "restricted"
    assert first["statement"] == {"start": [1, 1], "end": [1, 22]}
    [part] = first["parts"]
    assert part["name"] == "app.users.ssn"
    assert part["roles"] == ["identity"]
    assert part["spans"] == [{"start": [1, 8], "end": [1, 11]}]
    assert re.fullmatch(r"[0-9a-f]{16}", first["fingerprint"])
    assert [one["reason"] for one in document["suppressed"]] == ["a & <b>"]
    assert [one["place"].partition(":")[0] for one in document["errors"]] == ["broken.py"]


def test_json_cuts_nothing() -> None:
    text = "select email, ssn from users u where exists (select 1 from users where email = u.ssn) order by email, ssn"
    [finding] = json.loads(rendered("json", {"q.sql": text}))["findings"]
    assert sorted(part["name"] for part in finding["parts"]) == ["app.users.email", "app.users.ssn"]


# -- SARIF


def sarif(*, show_suppressed: bool = False) -> dict[str, Any]:
    found = json.loads(rendered("sarif", show_suppressed=show_suppressed))["runs"][0]
    assert isinstance(found, dict)
    return found


@pytest.mark.skipif(not SCHEMA.exists(), reason=f"the OASIS schema is not at {SCHEMA.name}")
@pytest.mark.parametrize("show_suppressed", [False, True])
def test_sarif_is_what_oasis_says(show_suppressed: bool) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(schema).validate(json.loads(rendered("sarif", show_suppressed=show_suppressed)))


def test_sarif_has_what_github_asks_for() -> None:
    document = json.loads(rendered("sarif"))
    assert document["version"] == "2.1.0"
    assert document["$schema"]
    found = document["runs"][0]
    driver = found["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == sorted(rule.code for rule in ALL_RULES)
    for rule in driver["rules"]:
        texts = [rule["shortDescription"]["text"], rule["fullDescription"]["text"]]
        assert all(0 < len(text) <= 1024 for text in texts)
        assert rule["help"]["text"]
        assert 0 < float(rule["properties"]["security-severity"]) <= 10
    ids = {rule["id"] for rule in driver["rules"]}
    for result in found["results"]:
        assert result["ruleId"] in ids
        assert 0 < len(result["message"]["text"]) <= 1024
        assert result["level"] in ("error", "warning")
        assert result["partialFingerprints"]["primaryLocationLineHash"]
        [location] = result["locations"]
        region = location["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) < (region["endLine"], region["endColumn"])
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert not uri.startswith(("/", "./"))
        assert " " not in uri
    prints = [result["partialFingerprints"]["primaryLocationLineHash"] for result in found["results"]]
    assert len(set(prints)) == len(prints)
    assert found["invocations"][0]["executionSuccessful"] is False


def test_sarif_counts_columns_in_utf_16() -> None:
    regions = [
        result["locations"][0]["physicalLocation"]["region"]
        for result in sarif()["results"]
        if "%C3%BC" in result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    ]
    # Each of the two signs before the column takes two units.
    assert regions[0]["startColumn"] == "select '😀😀' as x, ".__len__() + 2 + 1


def test_sarif_leaves_out_what_is_accepted_unless_asked() -> None:
    assert not any("suppressions" in result for result in sarif()["results"])
    accepted = [result for result in sarif(show_suppressed=True)["results"] if "suppressions" in result]
    assert [result["suppressions"][0]["kind"] for result in accepted] == ["inSource"]


# -- GitHub


def test_github_gets_one_line_for_each() -> None:
    lines = rendered("github").splitlines()
    assert lines[0].startswith(
        "::error file=queries/a b.sql,line=1,endLine=1,col=8,endColumn=11,title=classify CLS101::"
    )
    assert all(line.startswith("::") for line in lines)
    assert lines[-1].startswith("::error title=classify::broken.py:1:")


def test_github_is_told_what_it_will_not_show() -> None:
    files = {f"{at}.sql": "select ssn from users" for at in range(12)}
    assert rendered("github", files).splitlines()[-1].startswith("classify: 12 annotations")


def test_githubs_signs_are_escaped() -> None:
    [line] = rendered("github", {"a,b:c%.sql": "select ssn from users"}).splitlines()
    assert "file=a%2Cb%3Ac%25.sql," in line


# -- GitLab


def test_gitlab_gets_what_it_reads() -> None:
    entries = json.loads(rendered("gitlab"))
    for entry in entries:
        assert entry["description"]
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert not entry["location"]["path"].startswith(("/", "./"))
        assert entry["location"]["lines"]["begin"] >= 1
    assert len({entry["fingerprint"] for entry in entries}) == len(entries)
    assert json.loads(rendered("gitlab", {"clean.sql": "select id from users"})) == []


# -- JUnit


def test_junit_has_a_test_for_each() -> None:
    root = ElementTree.fromstring(rendered("junit", show_suppressed=True))
    cases = root.findall("./testsuite/testcase")
    assert root.get("tests") == str(len(cases))
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(set(names)) == len(names)
    kinds = [child.tag for case in cases for child in case]
    assert root.get("failures") == str(kinds.count("failure"))
    assert root.get("errors") == str(kinds.count("error")) == "1"
    assert root.get("skipped") == str(kinds.count("skipped")) == "1"
    assert ("clean_sql", "classify") in names


def test_junit_survives_what_xml_forbids() -> None:
    assert ElementTree.fromstring(rendered("junit", {'a\x01<b>&".sql': "select ssn from users"})) is not None
