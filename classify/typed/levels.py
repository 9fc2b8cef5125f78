"""Levels as types: a lower one is derived from the one above it, so that it may stand wherever that is wanted."""

from __future__ import annotations

from typing import ClassVar

from classify.errors import UsageError
from classify.labels import DEFAULT_SCHEME, Scheme


class TypedLevel:
    """A level of a scheme as a type.

    A scheme of one's own has classes of its own, the highest level first; each one below is derived from the one above:

    >>> OWN = Scheme(("low", "high"), default="high")
    >>> class High(TypedLevel, level="high", scheme=OWN): ...
    >>> class Low(High, level="low"): ...
    >>> Low.level, issubclass(Low, High)
    ('low', True)

    Attributes:
        level: its name.
        scheme: that it is of.

    Raises:
        UsageError: a level that the scheme does not have, or one that is not below the class that it is derived from.
    """

    level: ClassVar[str] = ""
    scheme: ClassVar[Scheme] = DEFAULT_SCHEME

    def __init_subclass__(cls, *, level: str, scheme: Scheme | None = None) -> None:
        super().__init_subclass__()
        above = cls.level
        if scheme is not None:
            if above and scheme != cls.scheme:
                raise UsageError(f"`{cls.__name__}` is derived from a level of another scheme")
            cls.scheme = scheme
        rank = cls.scheme.level(level).rank
        if above and rank >= cls.scheme.level(above).rank:
            raise UsageError(
                f"`{cls.__name__}` is derived from `{above}`, so that its level must be lower, and `{level}` is not"
            )
        cls.level = level

    def __init__(self) -> None:
        raise UsageError(f"`{type(self).__name__}` is a type of levels, and has no values")


class Restricted(TypedLevel, level="restricted"):
    """The level `restricted` of the default scheme."""


class Confidential(Restricted, level="confidential"):
    """The level `confidential` of the default scheme."""


class Internal(Confidential, level="internal"):
    """The level `internal` of the default scheme."""


class Public(Internal, level="public"):
    """The level `public` of the default scheme."""
