"""Values that carry their label in their type: type checkers see it, and nothing prints the value by accident."""

from classify.typed.labeled import Labeled, RevealRefused
from classify.typed.levels import Confidential, Internal, Public, Restricted, TypedLevel
from classify.typed.log import RedactingFilter
from classify.typed.returned import ReturnRefused, returns

__all__ = [
    "Confidential",
    "Internal",
    "Labeled",
    "Public",
    "RedactingFilter",
    "Restricted",
    "ReturnRefused",
    "RevealRefused",
    "TypedLevel",
    "returns",
]
