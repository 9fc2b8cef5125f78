"""A second way to decide, for the tests: a loop over everything, no index, no shortcut, nothing kept."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from attrs import evolve, frozen

from classify.labels import Label
from classify.policy import Approval, Approvers, Grant, Policy, Request, Rule, Scope
from classify.policy.facts import Touched

ALLOW, NEEDS, DENY = "allow", "needs_approval", "deny"


@frozen
class Answer:
    """What the second way says.

    Attributes:
        met: each rule that met a label, by id and the label's position.
        missing: how many people are missing.
    """

    kind: str
    met: frozenset[tuple[str, int]]
    missing: int = 0
    references: tuple[str, ...] = ()
    by_break_glass: bool = False


def decide(policy: Policy, request: Request, touched: Touched, grants: list[Grant], now: datetime.datetime) -> Answer:
    if policy.purposes is not None and request.purpose not in policy.purposes:
        request = evolve(request, purpose=None)
    met = [
        (rule, at)
        for rule in policy.rules
        for at, touch in enumerate(touched.touches)
        if meets(policy, rule, request, touched, touch.label, touch.dataset)
    ]
    ids = frozenset((rule.id, at) for rule, at in met)
    if any(rule.effect == "deny" for rule, _ in met):
        return Answer(DENY, ids)
    for at in range(len(touched.touches)):
        if not any(rule.effect == "allow" and at == where for rule, where in met):
            return Answer(DENY, ids)
    names_met = {rule.id for rule, _ in met}
    requires = [rule for rule in policy.rules if rule.effect == "require" and rule.id in names_met]
    slots: dict[Approvers, int] = {}
    for rule in requires:
        for who, count in rule.requirement.approvals.items():
            slots[who] = max(count, slots.get(who, 0))
    wanted = sorted({name for rule in requires for name in rule.requirement.references})
    covering = [grant for grant in grants if covers(grant, request, touched, requires, now)]
    approvals = [one for grant in covering for one in grant.approvals]
    texts = [request.references, *(grant.references for grant in covering)]
    references = tuple(name for name in wanted if not any(fits(policy, name, one.get(name)) for one in texts))
    flat = [who for who, count in slots.items() for _ in range(count)]
    missing = len(flat) - most(policy, flat, people(policy, request, approvals))
    if not missing and not references:
        return Answer(ALLOW, ids)
    if breaks_glass(policy, request, touched, {(rule.id, at): rule for rule, at in met}, now):
        return Answer(ALLOW, ids, by_break_glass=True)
    return Answer(NEEDS, ids, missing, references)


def breaks_glass(
    policy: Policy, request: Request, touched: Touched, met: dict[tuple[str, int], Rule], now: datetime.datetime
) -> bool:
    begun = request.break_glass
    if begun is None or request.principal.review_overdue is None or request.principal.review_overdue:
        return False
    for at in range(len(touched.touches)):
        rules = [rule for (_, where), rule in met.items() if where == at and rule.effect == "break_glass"]
        if not any(
            rule.requirement.longest is not None
            and begun <= now
            and now < begun + rule.requirement.longest
            and all(fits(policy, name, request.references.get(name)) for name in rule.requirement.references)
            for rule in rules
        ):
            return False
    return True


def meets(policy: Policy, rule: Rule, request: Request, touched: Touched, label: Label, dataset: str | None) -> bool:
    return all(tests(policy, rule, request, touched, label, dataset))


def tests(  # noqa: C901, PLR0915  # one line for each test there is
    policy: Policy, rule: Rule, request: Request, touched: Touched, label: Label, dataset: str | None
) -> Iterator[bool]:
    when, person = rule.when, request.principal
    tight = rule.effect in ("deny", "require")
    rank = policy.terms.scheme.names.index

    def inside(region: str, outer: frozenset[str]) -> bool:
        seen: set[str] = set()
        todo = [region]
        while todo:
            one = todo.pop()
            if one in outer:
                return True
            if one not in seen:
                seen.add(one)
                todo += [name for name, inner in policy.terms.regions.inside.items() if one in inner]
        return False

    def kind_of(category: str, other: str) -> bool:
        return category == other or category.startswith(other + ".")

    def one_of(known: frozenset[str] | None, value: str | None) -> bool:
        return known is None or (tight if value is None else value in known)

    def there(within: frozenset[str] | None, outside: frozenset[str] | None, region: str | None) -> bool:
        if within is None and outside is None:
            return True
        if region is None:
            return tight
        return (within is None or inside(region, within)) and (outside is None or not inside(region, outside))

    if when.level is not None:
        own = rank(str(label.level))
        yield own >= rank(when.level) if tight else own <= rank(when.level)
    if when.categories is not None and tight:
        yield any(one == "*" or kind_of(one, wanted) for one in label.categories for wanted in when.categories)
    if when.categories is not None and not tight:
        yield all(any(kind_of(one, wanted) for wanted in when.categories) for one in label.categories)
    if when.residency is not None and tight:
        yield any(one == "*" or inside(one, when.residency) for one in label.residency)
    if when.residency is not None and not tight:
        yield all(inside(one, when.residency) for one in label.residency)
    if when.datasets is not None:
        yield tight if dataset is None else any(one in (dataset, "*") for one in when.datasets)
    if when.together is not None:
        everything = {one for touch in touched.touches for one in touch.label.categories}
        yield any(
            all(any(one == "*" or kind_of(one, wanted) for one in everything) for wanted in some)
            for some in when.together
        )
    if when.unresolved:
        yield touched.is_unresolved
    if when.groups_any is not None:
        yield tight if person.groups is None else bool(person.groups & when.groups_any)
    if when.groups_none is not None:
        yield tight if person.groups is None else not person.groups & when.groups_none
    yield one_of(when.employment, person.employment)
    if when.clearance is not None:
        known = person.clearance in policy.terms.scheme.names
        has = known and rank(str(person.clearance)) >= rank(when.clearance)
        yield (not known or not has) if tight else has
    if when.identity is not None:
        names = policy.terms.identities
        has = person.identity in names and names.index(str(person.identity)) >= names.index(when.identity)
        yield not has if tight else has
    yield there(when.region_in, when.outside, person.region)
    yield there(when.execution_in, when.execution_outside, request.execution_region)
    sink = person.region if request.sink.kind == "person" and request.sink.region is None else request.sink.region
    yield there(when.sink_in, when.sink_outside, sink)
    yield one_of(when.sink_kind, request.sink.kind)
    if when.action is not None:
        done = {request.action, *touched.does}
        yield bool(done & when.action) if tight else done <= when.action
    yield one_of(when.purpose, request.purpose)
    if when.purpose_not is not None:
        yield request.purpose is None or request.purpose not in when.purpose_not
    yield one_of(when.environment, request.environment)


def covers(grant: Grant, request: Request, touched: Touched, requires: list[Rule], now: datetime.datetime) -> bool:
    same = (
        not grant.is_revoked
        and grant.requester == request.principal.id
        and grant.action == request.action
        and grant.purpose == request.purpose
        and grant.execution_region == request.execution_region
        and grant.sink == request.sink
    )
    if not same or now < grant.begins or now >= grant.ends:
        return False
    for rule in requires:
        longest = rule.requirement.longest
        if longest is not None and now >= grant.begins + longest:
            return False
        if rule.requirement.scope > grant.scope:
            return False
    if grant.scope is Scope.STATEMENT:
        return grant.statement is not None and grant.statement == request.statement
    if touched.is_unresolved or any(one not in (grant.action, "read") for one in touched.does):
        return False
    if grant.scope is Scope.TEMPLATE and (grant.template is None or grant.template != request.template):
        return False
    for column, label in touched.columns.items():
        if column not in grant.columns or not grant.columns[column].dominates(label):
            return False
    return True


def fits(policy: Policy, name: str, text: str | None) -> bool:
    if text is None or len(text) > 200:
        return False
    pattern = policy.references.get(name)
    return bool(text.strip()) if pattern is None else bool(pattern.fullmatch(text))


def people(policy: Policy, request: Request, approvals: Iterable[Approval]) -> list[list[Approval]]:
    """The approvals that count, those of one person together: joined until nothing can be joined any more."""
    barred = {request.principal.id, request.author}
    found = [
        [one]
        for one in approvals
        if one.approver.id not in barred and (one.acting_for is None or one.acting_for not in barred)
    ]
    joined = True
    while joined:
        joined = False
        for left in range(len(found)):
            for right in range(left + 1, len(found)):
                if names(found[left]) & names(found[right]):
                    found[left] += found.pop(right)
                    joined = True
                    break
            if joined:
                break
    return found


def names(approvals: list[Approval]) -> set[str]:
    return {one.approver.id for one in approvals} | {one.acting_for for one in approvals if one.acting_for}


def most(policy: Policy, slots: list[Approvers], persons: list[list[Approval]]) -> int:
    """How many slots can be filled at most, by trying everything."""
    if not slots or not persons:
        return 0
    first, rest = slots[0], slots[1:]
    best = most(policy, rest, persons)
    for at, own in enumerate(persons):
        if any(stands(policy, first, one) for one in own):
            best = max(best, 1 + most(policy, rest, persons[:at] + persons[at + 1 :]))
    return best


def stands(policy: Policy, who: Approvers, one: Approval) -> bool:
    person, terms = one.approver, policy.terms
    names = policy.terms.identities
    if who.identity is not None and (
        person.identity not in names or names.index(str(person.identity)) < names.index(who.identity)
    ):
        return False
    if not person.groups or not person.groups & who.groups or (who.signed and not one.signed):
        return False
    if who.region is not None and (person.region is None or not terms.regions.is_in(person.region, [who.region])):
        return False
    order = terms.scheme.names
    return who.clearance is None or (
        person.clearance in order and order.index(str(person.clearance)) >= order.index(who.clearance)
    )
