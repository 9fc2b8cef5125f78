"""Proofs that an outsider checks with the log's public key alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from classify.audit import Checkpoint, Memory, NoteError, consistency_proof, inclusion_proof, verify_proof
from classify.audit.merkle import leaf_hash, root_of
from tests.unit.audit.logs import ORIGIN, SIGNER, log

KEYS = (SIGNER.verifier,)
BODIES = log(11)
LEAVES = [leaf_hash(body) for body in BODIES]


def signed(size: int, origin: str = ORIGIN) -> str:
    return Checkpoint(origin, size, root_of(LEAVES[:size])).signed(SIGNER)


def test_each_event_is_proved() -> None:
    for index, body in enumerate(BODIES):
        proof = inclusion_proof(body, LEAVES, index, signed(11))
        assert proof.startswith("c2sp.org/tlog-proof@v1\nextra ")
        found = verify_proof(proof, KEYS)
        assert (found.body, found.index, found.checkpoint.size) == (body, index, 11)


def test_a_log_is_proved_to_have_grown() -> None:
    for size in range(12):
        found = verify_proof(consistency_proof(LEAVES, signed(size), size, signed(11)), KEYS)
        assert found.since is not None
        assert (found.since.size, found.checkpoint.size) == (size, 11)


@pytest.mark.parametrize(
    "proof",
    [
        inclusion_proof(BODIES[4], LEAVES, 4, signed(11)),
        consistency_proof(LEAVES, signed(6), 6, signed(11)),
        consistency_proof(LEAVES, signed(8), 8, signed(11)),
        consistency_proof(LEAVES, signed(11), 11, signed(11)),
    ],
    ids=["inclusion", "consistency", "of a whole subtree", "of the same"],
)
def test_each_changed_byte_of_a_proof_is_found(proof: str) -> None:
    data = proof.encode()
    for at in range(len(data)):
        for other in {data[at] ^ 1, data[at] ^ 32, data[at] ^ 4, 10, 43}:
            if other == data[at]:
                continue
            changed = (data[:at] + bytes((other,)) + data[at + 1 :]).decode(errors="replace")
            with pytest.raises(NoteError):
                verify_proof(changed, KEYS)
    for at in range(len(data)):
        with pytest.raises(NoteError):
            verify_proof(data[:at].decode(errors="replace"), KEYS)


def test_a_proof_of_another_log_is_told() -> None:
    with pytest.raises(NoteError, match=f"is of two logs: {ORIGIN} and example.org/other"):
        verify_proof(consistency_proof(LEAVES, signed(6), 6, signed(11, "example.org/other")), KEYS)
    with pytest.raises(NoteError, match="does not hold: the later log does not begin with the earlier one"):
        verify_proof(consistency_proof(LEAVES, signed(7), 6, signed(11)), KEYS)
    with pytest.raises(NoteError, match="does not hold: the event is not at that place"):
        verify_proof(inclusion_proof(BODIES[3], LEAVES, 4, signed(11)), KEYS)
    with pytest.raises(NoteError, match="is no proof"):
        verify_proof("", KEYS)


def test_a_signer_remembers_its_last_checkpoint(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "last")
    assert memory.last() is None
    for size in (3, 11):
        memory.keep(Checkpoint(ORIGIN, size, root_of(LEAVES[:size])))
        last = memory.last()
        assert last is not None
        assert last.size == size
    assert [path.name for path in tmp_path.iterdir()] == ["last"]
    (tmp_path / "last").write_text("something else")
    with pytest.raises(NoteError, match="is no checkpoint"):
        memory.last()
