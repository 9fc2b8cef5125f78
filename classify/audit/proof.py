"""Proofs for an outsider: that an event is in a log (C2SP tlog-proof), and that a log only grew.

Either is a text that is checked with the log's public key alone. A proof of inclusion holds the event's own bytes as
its extra data; the format does not sign these, the leaf that they hash to does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from attrs import frozen

from classify.audit.checkpoint import Checkpoint
from classify.audit.merkle import (
    SIZE,
    consistency_path,
    inclusion_path,
    is_consistent,
    leaf_hash,
    root_from_inclusion,
)
from classify.audit.note import NoteError, Verifier, decoded, encoded

_INCLUSION = "c2sp.org/tlog-proof@v1"
_CONSISTENCY = "classify/consistency-proof@v1"
_NUMBER = re.compile(r"0|[1-9]\d{0,17}")


def inclusion_proof(body: bytes, leaves: Sequence[bytes], index: int, checkpoint: str) -> str:
    """The proof that an event is in the log of a signed checkpoint.

    Args:
        body: of the event.
        leaves: the hashes of all events up to the checkpoint.
        index: of the event, from 0.
    """
    path = (encoded(one) for one in inclusion_path(leaves, index))
    return "\n".join((_INCLUSION, f"extra {encoded(body)}", f"index {index}", *path, "", checkpoint))


def consistency_proof(leaves: Sequence[bytes], old: str, old_size: int, new: str) -> str:
    """The proof that the log of a signed checkpoint begins with the log of an earlier one.

    Args:
        leaves: the hashes of all events up to the later one.
        old_size: of the earlier one.
    """
    path = (encoded(one) for one in consistency_path(leaves, old_size)) if 0 < old_size < len(leaves) else ()
    return "\n".join((_CONSISTENCY, *path, "", old + "\n" + new))


@frozen
class Proved:
    """What a proof shows.

    Attributes:
        checkpoint: of the log, the later one.
        body: of the event that is in it, or None where the proof is of something else.
        index: of the event, from 0.
        since: the earlier checkpoint, or None.
    """

    checkpoint: Checkpoint
    body: bytes | None = None
    index: int | None = None
    since: Checkpoint | None = None


def verify_proof(proof: str, verifiers: Iterable[Verifier]) -> Proved:
    """What a proof shows, with the keys of the log alone.

    Raises:
        NoteError: it shows nothing: it was changed, or is another log's.
    """
    known = tuple(verifiers)
    first, _, rest = proof.partition("\n")
    if first == _INCLUSION:
        return _inclusion(rest, known)
    if first == _CONSISTENCY:
        return _consistency(rest, known)
    raise NoteError(f"is no proof: expected a first line `{_INCLUSION}` or `{_CONSISTENCY}`")


def _inclusion(rest: str, known: tuple[Verifier, ...]) -> Proved:
    head, blank, note = rest.partition("\n\n")
    lines = head.split("\n")
    if not blank or len(lines) < 2 or not lines[0].startswith("extra ") or not lines[1].startswith("index "):
        raise NoteError("is no proof of inclusion: expected the lines `extra …`, `index …`, and a checkpoint")
    number = lines[1].removeprefix("index ")
    if not _NUMBER.fullmatch(number):
        raise NoteError("is no proof of inclusion: the index is no number")
    body, index = decoded(lines[0].removeprefix("extra ")), int(number)
    path = [decoded(line, SIZE) for line in lines[2:]]
    checkpoint = Checkpoint.parse(note, known)
    if root_from_inclusion(leaf_hash(body), index, checkpoint.size, path) != checkpoint.root:
        raise NoteError("does not hold: the event is not at that place of the log, or was changed")
    return Proved(checkpoint, body, index)


def _consistency(rest: str, known: tuple[Verifier, ...]) -> Proved:
    head, blank, notes = ("", "\n", rest.removeprefix("\n")) if rest.startswith("\n") else rest.partition("\n\n")
    parts = notes.split("\n\n")
    if not blank or len(parts) != 4:
        raise NoteError("is no proof of consistency: expected hashes and two checkpoints")
    old = Checkpoint.parse("\n\n".join(parts[:2]) + "\n", known)
    new = Checkpoint.parse("\n\n".join(parts[2:]), known)
    path = [decoded(line, SIZE) for line in head.split("\n")] if head else []
    if old.origin != new.origin:
        raise NoteError(f"is of two logs: {old.origin} and {new.origin}")
    if not is_consistent(old.size, old.root, new.size, new.root, path):
        raise NoteError("does not hold: the later log does not begin with the earlier one")
    return Proved(new, since=old)
