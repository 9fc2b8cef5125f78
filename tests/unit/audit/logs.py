"""A small log for the tests."""

from __future__ import annotations

import datetime
from typing import Any

from classify.audit import GENESIS, Event, Signer
from classify.audit.merkle import leaf_hash

ORIGIN = "example.org/audit"
AT = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)
ANN, BOB = "p:" + "a" * 32, "p:" + "b" * 32
REQUEST, GRANT = "1" * 32, "2" * 32
DIGEST = "v1:" + "d" * 64
EMAIL = {"name": "app.users.email", "level": "confidential", "categories": ["pii.email"], "residency": ["us"]}

SIGNER = Signer.parse("PRIVATE+KEY+example.org/audit+1b459cf6+AQcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH")

STEPS: list[tuple[str, dict[str, Any]]] = [
    ("store.created", {"origin": ORIGIN}),
    (
        "request.made",
        {
            "request": REQUEST, "requester": ANN, "region": "de", "region_source": "groups", "action": "read",
            "purpose": "fraud", "columns": [EMAIL], "is_unresolved": False, "scope": "columns", "for_at_most_s": 28_800,
            "made_at": "2026-06-01T12:00:01.000000Z", "lapses_at": "2026-06-08T12:00:01.000000Z",
            "references": ["ticket=SEC-12"], "body": DIGEST, "digest": DIGEST, "missing": ["2 of us-security in us"],
        },
    ),
    (
        "request.approved",
        {
            "request": REQUEST, "approver": BOB, "groups": ["us-security"], "region": "us", "body": DIGEST,
            "digest": DIGEST,
            "given_at": "2026-06-01T12:00:02.000000Z",
            "missing": ["1 of us-security in us"],
        },
    ),
    ("request.denied", {"request": REQUEST, "approver": BOB, "reason": DIGEST}),
    ("query.decided", {"requester": ANN, "action": "read", "columns": [], "is_unresolved": True, "decision": "deny",
                       "rules": ["größte"], "grants": []}),
]  # fmt: skip


def log(count: int = len(STEPS)) -> list[bytes]:
    """The bodies of a log of so many events."""
    found: list[bytes] = []
    prev = GENESIS
    for seq in range(count):
        kind, fields = STEPS[seq] if seq < len(STEPS) else STEPS[-1]
        body = Event("main", seq, prev, AT + datetime.timedelta(seconds=seq), kind, fields).body()
        prev = leaf_hash(body).hex()
        found.append(body)
    return found
