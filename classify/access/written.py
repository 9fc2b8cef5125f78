"""How what a request is about is written into the store, and read from it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from classify.errors import UsageError
from classify.labels import Label, Scheme
from classify.policy import Approval, Principal, Request, Scope, Sink
from classify.policy.facts import Touch, Touched


def written(document: Mapping[str, Any]) -> str:
    """A document as text, the same for the same content."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def principal_to_dict(person: Principal) -> dict[str, Any]:
    return {
        "id": person.id,
        "groups": sorted(person.groups) if person.groups is not None else None,
        "region": person.region,
        "employment": person.employment,
        "clearance": person.clearance,
        "identity": person.identity,
    }


def principal_of(document: Mapping[str, Any]) -> Principal:
    return Principal(**document)


def request_to_dict(request: Request) -> dict[str, Any]:
    return {
        "principal": principal_to_dict(request.principal),
        "action": request.action,
        "purpose": request.purpose,
        "environment": request.environment,
        "execution_region": request.execution_region,
        "sink": {"kind": request.sink.kind, "region": request.sink.region},
        "author": request.author,
        "references": dict(request.references),
        "template": request.template,
        "statement": request.statement,
    }


def request_of(document: Mapping[str, Any]) -> Request:
    own = {**document, "principal": principal_of(document["principal"]), "sink": Sink(**document["sink"])}
    return Request(**own)


def label_of(document: Mapping[str, Any], scheme: Scheme) -> Label:
    """The label that a document says.

    Raises:
        UsageError: its level is none of the scheme.
    """
    return Label(scheme.level(document["level"]), document["categories"], document["residency"])


def touched_to_dict(touched: Touched) -> dict[str, Any]:
    return {
        "touches": [
            {"label": one.label.to_dict(), "dataset": one.dataset, "columns": list(one.columns)}
            for one in touched.touches
        ],
        "columns": {name: label.to_dict() for name, label in touched.columns.items()},
        "is_unresolved": touched.is_unresolved,
        "does": sorted(touched.does),
    }


def touched_of(document: Mapping[str, Any], scheme: Scheme) -> Touched:
    """What a document says that a query touches.

    Raises:
        UsageError: a level is none of the scheme.
    """
    return Touched(
        tuple(
            Touch(label_of(one["label"], scheme), one["dataset"], tuple(one["columns"])) for one in document["touches"]
        ),
        {name: label_of(label, scheme) for name, label in document["columns"].items()},
        document["is_unresolved"],
        frozenset(document["does"]),
    )


def approval_to_dict(approval: Approval) -> dict[str, Any]:
    return {"approver": principal_to_dict(approval.approver), "acting_for": approval.acting_for}


def approval_of(document: Mapping[str, Any], *, signed: bool) -> Approval:
    return Approval(principal_of(document["approver"]), document["acting_for"], signed)


def scope_of(text: str) -> Scope:
    """The scope of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return Scope[text.upper()]
    except KeyError:
        raise UsageError(f"unknown scope `{text}`, expected one of columns, template, statement") from None


def columns_of_event(touched: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a query touches as events hold it: each column, and what is known of no column.

    Args:
        touched: as `touched_to_dict` writes it.
    """
    found = [{"name": plain(name), **label} for name, label in sorted(touched["columns"].items())]
    found += [{"name": plain(one["dataset"] or ""), **one["label"]} for one in touched["touches"] if not one["columns"]]
    return found


def plain(name: str) -> str:
    """A name without what would break a line: quoted names may hold anything."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", name)


CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What no line of text holds."""
