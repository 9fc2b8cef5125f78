"""Deciding, case by case: what other systems got wrong, and what each part of a decision says."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from classify import Catalog, Exposure, Scheme, UsageError, analyse
from classify.policy import (
    Allow,
    Approval,
    Decision,
    Deny,
    Grant,
    NeedsApproval,
    Policy,
    Principal,
    Request,
    Scope,
    Sink,
)

NOW = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
CATALOG = Catalog.from_mapping(
    {
        "app.users": {
            "id": "internal",
            "country": "public",
            "email": {"level": "confidential", "categories": ["pii.email"], "residency": ["us"]},
            "ssn": {"level": "restricted", "categories": ["pii.ssn"], "residency": ["us"]},
            "born": {"level": "confidential", "categories": ["pii.birth_date"]},
        },
        "app.places": {"place": {"level": "confidential", "categories": ["pii.location"]}},
    }
)
ANN = Principal("ann", ["analysts"], "de", "staff", "restricted", "token", False)
ALL: dict[str, Any] = {"id": "all", "effect": "allow", "when": {"requester": {"employment": ["staff"]}}}
TWO = {
    "id": "two",
    "effect": "require",
    "when": {"data": {"level_at_least": "confidential"}},
    "approvals": [{"count": 2, "groups": ["security"]}],
}


def exposure(query: str, catalog: Catalog = CATALOG) -> Exposure:
    return analyse(query, catalog, dialect="postgres")


EMAIL = exposure("select email from app.users")


def policy(tmp_path: Path, *rules: Mapping[str, Any], **more: Any) -> Policy:
    groups = more.pop("groups", None)
    path = tmp_path / "policy.json"
    path.write_text(json.dumps({"version": 1, "rules": list(rules), **more}))
    if groups is not None:
        (tmp_path / "groups.json").write_text(json.dumps({"version": 1, **groups}))
    return Policy.load(path, groups=tmp_path / "groups.json" if groups is not None else None)


def agreed(name: str, group: str = "security", **facts: Any) -> Approval:
    acting_for = facts.pop("acting_for", None)
    signed = facts.pop("signed", False)
    return Approval(Principal(name, [group], **facts), acting_for, signed)


def granted(by: Iterable[Approval], found: Exposure = EMAIL, **changes: Any) -> Grant:
    columns = {read.column: read.label for read in found.reads}
    columns |= {one.name: one.rows for statement in found.statements for one in statement.datasets}
    grant = Grant("g", "ann", "read", None, None, Sink("person"), tuple(by), NOW - HOUR, NOW + HOUR, columns=columns)
    return evolve(grant, **changes)


def decide(
    rules: Policy, found: Exposure = EMAIL, *grants: Grant, request: Request | None = None, now: datetime.datetime = NOW
) -> Decision:
    return rules.decide(request or Request(ANN), found, grants, now)


# -- what other systems got wrong (each name says it)


def test_a_deny_on_a_fact_that_is_missing_still_denies(tmp_path: Path) -> None:
    """Cedar, OPA: a forbid whose context lacks the region was skipped, or did not fire."""
    deny = {"id": "abroad", "effect": "deny", "when": {"requester": {"outside": "us"}}}
    rules = policy(tmp_path, ALL, deny)
    unknown = evolve(ANN, region=None)
    assert isinstance(decide(rules, request=Request(unknown)), Deny)
    assert isinstance(decide(rules, request=Request(evolve(ANN, region="us"))), Allow)
    allow = {"id": "home", "effect": "allow", "when": {"requester": {"region_in": ["us"]}}}
    assert isinstance(decide(policy(tmp_path, allow), request=Request(unknown)), Deny)


def test_the_first_matching_rule_does_not_decide(tmp_path: Path) -> None:
    """Bytebase: the first rule that met any touched table decided."""
    low = {"id": "low", "effect": "allow", "when": {"data": {"level_at_most": "public"}}}
    rules = policy(tmp_path, low, TWO)
    found = decide(rules, exposure("select country, email from app.users"))
    assert isinstance(found, Deny)
    assert [str(one) for one in found.reasons] == [
        "no rule allows internal (app.users)" if one.label.level == "internal" else str(one) for one in found.reasons
    ]
    assert isinstance(
        decide(policy(tmp_path, ALL, low, TWO), exposure("select country, email from app.users")), NeedsApproval
    )


def test_nothing_is_allowed_where_no_rule_says_so(tmp_path: Path) -> None:
    """Bytebase: no match was no approval."""
    found = decide(policy(tmp_path, TWO))
    assert isinstance(found, Deny)
    assert all(not reason.rules for reason in found.reasons)


def test_a_query_that_is_not_understood_takes_the_strictest_path(tmp_path: Path) -> None:
    """Bytebase: a statement that was not parsed fell back to fewer facts."""
    found = decide(policy(tmp_path, ALL, TWO), exposure("select x from nowhere"))
    assert isinstance(found, NeedsApproval)
    assert "was not understood" in str(found)
    said = {"id": "unread", "effect": "deny", "when": {"data": {"unresolved": True}}, "advice": "Name the columns."}
    denied = decide(policy(tmp_path, ALL, said), exposure("select x from nowhere"))
    assert str(denied).splitlines()[0] == "deny"
    assert denied.advice == ("Name the columns.",)
    assert isinstance(decide(policy(tmp_path, ALL, said)), Allow)


def test_nobody_approves_their_own(tmp_path: Path) -> None:
    """Bytebase, GitLab, AWS TEAM: the requester, a co-author, or a delegate of one of them approved."""
    rules = policy(tmp_path, ALL, {**TWO, "approvals": [{"count": 1, "groups": ["security"]}]})
    for one in (agreed("ann"), agreed("bob", acting_for="ann"), agreed("zoe"), agreed("bob", acting_for="zoe")):
        assert isinstance(decide(rules, EMAIL, granted([one]), request=Request(ANN, author="zoe")), NeedsApproval)
    assert isinstance(decide(rules, EMAIL, granted([agreed("bob")]), request=Request(ANN, author="zoe")), Allow)


def test_one_person_fills_one_slot(tmp_path: Path) -> None:
    """Bytebase: one person with two roles filled both slots, and one approval used up another's slot."""
    both = {
        **TWO,
        "approvals": [{"count": 1, "groups": ["security"]}, {"count": 1, "groups": ["privacy"]}],
    }
    rules = policy(tmp_path, ALL, both)
    two_roles = Approval(Principal("bob", ["security", "privacy"]))
    found = decide(rules, EMAIL, granted([two_roles]))
    assert isinstance(found, NeedsApproval)
    assert sum(one.count for one in found.missing) == 1
    for other in (agreed("cat"), agreed("cat", "privacy")):
        for order in ([two_roles, other], [other, two_roles]):
            assert isinstance(decide(rules, EMAIL, granted(order)), Allow)
    delegate = [agreed("cat"), agreed("dan", "privacy", acting_for="cat")]
    assert isinstance(decide(rules, EMAIL, granted(delegate)), NeedsApproval)


def test_all_that_is_required_is_required_together(tmp_path: Path) -> None:
    """Teleport: thresholds of one role were "or"; AWS TEAM: the longest duration of several won."""
    privacy = {**TWO, "id": "privacy", "approvals": [{"count": 1, "groups": ["privacy"]}], "for_at_most": "2h"}
    privacy["scope"] = "statement"
    found = decide(policy(tmp_path, ALL, {**TWO, "for_at_most": "8h"}, privacy, {**TWO, "id": "again"}))
    assert isinstance(found, NeedsApproval)
    assert sorted(map(str, found.missing)) == ["1 of privacy", "2 of security"]
    assert (found.requirement.longest, found.requirement.scope) == (2 * HOUR, Scope.STATEMENT)


def test_a_ticket_must_look_like_one(tmp_path: Path) -> None:
    """Teleport: a mandatory reason was satisfied by a dot."""
    rule = {"id": "ticket", "effect": "require", "when": {}, "references": ["ticket"]}
    rules = policy(tmp_path, ALL, rule, references={"ticket": "SEC-<digits>"})
    for text in (".", "SEC-", "SEC-1x", "xSEC-1", "SEC-1\n", "SEC-" + "1" * 300):
        found = decide(rules, request=Request(ANN, references={"ticket": text}))
        assert isinstance(found, NeedsApproval)
        assert found.references == ("ticket",)
    assert isinstance(decide(rules, request=Request(ANN, references={"ticket": "SEC-12"})), Allow)


def test_what_cannot_be_approved_says_so(tmp_path: Path) -> None:
    """Google PAM, GitLab: a flow blocked for ever where the people who are there do not suffice."""
    groups = {"groups": {"security": ["ann", "bob"]}}
    found = decide(policy(tmp_path, ALL, TWO, groups=groups))
    assert isinstance(found, NeedsApproval)
    assert found.unsatisfiable
    assert "there are not enough people for it" in str(found)
    enough = decide(policy(tmp_path, ALL, TWO, groups={"groups": {"security": ["ann", "bob", "cat"]}}))
    assert isinstance(enough, NeedsApproval)
    assert not enough.unsatisfiable
    one_more = decide(policy(tmp_path, ALL, TWO, groups=groups), EMAIL, granted([agreed("eve")]))
    assert isinstance(one_more, NeedsApproval)
    assert not one_more.unsatisfiable


def test_what_changed_since_voids_a_grant(tmp_path: Path) -> None:
    """Bytebase, Entra, AWS TEAM: approvals outlived an edit, a re-tagged column, a requester who left."""
    rules = policy(tmp_path, ALL, TWO)
    grant = granted([agreed("bob"), agreed("cat")])
    assert isinstance(decide(rules, EMAIL, grant), Allow)
    higher = Catalog.from_mapping({"app.users": {"email": {"level": "restricted", "categories": ["pii.email"]}}})
    assert isinstance(decide(rules, exposure("select email from app.users", higher), grant), NeedsApproval)
    lower = Catalog.from_mapping({"app.users": {"id": "public", "email": {"level": "confidential"}}})
    assert isinstance(decide(rules, exposure("select email from app.users", lower), grant), Allow)
    assert isinstance(decide(rules, exposure("select email, born from app.users"), grant), NeedsApproval)
    three = {**TWO, "approvals": [{"count": 3, "groups": ["security"]}]}
    assert isinstance(decide(policy(tmp_path, ALL, three), EMAIL, grant), NeedsApproval)
    left = evolve(ANN, employment="vendor")
    assert isinstance(decide(rules, EMAIL, grant, request=Request(left)), Deny)


def test_grants_do_not_end_each_other(tmp_path: Path) -> None:
    """AWS TEAM: the end of one of two overlapping grants revoked the other."""
    rules = policy(tmp_path, ALL, TWO)
    people = [agreed("bob"), agreed("cat")]
    ended, lasting = granted(people, id="a", ends=NOW), granted(people, id="b")
    found = decide(rules, EMAIL, ended, granted(people, is_revoked=True), lasting)
    assert isinstance(found, Allow)
    assert found.grants == ("b",)


# -- grants


@pytest.mark.parametrize(
    "change",
    [
        {"requester": "eve"}, {"action": "export"}, {"purpose": "ads"}, {"execution_region": "us"},
        {"sink": Sink("table")}, {"begins": NOW + HOUR}, {"ends": NOW}, {"is_revoked": True}, {"columns": {}},
        {"approvals": ()}, {"begins": NOW - 9 * HOUR},
    ],
)  # fmt: skip
def test_a_grant_is_for_what_it_says(tmp_path: Path, change: dict[str, Any]) -> None:
    rules = policy(tmp_path, ALL, {**TWO, "for_at_most": "8h"})
    assert isinstance(decide(rules, EMAIL, granted([agreed("bob"), agreed("cat")])), Allow)
    assert isinstance(decide(rules, EMAIL, granted([agreed("bob"), agreed("cat")], **change)), NeedsApproval)


def test_a_narrower_scope_asks_for_the_same_text(tmp_path: Path) -> None:
    people = [agreed("bob"), agreed("cat")]
    hidden = exposure("select f(x) from nowhere")
    for scope in ("template", "statement"):
        rules = policy(tmp_path, ALL, {**TWO, "scope": scope})
        request = Request(ANN, template="t", statement="s")
        assert isinstance(decide(rules, EMAIL, granted(people), request=request), NeedsApproval)
        right = granted(people, scope=Scope[scope.upper()], template="t", statement="s")
        assert isinstance(decide(rules, EMAIL, right, request=request), Allow)
        assert isinstance(decide(rules, EMAIL, right, request=Request(ANN)), NeedsApproval)
        assert isinstance(decide(rules, EMAIL, right, request=Request(ANN, template="u", statement="r")), NeedsApproval)
        assert isinstance(
            decide(rules, hidden, right, request=request), Allow if scope == "statement" else NeedsApproval
        )


def test_approvers_have_a_region_a_clearance_and_a_signature(tmp_path: Path) -> None:
    asks = {"count": 1, "groups": ["security"], "region": "us", "clearance": "confidential", "signed": True}
    rules = policy(tmp_path, ALL, {**TWO, "approvals": [asks]}, regions={"us": ["us-east"]})
    right: dict[str, Any] = {"region": "us-east", "clearance": "restricted", "signed": True}
    assert isinstance(decide(rules, EMAIL, granted([agreed("bob", **right)])), Allow)
    for change in (
        {"region": "de"}, {"region": None}, {"clearance": "internal"}, {"clearance": None}, {"signed": False},
    ):  # fmt: skip
        assert isinstance(decide(rules, EMAIL, granted([agreed("bob", **{**right, **change})])), NeedsApproval)


# -- the rest of the language


def test_categories_that_meet_in_one_query(tmp_path: Path) -> None:
    together = {"id": "met", "effect": "deny", "when": {"data": {"together": [["pii.birth_date", "pii.location"]]}}}
    rules = policy(tmp_path, ALL, together)
    assert isinstance(decide(rules, exposure("select born from app.users")), Allow)
    assert isinstance(decide(rules, exposure("select born, place from app.users, app.places")), Deny)
    assert isinstance(
        decide(rules, exposure("select place from app.places where exists (select born from app.users)")), Deny
    )


def test_datasets_are_named_by_patterns(tmp_path: Path) -> None:
    rules = policy(tmp_path, ALL, {"id": "places", "effect": "deny", "when": {"data": {"datasets": ["*.places"]}}})
    assert isinstance(decide(rules), Allow)
    assert isinstance(decide(rules, exposure("select 1 from app.places")), Deny)


def test_a_query_that_writes_is_a_write_whatever_was_asked_for(tmp_path: Path) -> None:
    reading = {**ALL, "when": {**ALL["when"], "action": ["read"]}}
    no_writes = {"id": "frozen", "effect": "deny", "when": {"action": ["write"]}}
    no_reads = {"id": "unread", "effect": "deny", "when": {"action": ["read"]}}
    writing = (
        "delete from app.users", "update app.users set id = 1", "drop table app.users",
        "grant select on app.users to ann",
        "create table t as select id from app.users", "with d as (delete from app.users returning id) select * from d",
        "select f(x) from nowhere; call f()",
    )  # fmt: skip
    for query in writing:
        assert isinstance(decide(policy(tmp_path, reading), exposure(query)), Deny)
        assert isinstance(decide(policy(tmp_path, ALL, no_writes), exposure(query)), Deny)
        assert isinstance(decide(policy(tmp_path, ALL, no_reads), exposure(query)), Deny)
    for query in ("select id from app.users", "values (1)", "show search_path", "begin"):
        assert isinstance(decide(policy(tmp_path, reading, no_writes), exposure(query)), Allow)
    write = exposure("update app.users set email = 'x'")
    grant = granted(
        [agreed("bob"), agreed("cat")], columns={"app.users.email": EMAIL.reads[0].label, "app.users": write.label}
    )
    rules = policy(tmp_path, ALL, TWO)
    assert isinstance(decide(rules, EMAIL, grant), Allow)
    assert isinstance(decide(rules, write, grant), NeedsApproval)
    as_write = evolve(grant, action="write")
    assert isinstance(decide(rules, write, as_write, request=Request(ANN, "write")), Allow)


def test_where_data_goes(tmp_path: Path) -> None:
    deny = {"id": "out", "effect": "deny", "when": {"sink": {"outside": "us", "kind": ["table", "file"]}}}
    rules = policy(tmp_path, ALL, deny, regions={"us": ["us-east"]})
    assert isinstance(decide(rules), Allow)  # a person reads it
    for sink, kind in (
        (Sink("table", "us-east"), Allow),
        (Sink("table", "de"), Deny),
        (Sink("file"), Deny),
        (Sink(), Deny),
    ):
        assert isinstance(decide(rules, request=Request(ANN, sink=sink)), kind)
    person = {"id": "abroad", "effect": "deny", "when": {"sink": {"outside": "us"}}}
    assert isinstance(decide(policy(tmp_path, ALL, person)), Deny)  # who is in `de`


def test_a_query_that_touches_nothing_is_decided_too(tmp_path: Path) -> None:
    vendors = {"id": "vendors", "effect": "deny", "when": {"requester": {"employment": ["vendor"]}}}
    rules = policy(tmp_path, {"id": "any", "effect": "allow", "when": {}}, vendors)
    assert isinstance(decide(rules, exposure("select 1")), Allow)
    assert isinstance(decide(rules, exposure("select 1"), request=Request(evolve(ANN, employment="vendor"))), Deny)


def test_obligations_and_advice_come_with_the_answer(tmp_path: Path) -> None:
    one: dict[str, Any] = {"id": "masked", "effect": "require", "when": {}, "advice": "a"}
    one["obligations"] = {"mask": ["pii"], "rows_at_most": 100}
    other = {**one, "id": "told", "obligations": {"rows_at_most": 10, "watermark": True, "notify": ["security"]}}
    found = decide(policy(tmp_path, ALL, one, other))
    assert isinstance(found, Allow)
    assert found.obligations.to_dict() == {
        "mask": ["pii"], "rows_at_most": 10, "watermark": True, "notify": ["security"],
    }  # fmt: skip
    assert found.advice == ("a",)
    assert json.loads(json.dumps(found.to_dict()))["decision"] == "allow"


def test_glass_is_broken_in_an_emergency_alone(tmp_path: Path) -> None:
    glass = {
        "id": "on-call", "effect": "break_glass", "for_at_most": "1h", "references": ["ticket"],
        "when": {"requester": {"groups_any": ["on-call"]}, "environment": ["production"]},
        "obligations": {"watermark": True}, "review": {"count": 1, "groups": ["security"], "within": "1d"},
    }  # fmt: skip
    rules = policy(tmp_path, ALL, TWO, glass, references={"ticket": "SEC-<digits>"})
    person = evolve(ANN, groups=frozenset(["on-call"]))
    request = Request(person, environment="production", references={"ticket": "SEC-1"}, break_glass=NOW - HOUR / 2)
    found = decide(rules, request=request)
    assert isinstance(found, Allow)
    assert [review.count for review in found.reviews] == [1]
    assert found.obligations.watermark
    assert "by break-glass, with a review" in str(found)
    changes: tuple[dict[str, Any], ...] = (
        {"break_glass": None}, {"break_glass": NOW - HOUR}, {"break_glass": NOW + HOUR}, {"references": {}},
        {"environment": None}, {"principal": evolve(person, review_overdue=True)},
        {"principal": evolve(person, review_overdue=None)}, {"principal": evolve(person, groups=None)},
    )  # fmt: skip
    for change in changes:
        assert isinstance(decide(rules, request=evolve(request, **change)), NeedsApproval)
    deny = {"id": "never", "effect": "deny", "when": {"data": {"level_at_least": "confidential"}}}
    assert isinstance(
        decide(policy(tmp_path, ALL, TWO, glass, deny, references={"ticket": "x"}), request=request), Deny
    )


def test_a_query_of_another_scheme_is_refused(tmp_path: Path) -> None:
    for names in (
        ("low", "high"),
        ("public", "internal"),
        ("public", "internal", "confidential", "restricted", "secret"),
    ):
        scheme = Scheme(names, names[-1])
        catalog = Catalog.from_mapping({"t": {"a": names[1], "b": names[-1]}}, scheme=scheme)
        with pytest.raises(UsageError, match="by another scheme than the policy's"):
            decide(policy(tmp_path, ALL), exposure("select a, b from t", catalog))


def test_what_is_no_request_and_no_exposure_is_refused(tmp_path: Path) -> None:
    rules = policy(tmp_path, ALL)
    with pytest.raises(UsageError, match="expected an Exposure, as `analyse` returns it, found str"):
        rules.decide(Request(ANN), "select 1")  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(UsageError, match="expected a Request, found Principal"):
        rules.decide(ANN, EMAIL)  # type: ignore[arg-type]  # wrong on purpose


def test_a_time_has_a_zone(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="a time with a time zone"):
        decide(policy(tmp_path, ALL), now=datetime.datetime(2026, 6, 1))
    with pytest.raises(UsageError, match="a time with a time zone"):
        policy(tmp_path, ALL).decide(Request(ANN), EMAIL, now="today")  # type: ignore[arg-type]  # wrong on purpose
    assert isinstance(policy(tmp_path, ALL).decide(Request(ANN), EMAIL), Allow)


def test_a_purpose_that_nobody_listed_is_not_known(tmp_path: Path) -> None:
    deny = {"id": "no-ads", "effect": "deny", "when": {"purpose": ["ads"]}}
    listed = policy(tmp_path, ALL, deny, purposes=["ads", "fraud"])
    assert isinstance(decide(listed, request=Request(ANN, purpose="fraud")), Allow)
    assert isinstance(decide(listed, request=Request(ANN, purpose="fraudd")), Deny)
    assert isinstance(decide(policy(tmp_path, ALL, deny), request=Request(ANN, purpose="fraudd")), Allow)
