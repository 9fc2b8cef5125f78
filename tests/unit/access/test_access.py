"""Requests, approvals and grants: who may do what, and what it comes to."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from attrs import evolve

from classify.access import (
    Access,
    AccessRefused,
    ClockError,
    Entry,
    State,
    StepRefused,
    Store,
    StoreError,
    approval_text,
    revoke_all,
)
from classify.access.replay import verify_store
from classify.access.tables import EVENTS, PEOPLE
from classify.audit import Signer, verify
from classify.audit.note import encoded
from classify.errors import UsageError
from classify.policy import Allow, Deny, NeedsApproval, Policy, Principal, Scope
from tests.unit.access.office import GROUPS, HOUR, RULES, asked, person, policy, query


class Clock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.shift = datetime.timedelta(0)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(Store, "_clock", lambda *_: datetime.datetime.now(datetime.UTC) + found.shift)
    return found


def log(access: Access) -> list[dict[str, Any]]:
    with access.store.reading() as step:
        bodies = [
            bytes(one) for one in step.connection.execute(sa.select(EVENTS.c.body).order_by(EVENTS.c.seq)).scalars()
        ]
    assert verify(bodies).broken is None
    found, wrong = verify_store(access.store)
    assert (found.broken, wrong) == (None, [])
    return [json.loads(body) for body in bodies]


def kinds(access: Access) -> list[str]:
    return [one["type"] for one in log(access)][1:]


def decide(access: Access, name: str = "ann", sql: str = "select email from app.users", **facts: Any) -> str:
    request = asked(name, **facts)
    return access.policy.decide(request, query(sql), access.grants(name)).kind


def test_two_agree_and_it_may_run(access: Access) -> None:
    entry = access.request(asked(), query(), reason="case 12")
    assert (entry.state, entry.missing) == (State.PENDING, ("2 of security in us",))
    assert decide(access) == "needs_approval"
    assert access.approve(entry.id, person("sam")).missing == ("1 of security in us",)
    granted = access.approve(entry.id, person("sue"))
    assert granted.state is State.GRANTED
    assert granted.ends is not None
    assert granted.begins is not None
    assert granted.ends - granted.begins == 8 * HOUR
    assert decide(access) == "allow"
    assert decide(access, sql="select count(*) from app.users where email like 'a%'") == "allow"
    assert decide(access, sql="select ssn from app.users") == "needs_approval"
    assert decide(access, purpose="ads") == "needs_approval"
    assert decide(access, "bob") == "needs_approval"
    assert kinds(access) == ["request.made", "request.approved", "request.approved", "grant.begun"]


def test_the_log_holds_no_person_and_no_text(access: Access) -> None:
    entry = access.request(asked(statement="s" * 64, template="t" * 64), query(), reason="because of 123-45-6789")
    access.deny(entry.id, person("sam"), reason="no, 987-65-4321")
    found = json.dumps(log(access))
    for secret in ("ann", "sam", "123-45-6789", "987-65-4321", "s" * 64, "t" * 64):
        assert secret not in found
    made = log(access)[1]
    assert made["columns"] == [
        {"name": "app.users", "level": "internal", "categories": [], "residency": []},
        {"name": "app.users.email", "level": "confidential", "categories": [], "residency": []},
    ]
    assert (made["region"], made["region_source"]) == ("de", "groups")
    with access.store.reading() as step:
        people = {row.pseudonym: row.person for row in step.connection.execute(sa.select(PEOPLE))}
    assert people[made["requester"]] == "ann"


def test_who_may_not_agree(access: Access) -> None:
    entry = access.request(asked(author="sue"), query())
    for name, why in (
        ("ann", "it is theirs"),
        ("sue", "it is theirs"),
        ("tom", "it is for security in us"),  # of the group, but not there
        ("bob", "it is for security in us"),
        ("nobody", "it is for security in us"),
    ):
        with pytest.raises(AccessRefused, match=why):
            access.approve(entry.id, person(name))
        with pytest.raises(AccessRefused, match=why):
            access.deny(entry.id, person(name))
    access.approve(entry.id, person("sam"))
    with pytest.raises(AccessRefused, match="sam has agreed to it already"):
        access.approve(entry.id, person("sam"))
    assert access.entry(entry.id).state is State.PENDING


def test_a_claim_of_ones_own_does_not_count(access: Access) -> None:
    """The groups file says who somebody is, not they."""
    entry = access.request(asked(), query())
    liar = Principal("bob", ["security"], "us", "staff", "restricted", "os")
    with pytest.raises(AccessRefused):
        access.approve(entry.id, liar)
    abroad = evolve(person("tom"), region="us")
    with pytest.raises(AccessRefused):
        access.approve(entry.id, abroad)


def test_one_denial_ends_it(access: Access) -> None:
    entry = access.request(asked(), query())
    access.approve(entry.id, person("sam"))
    assert access.deny(entry.id, person("sue")).state is State.DENIED
    with pytest.raises(StepRefused, match="the request is denied, so nobody can approve it any more"):
        access.approve(entry.id, person("sid"))
    assert decide(access) == "needs_approval"


def test_an_approver_may_shorten_and_not_widen(access: Access) -> None:
    entry = access.request(asked(), query(), for_at_most=4 * HOUR)
    with pytest.raises(AccessRefused, match="may shorten that, and not widen it"):
        access.approve(entry.id, person("sam"), for_at_most=5 * HOUR)
    access.approve(entry.id, person("sam"), for_at_most=HOUR)
    granted = access.approve(entry.id, person("sue"), for_at_most=3 * HOUR)
    assert granted.ends is not None
    assert granted.begins is not None
    assert granted.ends - granted.begins == HOUR
    with pytest.raises(AccessRefused, match="the policy grants it for 8:00:00 at most"):
        access.request(asked(), query(), for_at_most=9 * HOUR)


def test_one_may_take_back_what_is_ones_own(access: Access) -> None:
    entry = access.request(asked(), query())
    access.approve(entry.id, person("sam"))
    with pytest.raises(AccessRefused, match="sue has not agreed to it"):
        access.retract(entry.id, person("sue"))
    assert access.retract(entry.id, person("sam")).missing == ("2 of security in us",)
    with pytest.raises(AccessRefused, match="who alone can withdraw it"):
        access.withdraw(entry.id, person("sam"))
    assert access.withdraw(entry.id, person("ann")).state is State.WITHDRAWN
    with pytest.raises(StepRefused):
        access.approve(entry.id, person("sam"))
    assert kinds(access) == ["request.made", "request.approved", "request.retracted", "request.withdrawn"]


def test_time_ends_what_nobody_ended(access: Access, clock: Clock) -> None:
    first, second = access.request(asked(), query()), access.request(asked(), query())
    access.approve(first.id, person("sam"))
    access.approve(first.id, person("sue"))
    clock.shift = 8 * HOUR - datetime.timedelta(seconds=5)
    assert decide(access) == "allow"
    clock.shift = 8 * HOUR
    assert access.grants("ann") == ()
    assert access.entry(first.id).state is State.EXPIRED
    with pytest.raises(StepRefused, match="the request is expired"):
        access.revoke(first.id, person("sam"))
    clock.shift = datetime.timedelta(days=7)
    assert access.entry(second.id).state is State.LAPSED
    with pytest.raises(StepRefused, match="the request is lapsed"):
        access.approve(second.id, person("sam"))
    assert kinds(access)[-2:] == ["grant.expired", "request.lapsed"]
    # It is written down once.
    with pytest.raises(StepRefused):
        access.approve(second.id, person("sam"))
    assert kinds(access)[-2:] == ["grant.expired", "request.lapsed"]


def test_a_grant_is_revoked(access: Access) -> None:
    entry = access.request(asked(), query())
    access.approve(entry.id, person("sam"))
    access.approve(entry.id, person("sue"))
    with pytest.raises(AccessRefused):
        access.revoke(entry.id, person("bob"))
    assert access.revoke(entry.id, person("sid"), reason="over").state is State.REVOKED
    assert decide(access) == "needs_approval"
    with pytest.raises(StepRefused):
        access.revoke(entry.id, person("sid"))


def test_all_grants_are_revoked_at_once(access: Access, tmp_path: Path) -> None:
    for who in ("ann", "bob"):
        entry = access.request(evolve(asked(), principal=person(who)), query())
        for approver in ("sam", "sue"):
            access.approve(entry.id, person(approver))
    with pytest.raises(UsageError, match=r"nobody in the groups file is in `dee` \(did you mean `de`\?\)"):
        revoke_all(access, person("sid"), region="dee")
    assert revoke_all(access, person("sid"), region="us") == ((), ())
    assert [one.requester for one in revoke_all(access, person("bob")).left] == ["ann"]  # and bob's own has ended
    gone = {**GROUPS, "people": {name: facts for name, facts in GROUPS["people"].items() if name != "ann"}}
    later = Access(access.store, policy(tmp_path, groups=gone))
    ended, left = revoke_all(later, person("sid"), region="us", reason="incident")  # where ann is nobody knows
    assert [(one.requester, one.state) for one in ended] == [("ann", State.REVOKED)]
    assert left == ()
    assert kinds(access)[-1] == "grant.revoked"
    assert revoke_all(later, person("sid")) == ((), ())


def test_a_grant_is_weighed_by_the_policy_of_today(access: Access, tmp_path: Path) -> None:
    entry = access.request(asked(), query())
    access.approve(entry.id, person("sam"))
    access.approve(entry.id, person("sue"))
    stricter = policy(tmp_path, [*RULES, {**RULES[2], "id": "more", "when": {}}])
    assert Access(access.store, stricter).policy.decide(asked(), query(), access.grants("ann")).kind == "needs_approval"
    elsewhere = Request_of_today(person("bob"))
    assert access.policy.decide(elsewhere, query(), access.grants("ann")).kind == "needs_approval"


def Request_of_today(who: Principal) -> Any:
    return evolve(asked(), principal=who)


def test_who_left_counts_no_more_while_it_is_pending(access: Access, tmp_path: Path) -> None:
    entry = access.request(asked(), query())
    access.approve(entry.id, person("sam"))
    left = {**GROUPS, "groups": {**GROUPS["groups"], "security": ["sue", "sid"], "privacy": ["pat"]}}
    later = Access(access.store, policy(tmp_path, groups=left))
    assert later.entry(entry.id).missing == ("2 of security in us",)
    assert later.approve(entry.id, person("sue")).state is State.PENDING
    assert later.approve(entry.id, person("sid")).state is State.GRANTED


def test_people_are_matched_to_what_is_needed(access: Access) -> None:
    """Sam may stand for privacy and for security; whoever comes first does not use up the other's place."""
    entry = access.request(asked(statement="s"), query("select ssn from app.users"))
    assert entry.scope is Scope.STATEMENT
    assert entry.missing == ("1 of privacy", "2 of security in us")
    access.approve(entry.id, person("sam"))
    access.approve(entry.id, person("sue"))
    assert access.approve(entry.id, person("sid")).state is State.GRANTED


def test_a_delegate_stands_for_one_person_and_until_a_day(access: Access, clock: Clock) -> None:
    entry = access.request(asked(), query())
    now = datetime.datetime.now(datetime.UTC)
    with pytest.raises(AccessRefused, match="pat is no delegate of sam"):
        access.approve(entry.id, person("pat"), acting_for="sam")
    access.delegate(person("sam"), "pat", now + HOUR)
    access.delegate(person("sam"), "bob", now + HOUR)
    access.delegate(person("sue"), "ann", now + HOUR)
    with pytest.raises(AccessRefused, match="it is for security in us"):
        access.approve(entry.id, person("bob"), acting_for="sam")  # is not in the US
    with pytest.raises(AccessRefused, match="it is theirs"):
        access.approve(entry.id, person("ann"), acting_for="sue")
    assert access.approve(entry.id, person("pat"), acting_for="sam").missing == ("1 of security in us",)
    # Sam and who acts for Sam are one person.
    assert access.approve(entry.id, person("sam")).missing == ("1 of security in us",)
    assert access.approve(entry.id, person("sue")).state is State.GRANTED
    second = access.request(asked(), query())
    clock.shift = 2 * HOUR
    with pytest.raises(AccessRefused, match="is no delegate of sam, or no more"):
        access.approve(second.id, person("pat"), acting_for="sam")
    access.end_delegation(person("sam"), "bob")
    with pytest.raises(AccessRefused, match="bob is no delegate of sam"):
        access.end_delegation(person("sam"), "bob")
    with pytest.raises(AccessRefused, match="ends in the future"):
        access.delegate(person("sam"), "bob", now)


def test_whoever_acts_for_the_requester_decides_nothing(access: Access) -> None:
    access.delegate(person("ann"), "sam", datetime.datetime.now(datetime.UTC) + HOUR)
    entry = access.request(asked(), query())
    with pytest.raises(AccessRefused, match="they are a delegate of who asks"):
        access.approve(entry.id, person("sam"))


def test_what_needs_nobody_or_helps_nobody_is_no_request(access: Access, tmp_path: Path) -> None:
    with pytest.raises(AccessRefused, match="the policy allows it as it is"):
        access.request(asked("sam"), query())
    with pytest.raises(AccessRefused, match="nobody can agree to it: deny"):
        access.request(asked(action="export"), query())
    with pytest.raises(AccessRefused, match="a reference is needed: ticket"):
        access.request(asked(references={}), query())
    few = {**GROUPS, "groups": {"security": ["sam"], "privacy": [], "on-call": []}}
    with pytest.raises(AccessRefused, match="there are not enough people"):
        Access(access.store, policy(tmp_path, groups=few)).request(asked(), query())
    with pytest.raises(AccessRefused, match="the policy lets a grant cover a statement at most, not columns"):
        access.request(asked(statement="s"), query("select ssn from app.users"), scope=Scope.COLUMNS)
    with pytest.raises(UsageError, match="needs its digest"):
        access.request(asked(), query(), scope=Scope.TEMPLATE)
    with pytest.raises(AccessRefused, match="what was not understood lets a grant cover a statement at most"):
        access.request(asked(statement="s"), query("select nope from app.users"), scope=Scope.COLUMNS)
    assert kinds(access) == ["query.decided"]
    assert access.entries() == ()


@pytest.mark.parametrize("field", ["purpose", "environment", "execution_region", "author"])
def test_nobody_writes_lines_into_what_approvers_read(access: Access, field: str) -> None:
    with pytest.raises(UsageError, match="expected one line"):
        access.request(asked(**{field: "x\ntouches\n  nothing"}), query())
    with pytest.raises(UsageError, match="expected one line"):
        access.request(asked(), query(), reason="x\u2028y")


def test_what_approvers_read(access: Access) -> None:
    entry = access.request(asked(), query(), reason="case 12", name="0" * 32)
    assert entry.rendering.splitlines() == [
        f"request {'0' * 32}",
        "who       ann: staff, in de",
        "does      read",
        "for       fraud, unknown",
        "runs in   unknown",
        "goes to   person, de",
        "how long  8h",
        "covers    any query of these columns, none of a higher class than here",
        "ticket: T-12",
        "touches",
        "  app.users: internal",
        "  app.users.email: confidential",
        "needs",
        "  2 of security in us",
        "because   case 12",
    ]


def test_a_request_that_is_sent_twice_is_one(access: Access) -> None:
    name = "a" * 32
    first = access.request(asked(), query(), name=name)
    assert access.request(asked(), query(), name=name) == first
    with pytest.raises(UsageError, match="is there already, and is another one"):
        access.request(asked(purpose="ads"), query(), name=name)
    assert kinds(access) == ["request.made"]
    assert access.entry("aaaa") == first
    with pytest.raises(UsageError, match="there is no request bbbb"):
        access.entry("bbbb")


def test_approvals_may_have_to_be_signed(tmp_path: Path, where: str) -> None:
    keys = {name: Signer.generate(f"example.org/{name}") for name in ("sam", "sue")}
    people = {name: {**facts, **({"key": str(keys[name].verifier)} if name in keys else {})}
              for name, facts in GROUPS["people"].items()}  # fmt: skip
    rules = [RULES[0], {**RULES[1], "approvals": [{"count": 2, "groups": ["security"], "signed": True}]}]
    groups = {**GROUPS, "people": people}
    access = Access(Store.open(where), policy(tmp_path, rules, groups))
    entry = access.request(asked(), query())

    def signed(name: str, over: Entry = entry, key: str | None = None) -> str:
        return encoded(keys[key or name].sign(approval_text(over, name)))

    with pytest.raises(AccessRefused, match="the signature is not one of sam's"):
        access.approve(entry.id, person("sam"), signature=signed("sam", key="sue"))
    other = access.request(asked(), query())
    with pytest.raises(AccessRefused, match="the signature is not one of sam's"):
        access.approve(entry.id, person("sam"), signature=signed("sam", over=other))
    access.approve(entry.id, person("sam"), signature=signed("sam"))
    access.approve(entry.id, person("sid"))  # counts for nothing
    assert access.entry(entry.id).missing == ("1 of security, signed",)
    assert access.approve(entry.id, person("sue"), signature=signed("sue")).state is State.GRANTED
    assert access.policy.decide(asked(), query(), access.grants("ann")).kind == "allow"
    # Whoever writes into the store cannot sign.
    with access.store.writing() as step:
        step.connection.exec_driver_sql("UPDATE classify_approvals SET signature = NULL WHERE approver = 'sue'")
    assert access.policy.decide(asked(), query(), access.grants("ann")).kind == "needs_approval"
    access.store.close()


def test_approvers_may_have_to_be_well_known(tmp_path: Path, where: str) -> None:
    slot = {"count": 1, "groups": ["security"], "identity_at_least": "oidc"}
    path = tmp_path / "strict"
    path.mkdir()
    two = {name: value for name, value in RULES[1].items() if name != "references"}
    rules = [RULES[0], {**two, "approvals": [slot]}]
    document = {"version": 1, "identities": ["os", "oidc"], "rules": rules}
    (path / "policy.json").write_text(json.dumps(document))
    (path / "groups.json").write_text(json.dumps({"version": 1, **GROUPS}))
    access = Access(Store.open(where), Policy.load(path / "policy.json", groups=path / "groups.json"))
    entry = access.request(asked(), query())
    assert entry.missing == ("1 of security known by oidc",)
    with pytest.raises(AccessRefused, match="it is for security known by oidc"):
        access.approve(entry.id, person("sam"))
    assert access.approve(entry.id, evolve(person("sam"), identity="oidc")).state is State.GRANTED
    assert access.policy.decide(asked(), query(), access.grants("ann")).kind == "allow"
    access.store.close()


def test_glass_is_broken_and_answered_for(access: Access, clock: Clock) -> None:
    emergency = asked(environment="production", references={"incident": "I-1"})
    with pytest.raises(AccessRefused, match="no glass can be broken"):
        access.break_glass(asked("bob", environment="production", references={"incident": "I-1"}), query(), reason="x")
    with pytest.raises(AccessRefused, match="no glass can be broken"):
        access.break_glass(asked(environment="production"), query(), reason="x")
    with pytest.raises(AccessRefused, match="no glass can be broken"):
        access.break_glass(evolve(emergency, action="export"), query(), reason="x")
    with pytest.raises(UsageError, match="says why"):
        access.break_glass(emergency, query(), reason="")

    def decided(sql: str = "select email from app.users", **facts: Any) -> Any:
        request = asked(environment="production", references={}, **facts)
        return access.policy.decide(access.with_broken_glass(request), query(sql))

    assert isinstance(decided(), NeedsApproval)
    entry = access.break_glass(emergency, query(), reason="the site is down")
    assert entry.state is State.REVIEW_DUE
    found = decided()
    assert isinstance(found, Allow)
    assert found.reviews
    assert isinstance(decided(purpose="ads"), NeedsApproval)
    assert isinstance(decided(action="export"), Deny)
    clock.shift = HOUR
    assert isinstance(decided(), NeedsApproval)
    clock.shift = datetime.timedelta(days=1)
    with pytest.raises(AccessRefused, match="a review of ann's is overdue"):
        access.break_glass(emergency, query(), reason="again")
    for name in ("ann", "pat", "bob"):
        with pytest.raises(AccessRefused, match="may not review it"):
            access.review(entry.id, person(name))
    assert access.entry(entry.id).state is State.OVERDUE
    assert access.review(entry.id, person("sue"), reason="right").state is State.REVIEWED
    access.break_glass(emergency, query(), reason="again")
    assert kinds(access)[-4:] == [
        "break_glass.begun", "break_glass.overdue", "break_glass.reviewed", "break_glass.begun",
    ]  # fmt: skip


def test_a_broken_glass_can_be_ended_and_is_reviewed_all_the_same(access: Access) -> None:
    emergency = asked(environment="production", references={"incident": "I-1"})
    entry = access.break_glass(emergency, query(), reason="the site is down")
    ended = access.revoke(entry.id, person("ann"))
    assert ended.state is State.REVIEW_DUE
    assert access.with_broken_glass(emergency).break_glass is None
    assert access.review(entry.id, person("sue"), is_abuse=True).state is State.REVIEWED
    with pytest.raises(StepRefused):
        access.review(entry.id, person("sam"))


def test_a_clock_that_went_back_decides_nothing(access: Access, clock: Clock) -> None:
    entry = access.request(asked(), query())
    clock.shift = datetime.timedelta(seconds=-3)  # as clocks are set
    access.approve(entry.id, person("sam"))
    clock.shift = datetime.timedelta(hours=-1)
    with pytest.raises(ClockError, match="behind the last event"):
        access.approve(entry.id, person("sue"))
    clock.shift = datetime.timedelta(0)
    assert access.entry(entry.id).missing == ("1 of security in us",)
    assert kinds(access)[-1] == "clock.stepped_back"
    times = [one["at"] for one in log(access)]
    assert times == sorted(times)


def test_a_store_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no folder"):
        Store.open(tmp_path / "gone" / "access.db")
    (tmp_path / "text.db").write_text("this is no database, and longer than a header of one is" * 20)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(tmp_path / "text.db")
    store = Store.open(tmp_path / "access.db")
    with store.writing() as step:
        step.connection.exec_driver_sql("UPDATE classify_access_version SET version_num = '9999'")
    store.close()
    with pytest.raises(StoreError, match=r"the store is of version 9999, this package knows \d+: upgrade"):
        Store.open(tmp_path / "access.db")
    with pytest.raises(StoreError, match="the store is SQLite or PostgreSQL, not mysql"):
        Store.open("mysql+pymysql://localhost/x")
