"""The audit log: events that follow one another, and proofs of it that need no database."""

from classify.audit.checkpoint import Checkpoint, Memory
from classify.audit.event import GENESIS, Event, EventError, canonical, event_of
from classify.audit.note import NoteError, Signer, Verifier
from classify.audit.proof import Proved, consistency_proof, inclusion_proof, verify_proof
from classify.audit.verify import Broken, Verification, verify

__all__ = [
    "GENESIS",
    "Broken",
    "Checkpoint",
    "Event",
    "EventError",
    "Memory",
    "NoteError",
    "Proved",
    "Signer",
    "Verification",
    "Verifier",
    "canonical",
    "consistency_proof",
    "event_of",
    "inclusion_proof",
    "verify",
    "verify_proof",
]
