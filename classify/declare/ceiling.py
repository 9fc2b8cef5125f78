"""Words for the check of a repository: a ceiling over the SQL in a piece of code, and a mark on a text that is SQL.

Both are read from the source, without running it. While the program runs they do nothing.
"""

from __future__ import annotations

from types import TracebackType
from typing import TypeVar

from attrs import frozen

T = TypeVar("T")
Text = TypeVar("Text", bound=str)


@frozen
class ceiling:  # noqa: N801  # it is used like a function
    """The highest level that the SQL inside may touch: over a function, a class, or the body of WITH.

    `classify check` holds the SQL to it without importing the code. While the program runs it does nothing: what it is
    put on stays as it is.

    >>> @ceiling("internal")
    ... def top_countries() -> str:
    ...     return "select country from app.users"
    >>> with ceiling("public"):
    ...     top_countries()
    'select country from app.users'

    Attributes:
        level: its name, a constant text, since the check reads the source alone.
        reason: why it is above the ceiling of the settings, where it is.
    """

    level: str
    reason: str = ""

    def __call__(self, decorated: T) -> T:
        return decorated

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


def sql_text(text: Text) -> Text:
    """The text itself, marked as SQL for `classify check` where no function that takes SQL tells it.

    >>> sql_text("select id from app.users")
    'select id from app.users'
    """
    return text
