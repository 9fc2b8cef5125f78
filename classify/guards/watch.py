"""One connection as it is watched: what its session is in, and what may run in it."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable, Sequence

from classify.errors import UsageError
from classify.guards.ceiling import CURRENT
from classify.guards.events import Action, Mode
from classify.guards.judge import FOREVER, Judge, Permit
from classify.guards.refusal import QueryAboveCeiling
from classify.guards.state import Change, State, behind, distinct, within
from classify.sql.session.script import Boundary

_MOST_STATES = 4
_MOST_CHANGES = 200


class Watch:
    """What a guard knows of one connection.

    A session may be in one of several states where nobody told how a transaction ended; then a text must be allowed in
    each of them. Only this connection's statements are seen, never what another one changes.

    Attributes:
        known: the texts that just run outside of all ceilings in code, to be looked up before `permit` is asked.

    Args:
        judge: that decides.
        in_transaction: whether a transaction is open, as the driver knows it; None where it does not tell.
        begins: whether one is open or the next statement begins one; None where that is the same.
        is_exact: whether a rollback undoes all that was done; elsewhere it may have undone it or not.
        commit_may_undo: whether COMMIT of a transaction in which a statement failed may be a rollback.
    """

    __slots__ = (
        "_begins", "_commit_may_undo", "_in_transaction", "_is_exact", "_is_failed", "_is_lost", "_judge", "_lock",
        "_states", "_until", "known",
    )  # fmt: skip

    def __init__(
        self,
        judge: Judge,
        in_transaction: Callable[[], bool] | None = None,
        begins: Callable[[], bool] | None = None,
        *,
        is_exact: bool = True,
        commit_may_undo: bool = False,
    ) -> None:
        self._judge = judge
        self._in_transaction = in_transaction
        self._begins = begins or in_transaction
        self._is_exact = is_exact
        self._commit_may_undo = commit_may_undo
        self._lock = threading.RLock()  # a change must not be lost where threads share the connection
        self._is_lost = False
        self._is_failed = False  # whether a statement of the transaction failed, so that its COMMIT may be a rollback
        self._set((State(),))

    @property
    def judge(self) -> Judge:
        return self._judge

    def _set(self, states: tuple[State, ...]) -> None:
        self._states = states
        if len(states) > _MOST_STATES or any(len(state.changes) > _MOST_CHANGES for state in states):
            self._is_lost = True
        table = self._judge.table(states[0])
        self._until = table.until
        # INVARIANT decided-in-one-state: what is looked up here was decided in the one state that the session is in,
        # for good.
        is_settled = len(states) == 1 and not self._is_lost and not states[0].marks and self._until == FOREVER
        self.known: dict[str, Permit] = table.plain if is_settled else {}

    def begins_with(self, path: Sequence[str]) -> None:
        """The session's search path as the server has it, where the guard would look names up elsewhere.

        Args:
            path: the schemas, in order, as the server spells them.
        """
        if tuple(path) != self._judge.first_path():
            names = ", ".join('"' + one.replace('"', '""') + '"' for one in path) or '""'
            self._set((State((Change(f"SET search_path TO {names}"),)),))

    def permit(self, text: str) -> Permit:
        """What was decided of a text that is about to run.

        Raises:
            QueryRefused: it may not run.
            StoreError: what the policy decides cannot be written into the log.
            UsageError: it is no text, or nobody knows any more what its names mean.
        """
        limits = CURRENT.get()
        if type(text) is not str:
            raise UsageError(f"expected a text of SQL, found {type(text).__name__}")
        if self._is_lost:
            raise UsageError(
                "nobody knows any more what names mean in this session, after so many changes or transactions whose "
                "end was not seen: open another connection"
            )
        self.settle()
        if self._until <= time.time():
            self._set(self._states)
        judge = self._judge
        # Where the session may be in several states, the highest class counts.
        found = judge.ruled([judge.decide(text, state, limits) for state in self._states])
        if found.refusal is None:
            judge.tell(Action.ALLOWED, found, text, limits)
        elif judge.mode is Mode.ENFORCE:
            judge.tell(Action.REFUSED, found, text, limits)
            raise found.refusal.error()
        elif judge.mode is Mode.WARN:
            judge.tell(Action.WARNED, found, text, limits)
            warnings.warn(found.refusal.message, QueryAboveCeiling, stacklevel=3)
        else:
            judge.tell(Action.OBSERVED, found, text, limits)
        return found

    def settle(self) -> None:
        """Take note of a transaction that ended where the guard did not see it: it may have ended either way."""
        with self._lock:
            if self._in_transaction is None or not any(state.marks for state in self._states):
                return
            if not self._in_transaction():
                self.ended()

    def about_to_run(self, permit: Permit) -> None:
        """Take note of the transaction that a change is part of."""
        if permit.changes and self._begins is not None and self._begins():
            self.begun()

    def ran(self, permit: Permit) -> None:
        """Take note of a text that ran."""
        with self._lock:
            if not permit.changes:
                return
            found = behind(self._states, permit.steps)
            ends = {one.boundary[0] for one in permit.steps if one.boundary}
            undone = self._is_failed and self._commit_may_undo and Boundary.COMMIT in ends
            if undone or (not self._is_exact and Boundary.ROLLBACK in ends):
                found = distinct(
                    (*found, *(one for state in self._states for one in (state.committed(), state.rolled_back())))
                )
            if ends & {Boundary.COMMIT, Boundary.ROLLBACK}:
                self._is_failed = False
            self._set(found)

    def may_have_run(self, permit: Permit) -> None:
        """Take note of a text that was handed over, and whose end nobody knows yet."""
        with self._lock:
            if permit.changes:
                self._set(within(self._states, permit.steps))

    def failed(self, permit: Permit) -> None:
        """Take note of a text that failed: of several statements, some may have run."""
        with self._lock:
            self._is_failed = True
            if len(permit.steps) > 1 and permit.changes:
                self._set(within(self._states, permit.steps))

    def begun(self) -> None:
        """A transaction is open."""
        with self._lock:
            if not all(state.marks for state in self._states):
                self._set(distinct(state.begun() for state in self._states))

    def committed(self) -> None:
        """The transaction ended, and what it did stays."""
        with self._lock:
            if self._is_failed and self._commit_may_undo:
                self.ended()
            elif any(state.marks for state in self._states):
                self._set(distinct(state.committed() for state in self._states))
            self._is_failed = False

    def rolled_back(self) -> None:
        """The transaction ended, and what it did is undone."""
        with self._lock:
            if not self._is_exact:
                self.ended()
            elif any(state.marks for state in self._states):
                self._set(distinct(state.rolled_back() for state in self._states))

    def states(self) -> tuple[State, ...]:
        """What the session may be in now, to be given back to `restored`."""
        return self._states

    def restored(self, states: tuple[State, ...]) -> None:
        """The session is again in what it was."""
        self._set(states)

    def ended(self) -> None:
        """The transaction ended, nobody knows how."""
        with self._lock:
            if any(state.marks for state in self._states):
                self._set(distinct([one for state in self._states for one in (state.committed(), state.rolled_back())]))
