"""Guards: a program's queries are analysed and held to their ceiling before the driver sees them.

Importing this room loads no driver and no parser; what is used does.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers know the name
if TYPE_CHECKING:
    from classify.guards.alchemy import classification
    from classify.guards.events import Action, Event, Mode
    from classify.guards.guarding import guard
    from classify.guards.refusal import QueryAboveCeiling, QueryRefused
    from classify.guards.verdict import Verdict, gate

__all__ = ["Action", "Event", "Mode", "QueryAboveCeiling", "QueryRefused", "Verdict", "classification", "gate", "guard"]

_FILES = {
    "Action": "events",
    "Event": "events",
    "Mode": "events",
    "QueryAboveCeiling": "refusal",
    "QueryRefused": "refusal",
    "Verdict": "verdict",
    "classification": "alchemy",
    "gate": "verdict",
    "guard": "guarding",
}


def __getattr__(name: str) -> object:
    """The name, loaded from its file: code that only says what its ceiling is loads nothing else."""
    import importlib

    if name not in _FILES:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    value = getattr(importlib.import_module(f"{__name__}.{_FILES[name]}"), name)
    globals()[name] = value
    return value
