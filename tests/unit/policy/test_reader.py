"""Policy files and groups files: what is wrong in them is told at once, with its place, and nothing is decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from classify import FileError, Scheme
from classify.policy import Policy

GOOD = """\
version: 1
regions:
  eea: [de, fr]
references: {ticket: "SEC-<digits>"}
purposes: [fraud]
identities: [password, token]
rules:
  - id: all
    effect: allow
    when: {requester: {employment: [staff], clearance_at_least: restricted, identity_at_least: token}}
  - id: abroad
    effect: require
    when:
      data: {level_at_least: confidential, categories_any: [pii]}
      requester: {outside: eea, groups_none: [security]}
      purpose_not: [fraud]
    approvals: [{count: 2, groups: [security], region: de, clearance: internal, signed: true}]
    for_at_most: 8h
    references: [ticket]
    scope: template
"""

GROUPS = """\
version: 1
groups: {security: [ann, bob]}
people:
  ann: {region: de, employment: staff, clearance: restricted}
"""


def load(tmp_path: Path, text: str = GOOD, groups: str | None = None, scheme: Scheme | None = None) -> Policy:
    (tmp_path / "policy.yaml").write_text(text)
    if groups is not None:
        (tmp_path / "groups.yaml").write_text(groups)
    path = tmp_path / "groups.yaml" if groups is not None else None
    return Policy.load(tmp_path / "policy.yaml", groups=path, scheme=scheme)


def test_a_policy_is_read_whole(tmp_path: Path) -> None:
    found = load(tmp_path, groups=GROUPS)
    assert [rule.id for rule in found.rules] == ["all", "abroad"]
    assert found.rules[1].place.endswith("policy.yaml:11:5")
    assert found.members is not None
    assert [(one.id, one.groups, one.region) for one in found.members] == [
        ("ann", frozenset(["security"]), "de"),
        ("bob", frozenset(["security"]), None),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version: 1", "version: 2", "expected version 1, found `2`"),
        ("version: 1\n", "version: 1\nruels: []\n", r"unknown key `ruels` \(did you mean `rules`\?\)"),
        (
            "eea: [de, fr]",
            "eea: [de, us]\n  us: [eea]",
            r"policy\.yaml:3:3: .*by way of `us`",
        ),
        ("eea: [de, fr]", "eea: [eea]", "`eea` is inside of itself"),
        (
            "outside: eea",
            "outside: eae",
            r"unknown region `eae` \(did you mean `eea`\?\)",
        ),
        ("region: de", "region: cn", "unknown region `cn`"),
        ("8h", "8", "expected a duration with a unit, as `30m`, `8h` or `7d`, found `8`"),
        ("8h", "0h", "expected a duration with a unit"),
        ("8h", "8 hours", "expected a duration with a unit"),
        ("confidential,", "confidentail,", r"unknown level `confidentail` \(did you mean `confidential`\?\)"),
        ("at_least: restricted", "at_least: top", "unknown level `top`"),
        ("clearance: internal", "clearance: inner", "unknown level `inner`"),
        ("[pii]", "[p i]", "expected a category"),
        ("level_at_least", "level_at_most", "`level_at_most` is a test of `allow` and `break_glass`, not"),
        (
            "clearance_at_least",
            "clearance_below",
            "`clearance_below` is a test of `deny` and `require`, not",
        ),
        (
            "effect: allow",
            "effect: permit",
            "unknown effect `permit`, expected one of allow, deny",
        ),
        ("effect: require", "effect: deny", "a `deny` has no `approvals`, remove it"),
        ("effect: allow", "effect: break_glass", "no `review`, every `break_glass` has one"),
        ("id: abroad", "id: all", "`all` is there twice, first in line 8"),
        ("count: 2", "count: 0", "expected a whole number from 1 to 20, found `0`"),
        ("count: 2", "count: two", "expected a whole number from 1 to 20, found `two`"),
        ("count: 2", "count: true", "expected a whole number from 1 to 20"),
        ("signed: true", "signed: yes please", "expected true or false"),
        ("[ticket]", "[tickets]", r"unknown reference `tickets` \(did you mean `ticket`\?\)"),
        ('"SEC-<digits>"', '"<digits><word>"', "expected a text with `<digits>`"),
        ('"SEC-<digits>"', '"<any>"', "expected a text with `<digits>`"),
        ("purpose_not: [fraud]", "purpose_not: [fruad]", r"unknown purpose `fruad` \(did you mean `fraud`\?\)"),
        ("identity_at_least: token", "identity_at_least: badge", "unknown identity `badge`"),
        ("identities: [password, token]\n", "", "no `identities` in this policy, list them"),
        ("scope: template", "scope: query", "unknown scope `query`"),
        ("when: {requester", "whne: {requester", "no `when`, every rule has one"),
        ("groups: [security]", "groups: [secruity]", r"unknown group `secruity` \(did you mean `security`\?\)"),
    ],
)
def test_what_is_wrong_is_one_line_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(FileError, match=message) as failed:
        load(tmp_path, GOOD.replace(old, new, 1), GROUPS)
    assert all("policy.yaml:" in line for line in str(failed.value).splitlines())


def test_everything_wrong_in_both_files_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileError) as failed:
        load(tmp_path, GOOD.replace("8h", "8").replace("[pii]", "[p i]"), GROUPS.replace("restricted", "secret"))
    assert len(failed.value.problems) == 3
    assert "unknown level `secret`" in str(failed.value)


@pytest.mark.parametrize(
    "text", ["", "version: 1\n", "version: 1\nrules: []\n", "version: 1\nrules: [3]\n", "[]", "a: ["]
)
def test_a_file_that_is_no_policy_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileError):
        load(tmp_path, text)


def test_a_rule_that_requires_nothing_is_refused(tmp_path: Path) -> None:
    rule = "version: 1\nrules: [{id: a, effect: require, when: {}}]\n"
    with pytest.raises(FileError, match="requires nothing, add `approvals`, `references` or `obligations`"):
        load(tmp_path, rule)


def test_more_rules_than_anyone_writes_are_refused(tmp_path: Path) -> None:
    rules = "".join(f"- {{id: r{at}, effect: allow, when: {{}}}}\n" for at in range(10_001))
    with pytest.raises(FileError, match="more than 10000 rules"):
        load(tmp_path, f"version: 1\nrules:\n{rules}")


def test_levels_are_those_of_the_scheme(tmp_path: Path) -> None:
    text = "version: 1\nrules: [{id: a, effect: allow, when: {data: {level_at_most: low}}}]\n"
    assert load(tmp_path, text, scheme=Scheme(("low", "high"), "high")).rules[0].when.level == "low"
    with pytest.raises(FileError, match="unknown level `low`"):
        load(tmp_path, text)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be read: no such file"):
        Policy.load(tmp_path / "none.yaml")
    load(tmp_path)
    with pytest.raises(FileError, match=r"groups\.yaml: cannot be read"):
        Policy.load(tmp_path / "policy.yaml", groups=tmp_path / "groups.yaml")
