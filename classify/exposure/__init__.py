"""What a statement touches, as plain values."""

from classify.exposure.exposure import (
    Cause,
    DatasetRead,
    Declassified,
    Exposure,
    FlowKind,
    Output,
    Read,
    Statement,
    Unresolved,
    Write,
)
from classify.exposure.span import Lines, Position, Span

__all__ = [
    "Cause",
    "DatasetRead",
    "Declassified",
    "Exposure",
    "FlowKind",
    "Lines",
    "Output",
    "Position",
    "Read",
    "Span",
    "Statement",
    "Unresolved",
    "Write",
]
