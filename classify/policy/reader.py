"""Reads a policy and its groups from files, whole or not at all."""

from __future__ import annotations

import datetime
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from classify.audit.note import Verifier
from classify.documents import (
    Items,
    Node,
    Report,
    Scalar,
    Table,
    check,
    child,
    expected,
    read_document,
    shown_path,
    whole_of,
)
from classify.documents.node import spelled
from classify.errors import FileError, Problem, UsageError
from classify.labels import Scheme
from classify.policy.facts import Principal, Scope
from classify.policy.form import GROUPS_FILE, LOOSENING, POLICY_FILE, TIGHTENING
from classify.policy.policy import Policy
from classify.policy.regions import Regions
from classify.policy.requirement import Approvers, Obligations, Requirement
from classify.policy.rules import Effect, Review, Rule, Terms, When

_MOST_RULES = 10_000
_HELD = {
    "approvals": (Effect.REQUIRE,),
    "scope": (Effect.REQUIRE,),
    "for_at_most": (Effect.REQUIRE, Effect.BREAK_GLASS),
    "references": (Effect.REQUIRE, Effect.BREAK_GLASS),
    "obligations": (Effect.REQUIRE, Effect.BREAK_GLASS),
    "review": (Effect.BREAK_GLASS,),
}
"""What a rule may have beside its tests, by its effect."""


def load_policy(path: str | os.PathLike[str], groups: str | os.PathLike[str] | None, scheme: Scheme) -> Policy:
    """The policy of a file, with the people of another.

    Raises:
        FileError: with everything that is wrong in both.
    """
    problems: list[Problem] = []
    directory: Directory | None = None
    if groups is not None:
        try:
            directory = load_groups(groups, scheme)
        except FileError as error:
            problems += error.problems
    found: Policy | None = None
    try:
        found = _load(Path(path), directory, scheme)
    except FileError as error:
        problems = [*error.problems, *problems]
    if problems or found is None:
        raise FileError(problems)
    files = {"policy": path, **({"groups": groups} if groups is not None else {})}
    return evolve(found, digests={name: _digest(one) for name, one in files.items()})


def _digest(path: str | os.PathLike[str]) -> str:
    try:
        return f"sha256:{hashlib.sha256(Path(path).read_bytes()).hexdigest()}"
    except OSError as error:  # it was there just now
        raise FileError([Problem(shown_path(Path(path)), "", f"cannot be read: {error.strerror}")]) from None


@frozen
class Directory:
    """The groups and people of a file.

    Attributes:
        groups: their names.
        people: with the groups that they are in.
        keys: by person, the public key that their approvals are signed by.
    """

    groups: tuple[str, ...]
    people: tuple[Principal, ...]
    keys: Mapping[str, str]


def load_groups(path: str | os.PathLike[str], scheme: Scheme) -> Directory:
    """The groups of a file, and who is in them.

    Raises:
        FileError: with everything that is wrong in it.
    """
    shown = shown_path(Path(path))
    report = Report(shown)
    document = check(read_document(Path(path)), GROUPS_FILE, report)
    groups: dict[str, list[str]] = {}
    people: dict[str, Table] = {}
    keys: dict[str, str] = {}
    table = document.get("groups") if document is not None else None
    for key, value in table.entries.values() if isinstance(table, Table) else ():
        groups[key.text] = [one.text for one in _scalars(value)]
    listed = document.get("people") if document is not None else None
    for key, value in listed.entries.values() if isinstance(listed, Table) else ():
        if isinstance(value, Table):
            people[key.text] = value
            level = value.get("clearance")
            if isinstance(level, Scalar) and level.text not in scheme.names:
                where = child(child("$.people", key.text), "clearance")
                report.add(level.at, where, f"unknown level `{level.text}`{expected(level.text, scheme.names)}")
            public = value.get("key")
            if isinstance(public, Scalar):
                keys[key.text] = public.text
                try:
                    Verifier.parse(public.text)
                except UsageError as error:
                    report.add(public.at, child(child("$.people", key.text), "key"), str(error))
    if report.problems:
        raise FileError(report.problems)
    ids = dict.fromkeys((*people, *(one for members in groups.values() for one in members)))
    return Directory(tuple(groups), tuple(_person(one, groups, people.get(one)) for one in ids), keys)


def _person(name: str, groups: dict[str, list[str]], entry: Table | None) -> Principal:
    def said(key: str) -> str | None:
        node = entry.get(key) if entry is not None else None
        return node.text if isinstance(node, Scalar) else None

    own = frozenset(group for group, members in groups.items() if name in members)
    return Principal(name, own, said("region"), said("employment"), said("clearance"))


def _load(path: Path, directory: Directory | None, scheme: Scheme) -> Policy:
    report = Report(shown_path(path))
    document = check(read_document(path), POLICY_FILE, report)
    if document is None:
        raise FileError(report.problems)
    reader = _Reader(document, directory, scheme, report)
    rules = tuple(reader.rules())
    references = reader.references()
    if report.problems:
        raise FileError(report.problems)
    terms = Terms(scheme, reader.regions, reader.identities)
    people = directory.people if directory is not None else None
    keys = directory.keys if directory is not None else {}
    return Policy(rules, terms, references, people, reader.purposes, keys)


class _Reader:
    """Reads a policy that has its form; what its words mean is checked here."""

    def __init__(self, document: Table, directory: Directory | None, scheme: Scheme, report: Report) -> None:
        self._document = document
        self._groups = directory.groups if directory is not None else None
        self._scheme = scheme
        self._report = report
        table = document.get("regions")
        entries = table.entries.values() if isinstance(table, Table) else ()
        self.regions = Regions({key.text: tuple(one.text for one in _scalars(value)) for key, value in entries})
        cycle = self.regions.cycle()
        if cycle and isinstance(table, Table):
            key = table.entries[cycle[0]][0]
            where = child("$.regions", cycle[0])
            report.add(key.at, where, f"`{cycle[0]}` is inside of itself, by way of `{cycle[1]}`, remove one")
        self.identities = tuple(one.text for one in _scalars(document.get("identities")))
        self.purposes = tuple(one.text for one in _scalars(document.get("purposes"))) or None

    def references(self) -> dict[str, re.Pattern[str]]:
        """What each reference looks like."""
        table = self._document.get("references")
        found: dict[str, re.Pattern[str]] = {}
        for key, value in table.entries.values() if isinstance(table, Table) else ():
            if isinstance(value, Scalar):
                parts = re.split(r"(<\w+>)", value.text)
                found[key.text] = re.compile("".join(_PLACEHOLDERS.get(part, re.escape(part)) for part in parts))
        return found

    def rules(self) -> Iterator[Rule]:
        rules = self._document.get("rules")
        items = rules.items if isinstance(rules, Items) else ()
        if len(items) > _MOST_RULES and isinstance(rules, Items):
            self._report.add(rules.at, "$.rules", f"more than {_MOST_RULES} rules, split the policy")
            return
        first: dict[str, Scalar] = {}
        for at, node in enumerate(items):
            path = f"$.rules[{at}]"
            if not isinstance(node, Table):
                continue
            name = node.get("id")
            if isinstance(name, Scalar):
                other = first.setdefault(name.text, name)
                if other is not name:
                    where = f" in line {other.at[0]}" if other.at[0] else ""
                    self._report.add(name.at, child(path, "id"), f"`{name.text}` is there twice, first{where}")
            rule = self._rule(node, path)
            if rule is not None:
                yield rule

    def _rule(self, node: Table, path: str) -> Rule | None:
        effect = _text(node.get("effect"))
        name = _text(node.get("id"))
        if effect not in tuple(Effect) or not name:
            return None
        kind = Effect(effect)
        for key, allowed in _HELD.items():
            if key in node.entries and kind not in allowed:
                article = "an" if kind is Effect.ALLOW else "a"
                self._report.add(
                    node.entries[key][0].at, child(path, key), f"{article} `{kind}` has no `{key}`, remove it"
                )
        if kind is Effect.REQUIRE and not {"approvals", "references", "obligations"} & set(node.entries):
            self._report.add(node.at, path, "requires nothing, add `approvals`, `references` or `obligations`")
        if kind is Effect.BREAK_GLASS:
            for key in ("for_at_most", "review"):
                if key not in node.entries:
                    self._report.add(node.at, path, f"no `{key}`, every `break_glass` has one")
        when = self._when(node.get("when"), kind, child(path, "when"))
        return Rule(
            name,
            kind,
            when,
            self._requirement(node, path),
            self._review(node.get("review"), child(path, "review")),
            _text(node.get("advice")),
            spelled(self._report.file, node.at),
        )

    def _when(self, node: Node | None, effect: Effect, path: str) -> When:
        when = node if isinstance(node, Table) else Table({}, (0, 0))
        self._polarity(when, effect, path)
        data, requester, execution, sink = (
            found if isinstance(found := when.get(key), Table) else Table({}, (0, 0))
            for key in ("data", "requester", "execution", "sink")
        )
        self._check(when, data, requester, execution, sink, path)
        together = data.get("together")
        return When(
            level=_some(data, "level_at_least") or _some(data, "level_at_most"),
            categories=_set(data, "categories_any", "categories_within"),
            residency=_set(data, "residency_any", "residency_within"),
            datasets=tuple(one.text for one in _scalars(data.get("datasets"))) or None,
            together=tuple(frozenset(one.text for one in _scalars(item)) for item in together.items)
            if isinstance(together, Items)
            else None,
            unresolved=_truth(data.get("unresolved")),
            groups_any=_set(requester, "groups_any"),
            groups_none=_set(requester, "groups_none"),
            employment=_set(requester, "employment"),
            clearance=_some(requester, "clearance_below") or _some(requester, "clearance_at_least"),
            identity=_some(requester, "identity_below") or _some(requester, "identity_at_least"),
            region_in=_set(requester, "region_in"),
            outside=_one(requester, "outside"),
            execution_in=_set(execution, "region_in"),
            execution_outside=_one(execution, "outside"),
            sink_in=_set(sink, "region_in"),
            sink_outside=_one(sink, "outside"),
            sink_kind=_set(sink, "kind"),
            action=_set(when, "action"),
            purpose=_set(when, "purpose"),
            purpose_not=_set(when, "purpose_not"),
            environment=_set(when, "environment"),
        )

    def _polarity(self, when: Table, effect: Effect, path: str) -> None:
        """Report tests that would make more data loosen a decision, or a better requester tighten it."""
        wrong = LOOSENING if effect.tightens else TIGHTENING
        for key, value in when.entries.values():
            inner = child(path, key.text)
            tests = [(key, inner)]
            if isinstance(value, Table):
                tests = [(one, child(inner, one.text)) for one, _ in value.entries.values()]
            for test, where in tests:
                if test.text in wrong:
                    kinds = "`allow` and `break_glass`" if effect.tightens else "`deny` and `require`"
                    self._report.add(test.at, where, f"`{test.text}` is a test of {kinds}, not of `{effect}`")

    def _check(self, when: Table, data: Table, requester: Table, execution: Table, sink: Table, path: str) -> None:
        inside = child(path, "data")
        for key in ("level_at_least", "level_at_most"):
            self._words([data.get(key)], self._scheme.names, "level", child(inside, key))
        for key in ("categories_any", "categories_within"):
            self._categories(_scalars(data.get(key)), child(inside, key))
        together = data.get("together")
        for item in together.items if isinstance(together, Items) else ():
            self._categories(_scalars(item), child(inside, "together"))
        for table, name in ((requester, "requester"), (execution, "execution"), (sink, "sink")):
            for key in ("region_in", "outside"):
                self._regions(table.get(key), child(child(path, name), key))
        for key in ("residency_any", "residency_within"):
            self._regions(data.get(key), child(inside, key))
        asks = child(path, "requester")
        for key in ("clearance_at_least", "clearance_below"):
            self._words([requester.get(key)], self._scheme.names, "level", child(asks, key))
        for key in ("identity_at_least", "identity_below"):
            self._identity(requester, key, asks)
        for key in ("groups_any", "groups_none"):
            self._words(_scalars(requester.get(key)), self._groups, "group", child(asks, key))
        for key in ("purpose", "purpose_not"):
            self._words(_scalars(when.get(key)), self.purposes, "purpose", child(path, key))

    def _identity(self, table: Table, key: str, path: str) -> None:
        if key in table.entries and not self.identities:
            self._report.add(table.entries[key][0].at, child(path, key), "no `identities` in this policy, list them")
        self._words([table.get(key)], self.identities, "identity", child(path, key))

    def _requirement(self, node: Table, path: str) -> Requirement:
        approvals: dict[Approvers, int] = {}
        listed = node.get("approvals")
        for at, one in enumerate(listed.items if isinstance(listed, Items) else ()):
            where = f"{child(path, 'approvals')}[{at}]"
            count = whole_of(one.get("count")) if isinstance(one, Table) else None
            if not isinstance(one, Table) or count is None:
                continue
            self._words(_scalars(one.get("groups")), self._groups, "group", child(where, "groups"))
            self._regions(one.get("region"), child(where, "region"))
            self._words([one.get("clearance")], self._scheme.names, "level", child(where, "clearance"))
            self._identity(one, "identity_at_least", where)
            who = Approvers(
                frozenset(group.text for group in _scalars(one.get("groups"))),
                _some(one, "region"),
                _some(one, "clearance"),
                _truth(one.get("signed")),
                _some(one, "identity_at_least"),
            )
            approvals[who] = max(count, approvals.get(who, 0))
        known = self._document.get("references")
        names = tuple(known.entries) if isinstance(known, Table) else ()
        self._words(_scalars(node.get("references")), names, "reference", child(path, "references"))
        scope = _some(node, "scope")
        return Requirement(
            approvals,
            _duration(node.get("for_at_most")),
            frozenset(one.text for one in _scalars(node.get("references"))),
            Scope[scope.upper()] if scope is not None else Scope.COLUMNS,
            self._obligations(node.get("obligations"), child(path, "obligations")),
        )

    def _obligations(self, node: Node | None, path: str) -> Obligations:
        if not isinstance(node, Table):
            return Obligations()
        self._categories(_scalars(node.get("mask")), child(path, "mask"))
        self._words(_scalars(node.get("notify")), self._groups, "group", child(path, "notify"))
        return Obligations(
            frozenset(one.text for one in _scalars(node.get("mask"))),
            whole_of(node.get("rows_at_most")),
            _truth(node.get("watermark")),
            frozenset(one.text for one in _scalars(node.get("notify"))),
        )

    def _review(self, node: Node | None, path: str) -> Review | None:
        if not isinstance(node, Table):
            return None
        self._words(_scalars(node.get("groups")), self._groups, "group", child(path, "groups"))
        count, within = whole_of(node.get("count")), _duration(node.get("within"))
        if count is None or within is None:
            return None
        return Review(count, frozenset(one.text for one in _scalars(node.get("groups"))), within)

    def _words(self, nodes: Iterable[Node | None], known: Iterable[str] | None, kind: str, path: str) -> None:
        """Report words that nobody has; nothing where it is not known which there are."""
        if known is None:
            return
        names = tuple(known)
        for node in nodes:
            if isinstance(node, Scalar) and isinstance(node.value, str) and node.text not in names:
                self._report.add(node.at, path, f"unknown {kind} `{node.text}`{expected(node.text, names)}")

    def _regions(self, node: Node | None, path: str) -> None:
        if "regions" in self._document.entries:
            self._words(_scalars(node) if isinstance(node, Items) else [node], self.regions.known, "region", path)

    def _categories(self, nodes: Iterable[Scalar], path: str) -> None:
        for node in nodes:
            try:
                self._scheme.require_category(node.text)
            except UsageError as error:
                self._report.add(node.at, path, str(error))


_PLACEHOLDERS = {"<digits>": r"\d+", "<letters>": r"[^\W\d_]+", "<word>": r"[\w-]+"}


def _duration(node: Node | None) -> datetime.timedelta | None:
    text = _text(node)
    if not text:
        return None
    unit = {"m": "minutes", "h": "hours", "d": "days"}[text[-1]]
    return datetime.timedelta(**{unit: int(text[:-1])})


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and isinstance(node.value, str) else ""


def _some(table: Table, key: str) -> str | None:
    return _text(table.get(key)) or None


def _one(table: Table, key: str) -> frozenset[str] | None:
    found = _some(table, key)
    return frozenset((found,)) if found is not None else None


def _set(table: Table, *keys: str) -> frozenset[str] | None:
    for key in keys:
        node = table.get(key)
        if isinstance(node, Items):
            return frozenset(one.text for one in _scalars(node))
    return None


def _truth(node: Any) -> bool:
    return isinstance(node, Scalar) and node.value is True


def _scalars(node: Node | None) -> list[Scalar]:
    items = node.items if isinstance(node, Items) else ()
    return [one for one in items if isinstance(one, Scalar) and isinstance(one.value, str)]
