"""A small company for the tests: a catalog, a policy with its groups, people, and a store."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from classify.access import Access, Store
from classify.catalog import Catalog
from classify.exposure import Exposure
from classify.policy import Policy, Principal, Request
from classify.sql import analyse

HOUR = datetime.timedelta(hours=1)
RULES: list[dict[str, Any]] = [
    {"id": "staff", "effect": "allow", "when": {"requester": {"employment": ["staff"]}}},
    {
        "id": "two",
        "effect": "require",
        "when": {"data": {"level_at_least": "confidential"}, "requester": {"outside": "us"}},
        "approvals": [{"count": 2, "groups": ["security"], "region": "us"}],
        "for_at_most": "8h",
        "references": ["ticket"],
    },
    {
        "id": "very",
        "effect": "require",
        "when": {"data": {"level_at_least": "restricted"}, "requester": {"outside": "us"}},
        "approvals": [{"count": 1, "groups": ["privacy"]}],
        "for_at_most": "2h",
        "scope": "statement",
    },
    {"id": "no-export", "effect": "deny", "when": {"action": ["export"], "data": {"level_at_least": "confidential"}}},
    {
        "id": "on-call",
        "effect": "break_glass",
        "when": {"requester": {"groups_any": ["on-call"]}, "environment": ["production"]},
        "for_at_most": "1h",
        "references": ["incident"],
        "review": {"count": 1, "groups": ["security"], "within": "1d"},
    },
]
GROUPS: dict[str, Any] = {
    "groups": {"security": ["sam", "sue", "sid", "tom"], "privacy": ["pat", "sam"], "on-call": ["ann"]},
    "people": {
        "ann": {"region": "de", "employment": "staff"},
        "bob": {"region": "de", "employment": "staff"},
        "sam": {"region": "us", "employment": "staff"},
        "sue": {"region": "us", "employment": "staff"},
        "sid": {"region": "us", "employment": "staff"},
        "tom": {"region": "de", "employment": "staff"},
        "pat": {"region": "us", "employment": "staff"},
    },
}
CATALOG = Catalog.from_mapping(
    {"app.users": {"id": "internal", "email": "confidential", "ssn": "restricted"}}, dialect="postgres"
)


def policy(folder: Path, rules: list[dict[str, Any]] | None = None, groups: dict[str, Any] | None = None) -> Policy:
    document = {
        "version": 1,
        "references": {"ticket": "T-<digits>", "incident": "I-<digits>"},
        "rules": rules if rules is not None else RULES,
    }
    (folder / "policy.json").write_text(json.dumps(document))
    (folder / "groups.json").write_text(json.dumps({"version": 1, **(groups or GROUPS)}))
    return Policy.load(folder / "policy.json", groups=folder / "groups.json")


def person(name: str) -> Principal:
    """Somebody as the operating system tells: a name, and what the groups file has of it."""
    known = GROUPS["people"].get(name, {})
    own = [group for group, members in GROUPS["groups"].items() if name in members]
    return Principal(name, own, known.get("region"), known.get("employment"), identity="os")


def asked(name: str = "ann", **facts: Any) -> Request:
    found: dict[str, Any] = {"purpose": "fraud", "references": {"ticket": "T-12"}, **facts}
    return Request(person(name), **found)


def query(sql: str = "select email from app.users") -> Exposure:
    return analyse(sql, CATALOG, dialect="postgres")


def office(folder: Path, where: str | Path | None = None) -> Access:
    return Access(Store.open(where if where is not None else folder / "access.db"), policy(folder))
