"""Queries that ran, as OpenLineage tells of them."""

from __future__ import annotations

from classify.audit.event import Event
from classify.audit.openlineage import run_event
from tests.unit.audit.logs import ANN, AT, DIGEST, EMAIL


def decided(decision: str = "allow", **more: object) -> Event:
    rows = {**EMAIL, "name": "app.users"}
    fields = {
        "requester": ANN, "action": "read", "columns": [rows, EMAIL, {**EMAIL, "name": "app.users.address.city"}],
        "is_unresolved": False, "decision": decision, "rules": [], "grants": [], **more,
    }  # fmt: skip
    event = Event("main", 7, "0" * 64, AT, "query.decided", fields)
    event.body()
    return event


def test_a_result_and_what_is_written() -> None:
    outputs = [
        {"dataset": "", "name": "mail", "direct": ["app.users.email"], "indirect": ["app.users.address.city"]},
        {"dataset": "mart.copies", "name": "mail", "direct": ["app.users.email"], "indirect": []},
    ]
    found = run_event(decided(outputs=outputs, statement=DIGEST), "example.org/audit")
    assert found is not None
    assert (found["job"]["name"], found["eventTime"]) == (DIGEST, "2026-06-01T12:00:00.000000Z")
    assert found["inputs"] == [{"namespace": "example.org/audit", "name": "app.users"}]
    result, written = found["outputs"]
    assert (result["name"], written["name"]) == ("result", "mart.copies")
    fields = result["facets"]["columnLineage"]["fields"]["mail"]["inputFields"]
    assert [(one["name"], one["field"], one["transformations"][0]["type"]) for one in fields] == [
        ("app.users", "email", "DIRECT"),
        ("app.users", "address.city", "INDIRECT"),
    ]
    again = run_event(decided(outputs=outputs, statement=DIGEST), "example.org/audit")
    assert again is not None
    assert again["run"] == found["run"]


def test_what_did_not_run_is_none() -> None:
    assert run_event(decided("deny"), "o") is None
    assert run_event(Event("main", 0, "0" * 64, AT, "store.created", {"origin": "o"}), "o") is None
