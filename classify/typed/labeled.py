"""A value with its label, which hands the value out to nobody who does not ask for it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any, Generic, NoReturn, TypeVar

from classify.errors import ClassifyError, UsageError
from classify.labels import Label
from classify.typed.levels import TypedLevel

U = TypeVar("U")
L = TypeVar("L", bound=TypedLevel)
T_co = TypeVar("T_co", covariant=True)
L_co = TypeVar("L_co", bound=TypedLevel, covariant=True)

_log = logging.getLogger("classify.reveal")
_LEFT_BEHIND = object()


class RevealRefused(ClassifyError):
    """A value was asked for with a clearance below its label, or is not there any more."""


class Labeled(Generic[T_co, L_co]):
    """A value of type `T` whose class is at most `L`.

    >>> from classify.typed import Labeled, Restricted
    >>> ssn = Labeled("078-05-1120", Restricted, "pii.ssn")
    >>> print(ssn, f"{ssn.map(len)}")
    <restricted> <restricted>
    >>> ssn.reveal(Restricted, reason="the customer asked for it")
    '078-05-1120'

    Wherever it is printed, logged or written as JSON by `default=str`, `<restricted>` stands in its place, and what is
    pickled does not have the value any more. Two of them are equal if they are the same object.

    Args:
        value: it.
        level: its level, as a type.
        categories: dotted names.
        residency: where it must stay.

    Raises:
        UsageError: a level that is none, or a category that its scheme does not have.
    """

    __slots__ = ("_label", "_level", "_value")

    def __init__(self, value: T_co, level: type[L_co], *categories: str, residency: str | Iterable[str] = ()) -> None:
        _require_level(level)
        stays = (residency,) if isinstance(residency, str) else tuple(residency)
        self._value = value
        self._level: type[TypedLevel] = level
        self._label = level.scheme.label(level.level, categories, stays)

    @property
    def label(self) -> Label:
        """Its level, categories and residency."""
        return self._label

    def map(self, function: Callable[[T_co], U]) -> Labeled[U, L_co]:
        """What a function makes of the value, with the same label.

        Raises:
            RevealRefused: the function raised; what it said is left out, since it may quote the value.
        """
        return _made(self._applied(function), self._level, self._label)

    def zip(self, other: Labeled[U, L]) -> Labeled[tuple[T_co, U], L_co | L]:
        """Both values, with the label of both together.

        Raises:
            UsageError: they are of two schemes.
        """
        if self._level.scheme != other._level.scheme:
            raise UsageError("two values of different schemes have no label together")
        label = self._label.join(other._label)
        level = self._level if str(label.level) == self._level.level else other._level
        return _made((self._held(), other._held()), level, label)

    def reveal(self, clearance: type[TypedLevel], reason: str) -> T_co:
        """The value, for who may see its level; that it was revealed is logged to `classify.reveal`.

        Args:
            clearance: the highest level that the caller may see.
            reason: why, for whoever reads the log.

        Raises:
            RevealRefused: the level is above the clearance.
            UsageError: no reason, or a clearance that is none of the value's scheme.
        """
        _require_reason(reason)
        _require_level(clearance)
        if clearance.scheme != self._level.scheme:
            raise UsageError("the clearance is of another scheme than the value")
        if self._label.level.rank > clearance.scheme.level(clearance.level).rank:
            raise RevealRefused(f"class {self._label} is above the clearance {clearance.level}, ask someone who has it")
        found = self._held()
        _log.info("revealed %s with clearance %s: %s", self._label, clearance.level, reason.strip())
        return found

    def _held(self) -> T_co:
        if self._value is _LEFT_BEHIND:
            raise RevealRefused(f"{self} was pickled, and its value left behind: hand it over on its own")
        return self._value

    def _applied(self, function: Callable[[T_co], U]) -> U:
        value = self._held()
        try:
            return function(value)
        except RevealRefused:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, its message may quote the value
            kind = type(error).__name__
        raise RevealRefused(f"what was mapped over {self} raised {kind}; what it said is left out")

    def __str__(self) -> str:
        return f"<{self._label.level}>"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return str(self)

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{self} has no truth value that could be seen, use `map`")

    def __iter__(self) -> NoReturn:
        raise TypeError(f"{self} cannot be iterated over, use `map`")

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return _without_value, (self._level, self._label)

    def __copy__(self) -> Labeled[T_co, L_co]:
        return self

    def __deepcopy__(self, _memo: object) -> Labeled[T_co, L_co]:
        return self


def _require_level(found: object) -> None:
    if not (isinstance(found, type) and issubclass(found, TypedLevel) and found.level):
        raise UsageError(f"expected a level as a type, as `Restricted`, found {found!r}")


def _require_reason(found: object) -> None:
    if not isinstance(found, str) or not found.strip():
        raise UsageError("a value that is revealed needs a reason: pass reason=TEXT")


def _made(value: Any, level: type[TypedLevel], label: Label) -> Labeled[Any, Any]:
    found: Labeled[Any, Any] = Labeled(value, level)
    found._label = label
    return found


def _without_value(level: type[TypedLevel], label: Label) -> Labeled[Any, Any]:
    return _made(_LEFT_BEHIND, level, label)
