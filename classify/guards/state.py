"""What the statements of one connection have made of names, as far as the guard can tell."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from classify.sql.followed import Step
from classify.sql.session.script import Boundary


@frozen
class Change:
    """A statement after which names mean something else.

    Attributes:
        text: of the statement.
        local: whether it ends with the transaction.
        outlasts: whether a rollback leaves it as it is.
    """

    text: str
    local: bool = False
    outlasts: bool = False


@frozen
class State:
    """What one connection's session may be in.

    Attributes:
        changes: the statements that changed what names mean, in their order.
        marks: where the open transaction and its savepoints began: their names, an empty one for the transaction's
            own, and the changes made until then.
    """

    changes: tuple[Change, ...] = ()
    marks: tuple[tuple[str, tuple[Change, ...]], ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(change.text for change in self.changes)

    def begun(self) -> State:
        """The same with a transaction open."""
        return self if self.marks else evolve(self, marks=(("", self.changes),))

    def committed(self) -> State:
        """The transaction ends, and what it did stays, but for what was local to it."""
        return State(tuple(change for change in self.changes if not change.local))

    def rolled_back(self) -> State:
        """The transaction ends, and what it did is undone."""
        return State(self._back_to(self.marks[0][1])) if self.marks else self

    def _back_to(self, before: tuple[Change, ...]) -> tuple[Change, ...]:
        """The changes that a rollback to an earlier time leaves."""
        return (*before, *(change for change in self.changes[len(before) :] if change.outlasts))

    def after(self, step: Step) -> State:
        """What it is behind a statement that ran."""
        if step.boundary is not None:
            return self._past(*step.boundary)
        if not step.changes:
            return self
        return evolve(self, changes=(*self.changes, Change(step.text, step.local, step.outlasts)))

    def _past(self, boundary: Boundary, name: str) -> State:
        if boundary is Boundary.BEGIN:
            return self.begun()
        if boundary is Boundary.COMMIT:
            return self.committed()
        if boundary is Boundary.SAVEPOINT:
            return evolve(self, marks=(*self.marks, (name, self.changes)))
        if not name:
            return self.rolled_back()
        at = next((at for at in reversed(range(len(self.marks))) if self.marks[at][0] == name), None)
        if at is None:
            return self
        if boundary is Boundary.RELEASE:
            # SQLite, "Savepoints": the release of the outermost one, outside of a transaction, is a COMMIT.
            return evolve(self, marks=self.marks[:at]) if at else self.committed()
        return State(self._back_to(self.marks[at][1]), self.marks[: at + 1])


def behind(states: Iterable[State], steps: Sequence[Step]) -> tuple[State, ...]:
    """What each state is behind some statements that all ran."""
    return distinct(functools.reduce(State.after, steps, state) for state in states)


def within(states: Iterable[State], steps: Sequence[Step]) -> tuple[State, ...]:
    """What each state may be where the statements failed somewhere: behind each of them, or none."""
    return distinct(one for state in states for at in range(len(steps) + 1) for one in behind((state,), steps[:at]))


def distinct(states: Iterable[State]) -> tuple[State, ...]:
    return tuple(dict.fromkeys(states))
