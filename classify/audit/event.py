"""Events: what each kind of them holds, and the one way in which it is written.

An event is JSON in its canonical form (RFC 8785): keys in order, no spaces, nothing escaped that need not be. Here
all keys are ASCII, all numbers are whole and below 2⁵³, and no text has half a surrogate, so that what Python writes is
that form already. A closed schema says what each kind may hold, so that no literal and no row gets in by accident.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from classify.errors import UsageError

VERSION = 1
GENESIS = "0" * 64
"""The `prev` of a log's first event."""

_MOST = 2**53 - 1
_MOST_TEXT = 1_000
_MOST_ITEMS = 10_000


class EventError(UsageError):
    """Something that is no event, or not as an event is written."""


# -- what fields hold


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _MOST_TEXT and not re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", value)


def _is_whole(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MOST


def _is_truth(value: Any) -> bool:
    return type(value) is bool


def _matches(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _list_of(item: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and len(value) <= _MOST_ITEMS and all(map(item, value))


def _is_column(value: Any) -> bool:
    """A column, or a dataset for its rows, with its label."""
    return (
        isinstance(value, dict)
        and value.keys() == {"name", "level", "categories", "residency"}
        and _is_text(value["name"])
        and _is_text(value["level"])
        and _list_of(_is_text)(value["categories"])
        and _list_of(_is_text)(value["residency"])
    )


def _one_of(*words: str) -> Callable[[Any], bool]:
    return lambda value: value in words and isinstance(value, str)


_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def _is_time(value: Any) -> bool:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return False
    try:
        return spelled_time(parse_time(value)) == value
    except ValueError:
        return False


_is_id = _matches(r"[0-9a-f]{32}")  # of a request or a grant
_is_person = _matches(r"p:[0-9a-f]{32}")  # a pseudonym
_is_digest = _matches(r"v\d+:[0-9a-f]{64}")  # keyed, of a text or a rendering
_is_content = _matches(r"sha256:[0-9a-f]{64}")  # of a file that was reviewed: anybody may compare it
_texts = _list_of(_is_text)


def _is_output(value: Any) -> bool:
    """A column that a query wrote, or returned where it has no dataset; what it is made of, what decided about it."""
    return (
        isinstance(value, dict)
        and value.keys() == {"dataset", "name", "direct", "indirect"}
        and _is_text(value["dataset"])
        and _is_text(value["name"])
        and _texts(value["direct"])
        and _texts(value["indirect"])
    )


FIELDS: Mapping[str, Callable[[Any], bool]] = {
    "acting_for": _is_person,
    "action": _one_of("read", "write", "export"),
    "approver": _is_person,
    "begins": _is_time,
    "body": _is_digest,
    "by": _is_person,
    "columns": _list_of(_is_column),
    "content": _is_content,
    "decision": _one_of("allow", "deny", "needs_approval"),
    "delegate": _is_person,
    "due": _is_time,
    "dialect": _is_text,
    "digest": _is_digest,
    "ends": _is_time,
    "environment": _is_text,
    "event": _is_whole,
    "execution_region": _is_text,
    "execution_region_source": _is_text,
    "for_at_most_s": _is_whole,
    "given_at": _is_time,
    "grant": _is_id,
    "grants": _list_of(_is_id),
    "groups": _texts,
    "identity": _is_text,
    "is_abuse": _is_truth,
    "is_unresolved": _is_truth,
    "key": _is_text,
    "lapses_at": _is_time,
    "made_at": _is_time,
    "missing": _texts,
    "origin": _is_text,
    "outputs": _list_of(_is_output),
    "policy": _is_content,
    "purpose": _is_text,
    "reason": _is_digest,
    "references": _texts,
    "region": _is_text,
    "region_source": _is_text,
    "request": _is_id,
    "requester": _is_person,
    "returned_rows": _is_whole,
    "reviewers_needed": _is_whole,
    "rules": _texts,
    "scope": _one_of("columns", "template", "statement"),
    "sink_kind": _is_text,
    "sink_region": _is_text,
    "size": _is_whole,
    "statement": _is_digest,
    "template": _is_digest,
    "what": _is_text,
}
"""What each field may hold, whatever the kind of its event.

Persons are pseudonyms, and what people wrote, statements too, are keyed digests.
"""

_ASKED = "requester region? region_source? identity? action purpose? environment? execution_region? "
_ASKED += "execution_region_source? sink_kind? sink_region? columns is_unresolved"

KINDS: Mapping[str, str] = {
    "store.created": "origin",
    "store.restored": "size by? reason?",
    "clock.stepped_back": "what",
    "policy.changed": "content by?",
    "catalog.changed": "content by?",
    "groups.changed": "content by?",
    "request.made": f"request {_ASKED} made_at lapses_at scope for_at_most_s references body digest statement? "
    "template? reason? missing",
    "request.approved": "request approver acting_for? groups region? region_source? identity? given_at for_at_most_s? "
    "body digest key? missing",
    "request.retracted": "request approver missing",
    "request.denied": "request approver acting_for? reason?",
    "request.withdrawn": "request requester",
    "request.lapsed": "request",
    "grant.begun": "request grant requester begins ends",
    "grant.revoked": "grant by ends reason?",
    "grant.expired": "grant",
    "break_glass.begun": f"request {_ASKED} begins ends due reviewers_needed references body digest reason? rules",
    "break_glass.reviewed": "request by given_at is_abuse reason?",
    "break_glass.overdue": "request requester",
    "delegation.begun": "by delegate begins ends",
    "delegation.ended": "by delegate",
    "query.decided": f"{_ASKED} decision rules grants dialect? statement? policy? outputs?",
    "query.returned": "event returned_rows",
}
"""What each kind of event holds beside `v`, `chain`, `seq`, `prev`, `at` and `type`; `?` is what may be absent."""


@frozen
class Event:
    """One event of a log.

    Attributes:
        chain: which log of a store it is in.
        seq: its place in it, from 0.
        prev: the hash of the event before it, in hexadecimal.
        at: when, in UTC.
        kind: what happened.
        fields: what it holds beside these.
    """

    chain: str
    seq: int
    prev: str
    at: datetime.datetime
    kind: str
    fields: Mapping[str, Any]

    def body(self) -> bytes:
        """The bytes that are hashed and kept.

        Raises:
            EventError: it holds what its kind may not hold.
        """
        document = {
            "v": VERSION,
            "chain": self.chain,
            "seq": self.seq,
            "prev": self.prev,
            "at": spelled_time(self.at),
            "type": self.kind,
            **self.fields,
        }
        _require(document)
        return canonical(document)


def event_of(body: bytes) -> Event:
    """The event that some bytes are, written as events are.

    Raises:
        EventError: they are none.
    """
    try:
        document = json.loads(body, object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_refuse)
    except (ValueError, RecursionError) as error:
        raise EventError(f"is no JSON: {error}") from None
    if not isinstance(document, dict):
        raise EventError("is no JSON object")
    _require(document)
    if canonical(document) != body:
        raise EventError("is not in its canonical form")
    own = {name: value for name, value in document.items() if name not in _OF_ALL}
    return Event(
        document["chain"], document["seq"], document["prev"], parse_time(document["at"]), document["type"], own
    )


def canonical(document: Mapping[str, Any]) -> bytes:
    """The canonical bytes of a JSON object whose keys are ASCII and whose numbers are whole."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def spelled_time(moment: datetime.datetime) -> str:
    """A time as events have it: in UTC, to the microsecond."""
    return moment.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_time(text: str) -> datetime.datetime:
    """The time that a text spells so.

    Raises:
        ValueError: it spells none.
    """
    return datetime.datetime.fromisoformat(text)


_OF_ALL: Mapping[str, Callable[[Any], bool]] = {
    "v": lambda value: value == VERSION and type(value) is int,
    "chain": _matches(r"[a-z0-9-]{1,64}"),
    "seq": _is_whole,
    "prev": _matches(r"[0-9a-f]{64}"),
    "at": _is_time,
    "type": lambda value: isinstance(value, str) and value in KINDS,
}


def _require(document: Mapping[str, Any]) -> None:
    for name, is_right in _OF_ALL.items():
        if name not in document:
            raise EventError(f"has no `{name}`")
        if not is_right(document[name]):
            raise EventError(f"has a `{name}` that is none")
    wanted = KINDS[document["type"]].split()
    known = {name.rstrip("?") for name in wanted}
    for name in document:
        if name not in known and name not in _OF_ALL:
            raise EventError(f"`{document['type']}` has no `{name}`")
    for name in wanted:
        bare = name.rstrip("?")
        if bare not in document:
            if bare == name:
                raise EventError(f"`{document['type']}` needs `{name}`")
        elif not FIELDS[bare](document[bare]):
            raise EventError(f"`{document['type']}` has a `{bare}` that is none")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _refuse(text: str) -> None:
    raise ValueError(f"`{text}` is no whole number")
