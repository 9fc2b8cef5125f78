"""Reads a policy and its groups from files, whole or not at all."""

from __future__ import annotations

import datetime
import hashlib
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from attrs import evolve, frozen

from classify.audit.note import Verifier
from classify.documents import Entry, Problems, Said, check, read_document, shown_path
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
    problems = Problems(shown_path(Path(path)))
    document = check(read_document(Path(path)), GROUPS_FILE, problems)
    listed = document.entry("groups") if document is not None else None
    groups = {name: listed.texts(name) for name in listed.names()} if listed is not None else {}
    people: dict[str, Entry] = {}
    keys: dict[str, str] = {}
    known = document.entry("people") if document is not None else None
    for name in known.names() if known is not None else ():
        person = known.entry(name) if known is not None else None
        if person is None:
            continue
        people[name] = person
        for level in person.said("clearance"):
            level.is_one_of(scheme.names, "level")
        for public in person.said("key"):
            keys[name] = public.text
            try:
                Verifier.parse(public.text)
            except UsageError as error:
                public.wrong(str(error))
    problems.raise_any()
    ids = dict.fromkeys((*people, *(one for members in groups.values() for one in members)))
    return Directory(tuple(groups), tuple(_person(one, groups, people.get(one)) for one in ids), keys)


def _person(name: str, groups: Mapping[str, tuple[str, ...]], entry: Entry | None) -> Principal:
    own = frozenset(group for group, members in groups.items() if name in members)
    if entry is None:
        return Principal(name, own)
    return Principal(name, own, entry.optional("region"), entry.optional("employment"), entry.optional("clearance"))


def _load(path: Path, directory: Directory | None, scheme: Scheme) -> Policy:
    problems = Problems(shown_path(path))
    document = check(read_document(path), POLICY_FILE, problems)
    if document is None:
        raise FileError(problems.listed)
    reader = _Reader(document, directory, scheme)
    rules = tuple(reader.rules())
    references = reader.references()
    problems.raise_any()
    terms = Terms(scheme, reader.regions, reader.identities)
    people = directory.people if directory is not None else None
    keys = directory.keys if directory is not None else {}
    return Policy(rules, terms, references, people, reader.purposes, keys)


class _Reader:
    """Reads a policy that has its form; what its words mean is checked here."""

    def __init__(self, document: Entry, directory: Directory | None, scheme: Scheme) -> None:
        self._document = document
        self._groups = directory.groups if directory is not None else None
        self._scheme = scheme
        table = document.entry("regions")
        self.regions = Regions({name: table.texts(name) for name in table.names()} if table is not None else {})
        cycle = self.regions.cycle()
        if cycle and table is not None:
            table.key(cycle[0]).wrong(f"`{cycle[0]}` is inside of itself, by way of `{cycle[1]}`, remove one")
        self.identities = document.texts("identities")
        self.purposes = document.texts("purposes") or None

    def references(self) -> dict[str, re.Pattern[str]]:
        """What each reference looks like."""
        table = self._document.entry("references")
        found: dict[str, re.Pattern[str]] = {}
        for name in table.names() if table is not None else ():
            parts = re.split(r"(<\w+>)", table.text(name) if table is not None else "")
            found[name] = re.compile("".join(_PLACEHOLDERS.get(part, re.escape(part)) for part in parts))
        return found

    def rules(self) -> Iterator[Rule]:
        entries = list(self._document.entries("rules"))
        if len(entries) > _MOST_RULES:
            self._document.value("rules").wrong(f"more than {_MOST_RULES} rules, split the policy")
            return
        first: dict[str, Said] = {}
        for entry in entries:
            for name in entry.said("id"):
                other = first.setdefault(name.text, name)
                if other is not name:
                    where = f" in line {other.at[0]}" if other.at[0] else ""
                    name.wrong(f"`{name.text}` is there twice, first{where}")
            rule = self._rule(entry)
            if rule is not None:
                yield rule

    def _rule(self, entry: Entry) -> Rule | None:
        effect, name = entry.text("effect"), entry.text("id")
        if not effect or not name:
            return None
        kind = Effect(effect)
        for key, allowed in _HELD.items():
            if key in entry and kind not in allowed:
                article = "an" if kind is Effect.ALLOW else "a"
                entry.key(key).wrong(f"{article} `{kind}` has no `{key}`, remove it")
        if kind is Effect.REQUIRE and not {"approvals", "references", "obligations"} & set(entry.names()):
            entry.wrong("requires nothing, add `approvals`, `references` or `obligations`")
        if kind is Effect.BREAK_GLASS:
            for key in ("for_at_most", "review"):
                if key not in entry:
                    entry.wrong(f"no `{key}`, every `break_glass` has one")
        return Rule(
            name,
            kind,
            self._when(entry, kind),
            self._requirement(entry),
            self._review(entry.entry("review")),
            entry.text("advice"),
            entry.place,
        )

    def _when(self, rule: Entry, effect: Effect) -> When:
        when = rule.entry("when") or rule.empty("when")
        self._polarity(when, effect)
        data, requester, execution, sink = (
            when.entry(key) or when.empty(key) for key in ("data", "requester", "execution", "sink")
        )
        self._check(when, data, requester, execution, sink)
        return When(
            level=data.optional("level_at_least") or data.optional("level_at_most"),
            categories=_set(data, "categories_any", "categories_within"),
            residency=_set(data, "residency_any", "residency_within"),
            datasets=data.texts("datasets") or None,
            together=tuple(map(frozenset, data.lists("together"))) if "together" in data else None,
            unresolved=data.is_true("unresolved"),
            groups_any=_set(requester, "groups_any"),
            groups_none=_set(requester, "groups_none"),
            employment=_set(requester, "employment"),
            clearance=requester.optional("clearance_below") or requester.optional("clearance_at_least"),
            identity=requester.optional("identity_below") or requester.optional("identity_at_least"),
            region_in=_set(requester, "region_in"),
            outside=_set(requester, "outside"),
            execution_in=_set(execution, "region_in"),
            execution_outside=_set(execution, "outside"),
            sink_in=_set(sink, "region_in"),
            sink_outside=_set(sink, "outside"),
            sink_kind=_set(sink, "kind"),
            action=_set(when, "action"),
            purpose=_set(when, "purpose"),
            purpose_not=_set(when, "purpose_not"),
            environment=_set(when, "environment"),
        )

    def _polarity(self, when: Entry, effect: Effect) -> None:
        """Report tests that would make more data loosen a decision, or a better requester tighten it."""
        wrong = LOOSENING if effect.tightens else TIGHTENING
        for around in (when, *filter(None, map(when.entry, when.names()))):
            for test in around.names():
                if test in wrong:
                    kinds = "`allow` and `break_glass`" if effect.tightens else "`deny` and `require`"
                    around.key(test).wrong(f"`{test}` is a test of {kinds}, not of `{effect}`")

    def _check(self, when: Entry, data: Entry, requester: Entry, execution: Entry, sink: Entry) -> None:
        self._words(data.said("level_at_least", "level_at_most"), self._scheme.names, "level")
        self._categories(data.said("categories_any", "categories_within", "together"))
        for place in (requester, execution, sink):
            self._regions(place.said("region_in", "outside"))
        self._regions(data.said("residency_any", "residency_within"))
        self._words(requester.said("clearance_at_least", "clearance_below"), self._scheme.names, "level")
        self._identity(requester, "identity_at_least", "identity_below")
        self._words(requester.said("groups_any", "groups_none"), self._groups, "group")
        self._words(when.said("purpose", "purpose_not"), self.purposes, "purpose")

    def _identity(self, entry: Entry, *keys: str) -> None:
        if self.identities:
            self._words(entry.said(*keys), self.identities, "identity")
        else:
            for key in keys:
                if key in entry:
                    entry.key(key).wrong("no `identities` in this policy, list them")

    def _requirement(self, rule: Entry) -> Requirement:
        approvals: dict[Approvers, int] = {}
        for one in rule.entries("approvals"):
            count = one.whole("count")
            if count is None:
                continue
            self._words(one.said("groups"), self._groups, "group")
            self._regions(one.said("region"))
            self._words(one.said("clearance"), self._scheme.names, "level")
            self._identity(one, "identity_at_least")
            who = Approvers(
                frozenset(one.texts("groups")),
                one.optional("region"),
                one.optional("clearance"),
                one.is_true("signed"),
                one.optional("identity_at_least"),
            )
            approvals[who] = max(count, approvals.get(who, 0))
        known = self._document.entry("references")
        self._words(rule.said("references"), known.names() if known is not None else (), "reference")
        scope = rule.optional("scope")
        return Requirement(
            approvals,
            _duration(rule.text("for_at_most")),
            frozenset(rule.texts("references")),
            Scope[scope.upper()] if scope is not None else Scope.COLUMNS,
            self._obligations(rule.entry("obligations")),
        )

    def _obligations(self, entry: Entry | None) -> Obligations:
        if entry is None:
            return Obligations()
        self._categories(entry.said("mask"))
        self._words(entry.said("notify"), self._groups, "group")
        return Obligations(
            frozenset(entry.texts("mask")),
            entry.whole("rows_at_most"),
            entry.is_true("watermark"),
            frozenset(entry.texts("notify")),
        )

    def _review(self, entry: Entry | None) -> Review | None:
        if entry is None:
            return None
        self._words(entry.said("groups"), self._groups, "group")
        count, within = entry.whole("count"), _duration(entry.text("within"))
        if count is None or within is None:
            return None
        return Review(count, frozenset(entry.texts("groups")), within)

    def _words(self, said: Iterable[Said], known: Collection[str] | None, kind: str) -> None:
        """Report words that nobody has; nothing where it is not known which there are."""
        if known is not None:
            for one in said:
                one.is_one_of(known, kind)

    def _regions(self, said: Iterable[Said]) -> None:
        if "regions" in self._document:
            self._words(said, self.regions.known, "region")

    def _categories(self, said: Iterable[Said]) -> None:
        for one in said:
            try:
                self._scheme.require_category(one.text)
            except UsageError as error:
                one.wrong(str(error))


_PLACEHOLDERS = {"<digits>": r"\d+", "<letters>": r"[^\W\d_]+", "<word>": r"[\w-]+"}


def _duration(text: str) -> datetime.timedelta | None:
    if not text:
        return None
    unit = {"m": "minutes", "h": "hours", "d": "days"}[text[-1]]
    return datetime.timedelta(**{unit: int(text[:-1])})


def _set(entry: Entry, *keys: str) -> frozenset[str] | None:
    """The texts under the first of those keys that is there."""
    return next((frozenset(entry.texts(key)) for key in keys if key in entry), None)
