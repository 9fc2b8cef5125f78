"""A policy that a check asks: who is denied, who must agree, and where data goes."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from classify.catalog import Catalog
from classify.checks import Checker, Finding, Settings
from classify.checks.settings import Overrides, PathSettings, RequestSettings
from classify.policy import Policy

ALLOW = {"id": "staff", "effect": "allow", "when": {"requester": {"employment": ["staff"]}}}
TWO = {
    "id": "abroad",
    "effect": "require",
    "when": {"data": {"level_at_least": "confidential"}, "requester": {"outside": "us"}},
    "approvals": [{"count": 2, "groups": ["security"]}],
    "references": ["ticket"],
}
STAYS = {
    "id": "stays",
    "effect": "deny",
    "when": {"data": {"level_at_least": "confidential"}, "sink": {"outside": "us", "kind": ["table", "file"]}},
}
NO_EXPORT = {"id": "no-export", "effect": "deny", "when": {"action": ["export"]}, "advice": "Ask the owners."}
NO_WRITE = {"id": "frozen", "effect": "deny", "when": {"action": ["write"]}}
NO_FRAUD = {"id": "fraud-alone", "effect": "deny", "when": {"purpose_not": ["fraud"]}}
GROUPS = {
    "groups": {"security": ["sam", "sue", "sid"]},
    "people": {"ann": {"region": "us-east", "employment": "staff"}, "dan": {"region": "de", "employment": "staff"}},
}
ANN, DAN = RequestSettings("ann"), RequestSettings("dan")


def catalog() -> Catalog:
    return Catalog.from_mapping(
        {
            "app.users": {"id": "internal", "email": "confidential", "ssn": "restricted"},
            "mart.home": {"email": {"level": "restricted", "residency": ["us-east"]}},
            "mart.away": {"email": {"level": "restricted", "residency": ["de"]}},
            "mart.here": {"email": "restricted"},
        },
        dialect="postgres",
    )


def policy(folder: Path, *rules: dict[str, Any]) -> Policy:
    (folder / "policy.json").write_text(
        json.dumps(
            {
                "version": 1,
                "regions": {"us": ["us-east"], "eu": ["de"]},
                "references": {"ticket": "T-<digits>"},
                "rules": rules,
            }
        )
    )
    (folder / "groups.json").write_text(json.dumps({"version": 1, **GROUPS}))
    return Policy.load(folder / "policy.json", groups=folder / "groups.json")


def findings(rules: Policy | None, text: str, request: RequestSettings, sink: str | None = None) -> list[Finding]:
    settings = Settings(Path.cwd(), request=request, defaults=Overrides("postgres", "restricted", "app", sink))
    report = Checker(catalog(), settings, policy=rules).check_text(text, Path("q.sql"), "q.sql")
    assert report.problems == ()
    return list(report.findings)


def codes(rules: Policy | None, text: str, request: RequestSettings, sink: str | None = None) -> list[str]:
    return [one.code for one in findings(rules, text, request, sink)]


def test_the_requester_decides(tmp_path: Path) -> None:
    rules = policy(tmp_path, ALLOW, TWO)
    assert codes(rules, "select email from app.users", ANN) == []
    found = findings(rules, "select id from app.users;\nselect email, ssn from app.users", DAN)
    assert [(one.code, one.span.start.line, one.span.start.column) for one in found] == [("CLS108", 2, 15)]
    assert found[0].message == (
        "needs approval by 2 of security and a reference as `ticket` (`abroad`): `app.users.ssn`, `app.users.email`"
    )
    assert "allow[CLS108] ceiling=restricted" in found[0].help
    assert found[0].what == ("app.users.email abroad", "app.users.ssn abroad")


def test_nobody_is_asked_where_the_settings_say_nothing(tmp_path: Path) -> None:
    nothing = RequestSettings()
    assert codes(policy(tmp_path, ALLOW, TWO), "select email from app.users", nothing) == []
    assert codes(None, "select email from app.users", DAN) == []


def test_what_is_not_said_counts_against_it(tmp_path: Path) -> None:
    rules = policy(tmp_path, ALLOW, TWO)
    found = findings(rules, "select id from app.users", RequestSettings(purpose="fraud"))
    assert [one.code for one in found] == ["CLS107"]
    assert found[0].message == "the policy denies it (`no-rule-allows`): `app.users`, `app.users.id`"
    assert "[tool.classify.request]" in found[0].help
    rules = policy(tmp_path, ALLOW, NO_FRAUD)
    assert codes(rules, "select id from app.users", ANN) == ["CLS107"]
    assert codes(rules, "select id from app.users", RequestSettings("ann", purpose="fraud")) == []


@pytest.mark.parametrize(
    ("text", "request_", "sink", "expected"),
    [
        ("insert into mart.home select email from app.users", ANN, None, []),
        ("insert into mart.away select email from app.users", ANN, None, ["CLS107"]),
        ("insert into mart.here select email from app.users", ANN, None, ["CLS107"]),
        ("insert into mart.here select email from app.users", RequestSettings("ann", sink_region="us-east"), None, []),
        ("insert into mart.away select email from app.users", RequestSettings("ann", sink_region="us-east"), None,
         ["CLS107"]),
        ("select email from app.users", ANN, "mart.home", []),
        ("select email from app.users", ANN, "mart.away", ["CLS107"]),
        ("select email from app.users", RequestSettings("ann", sink_kind="file"), None, ["CLS107"]),
        ("select email from app.users", RequestSettings("ann", sink_kind="file", sink_region="us"), None, []),
        ("copy app.users to '/tmp/x'", ANN, None, ["CLS107"]),
        ("copy app.users to '/tmp/x'", RequestSettings("ann", sink_region="us"), None, []),
        ("create table app.mine as select email from app.users", ANN, None, ["CLS107"]),
        ("delete from mart.home returning email", ANN, None, []),
        ("delete from mart.home returning email", ANN, "mart.away", ["CLS107"]),
    ],
)  # fmt: skip
def test_where_the_data_goes(
    tmp_path: Path, text: str, request_: RequestSettings, sink: str | None, expected: list[str]
) -> None:
    rules = policy(tmp_path, ALLOW, STAYS)
    assert [code for code in codes(rules, text, request_, sink) if code in ("CLS107", "CLS108")] == expected


def test_what_is_done_is_told_by_the_query(tmp_path: Path) -> None:
    for rule, denied in ((NO_EXPORT, "copy app.users to '/tmp/x'"), (NO_WRITE, "delete from app.users")):
        rules = policy(tmp_path, ALLOW, rule)
        assert codes(rules, denied, ANN) == ["CLS107"]
        assert codes(rules, "select email from app.users", ANN) == []
    rules = policy(tmp_path, ALLOW, NO_EXPORT)
    assert codes(rules, "select id from app.users", RequestSettings("ann", action="export")) == ["CLS107"]
    assert findings(rules, "copy app.users to '/tmp/x'", ANN)[0].help == "Ask the owners."


def test_what_is_not_understood_is_one_finding(tmp_path: Path) -> None:
    rules = policy(tmp_path, ALLOW, TWO)
    assert codes(rules, "select nope from app.users", DAN) == ["CLS201"]
    assert codes(rules, "select from where", DAN) == ["CLS202"]
    # What is known of it is decided all the same.
    assert codes(rules, "select email, nope from app.users", DAN) == ["CLS108", "CLS201"]


def test_each_path_has_its_own(tmp_path: Path) -> None:
    settings = Settings(
        tmp_path,
        defaults=Overrides("postgres", "restricted", "app"),
        request=RequestSettings("ann", purpose="analytics"),
        paths=(PathSettings("de/", Overrides(), request=RequestSettings("dan")),),
    )
    checker = Checker(catalog(), settings, policy=policy(tmp_path, ALLOW, TWO))
    found = [checker.check_text("select email from app.users", tmp_path / name, name) for name in ("a.sql", "de/a.sql")]
    assert [[one.code for one in report.findings] for report in found] == [[], ["CLS108"]]
    assert settings.request_of(tmp_path / "de/a.sql") == RequestSettings("dan", purpose="analytics")


def test_a_comment_accepts_it_up_to_its_class(tmp_path: Path) -> None:
    rules = policy(tmp_path, ALLOW, TWO)
    comment = '-- classify: allow[CLS108] ceiling=confidential reason="agreed, T-1"\n'
    assert codes(rules, comment + "select email from app.users", DAN) == []
    assert codes(rules, comment + "select ssn from app.users", DAN) == ["CLS403", "CLS108"]


def test_a_region_inside_of_another_takes_what_stays_there(tmp_path: Path) -> None:
    rules = policy(tmp_path, ALLOW)
    known = Catalog.from_mapping(
        {
            "app.us": {"id": {"level": "internal", "residency": ["us"]}},
            "app.east": {"id": {"level": "internal", "residency": ["us-east"]}},
            "app.de": {"id": {"level": "internal", "residency": ["de"]}},
        },
        dialect="postgres",
    )
    settings = Settings(tmp_path, defaults=Overrides("postgres", "restricted"))

    def found(text: str, policy: Policy | None) -> list[str]:
        report = Checker(known, settings, policy=policy).check_text(text, tmp_path / "q.sql", "q.sql")
        return [one.code for one in report.findings]

    assert found("insert into app.east select id from app.us", rules) == []
    assert found("insert into app.east select id from app.us", None) == ["CLS104"]
    assert found("insert into app.us select id from app.east", rules) == ["CLS104"]
    assert found("insert into app.de select id from app.us", rules) == ["CLS104"]


def test_a_checker_with_a_policy_goes_to_another_process(tmp_path: Path) -> None:
    settings = Settings(tmp_path, request=DAN, defaults=Overrides("postgres", "restricted", "app"))
    checker = pickle.loads(pickle.dumps(Checker(catalog(), settings, policy=policy(tmp_path, ALLOW, TWO))))
    report = checker.check_text("select email from app.users", tmp_path / "q.sql", "q.sql")
    assert [one.code for one in report.findings] == ["CLS108"]
