"""Requests, approvals and grants, kept in a database, and the log of all that happened: the extra `access`."""

from classify.access.access import Access
from classify.access.entry import Entry, Given, approval_text
from classify.access.journal import StoreError
from classify.access.recall import Recalled, revoke_all
from classify.access.standing import AccessRefused
from classify.access.states import State, Step, StepRefused
from classify.access.store import ClockError, Store

__all__ = [
    "Access",
    "AccessRefused",
    "ClockError",
    "Entry",
    "Given",
    "Recalled",
    "State",
    "Step",
    "StepRefused",
    "Store",
    "StoreError",
    "approval_text",
    "revoke_all",
]
