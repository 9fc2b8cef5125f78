"""Who a piece of code acts for, and what for: facts that a guard's policy asks for."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING

from classify.errors import UsageError

if TYPE_CHECKING:
    from classify.policy import Principal

_NO_REFERENCES: Mapping[str, str] = {}


class acting:  # noqa: N801  # it is used like a function
    """Who the queries inside are asked for, and what for: over the body of WITH.

    What is not said comes from the `acting` around, else from the guard. Where a query runs is no part of it: that is
    said where the connection is guarded, by who deploys the program.

    >>> from classify.policy import Principal
    >>> with acting(Principal("ann", ["on-call"], "de"), purpose="fraud"):
    ...     CURRENT.get().purpose
    'fraud'

    Attributes:
        principal: a person, with what is known of them.
        purpose: what the data is for.
        references: by name, a ticket or the like.
        author: the person who wrote the queries, if another one.
    """

    __slots__ = ("_before", "author", "principal", "purpose", "references")

    def __init__(
        self,
        principal: Principal | None = None,
        *,
        purpose: str | None = None,
        references: Mapping[str, str] = _NO_REFERENCES,
        author: str | None = None,
    ) -> None:
        self.principal = principal
        self.purpose = purpose
        self.references = references
        self.author = author
        self._before: acting | None = None

    def inside(self, around: acting) -> acting:
        """This, with what is said around it where it says nothing."""
        return acting(
            self.principal if self.principal is not None else around.principal,
            purpose=self.purpose if self.purpose is not None else around.purpose,
            references={**around.references, **self.references},
            author=self.author if self.author is not None else around.author,
        )

    def __enter__(self) -> None:
        if sys._getframe(1).f_code.co_flags & (inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR):
            raise UsageError("`with acting(…)` in a generator would hold in its caller between two values")
        around = CURRENT.get()
        made = self.inside(around)
        made._before = around
        CURRENT.set(made)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        before = CURRENT.get()._before
        CURRENT.set(before if before is not None else NOBODY)


NOBODY = acting()
"""Where no code around says for whom it acts."""

CURRENT: ContextVar[acting] = ContextVar("classify acting", default=NOBODY)
