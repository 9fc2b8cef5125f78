"""Data classification: tags on dataset columns, and the highest class of data that a query touches before it runs."""

from __future__ import annotations

import importlib

TYPE_CHECKING = False  # type checkers know the name; `typing` would be most of what this package costs to load
if TYPE_CHECKING:
    from classify import arrow, typed
    from classify.catalog import Catalog, Column, Dataset, Declassification
    from classify.declare import Tag, dataset, sql_text
    from classify.errors import ClassifyError, FileError, Problem, UsageError
    from classify.exposure import (
        Cause,
        DatasetRead,
        Exposure,
        FlowKind,
        Output,
        Position,
        Read,
        Span,
        Statement,
        Unresolved,
        Write,
    )
    from classify.guards import Event, QueryAboveCeiling, QueryRefused, Verdict, gate, guard
    from classify.guards.acting import acting
    from classify.guards.ceiling import ceiling
    from classify.labels import DEFAULT_SCHEME, Label, Level, Scheme
    from classify.policy import Allow, Deny, NeedsApproval, Policy, Principal, Request
    from classify.sql import analyse
    from classify.typed import Labeled, returns

    __version__: str

__all__ = [
    "DEFAULT_SCHEME",
    "Allow",
    "Catalog",
    "Cause",
    "ClassifyError",
    "Column",
    "Dataset",
    "DatasetRead",
    "Declassification",
    "Deny",
    "Event",
    "Exposure",
    "FileError",
    "FlowKind",
    "Label",
    "Labeled",
    "Level",
    "NeedsApproval",
    "Output",
    "Policy",
    "Position",
    "Principal",
    "Problem",
    "QueryAboveCeiling",
    "QueryRefused",
    "Read",
    "Request",
    "Scheme",
    "Span",
    "Statement",
    "Tag",
    "Unresolved",
    "UsageError",
    "Verdict",
    "Write",
    "__version__",
    "acting",
    "analyse",
    "arrow",
    "ceiling",
    "dataset",
    "gate",
    "guard",
    "returns",
    "sql_text",
    "typed",
]

# Which room each public name lives in. A name loads its room when it is first used, so that a program that only
# declares tags never pays for the SQL parser.
_ROOMS = {
    "classify.catalog": ("Catalog", "Column", "Dataset", "Declassification"),
    "classify.declare": ("Tag", "dataset", "sql_text"),
    "classify.errors": ("ClassifyError", "FileError", "Problem", "UsageError"),
    "classify.exposure": (
        "Cause",
        "DatasetRead",
        "Exposure",
        "FlowKind",
        "Output",
        "Position",
        "Read",
        "Span",
        "Statement",
        "Unresolved",
        "Write",
    ),
    "classify.guards": ("Event", "QueryAboveCeiling", "QueryRefused", "Verdict", "gate", "guard"),
    "classify.guards.acting": ("acting",),
    "classify.guards.ceiling": ("ceiling",),
    "classify.labels": ("DEFAULT_SCHEME", "Label", "Level", "Scheme"),
    "classify.policy": ("Allow", "Deny", "NeedsApproval", "Policy", "Principal", "Request"),
    "classify.sql": ("analyse",),
    "classify.typed": ("Labeled", "returns"),
}
_WHOLE_ROOMS = ("arrow", "typed")  # whose names are used with the room's before them
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> object:
    """The public name, loaded from its room."""
    if name == "__version__":
        from classify.version import version

        value: object = version()
    elif name in _WHOLE_ROOMS:
        value = importlib.import_module(f"classify.{name}")
    elif name in _ROOM_OF:
        value = getattr(importlib.import_module(_ROOM_OF[name]), name)
    else:
        raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
